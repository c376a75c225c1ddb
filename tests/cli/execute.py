# SPDX-License-Identifier: MIT
"""Runs the command of a case, and never longer than the limit."""

import fcntl
import os
import pty
import shlex
import signal
import struct
import subprocess
import termios
import threading
import time
import tty
from collections import namedtuple

import casefile
from program import LIMIT_S, environment

DEFAULT_COLUMNS = 120  # of a terminal: a result is one line

Ran = namedtuple('Ran', 'exit stdout stderr seconds hung')


def environment_of(case, placeholders, tmp):
    env = environment(HOME=tmp)
    for line in case.sections.get('env', ()):
        name, _, value = placeholders.fill(line).partition('=')
        env[name] = value
    return env


def command(case, placeholders, urlcheck):
    if 'sh' in case.sections:
        def quoted(value):
            return value if value == placeholders.values['urlcheck'] else shlex.quote(value)
        return ['sh', '-c', placeholders.fill(case.sections['sh'], quoted)]
    words = shlex.split(case.sections['args'])
    return urlcheck + [encode(placeholders.fill(word)) for word in words]


def encode(text):
    return text.encode('utf-8', 'surrogateescape')


class Stream:
    """A pipe or a terminal that the command writes to, read by a thread."""

    def __init__(self, is_terminal, columns):
        if is_terminal:
            self.ours, self.theirs = pty.openpty()
            tty.setraw(self.theirs)  # no CR before LF
            fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
        else:
            self.ours, self.theirs = os.pipe()
        self.data = b''
        self.thread = threading.Thread(target=self.read, daemon=True)

    def read(self):
        while True:
            try:
                data = os.read(self.ours, 65536)
            except OSError:  # how a terminal reports its end
                return
            if not data:
                return
            self.data += data

    def begin(self):
        os.close(self.theirs)
        self.thread.start()

    def end(self):
        """Called once all writers have ended: waits until everything is read, and returns it."""
        self.thread.join(LIMIT_S)
        os.close(self.ours)
        return self.data.decode('utf-8', 'surrogateescape')


class Stdin:
    """The standard input of a case: a text or one of STDIN_WORDS; by default, an empty pipe."""

    def __init__(self, text, placeholders):
        word = text if text in casefile.STDIN_WORDS else None
        self.stays_open = word in ('open', 'terminal')
        self.text = '' if word or not text else placeholders.fill(text)
        self.is_closed = word == 'closed'
        if word == 'terminal':
            self.ours, self.theirs = pty.openpty()
        else:
            self.theirs, self.ours = os.pipe()

    def begin(self):
        os.close(self.theirs)
        if not self.stays_open:
            threading.Thread(target=self.write, daemon=True).start()

    def write(self):
        try:
            with os.fdopen(self.ours, 'wb') as file:
                file.write(encode(self.text))
        except OSError:
            pass  # the command did not read all of it

    def end(self):
        if self.stays_open:
            os.close(self.ours)


def execute(case, placeholders, tmp, urlcheck, limit, server):
    words = command(case, placeholders, urlcheck)
    env = environment_of(case, placeholders, tmp)
    terminals = case.sections.get('terminal', '').split()
    stdin = Stdin(case.sections.get('stdin'), placeholders)
    columns = int(case.sections.get('columns', DEFAULT_COLUMNS))
    stdout, stderr = (Stream(name in terminals, columns) for name in ('stdout', 'stderr'))
    if stdin.is_closed:
        words = ['sh', '-c', 'exec "$@" <&-', 'sh'] + words
    begin = time.monotonic()
    process = subprocess.Popen(words, cwd=tmp, env=env, start_new_session=True,
                               stdin=stdin.theirs, stdout=stdout.theirs,
                               stderr=stderr.theirs)
    for stream in (stdin, stdout, stderr):
        stream.begin()
    hung = not ends(process, case, placeholders, begin + limit, server)
    seconds = time.monotonic() - begin
    stdin.end()
    return Ran(process.returncode, stdout.end(), stderr.end(), seconds, hung)


def ends(process, case, placeholders, until, server):
    """Whether the command ended by itself in time. Its process group is killed in any case."""
    send_signals(process, case, placeholders, until, server)
    try:
        process.wait(max(0, until - time.monotonic()))
        return True
    except subprocess.TimeoutExpired:
        return False
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def send_signals(process, case, placeholders, until, server):
    if 'signal' not in case.sections:
        return
    names, _, what = case.sections['signal'].partition(' after ')
    number, _, path = placeholders.fill(what).partition(' ')
    while server.number('requests', path) < int(number):
        if time.monotonic() > until or process.poll() is not None:
            return
        time.sleep(0.02)
    for name in names.split():
        process.send_signal(getattr(signal, 'SIG' + name))
