# SPDX-License-Identifier: MIT
"""Ports that refuse, ignore or drop a connection before HTTP begins."""

import socket

from ..registry import hazard, port_hazard


def bound_only(server, sock):
    """Taken, and listened on by nobody: RST to every SYN."""


def never_accepts(server, sock):
    """A backlog of one, filled: the kernel drops every further SYN."""
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

# The broadcast address of the loopback network: no route for TCP, no packet sent.
port_hazard('unreachable', expect='FAILED tcp unreachable', host='127.255.255.255',
            setup=bound_only)


# connect() itself may already see this RST.
@port_hazard('reset-at-accept', expect='FAILED http reset | FAILED tcp reset')
async def reset_at_accept(c):
    c.reset()


@port_hazard('reset-at-request', expect='FAILED http reset')
async def reset_at_request(c):
    await c.recv()
    c.reset()


@port_hazard('close-at-accept', expect='FAILED http empty | FAILED http reset')
async def close_at_accept(c):
    """FIN; the request that it crosses is answered with RST."""


@port_hazard('close-at-request', expect='FAILED http empty')
async def close_at_request(c):
    await c.recv()


@port_hazard('silent-from-accept', expect='FAILED http timeout-response')
async def silent_from_accept(c):
    await c.stall()


@port_hazard('speaks-first', expect='FAILED http protocol')
async def speaks_first(c):
    """A mail server, say."""
    await c.send(b'220 mail.name.test ESMTP\r\n')
    await c.recv()
    await c.send(b'500 what?\r\n')


@hazard('closes-kept-connection', expect='OK 200')
async def closes_kept_connection(c):
    """Promises keep-alive, and closes."""
    await c.reply()
    c.keep = False


@port_hazard('drops-second', expect='OK 200', path='/1')
async def drops_second(c):
    """The first request on a connection is answered, the second is met with
    RST: whoever kept it must try on a fresh one, as RFC 9112, 9.3.1 says."""
    await c.read_request()
    await c.reply()
    if await c.read_request():
        c.reset()


hazard('drops-second-2', expect='OK 200', path='/2', on='drops-second')
hazard('drops-second-3', expect='OK 200', path='/3', on='drops-second')


@port_hazard('garbles-behind-reset', expect='OK 200', path='/1')
async def garbles_behind_reset(c):
    """/1 is answered, and what comes next on that connection met with RST;
    /2 is garbled on a connection of its own. libcurl asks again by itself
    then, and would say of the garbled answer that the connection was reset."""
    request = await c.read_request()
    if request.path == '/2':
        await c.send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')
        return
    await c.reply()
    if await c.read_request():
        c.reset()


hazard('garbles-behind-reset-2', expect='FAILED http protocol', path='/2',
       on='garbles-behind-reset')
