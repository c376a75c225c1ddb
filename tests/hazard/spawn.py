# SPDX-License-Identifier: MIT
"""The hazard server for a test: started, asked, and stopped."""

import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request

SERVE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'serve.py')


class HazardServer:
    """A context manager. It holds the pipe that keeps the server alive, so the
    server ends with this process, however this process ends."""

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, SERVE, '--json'],
                                        stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.about = json.loads(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()

    def ask(self, path):
        """The text at a path of the server's own: '/_stat'."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.about['urls']['http'] + path, timeout=10) as reply:
            return reply.read().decode()

    def number(self, kind, what):
        """One of its counts: ('requests', '/ok'), ('peak', GROUP), ('sent', PATH)."""
        return int(self.ask('/_%s/%s' % (kind, urllib.parse.quote(what, safe=''))))
