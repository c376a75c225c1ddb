# SPDX-License-Identifier: MIT
"""Ports that refuse, ignore or drop a connection."""

import asyncio
import collections
import socket

from ..registry import Listener, hazard, port_hazard


def bound_only(server, sock):
    """Bound without listen(): RST to every SYN."""


def never_accepts(server, sock):
    """A full backlog: the kernel drops every further SYN."""
    sock.listen(0)
    for _ in range(4):
        filler = socket.socket(sock.family)
        filler.setblocking(False)
        filler.connect_ex(sock.getsockname())
        server.kept.append(filler)


port_hazard('refused', expect='FAILED tcp refused', setup=bound_only)
port_hazard('refused-tls', expect='FAILED tcp refused', scheme='https', setup=bound_only)
port_hazard('refused-ipv6', expect='FAILED tcp refused', host='::1', setup=bound_only)
port_hazard('never-accepts', expect='FAILED tcp timeout-connect', setup=never_accepts)
port_hazard('never-accepts-tls', expect='FAILED tcp timeout-connect', scheme='https',
            setup=never_accepts)

# The broadcast address of the loopback network: TCP has no route, and no packet is sent.
port_hazard('unreachable', expect='FAILED tcp unreachable', host='127.255.255.255',
            setup=bound_only)


# connect() may fail with this RST already.
@port_hazard('reset-at-accept', expect='FAILED http reset | FAILED tcp reset')
async def reset_at_accept(c):
    c.reset()


@port_hazard('reset-at-request', expect='FAILED http reset')
async def reset_at_request(c):
    await c.recv()
    c.reset()


@port_hazard('close-at-accept', expect='FAILED http empty | FAILED http reset')
async def close_at_accept(c):
    """FIN, then RST in answer to the request."""


@port_hazard('close-at-request', expect='FAILED http empty')
async def close_at_request(c):
    await c.recv()


@port_hazard('silent-from-accept', expect='FAILED http timeout-response')
async def silent_from_accept(c):
    await c.stall()


@port_hazard('speaks-first', expect='FAILED http protocol')
async def speaks_first(c):
    """As a mail server does."""
    await c.send(b'220 mail.name.test ESMTP\r\n')
    await c.recv()
    await c.send(b'500 what?\r\n')


SERVED = collections.Counter()  # by server and listener: how many connections are being served


async def serve_few(c, most, waits):
    """Serves so many connections at a time, each until the client closes it. Others wait, or are
    reset."""
    key = (c.server, c.listener.name)
    while waits and SERVED[key] >= most:
        await asyncio.sleep(0.01)
    if SERVED[key] >= most:
        await asyncio.sleep(0.05)  # a connection that the client has just closed does not count
    if SERVED[key] >= most:
        return c.reset()
    SERVED[key] += 1
    try:
        await c.server.http(c)
    finally:
        SERVED[key] -= 1


# As Perl's HTTP::Daemon, Python's HTTPServer and many devices: a client that keeps an idle
# connection keeps everybody out, itself too.
@port_hazard('one-at-a-time', expect='OK 200', path='/ok?one-1')
async def one_at_a_time(c):
    await serve_few(c, 1, waits=True)


for number in range(2, 6):
    hazard('one-at-a-time-%d' % number, expect='OK 200', path='/ok?one-%d' % number,
           on='one-at-a-time')


async def two_slots(c):
    await serve_few(c, 2, waits=False)


Listener('two-slots', handler=two_slots)


async def one_slot(c):
    await serve_few(c, 1, waits=False)


Listener('one-slot', handler=one_slot)


@hazard('closes-kept-connection', expect='OK 200')
async def closes_kept_connection(c):
    """Offers keep-alive, but closes."""
    await c.reply()
    c.keep = False


@port_hazard('drops-second', expect='OK 200', path='/1')
async def drops_second(c):
    """Answers the first request on a connection and resets at the second. A client that reused the
    connection must retry on a new one (RFC 9112, 9.3.1)."""
    await c.read_request()
    await c.reply()
    if await c.read_request():
        c.reset()


hazard('drops-second-2', expect='OK 200', path='/2', on='drops-second')
hazard('drops-second-3', expect='OK 200', path='/3', on='drops-second')


@port_hazard('idle-timer', expect='OK 200', path='/1')
async def idle_timer(c):
    """Answers the first request on a connection. At the second, its timer for idle connections has
    ended: 408, which is no response to that request (RFC 9110, 15.5.9)."""
    await c.read_request()
    await c.reply()
    if await c.read_request():
        await c.send(b'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n'
                     b'Content-Length: 0\r\n\r\n')


hazard('idle-timer-2', expect='OK 200', path='/2', on='idle-timer')
hazard('idle-timer-3', expect='OK 200', path='/3', on='idle-timer')


@port_hazard('idle-timer-redirect', expect='OK 200', path='/from/1')
async def idle_timer_redirect(c):
    """As idle-timer, but the first request on a connection may be redirected: whoever follows must
    use a connection of its own, or get 408 each time."""
    request = await c.read_request()
    if request and '/from/' in request.target:
        await c.reply(302, headers=['Location: /to'])
    else:
        await c.reply()
    if await c.read_request():
        await c.send(b'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n'
                     b'Content-Length: 0\r\n\r\n')


hazard('idle-timer-redirect-2', expect='OK 200', path='/from/2', on='idle-timer-redirect')


async def forgets_idle(c):
    """Answers the first request on a connection. Of the second one, the system acknowledges only
    what fits into its buffer, as if the network had forgotten the connection."""
    await c.read_request()
    await c.reply()
    c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    await asyncio.sleep(86400)


Listener('forgets-idle', handler=forgets_idle)


async def stalls_second(c):
    """Answers the first request on a connection, and never the second, which it acknowledges."""
    await c.read_request()
    await c.reply()
    if await c.read_request():
        c.server.requests[c.request.target] += 1
        await c.stall()


Listener('stalls-second', handler=stalls_second)


@port_hazard('spoils-second', expect='OK 200', path='/1')
async def spoils_second(c):
    """Answers the first request on a connection, and breaks off its second response."""
    await c.read_request()
    await c.reply()
    if await c.read_request():
        await c.send(b'HTTP/1.1 200 OK\r\nContent-')


hazard('spoils-second-2', expect='OK 200', path='/2', on='spoils-second')


@port_hazard('garbles-after-reset', expect='OK 200', path='/1')
async def garbles_after_reset(c):
    """Answers /1 and resets at the next request on that connection. On a new connection, /2 gets a
    malformed response. libcurl retries by itself after the reset; the malformed response must not
    be reported as a reset."""
    request = await c.read_request()
    if request.path == '/2':
        await c.send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')
        return
    await c.reply()
    if await c.read_request():
        c.reset()


hazard('garbles-after-reset-2', expect='FAILED http protocol', path='/2',
       on='garbles-after-reset')


@port_hazard('redirects-on-one-connection', expect='OK 200', path='/1')
async def redirects_on_one_connection(c):
    """The whole chain of redirects within an origin needs one handshake only."""
    for number in (1, 2, 3):
        request = await c.read_request()
        if not request or request.target != '/%d' % number:
            return
        if number < 3:
            await c.reply(302, headers=['Location: /%d' % (number + 1)])
        else:
            await c.reply()
