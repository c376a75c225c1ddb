#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A fast HTTP server on many addresses that counts its requests.

    load_server.py ADDRESSES [NETWORK]

It listens on 127.0.0.1 (or NETWORK.1) and the addresses that follow, and on ::1 if there is
IPv6, all on one port. It serves these paths; anything may follow them:

    /ok                  200
    /wait/SECONDS        200 after that time
    /gather/N/SECONDS    200 after that time, once N requests have waited at the same time
    /to/HOST/PATH        a redirect to http://HOST/PATH
    /status/N            status N
    /hold                200 after the question 'release'
"""

import collections
import errno
import heapq
import os
import resource
import select
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support.child import Child, Questions, say  # noqa: E402

LOOPBACK = '127.0.0'
ACCEPT_AT_ONCE = 256
BACKLOG = 4096
GATHER_LIMIT_S = 40  # requests to /gather are answered after this time in any case
FIRST = 1000         # how many first requests are recorded in order

BODY = b'HTTP/1.1 %d Status\r\nContent-Length: 3\r\n\r\nok\n'
MOVED = b'HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://%s\r\n\r\n'


class LoadServer(Child):
    """The server for a test, in its own process: it has its own descriptors, and its work does not
    slow the test down."""

    def __init__(self, addresses=1, network=LOOPBACK):
        super().__init__(os.path.abspath(__file__), addresses, network)
        self.network = network

    def url(self, path, address=1):
        return 'http://%s.%d:%d%s' % (self.network, address, self.about['port'], path)


class Conn:
    __slots__ = ('sock', 'host', 'peer', 'buffer', 'waits', 'requests')

    def __init__(self, sock, host, peer):
        self.sock, self.host, self.peer = sock, host, peer
        self.buffer = b''
        self.waits = False  # it has a request without an answer
        self.requests = 0


class Server:
    """Counts the requests that wait for an answer and their peak, in total and per address; records
    the addresses and times of the first requests, in order."""

    def __init__(self, addresses, network):
        self.poll = select.epoll()
        self.listeners, self.conns = {}, {}
        self.due, self.gathered = [], []
        self.serial = 0
        self.reset()
        self.waiting = 0
        self.host_waiting = collections.Counter()
        self.port = self.listen(addresses, network)
        self.questions = Questions({'stat': self.stat, 'reset': self.reset,
                                    'release': self.release})
        self.poll.register(0, select.EPOLLIN)

    def reset(self):
        self.requests = self.connections = self.peak = 0
        self.host_peak = collections.Counter()
        self.first, self.times = [], []
        self.held, self.holds = [], True
        return {}

    def stat(self):
        return {'requests': self.requests, 'connections': self.connections,
                'peak': self.peak, 'host_peak': self.host_peak, 'first': self.first,
                'times': self.times, 'held': [conn.peer for conn in self.held if conn.waits]}

    def listen(self, addresses, network):
        """Listens on one port that is free on all addresses."""
        while True:
            made, port = [], 0
            try:
                for number in range(1, addresses + 1):
                    made.append(bound('%s.%d' % (network, number), port))
                    port = made[0].getsockname()[1]
                break
            except OSError as error:
                for sock in made:
                    sock.close()
                if error.errno != errno.EADDRINUSE:
                    raise
        try:
            made.append(bound('::1', port))
        except OSError:
            pass
        for sock in made:
            sock.listen(BACKLOG)
            self.listeners[sock.fileno()] = sock
            self.poll.register(sock, select.EPOLLIN)
        return port

    def serve(self):
        while True:
            timeout = max(0, self.due[0][0] - time.monotonic()) if self.due else -1
            for descriptor, _ in self.poll.poll(timeout):
                if descriptor in self.conns:
                    self.read(self.conns[descriptor])
                elif descriptor in self.listeners:
                    self.accept(self.listeners[descriptor])
                elif descriptor == 0 and not self.questions.take():
                    return
            now = time.monotonic()
            while self.due and self.due[0][0] <= now:
                _, _, conn, data = heapq.heappop(self.due)
                self.answer(conn, data)

    def accept(self, listener):
        for _ in range(ACCEPT_AT_ONCE):
            try:
                sock, peer = listener.accept()
            except BlockingIOError:
                return
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.conns[sock.fileno()] = Conn(sock, listener.getsockname()[0], peer[0])
            self.poll.register(sock, select.EPOLLIN)
            self.connections += 1

    def read(self, conn):
        try:
            data = conn.sock.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b''
        if not data:
            self.close(conn)
            return
        conn.buffer += data
        if b'\r\n\r\n' in conn.buffer:
            head, conn.buffer = conn.buffer.split(b'\r\n\r\n', 1)
            self.begin(conn)
            self.route(conn, head.split(b' ', 2)[1])

    def begin(self, conn):
        conn.waits = True
        conn.requests += 1
        self.requests += 1
        self.waiting += 1
        self.peak = max(self.peak, self.waiting)
        self.host_waiting[conn.host] += 1
        self.host_peak[conn.host] = max(self.host_peak[conn.host],
                                        self.host_waiting[conn.host])
        if len(self.first) < FIRST:
            self.first.append(conn.host)
            self.times.append(time.monotonic())

    def end(self, conn):
        conn.waits = False
        self.waiting -= 1
        self.host_waiting[conn.host] -= 1

    def route(self, conn, path):
        words = path.split(b'/', 3)[1:]
        if words[0] == b'ok':
            self.answer(conn, BODY % 200)
        elif words[0] == b'wait':
            self.later(conn, float(words[1]))
        elif words[0] == b'gather':
            self.gather(conn, int(words[1]), float(words[2].split(b'/')[0]))
        elif words[0] == b'hold' and self.holds:
            self.held.append(conn)
        elif words[0] == b'hold':
            self.answer(conn, BODY % 200)
        elif words[0] == b'to':
            self.answer(conn, MOVED % b'/'.join(words[1:]))
        else:
            self.answer(conn, BODY % (int(words[1]) if words[0] == b'status' else 404))

    def later(self, conn, seconds):
        self.serial += 1
        heapq.heappush(self.due, (time.monotonic() + seconds, self.serial, conn, BODY % 200))

    def gather(self, conn, count, seconds):
        if not self.gathered:
            self.gather_begin = time.monotonic()
        self.gathered.append(conn)
        over = time.monotonic() > self.gather_begin + GATHER_LIMIT_S
        if self.peak >= count or over:
            gathered, self.gathered = self.gathered, []
            for member in gathered:
                self.later(member, seconds)

    def release(self):
        """Answers the requests to /hold, and from now on at once."""
        held, self.held, self.holds = self.held, [], False
        for conn in held:
            self.answer(conn, BODY % 200)
        return {}

    def answer(self, conn, data):
        """Counts the request as ended before it is answered: the client's next request must not
        look concurrent with it."""
        if not conn.waits:
            return  # the client has disconnected
        self.end(conn)
        try:
            conn.sock.send(data)
        except OSError:
            self.close(conn)

    def close(self, conn):
        if conn.waits:
            self.end(conn)
        if self.conns.pop(conn.sock.fileno(), None):
            self.poll.unregister(conn.sock)
        conn.sock.close()


def bound(address, port):
    sock = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET)
    try:
        sock.setblocking(False)
        sock.bind((address, port))
    except OSError:
        sock.close()
        raise
    return sock


def main(make=lambda addresses, network=LOOPBACK: Server(int(addresses), network)):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = make(*sys.argv[1:])
    say({'port': server.port})
    server.serve()


if __name__ == '__main__':
    main()
