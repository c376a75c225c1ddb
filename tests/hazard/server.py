# SPDX-License-Identifier: MIT
"""Listeners, dispatch of connections and requests to their handlers, counts."""

import asyncio
import collections
import contextlib
import errno
import socket

from .conn import Conn, Gone
from .registry import HAZARDS, LISTENERS, ROUTES
from .tls import TlsConn

ACCEPT_AT_ONCE = 256
BACKLOG = 8192  # the kernel reduces it to its limit


class Server:
    """Counts `requests` per request target. Per group of /slow, /hold and /gather: the current
    requests, `groups`, and their `group_peak`. Per path: `most_sent`, the most bytes that one
    response sent. `seen` has the requests to /seen/NAME."""

    def __init__(self, directory, certs):
        self.directory = directory
        self.certs = certs
        self.loop = asyncio.get_running_loop()
        self.requests = collections.Counter()
        self.groups = collections.Counter()
        self.group_peak = collections.Counter()
        self.most_sent = collections.Counter()
        self.seen = collections.defaultdict(list)
        self.tasks = set()
        self.ports = {}
        self.kept = []  # sockets that stay open as long as the server

    def start(self):
        for name, listener in LISTENERS.items():
            if listener.tls is not None and self.certs is None:
                continue
            with contextlib.suppress(OSError):  # for example, no IPv6 here
                self.ports[name] = self.bind(listener)

    def bind(self, listener):
        by_path = listener.host.startswith('/')
        family = (socket.AF_UNIX if by_path else
                  socket.AF_INET6 if ':' in listener.host else socket.AF_INET)
        sock = socket.socket(family)
        try:
            sock.bind(self.directory + listener.host if by_path else (listener.host, 0))
        except OSError:
            sock.close()
            raise
        self.kept.append(sock)
        if listener.setup:
            listener.setup(self, sock)
        else:
            sock.setblocking(False)
            sock.listen(BACKLOG)
            self.loop.add_reader(sock, self.accept, sock, listener)
        return 0 if by_path else sock.getsockname()[1]

    def accept(self, sock, listener):
        for _ in range(ACCEPT_AT_ONCE):
            try:
                client, _ = sock.accept()
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    self.loop.remove_reader(sock)
                    self.loop.call_later(0.05, self.loop.add_reader, sock,
                                         self.accept, sock, listener)
                return
            task = self.loop.create_task(self.serve(client, listener))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def serve(self, client, listener):
        client.setblocking(False)
        if client.family != socket.AF_UNIX:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made = Conn if listener.tls is None else TlsConn
        conn = made(self, client, listener)
        try:
            if listener.tls is not None:
                context = self.certs.server_context(**listener.tls)
                await conn.handshake(context)
            await (listener.handler or self.http)(conn)
            if conn.sock:
                await conn.finish()
        except Gone:
            pass
        finally:
            conn.close()

    async def http(self, conn):
        while await conn.read_request():
            await self.answer(conn)
            if not conn.keep or conn.sock is None:
                return

    async def answer(self, conn):
        """Calls the route of the current request."""
        segment = conn.request.path.partition('?')[0].split('/')[1]
        if not segment.startswith('_'):  # the server's own paths are not counted
            self.requests[conn.request.target] += 1
        await ROUTES.get(segment, ROUTES['status'])(conn)

    def note_sent(self, conn):
        """Recorded at once, so that it is complete when the client has disconnected."""
        if conn.request:
            path = conn.request.path
            self.most_sent[path] = max(self.most_sent[path], conn.sent)

    @contextlib.contextmanager
    def member_of(self, group):
        """Counts a request in `group` while the context is open."""
        self.groups[group] += 1
        self.group_peak[group] = max(self.group_peak[group], self.groups[group])
        try:
            yield
        finally:
            self.groups[group] -= 1

    def address(self, name):
        """'127.0.0.1:1234', '[::1]:1234', or a path"""
        host = LISTENERS[name].host
        if host.startswith('/'):
            return self.directory + host
        return '%s:%d' % ('[%s]' % host if ':' in host else host, self.ports[name])

    def url(self, name, path=''):
        address = self.address(name)
        # On a unix socket any host works.
        host = name if address.startswith('/') else address
        return '%s://%s%s' % (LISTENERS[name].scheme, host, path)

    def describe(self):
        """All that a test needs to know, ready for JSON."""
        return {
            'ca': self.certs and self.certs.ca_file,
            'certs': self.certs and self.certs.directory,
            'urls': {name: self.url(name) for name in self.ports},
            'addresses': {name: self.address(name) for name in self.ports},
            'ports': dict(self.ports),
            'listeners': list(LISTENERS),
            'hazards': [dict(hazard._asdict(), url=self.url(hazard.listener, hazard.path))
                        for hazard in HAZARDS.values()
                        if hazard.listener in self.ports],
        }
