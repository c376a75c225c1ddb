# SPDX-License-Identifier: MIT
"""Runs urlcheck as cron does, at any time, against a server that follows a script."""

import glob
import http.server
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


class Mails:
    """What cron would mail: the output of a command, if there is any. Hosts are named as in `names`,
    {address: name}."""

    def __init__(self, command, names):
        self.command, self.names = command, names
        self.library = find_faketime()

    def run(self, now):
        """Runs the command, at the time `now`, "2026-11-16 09:00:00", at which the clock stands still.
        The clock with which it measures durations goes on. Returns the mail, and the exit status."""
        env = dict(environment(), TZ=ZONE, LD_PRELOAD=self.library, FAKETIME=now,
                   FAKETIME_DONT_FAKE_MONOTONIC='1')
        ran = subprocess.run(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, env=env, timeout=LIMIT_S)
        mail = ran.stdout.decode('ascii')  # the charset of cron's mails
        for address, name in self.names.items():
            mail = mail.replace(address, name)
        return mail, ran.returncode


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        what = self.server.down.get(self.path.split('/')[1])
        if what == 'gone':
            self.close_connection = True
            return
        if isinstance(what, float):
            time.sleep(what)
            what = None
        self.send_response(what or 200)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


class ScriptedServer(http.server.ThreadingHTTPServer):
    """Serves all of loopback. `down` says, for the first word of a path, what happens to its requests:
    a status, a delay in seconds (float), or 'gone', no response. All others get 200."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self):
        super().__init__(('0.0.0.0', 0), Handler)
        self.down = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self, host='127.0.0.1'):
        return '%s:%d' % (host, self.server_port)

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        """A client has gone away."""
