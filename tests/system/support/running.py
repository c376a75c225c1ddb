# SPDX-License-Identifier: MIT
"""urlcheck at work: started, signalled, measured, and never left behind."""

import os
import select
import signal
import subprocess
import tempfile
import time
from collections import namedtuple

# `status` is minus the signal's number where one ended it. `rss_kib` is the most
# that was resident; not less than what this program had when it started it.
Ran = namedtuple('Ran', 'status out err seconds rss_kib')

LIMIT_S = 60


class Hung(Exception):
    pass


def environment():
    """What cron gives: no LANG, no proxies, nobody's configuration."""
    return {'PATH': os.environ.get('PATH', os.defpath), 'HOME': '/', 'SHELL': '/bin/sh'}


class Running:
    """A context manager. Input is bytes, or a descriptor; output goes to files,
    which nobody need read along, or to a pipe where `stdout` says so."""

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
        """Whether it has begun to take care of a signal itself."""
        with open('/proc/%d/status' % self.pid) as file:
            mask = [line.split()[1] for line in file if line.startswith('SigBlk')][0]
        return bool(int(mask, 16) >> (number - 1) & 1)

    def until_it_blocks(self, number):
        while not self.blocks(number) and not self.has_ended(0.01):
            pass

    def has_ended(self, within):
        """Whether it ends in that time. It stays a zombie, to be asked about."""
        descriptor = os.pidfd_open(self.pid)
        try:
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            return bool(poll.poll(max(0, within) * 1000))
        finally:
            os.close(descriptor)

    def end(self):
        """What came of it. Raises Hung where it does not end."""
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
    """URLs as a list for standard input."""
    return ''.join(url + '\n' for url in urls).encode('utf-8', 'surrogateescape')


SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143}
