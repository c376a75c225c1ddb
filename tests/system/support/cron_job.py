# SPDX-License-Identifier: MIT
"""Runs urlcheck as cron does, at any time, against a server that follows a script."""

import collections
import glob
import http.server
import re
import subprocess
import threading
import time

from .running import LIMIT_S, environment
from .suite import Skip

# https://github.com/wolfcw/libfaketime: for programs with threads
LIBRARIES = ('/usr/lib/*/faketime/libfaketimeMT.so.1', '/usr/lib/faketime/libfaketimeMT.so.1',
             '/usr/lib64/faketime/libfaketimeMT.so.1')
ZONE = 'CET-1CEST,M3.5.0,M10.5.0/3'


def find_faketime():
    for pattern in LIBRARIES:
        for path in glob.glob(pattern):
            return path
    raise Skip('faketime is missing')


# Of five runs, in the second and the third of which the site is dead, and two must agree.
TWO_MAILS = ['', '',
             r'DOWN since \d\d:\d\d \w+ \(2 runs\): http://site/site  [a-z-]+: [^\n]+\n', '',
             r'UP again after \d+ min: http://site/site  was [a-z-]+ since \d\d:\d\d \w+\n']


def is_sequence_of_two(mails):
    """Whether these are the mails of five such runs: exactly two, one that it is down, one that it is up."""
    return len(mails) == len(TWO_MAILS) and all(
        re.fullmatch(pattern, mail) for pattern, mail in zip(TWO_MAILS, mails))


class Mails:
    """What cron would mail: the output of a command, if there is any. Hosts are named as in `names`,
    {address: name}."""

    def __init__(self, command, names):
        self.command, self.names = command, names
        self.faketime = find_faketime()

    def run(self, now, **env):
        """Runs the command, at the time `now`, "2026-11-16 09:00:00", at which the clock stands still.
        The clock with which it measures durations goes on. Returns the mail, and the exit status."""
        env = dict(environment(), TZ=ZONE, LD_PRELOAD=self.faketime, FAKETIME=now,
                   FAKETIME_DONT_FAKE_MONOTONIC='1', **env)
        ran = subprocess.run(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, env=env, timeout=LIMIT_S)
        mail = ran.stdout.decode('ascii')  # the charset of cron's mails
        for address, name in self.names.items():
            mail = mail.replace(address, name)
        return mail, ran.returncode


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0)) and b''
        if self.path.startswith('/ping/'):
            self.server.pings.append(self.path)
            body = b'OK'
        word = self.path.split('/')[1]
        self.server.requests[word] += 1
        what = self.server.down.get(word)
        if what == 'gone':
            self.close_connection = True
            return
        if isinstance(what, float):
            time.sleep(what)
            what = None
        self.send_response(what or 200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


class ScriptedServer(http.server.ThreadingHTTPServer):
    """Serves all of loopback. `requests` counts requests by the first word of their path. `down` says what
    happens to those with a word: a status, a delay in seconds (float), or 'gone', no response. All others
    get 200; those below /ping/ are noted, and get "OK"."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, port=0):
        super().__init__(('0.0.0.0', port), Handler)
        self.down = {}
        self.requests = collections.Counter()
        self.pings = []  # the paths of requests below /ping/
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self, host='127.0.0.1'):
        return '%s:%d' % (host, self.server_port)

    def close(self):
        self.shutdown()
        self.server_close()

    def __exit__(self, *_):
        self.close()

    def handle_error(self, *_):
        """A client has gone away."""
