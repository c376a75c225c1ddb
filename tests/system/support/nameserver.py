#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A name server, for a network namespace. Names below

    good.test     have the address 127.0.0.1
    both.test     have ::1 as well
    six.test      have ::1 only
    second.test   have an address that refuses connections, then 127.0.0.1
    nx.test       do not exist
    empty.test    exist without an address
    fail.test     get SERVFAIL, and those below refused.test REFUSED
    silent.test   get no answer
    tcp.test      get a truncated answer over UDP, and none over TCP
    held.test     are like good.test, and those below heldnx.test like nx.test, but the answers
                  are held until no query has arrived for HELD_S
    late.test     are like nx.test for the first query, then like good.test
    moved.test    have the refusing address for the first query, then are like good.test

(Message format: RFC 1035, 4.1.) It counts the queries over UDP, and the names held at once.
"""

import collections
import os
import select
import socket
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support.child import Child, Questions, say  # noqa: E402
from support.namespace import NAMESERVER  # noqa: E402

A, AAAA = 1, 28
TYPES = {A: 'A', AAAA: 'AAAA'}
OF_V4 = [(A, socket.inet_aton('127.0.0.1'))]
OF_V6 = [(AAAA, socket.inet_pton(socket.AF_INET6, '::1'))]
REFUSES = '127.0.1.99'
OK, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5
TRUNCATED = 0x0200
HELD_S = 0.02

# zone -> (response code and flags, addresses); None: no answer
ZONES = {
    'good': (OK, OF_V4), 'both': (OK, OF_V4 + OF_V6), 'six': (OK, OF_V6),
    'second': (OK, [(A, socket.inet_aton(REFUSES))] + OF_V4),
    'nx': (NXDOMAIN, []), 'empty': (OK, []), 'fail': (SERVFAIL, []),
    'refused': (REFUSED, []), 'tcp': (TRUNCATED, []), 'silent': None,
    'held': (OK, OF_V4), 'heldnx': (NXDOMAIN, []),
    'late': (OK, OF_V4), 'moved': (OK, OF_V4),
}
AT_FIRST = {'late': (NXDOMAIN, []), 'moved': (OK, [(A, socket.inet_aton(REFUSES))])}
HELD = ('held', 'heldnx')


class NameServer(Child):
    """The server for a test, in its own process."""

    def __init__(self):
        super().__init__(os.path.abspath(__file__))

    def queries(self):
        """{'name.good.test A': count}, since the last call."""
        return self.ask('queries')

    def most_held(self):
        """The most names that were held at once since the last call."""
        return self.ask('most_held')['names']


class Server:
    def __init__(self):
        self.counts = collections.Counter()
        self.known = set()  # (name, type) already queried in AT_FIRST zones
        self.held = {}  # name -> [(answer, sender)]
        self.most = 0
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.udp.bind((NAMESERVER, 53))
        self.tcp = socket.socket()
        self.tcp.bind((NAMESERVER, 53))
        self.tcp.listen(1000)
        self.kept = []  # TCP connections, never answered
        self.questions = Questions({'queries': self.queries, 'most_held': self.most_held})

    def queries(self):
        counts, self.counts = self.counts, collections.Counter()
        return counts

    def most_held(self):
        most, self.most = self.most, 0
        return {'names': most}

    def release(self):
        for answers in self.held.values():
            for answer, sender in answers:
                self.udp.sendto(answer, sender)
        self.held = {}

    def serve(self):
        while True:
            readable = select.select([0, self.udp, self.tcp], [], [],
                                     HELD_S if self.held else None)[0]
            if not readable:
                self.release()
            for ready in readable:
                if ready is self.udp:
                    self.answer(*self.udp.recvfrom(4096))
                elif ready is self.tcp:
                    self.kept.append(self.tcp.accept()[0])
                elif not self.questions.take():
                    return

    def answer(self, query, sender):
        name, kind, question = parse(query)
        self.counts['%s %s' % (name, TYPES.get(kind, kind))] += 1
        label = (['', ''] + name.split('.'))[-2]
        zone = ZONES.get(label, (NXDOMAIN, []))
        if label in AT_FIRST and (name, kind) not in self.known:
            zone = AT_FIRST[label]
            self.known.add((name, kind))
        if zone is None:
            return
        flags, addresses = zone
        found = [(of, data) for of, data in addresses if of == kind]
        head = struct.pack('>HHHHHH', struct.unpack('>H', query[:2])[0], 0x8180 | flags,
                           1, len(found), 0, 0)
        answers = [struct.pack('>HHHIH', 0xc00c, of, 1, 60, len(data)) + data
                   for of, data in found]
        self.send(label, name, head + question + b''.join(answers), sender)

    def send(self, label, name, answer, sender):
        if label not in HELD:
            self.udp.sendto(answer, sender)
            return
        self.held.setdefault(name, []).append((answer, sender))
        self.most = max(self.most, len(self.held))


def parse(query):
    """The name, the type and the bytes of the question."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode('latin-1').lower())
        at += 1 + query[at]
    kind = struct.unpack('>H', query[at + 1:at + 3])[0]
    return '.'.join(labels), kind, query[12:at + 5]


def main():
    server = Server()
    say({'refuses': REFUSES})
    server.serve()


if __name__ == '__main__':
    main()
