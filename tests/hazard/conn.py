# SPDX-License-Identifier: MIT
"""One connection. Only what a handler writes is sent."""

import asyncio
import socket
import struct
from collections import namedtuple
from urllib.parse import unquote

Request = namedtuple('Request', 'method target path headers head body')


class Gone(Exception):
    """The client has disconnected. Handlers do not catch it: it ends them."""


class Conn:
    """`request` is the current request, `number` its number on this connection, from 1, `sent` the
    bytes that the kernel has accepted since it arrived. After a handler returns, the connection is closed unless `keep` is set."""

    def __init__(self, server, sock, listener):
        self.server, self.sock, self.listener = server, sock, listener
        self.loop = server.loop
        self.buffer = b''
        self.request = None
        self.sent = 0
        self.keep = False
        self.number = 0

    # Bytes.

    async def recv(self, timeout=None):
        """Some bytes, b'' at the end of the stream, None after the timeout."""
        return await self.raw_recv(timeout)

    async def send(self, data):
        await self.raw_send(data)
        self.sent += len(data)
        self.server.note_sent(self)

    async def raw_recv(self, timeout=None):
        while True:
            try:
                return self.sock.recv(65536)
            except BlockingIOError:
                if not await self.ready(self.loop.add_reader,
                                        self.loop.remove_reader, timeout):
                    return None
            except OSError:
                raise Gone from None

    async def raw_send(self, data):
        view = memoryview(data)
        while view:
            try:
                view = view[self.sock.send(view):]
            except BlockingIOError:
                await self.ready(self.loop.add_writer, self.loop.remove_writer)
            except OSError:
                raise Gone from None

    async def ready(self, watch, unwatch, timeout=None):
        future = self.loop.create_future()

        def settle(value):
            if not future.done():
                future.set_result(value)
        watch(self.sock, settle, True)
        alarm = None
        if timeout is not None:
            alarm = self.loop.call_later(timeout, settle, False)
        try:
            return await future
        finally:
            unwatch(self.sock)
            if alarm:
                alarm.cancel()

    # Ends.

    async def finish(self):
        """An orderly end: everything sent arrives, then FIN."""
        self.close()

    def close(self):
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def reset(self):
        """An abortive end: RST."""
        linger = struct.pack('ii', 1, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close()

    async def reset_soon(self):
        """RST, after the client had time to read what was sent."""
        await self.pause(0.1)
        self.reset()

    # Delays.

    async def pause(self, seconds):
        """Waits. Raises Gone when the client disconnects meanwhile."""
        until = self.loop.time() + seconds
        while True:
            left = until - self.loop.time()
            data = await self.recv(max(0, left))
            if data is None:
                return
            if not data:
                raise Gone
            self.buffer += data

    async def stall(self):
        """Sends nothing until the client disconnects."""
        await self.pause(86400)

    async def drip(self, data=b'x', every=0.2):
        """Sends the data byte by byte, over and over."""
        while True:
            for byte in data:
                await self.send(bytes([byte]))
                await self.pause(every)

    async def flood(self, data):
        """Sends the data over and over, as long as the client reads. The small send buffer keeps
        `sent` close to what was read."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        while True:
            await self.send(data)
            await asyncio.sleep(0)

    # HTTP.

    async def read_request(self):
        """The next request, or None."""
        while b'\r\n\r\n' not in self.buffer:
            if self.buffer.startswith(b'\x16'):  # a client that speaks TLS
                await self.send(b'HTTP/1.1 400 Bad Request\r\n\r\n')
                return None
            data = await self.recv()
            if not data or len(self.buffer) > 1 << 20:
                return None
            self.buffer += data
        head, self.buffer = self.buffer.split(b'\r\n\r\n', 1)
        first, *lines = head.decode('latin-1').split('\r\n')
        headers = {}
        for line in lines:
            name, _, value = line.partition(':')
            headers.setdefault(name.lower(), []).append(value.strip())
        length = int(headers.get('content-length', ['0'])[0])
        while len(self.buffer) < length:
            data = await self.recv()
            if not data:
                return None
            self.buffer += data
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        words = first.split(' ')
        if len(words) != 3:
            return None
        self.request = Request(words[0], words[1], without_host(words[1]), headers,
                               head.decode('latin-1'), body)
        self.sent = 0
        self.keep = False
        self.number += 1
        return self.request

    @property
    def words(self):
        """The segments of the path after the first: /slow/2/x -> ['2', 'x']"""
        path = self.request.path.partition('?')[0]
        return [unquote(word) for word in path.split('/')[2:] if word]

    async def reply(self, status=200, body='ok\n', headers=(), reason='Status'):
        """A complete and correct response."""
        body = body.encode() if isinstance(body, str) else body
        head = ['HTTP/1.1 %s %s' % (status, reason),
                'Content-Length: %d' % len(body), *headers]
        data = '\r\n'.join(head).encode('latin-1') + b'\r\n\r\n'
        bare = self.request.method == 'HEAD' or status in (204, 304)
        await self.send(data if bare else data + body)
        self.keep = 'close' not in self.request.headers.get('connection', [])


def without_host(target):
    """The path of a request target in absolute form: http://host/path -> /path"""
    if target.startswith('/'):
        return target
    return '/' + target.partition('://')[2].partition('/')[2]
