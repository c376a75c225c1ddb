# SPDX-License-Identifier: MIT
"""The hazard server for a test: started, asked, and stopped."""

import json
import os
import signal
import subprocess
import sys
import urllib.parse
import urllib.request

SERVE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'serve.py')
PATIENCE_S = 60

# What a hazard that never ends may send before it is left alone. Of that urlcheck reads 256 KiB at
# most; the rest waits in its socket, as many bytes as the kernel makes of what was read and of
# the loopback's large packets: some 2 MiB. Who reads on for two seconds gets 20 MiB.
SENT_LIMIT = 8 << 20


def let_signals_through():
    """What runs in the background of a script, or under nohup, ignores some signals, and with it
    all that it starts. What has a handler here has none there, and ends a program again."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


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
        self.process.wait(PATIENCE_S)
        self.process.stdout.close()

    def ask(self, path):
        """The text at a path of the server's own: '/_stat'."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.about['urls']['http'] + path, timeout=PATIENCE_S) as reply:
            return reply.read().decode()

    def number(self, kind, what):
        """One of its counts: ('requests', '/ok'), ('peak', GROUP), ('sent', PATH)."""
        return int(self.ask('/_%s/%s' % (kind, urllib.parse.quote(what, safe=''))))
