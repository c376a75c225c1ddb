# SPDX-License-Identifier: MIT
"""Runs urlcheck on a terminal, reads what appears there, and never leaves it running."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import tempfile
import termios
import time
import tty

from .running import LIMIT_S, Hung, decode, environment


class Screen:
    """A context manager. Standard error is a terminal, `columns` wide, and so is standard output,
    unless `stdout` is a descriptor. `stdin` is bytes or a descriptor. `text` is all that appeared
    on the terminal so far, escape sequences included; lines end in a newline alone."""

    def __init__(self, suite, *args, columns=120, stdin=b'', stdout=None, **env):
        self.limit = LIMIT_S * suite.scale
        self.ours, theirs = pty.openpty()
        tty.setraw(theirs)
        self.resize(columns)
        self.input = tempfile.TemporaryFile()
        if isinstance(stdin, bytes):
            self.input.write(stdin)
            self.input.seek(0)
            stdin = self.input
        self.data = b''
        self.process = subprocess.Popen(
            [suite.urlcheck, *args], stdin=stdin, stdout=stdout or theirs, stderr=theirs,
            env={**environment(), 'TERM': 'xterm', 'LC_ALL': 'C.UTF-8', **env})
        os.close(theirs)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
            self.process.wait()
        self.input.close()
        os.close(self.ours)

    def resize(self, columns):
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))

    @property
    def text(self):
        return decode(self.data)

    def read(self, until):
        """Reads once. False: the terminal has no writer any more. Raises Hung at that time."""
        if not select.select([self.ours], [], [], max(0, until - time.monotonic()))[0]:
            raise Hung('on the terminal: %s' % ascii(self.text[-2000:]))
        try:
            self.data += os.read(self.ours, 65536)
        except OSError:  # how a terminal reports its end
            return False
        return True

    def wait_for(self, is_there):
        """Reads until is_there(text). False: urlcheck ended before. Raises Hung after the limit."""
        until = time.monotonic() + self.limit
        while not is_there(self.text):
            if not self.read(until):
                return False
        return True

    def wait_for_text(self, wanted):
        return self.wait_for(lambda text: wanted in text)

    def is_running(self):
        return self.process.poll() is None

    def end(self):
        """Reads until urlcheck ends, and returns its exit status."""
        until = time.monotonic() + self.limit
        while self.read(until):
            pass
        return self.process.wait(max(1, until - time.monotonic()))
