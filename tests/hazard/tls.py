# SPDX-License-Identifier: MIT
"""A connection under TLS on memory buffers, so that it can end without close_notify, be reset, or
break at any point."""

import ssl

from .conn import Conn, Gone


class TlsConn(Conn):
    def __init__(self, server, sock, listener):
        super().__init__(server, sock, listener)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = None

    async def handshake(self, context):
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        while True:
            try:
                self.tls.do_handshake()
                return await self.flush()
            except ssl.SSLWantReadError:
                await self.flush()
                await self.feed()
            except ssl.SSLError:
                await self.flush()  # sends the alert
                raise Gone from None

    async def feed(self, timeout=None):
        data = await self.raw_recv(timeout)
        if data == b'':
            raise Gone
        if data:
            self.incoming.write(data)
        return data

    async def flush(self):
        await self.raw_send(self.outgoing.read())

    async def recv(self, timeout=None):
        while True:
            try:
                return self.tls.read(65536)
            except ssl.SSLWantReadError:
                await self.flush()
                if await self.feed(timeout) is None:
                    return None
            except ssl.SSLError:
                return b''

    async def send(self, data):
        self.tls.write(data)
        await self.flush()
        self.sent += len(data)
        self.server.note_sent(self)

    async def finish(self):
        if self.tls:
            try:
                self.tls.unwrap()
            except ssl.SSLError:
                pass  # close_notify is sent; the client's is not awaited
            await self.flush()
        self.close()
