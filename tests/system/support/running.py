# SPDX-License-Identifier: MIT
"""Starts, signals and measures urlcheck, and never leaves it running."""

import os
import select
import signal
import subprocess
import tempfile
import time
from collections import namedtuple

# `status` is minus the signal's number if a signal ended it. `rss_kib` is the peak resident size;
# it is at least that of this program at the time of the fork.
Ran = namedtuple('Ran', 'status out err seconds rss_kib')

LIMIT_S = 60


class Hung(Exception):
    pass


def environment():
    """As in a cron job: no LANG, no proxies, no personal configuration."""
    return {'PATH': os.environ.get('PATH', os.defpath), 'HOME': '/', 'SHELL': '/bin/sh'}


class Running:
    """A context manager. `stdin` is bytes or a descriptor. Output goes to temporary files, so that
    it needs no reader; with stdout=PIPE standard output goes to a pipe. `prepare` is called in the
    child before exec. `program` is run instead of urlcheck."""

    def __init__(self, suite, *args, stdin=b'', stdout=None, prepare=None, program=None):
        self.limit = LIMIT_S * suite.scale
        self.files = [tempfile.TemporaryFile() for _ in range(3)]
        if isinstance(stdin, bytes):
            self.files[0].write(stdin)
            self.files[0].seek(0)
            stdin = self.files[0]
        self.begin = time.monotonic()
        self.process = subprocess.Popen(
            [program or suite.urlcheck, *args], stdin=stdin, stdout=stdout or self.files[1],
            stderr=self.files[2], env=environment(), preexec_fn=prepare)
        self.pid = self.process.pid
        self.stdout = self.process.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
            self.process.wait()
        if self.stdout:
            self.stdout.close()
        for file in self.files:
            file.close()

    def signal(self, number):
        os.kill(self.pid, number)

    def blocks(self, number):
        """Whether urlcheck has blocked a signal, which it does when it begins to handle signals."""
        with open('/proc/%d/status' % self.pid) as file:
            mask = [line.split()[1] for line in file if line.startswith('SigBlk')][0]
        return bool(int(mask, 16) >> (number - 1) & 1)

    def wait_until_it_blocks(self, number):
        while not self.blocks(number) and not self.has_ended(0.01):
            pass

    def has_ended(self, within):
        """Whether it ends within that time. It stays a zombie until end()."""
        descriptor = os.pidfd_open(self.pid)
        try:
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            return bool(poll.poll(max(0, within) * 1000))
        finally:
            os.close(descriptor)

    def end(self):
        """Waits for the end and returns a Ran. Raises Hung after the limit."""
        left = self.begin + self.limit - time.monotonic()
        if not self.has_ended(left):
            raise Hung('urlcheck has not ended after %.0f s; standard error: %s'
                       % (self.limit, ascii(self.read(2))))
        seconds = time.monotonic() - self.begin
        _, status, usage = os.wait4(self.pid, 0)
        code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        self.process.returncode = code
        out = self.stdout.read() if self.stdout else self.read(1)
        return Ran(code, decode(out), decode(self.read(2)), seconds, usage.ru_maxrss)

    def read(self, number):
        self.files[number].seek(0)
        return self.files[number].read()


def decode(data):
    return data.decode('utf-8', 'surrogateescape')


def run(suite, *args, **how):
    with Running(suite, *args, **how) as running:
        return running.end()


def lines(urls):
    """URLs as a list for standard input, one per line."""
    return ''.join(url + '\n' for url in urls).encode('utf-8', 'surrogateescape')


SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}  # signal -> exit status
