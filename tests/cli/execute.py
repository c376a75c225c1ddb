# SPDX-License-Identifier: MIT
"""Runs one command the way a case says, and never for longer than it may."""

import os
import pty
import shlex
import signal
import subprocess
import threading
import time
import tty
from collections import namedtuple

import casefile

Ran = namedtuple('Ran', 'exit stdout stderr seconds hung')

PATIENCE_S = 60

# What would make a test's outcome depend on who runs it.
PERSONAL = ('proxy', 'no_color', 'curl_', 'ssl_', 'lc_', 'lang', 'term', 'clicolor')


def environment_of_tests():
    env = {name: value for name, value in os.environ.items()
           if not any(word in name.lower() for word in PERSONAL)}
    return dict(env, LC_ALL='C.UTF-8', TERM='xterm')


def environment(case, places, tmp):
    env = dict(environment_of_tests(), HOME=tmp)
    for line in case.sections.get('env', ()):
        name, _, value = places.fill(line).partition('=')
        env[name] = value
    return env


def command(case, places, urlcheck):
    if 'sh' in case.sections:
        return ['sh', '-c', places.fill(case.sections['sh'],
                                        lambda value: shell_words(value, places))]
    words = shlex.split(case.sections['args'])
    return urlcheck + [encode(places.fill(word)) for word in words]


def shell_words(value, places):
    return value if value == places.values['urlcheck'] else shlex.quote(value)


def encode(text):
    return text.encode('utf-8', 'surrogateescape')


class Stream:
    """A pipe or a terminal that the command writes to, read by a thread."""

    def __init__(self, is_terminal):
        if is_terminal:
            self.ours, self.theirs = pty.openpty()
            tty.setraw(self.theirs)  # no CR before LF
        else:
            self.ours, self.theirs = os.pipe()
        self.data = b''
        self.thread = threading.Thread(target=self.read, daemon=True)

    def read(self):
        while True:
            try:
                data = os.read(self.ours, 65536)
            except OSError:  # a terminal's way to say that it ended
                return
            if not data:
                return
            self.data += data

    def begin(self):
        os.close(self.theirs)
        self.thread.start()

    def end(self):
        """Whoever wrote to it is gone: all of it is there, if it may take a while to be read."""
        self.thread.join(PATIENCE_S)
        os.close(self.ours)
        return self.data.decode('utf-8', 'surrogateescape')


class Stdin:
    """What a case's `stdin` says: a text, or a word; nothing is an empty pipe."""

    def __init__(self, text, places):
        word = text if text in casefile.STDIN_WORDS else None
        self.stays_open = word in ('open', 'terminal')
        self.text = '' if word or not text else places.fill(text)
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
            pass  # it did not want to read it all

    def end(self):
        if self.stays_open:
            os.close(self.ours)


def execute(case, places, tmp, urlcheck, limit, server):
    words = command(case, places, urlcheck)
    env = environment(case, places, tmp)
    terminals = case.sections.get('terminal', '').split()
    stdin = Stdin(case.sections.get('stdin'), places)
    stdout, stderr = (Stream(name in terminals) for name in ('stdout', 'stderr'))
    if stdin.is_closed:
        words = ['sh', '-c', 'exec "$@" <&-', 'sh'] + words
    begin = time.monotonic()
    process = subprocess.Popen(words, cwd=tmp, env=env, start_new_session=True,
                               stdin=stdin.theirs, stdout=stdout.theirs,
                               stderr=stderr.theirs)
    for stream in (stdin, stdout, stderr):
        stream.begin()
    hung = not waits(process, case, places, begin + limit, server)
    seconds = time.monotonic() - begin
    stdin.end()
    return Ran(process.returncode, stdout.end(), stderr.end(), seconds, hung)


def waits(process, case, places, until, server):
    """True if the command ended by itself in time. It is gone in any case,
    with all that it started."""
    send_signals(process, case, places, until, server)
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


def send_signals(process, case, places, until, server):
    if 'signal' not in case.sections:
        return
    names, _, what = case.sections['signal'].partition(' after ')
    number, _, path = places.fill(what).partition(' ')
    while server.number('requests', path) < int(number):
        if time.monotonic() > until or process.poll() is not None:
            return
        time.sleep(0.02)
    for name in names.split():
        process.send_signal(getattr(signal, 'SIG' + name))
