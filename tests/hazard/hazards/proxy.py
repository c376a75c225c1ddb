# SPDX-License-Identifier: MIT
"""Proxies. The routes here answer every http URL; every CONNECT leads to the listener `https`."""

import asyncio
import socket

from ..conn import Conn, Gone
from ..registry import Listener


async def proxy(c):
    while await c.read_request():
        if c.request.method == 'CONNECT':
            await tunnel(c)
            return
        await c.server.answer(c)
        if not c.keep or c.sock is None:
            return


async def tunnel(c):
    sock = socket.socket()
    sock.setblocking(False)
    await c.loop.sock_connect(sock, ('127.0.0.1', c.server.ports['https']))
    far = Conn(c.server, sock, c.listener)
    await c.send(b'HTTP/1.1 200 Connection established\r\n\r\n')
    pumps = [asyncio.ensure_future(pump(c, far)), asyncio.ensure_future(pump(far, c))]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        far.close()


async def pump(source, sink):
    while True:
        data = await source.recv()
        if not data:
            return
        await sink.send(data)


async def refuses(c):
    while await c.read_request():
        await c.reply(403, 'not through me\n')


async def demands_password(c):
    while await c.read_request():
        await c.reply(407, headers=['Proxy-Authenticate: Basic realm="here"'])


async def cuts_tunnel(c):
    """Accepts CONNECT, then closes."""
    if await c.read_request():
        await c.send(b'HTTP/1.1 200 Connection established\r\n\r\n')


async def floods(c):
    """CONNECT is refused, with a response that does not end."""
    if await c.read_request():
        await c.send(b'HTTP/1.1 407 No\r\nContent-Length: 9000000000000000000\r\n\r\n')
        await c.flood(b'z' * 4096)


async def says_nothing(c):
    await c.stall()


async def exactly(c, size):
    """The next `size` bytes."""
    while len(c.buffer) < size:
        data = await c.recv()
        if not data:
            raise Gone
        c.buffer += data
    data, c.buffer = c.buffer[:size], c.buffer[size:]
    return data


async def until_nul(c):
    data = b''
    while not data.endswith(b'\0'):
        data += await exactly(c, 1)
    return data[:-1]


async def socks(c):
    """A SOCKS proxy: 4, 4a and 5 (RFC 1928). The host reply-N.test, or the address 10.0.0.N, gets
    the reply N, every other host a response of this server."""
    if await exactly(c, 1) == b'\4':
        host = (await exactly(c, 7))[3:]
        await until_nul(c)
        if host[:3] == bytes(3):
            host = await until_nul(c)
        reply = reply_to(host)
        await c.send(bytes([0, reply or 90]) + bytes(6))
    else:
        await exactly(c, (await exactly(c, 1))[0])
        await c.send(b'\5\0')
        kind = (await exactly(c, 4))[3]
        host = await exactly(c, {1: 4, 3: 0, 4: 16}[kind] or (await exactly(c, 1))[0])
        await exactly(c, 2)
        reply = reply_to(host)
        await c.send(bytes([5, reply, 0, 1]) + bytes(6))
    if not reply:
        await c.server.http(c)


def reply_to(host):
    if host.startswith(b'reply-'):
        return int(host[6:].partition(b'.')[0])
    return host[3] if host[:3] == b'\x0a\0\0' else 0


async def socks_login(c):
    """A SOCKS proxy that requires a user and a password, and rejects each (RFC 1929)."""
    methods = await exactly(c, (await exactly(c, 2))[1])
    await c.send(b'\5\2' if 2 in methods else b'\5\xff')
    if 2 in methods:
        await exactly(c, (await exactly(c, 2))[1])
        await exactly(c, (await exactly(c, 1))[0])
        await c.send(b'\1\1')


Listener('proxy', handler=proxy)
Listener('socks', handler=socks)
Listener('socks-login', handler=socks_login)
Listener('proxy-refusing', handler=refuses)
Listener('proxy-password', handler=demands_password)
Listener('proxy-cutting', handler=cuts_tunnel)
Listener('proxy-silent', handler=says_nothing)
Listener('proxy-flooding', handler=floods)
# https proxies, with certificates that have one defect each.
for word in ('good', 'expired', 'not-yet-valid', 'wrong-host', 'self-signed', 'unknown-ca'):
    Listener('proxy-tls-' + word, scheme='https', handler=proxy, tls={'cert': word})


async def ends_handshake(c):
    await c.recv()


Listener('proxy-tls-ends-handshake', scheme='https', handler=ends_handshake)
Listener('proxy-tls-stalls', scheme='https', handler=says_nothing)
Listener('proxy-tls-unspoken', scheme='https', handler=proxy)
Listener('proxy-tls-refusing', scheme='https', handler=refuses, tls={})
Listener('proxy-tls-cuts-tunnel', scheme='https', handler=cuts_tunnel, tls={})
Listener('proxy-tls-closes', scheme='https', handler=ends_handshake, tls={})
Listener('proxy-tls-silent', scheme='https', handler=says_nothing, tls={})
