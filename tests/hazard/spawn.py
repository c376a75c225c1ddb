# SPDX-License-Identifier: MIT
"""Starts the hazard server for a test. tests/system, where `support` is, must be in sys.path."""

import os
import urllib.parse
import urllib.request

from support.child import LIMIT_S, Child

SERVE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'serve.py')

# The most that an endless hazard may send before the client leaves it. urlcheck reads at most
# 256 KiB of it. Some 2 MiB more wait in socket buffers, as the kernel counts large loopback
# packets. A client that read on for two seconds would get 20 MiB.
SENT_LIMIT = 8 << 20


class HazardServer(Child):
    """`about` is what Server.describe() returns."""

    def __init__(self):
        super().__init__(SERVE, '--json')

    def ask(self, path):
        """The text at one of the server's own paths, such as '/_peak/GROUP'."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.about['urls']['http'] + path, timeout=LIMIT_S) as reply:
            return reply.read().decode()

    def number(self, kind, what):
        """One of its counts: ('requests', '/ok'), ('peak', GROUP), ('sent', PATH)."""
        return int(self.ask('/_%s/%s' % (kind, urllib.parse.quote(what, safe=''))))
