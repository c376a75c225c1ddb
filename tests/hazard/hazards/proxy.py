# SPDX-License-Identifier: MIT
"""Proxies. The routes here answer every http URL; every CONNECT leads to the listener `https`."""

import asyncio
import socket

from ..conn import Conn
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


Listener('proxy', handler=proxy)
Listener('proxy-refusing', handler=refuses)
Listener('proxy-password', handler=demands_password)
Listener('proxy-cutting', handler=cuts_tunnel)
Listener('proxy-silent', handler=says_nothing)
Listener('proxy-flooding', handler=floods)
