#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The server for loads with moods: it fails at random, or wants to be left alone.

    moody.py ADDRESSES SEED

It serves what bulk.py does, and below these anything may stand:

    /random/PERCENT/keep     200, but for so many of a hundred requests: 503, a reset, a close
                             without an answer, a body that is cut short
    /random/PERCENT/close    the same, and no connection is kept
    /limited/N/SECONDS/A.B   200; but after N such at an address A at once are waited for, and have
                             429 and Retry-After; after N more B; then 200 for ever

What comes of a request to /random depends on the seed, on its path and on how
many came there before, and on nothing else.
"""

import collections
import os
import random
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support import bulk  # noqa: E402
from support.child import Child  # noqa: E402

# What a failed request is to urlcheck.
KINDS = {'503': 'http-5xx', 'reset': 'reset', 'empty': 'empty', 'truncated': 'truncated',
         '429': 'rate-limited', '200': ''}
BROKEN = ('reset', 'empty', 'truncated')

HEAD = b'HTTP/1.1 %s Status\r\nContent-Length: %d\r\n%s\r\n'
CUT_SHORT = HEAD % (b'200', 1000, b'') + b'the beg'
REFUSED = HEAD % (b'429', 0, b'Retry-After: %d\r\n')

# What came: when, to which address and path, as the how manyth on its connection.
# `outcome` is one of KINDS, and was sent no earlier than `answered`; both are None for what
# others serve. Times are the server's.
Request = collections.namedtuple('Request', 'time host path nth outcome answered')


class Moody(Child):
    """The server for a test."""

    def __init__(self, addresses=1, seed=1):
        super().__init__(os.path.abspath(__file__), addresses, seed)

    def url(self, path, address=1):
        return 'http://%s.%d:%d%s' % (bulk.LOOPBACK, address, self.about['port'], path)

    def requests(self):
        """Those since last asked, in their order."""
        return [Request(*request) for request in self.ask('requests')]


def moods(seed, path, percent):
    """What comes of one request after another to a path below /random/PERCENT."""
    chance = random.Random('%d %s' % (seed, path))
    while True:
        bad = chance.random() * 100 < percent
        yield chance.choice(['503', *BROKEN]) if bad else '200'


def outcomes(requests):
    """What the attempts came to that made these requests to one URL, as records have it.

    What breaks on a connection that is not new may do so because of what was before: libcurl
    asks again by itself if nothing came back, and where it still breaks, or something did come,
    urlcheck does, once and on a connection of its own. All that is the same attempt.
    """
    requests, found = iter(requests), []
    for request in requests:
        doubtful = False
        while request.outcome in BROKEN and (doubtful or request.nth > 1):
            doubtful = True
            afresh = request.nth == 1 or request.outcome == 'truncated'
            request = next(requests)
            if afresh:
                break
        found.append(KINDS[request.outcome])
    return found


class Server(bulk.Server):
    def __init__(self, addresses, seed):
        self.seed = seed
        super().__init__(addresses, bulk.LOOPBACK)
        self.questions.answers['requests'] = self.take_requests
        self.requests_made = []
        self.chances = {}  # path: what decides there
        self.limits = {}   # (address, the beginning of its paths): Limit

    def take_requests(self):
        made, self.requests_made = self.requests_made, []
        return made

    def route(self, conn, path):
        text = path.decode()
        note = [time.monotonic(), conn.host, text, conn.asked, None, None]
        self.requests_made.append(note)
        words = text.split('/')
        if words[1] == 'random':
            note[4] = self.outcome(text, int(words[2]))
            self.give(conn, note, b'Connection: close\r\n' if words[3] == 'close' else b'')
        elif words[1] == 'limited':
            limit = self.limits.setdefault((conn.host, *words[2:5]), Limit(*words[2:5]))
            for one in limit.take((conn, note)):
                self.give(*one, seconds=limit.seconds)
        else:
            super().route(conn, path)

    def outcome(self, path, percent):
        return next(self.chances.setdefault(path, moods(self.seed, path, percent)))

    def give(self, conn, note, header=b'', seconds=0):
        outcome = note[4]
        note[5] = time.monotonic()
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
    """An address's moods: how many it still answers, and how many it refuses then."""

    def __init__(self, each, seconds, groups):
        self.each, self.seconds = int(each), int(seconds)
        self.groups = [int(size) for size in groups.split('.')]
        self.left = self.each
        self.waiting = []

    def take(self, request):
        """The requests that have their answer now."""
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
    bulk.main(lambda addresses, seed: Server(int(addresses), int(seed)))
