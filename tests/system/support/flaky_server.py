#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The load server with random failures and rate limits.

    flaky_server.py ADDRESSES SEED

It serves the paths of load_server.py, and these; anything may follow them:

    /random/PERCENT/keep     200; that percentage of the requests fails: 503, a reset, a close
                             without an answer, or a truncated body
    /random/PERCENT/close    like keep, but the server closes every connection
    /limited/N/SECONDS/A.B   200 for the first N requests to an address. The next A requests are
                             held until all A are there, and then get 429 with Retry-After. After
                             N more requests, B are refused in that way. Then 200 for ever.

The answer to a request to /random depends only on the seed, the path and the number of earlier
requests to that path.
"""

import collections
import os
import random
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support import load_server  # noqa: E402
from support.child import Child  # noqa: E402

# Outcome of a request -> urlcheck's class.
KINDS = {'503': 'http-5xx', 'reset': 'reset', 'empty': 'empty', 'truncated': 'truncated',
         '429': 'rate-limited', '200': ''}
BROKEN = ('reset', 'empty', 'truncated')

HEAD = b'HTTP/1.1 %s Status\r\nContent-Length: %d\r\n%s\r\n'
CUT_SHORT = HEAD % (b'200', 1000, b'') + b'the beg'
REFUSED = HEAD % (b'429', 0, b'Retry-After: %d\r\n')

# A request that arrived. `nth`: its number on its connection, from 1. `outcome` is a key of KINDS
# and was sent no earlier than `answered`; both are None for paths of load_server.py. Times are the
# server's.
Request = collections.namedtuple('Request', 'time host path nth outcome answered')


class FlakyServer(Child):
    """The server for a test, in its own process."""

    def __init__(self, addresses=1, seed=1):
        super().__init__(os.path.abspath(__file__), addresses, seed)

    def url(self, path, address=1):
        return 'http://%s.%d:%d%s' % (load_server.LOOPBACK, address, self.about['port'], path)

    def requests(self):
        """The requests since the last call, in order."""
        return [Request(*request) for request in self.ask('requests')]


def random_outcomes(seed, path, percent):
    """Yields the outcome of each request in turn to a path below /random/PERCENT."""
    chance = random.Random('%d %s' % (seed, path))
    while True:
        bad = chance.random() * 100 < percent
        yield chance.choice(['503', *BROKEN]) if bad else '200'


def attempt_classes(requests):
    """The class of each attempt that made these requests to one URL.

    A request that breaks on a reused connection may break because of an earlier request. If there
    was no answer, libcurl itself sends it again. If it breaks again, or part of an answer came,
    urlcheck sends it once more on a new connection. All of these requests are one attempt.
    """
    requests, found = iter(requests), []
    for request in requests:
        was_reused = False
        while request.outcome in BROKEN and (was_reused or request.nth > 1):
            was_reused = True
            next_is_last = request.nth == 1 or request.outcome == 'truncated'
            request = next(requests)
            if next_is_last:
                break
        found.append(KINDS[request.outcome])
    return found


class Server(load_server.Server):
    def __init__(self, addresses, seed):
        self.seed = seed
        super().__init__(addresses, load_server.LOOPBACK)
        self.questions.answers['requests'] = self.take_requests
        self.requests_made = []
        self.outcomes = {}  # path -> iterator of its outcomes
        self.limits = {}    # (address, beginning of the path) -> Limit

    def take_requests(self):
        made, self.requests_made = self.requests_made, []
        return made

    def route(self, conn, path):
        text = path.decode()
        entry = [time.monotonic(), conn.host, text, conn.requests, None, None]
        self.requests_made.append(entry)
        words = text.split('/')
        if words[1] == 'random':
            entry[4] = self.outcome(text, int(words[2]))
            self.give(conn, entry, b'Connection: close\r\n' if words[3] == 'close' else b'')
        elif words[1] == 'limited':
            limit = self.limits.setdefault((conn.host, *words[2:5]), Limit(*words[2:5]))
            for one in limit.take((conn, entry)):
                self.give(*one, seconds=limit.seconds)
        else:
            super().route(conn, path)

    def outcome(self, path, percent):
        return next(self.outcomes.setdefault(path, random_outcomes(self.seed, path, percent)))

    def give(self, conn, entry, header=b'', seconds=0):
        outcome = entry[4]
        entry[5] = time.monotonic()
        if outcome == 'reset':
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        elif outcome == 'truncated':
            conn.sock.send(CUT_SHORT)
        elif outcome == '429':
            self.answer(conn, REFUSED % seconds)
        elif outcome != 'empty':
            self.answer(conn, HEAD % (outcome.encode(), 3, header) + b'ok\n')
        if outcome in BROKEN or header:
            self.close(conn)


class Limit:
    """A rate limit: after `each` answers it refuses a group of requests, for each of the groups."""

    def __init__(self, each, seconds, groups):
        self.each, self.seconds = int(each), int(seconds)
        self.groups = [int(size) for size in groups.split('.')]
        self.left = self.each
        self.waiting = []

    def take(self, request):
        """Sets the outcome of a request. Returns the requests that can be answered now."""
        if not self.groups or self.left:
            self.left -= 1
            request[1][4] = '200'
            return [request]
        request[1][4] = '429'
        self.waiting.append(request)
        if len(self.waiting) < self.groups[0]:
            return []
        self.left = self.each
        del self.groups[0]
        refused, self.waiting = self.waiting, []
        return refused


if __name__ == '__main__':
    load_server.main(lambda addresses, seed: Server(int(addresses), int(seed)))
