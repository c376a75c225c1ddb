# SPDX-License-Identifier: MIT
"""HTTP/2 (RFC 9113): responses that are cut off, GOAWAY, and endless frames of which neither headers
nor body come."""

import struct

from ..conn import Conn, Gone
from ..registry import Listener, port_hazard
from ..tls import TlsConn

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, UNKNOWN = 0, 1, 3, 4, 6, 7, 8, 99
END_STREAM, END_HEADERS = 1, 4
NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR = 0, 1, 2
HTTP_1_1_REQUIRED = struct.pack('>I', 0xd)
REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM = 7, 8, 11
# Two entries of RFC 7541, appendix A; the second one with a literal value.
STATUS_200 = b'\x88'
LENGTH_20 = b'\x0f\x0d\x0220'


def frame(kind, stream=0, payload=b'', flags=0):
    head = struct.pack('>I', len(payload))[1:] + bytes([kind, flags])
    return head + struct.pack('>I', stream) + payload


async def read_until_headers(c):
    """Reads the client's preface and its frames until the first request."""
    position = len(b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    while True:
        while len(c.buffer) < position + 9:
            data = await c.recv()
            if not data:
                raise Gone
            c.buffer += data
        length = int.from_bytes(c.buffer[position:position + 3], 'big')
        if c.buffer[position + 3] == HEADERS:
            return
        position += 9 + length


def flood_hazard(name, repeated, first=b''):
    async def flood(c):
        await c.recv()
        await c.send(frame(SETTINGS) + first)
        await c.flood(repeated * 100)
    port_hazard('http2-' + name, 'FAILED http protocol', scheme='https', options='--http2',
                tls={'alpn': 'h2'})(flood)


RESTARTS = set()  # the servers of http2-restart that have restarted


@port_hazard('http2-restart', 'OK 200', scheme='https', options='--http2', tls={'alpn': 'h2'})
async def restart(c):
    """As a server that is reloaded: ends the first connection without a response, by GOAWAY with
    NO_ERROR and the stream as processed (RFC 9113, 6.8)."""
    await read_until_headers(c)
    await c.send(frame(SETTINGS))
    if c.server in RESTARTS:
        await c.send(frame(HEADERS, 1, STATUS_200, END_HEADERS | END_STREAM))
        await c.recv()
    else:
        RESTARTS.add(c.server)
        await c.send(frame(GOAWAY, payload=struct.pack('>II', 1, 0)))


@port_hazard('http2-wants-1.1', 'FAILED http timeout-response', scheme='https', options='--http2',
             path='/wants-1.1', tls={'alpn': 'h2'})
async def wants_1_1(c):
    """Demands HTTP/1.1 (RFC 9113, 7), and then sends no response to it."""
    c.buffer = await c.recv()
    if c.buffer.startswith(b'PRI'):
        await read_until_headers(c)
        await c.send(frame(SETTINGS) + frame(RST_STREAM, 1, HTTP_1_1_REQUIRED))
        while await c.recv():  # the client closes first: an end could overtake the reset
            pass
    elif await c.read_request():
        c.server.requests[c.request.target] += 1
        await c.stall()


async def good(c):
    await c.send(frame(SETTINGS) + HEAD_20 + HALF + frame(DATA, 1, b'other half', END_STREAM))
    await c.stall()


def only_hazard(name, refuse):
    """A server that speaks HTTP/2 only. `refuse(conn)` ends HTTP/1.1."""
    async def handler(c):
        c.buffer = await c.recv()
        if not c.buffer.startswith(b'PRI'):
            return await refuse(c)
        await read_until_headers(c)
        await good(c)
    port_hazard('http2-only-' + name, 'OK 200', scheme='https', path='/only',
                tls={'alpn': 'h2'})(handler)


async def send_goaway(c):
    await c.send(frame(SETTINGS) + frame(GOAWAY, payload=struct.pack('>II', 0, PROTOCOL_ERROR)))


async def reset_now(c):
    c.reset()


def only_stalls(refuse):
    """As only_hazard(), but there is no response to HTTP/2 either. Counts the requests."""
    async def handler(c):
        c.server.requests['/only-stalls?once'] += 1
        c.buffer = await c.recv()
        if not c.buffer.startswith(b'PRI'):
            return await refuse(c)
        await c.stall()
    Listener('http2-only-stalls', scheme='https', handler=handler, tls={'alpn': 'h2'})


only_stalls(TlsConn.finish)
only_hazard('closes', TlsConn.finish)
only_hazard('resets', reset_now)
only_hazard('says-goaway', send_goaway)


@port_hazard('http2-only-alert', 'OK 200', scheme='https', path='/only')
async def only_alert(c):
    """Ends the handshake if the client does not offer HTTP/2 (RFC 7301, 3.2)."""
    hello = await c.recv()
    if b'\x02h2' not in hello:
        return await c.send(b'\x15\x03\x03\x00\x02\x02\x78')
    secure = TlsConn(c.server, c.sock, c.listener)
    secure.incoming.write(hello)
    await secure.handshake(c.server.certs.server_context(alpn='h2'))
    await read_until_headers(secure)
    await good(secure)


flood_hazard('settings', frame(SETTINGS))
flood_hazard('pings', frame(PING, payload=b'12345678'))
flood_hazard('window-updates', frame(WINDOW_UPDATE, payload=b'\0\0\0\1'))
flood_hazard('unknown-frames', frame(UNKNOWN, payload=bytes(100)))
flood_hazard('empty-data', frame(DATA, 1), first=frame(HEADERS, 1, STATUS_200, END_HEADERS))
flood_hazard('pings-in-body', frame(PING, payload=b'12345678'),
             first=frame(HEADERS, 1, STATUS_200, END_HEADERS))


def cut_hazard(name, expect, *frames, then=None):
    """A response that consists of these frames. Then the connection stays open, unless `then` ends
    it."""
    async def respond(c):
        await c.recv()
        await c.send(frame(SETTINGS))
        for one in frames:
            await c.send(one)
            await c.pause(0.05)  # so that the client sees the frames one by one
        await (then or Conn.stall)(c)
    port_hazard('http2-' + name, expect, scheme='https', options='--http2',
                tls={'alpn': 'h2'})(respond)


def reset(error):
    return frame(RST_STREAM, 1, struct.pack('>I', error))


HEAD = frame(HEADERS, 1, STATUS_200, END_HEADERS)
HEAD_20 = frame(HEADERS, 1, STATUS_200 + LENGTH_20, END_HEADERS)
HALF = frame(DATA, 1, b'half of it')
GOING = frame(GOAWAY, 0, struct.pack('>II', 1, NO_ERROR))

cut_hazard('good', 'OK 200', HEAD_20, HALF, frame(DATA, 1, b'other half', END_STREAM))
cut_hazard('good-then-reset', 'OK 200', HEAD, frame(DATA, 1, b'all of it', END_STREAM),
           reset(NO_ERROR))
# It stays open: a close with unread bytes would reset the connection under a slow client.
cut_hazard('good-then-goaway', 'OK 200', HEAD, GOING, frame(DATA, 1, b'all of it', END_STREAM))
for word, error in (('internal', INTERNAL_ERROR), ('cancel', CANCEL), ('protocol', PROTOCOL_ERROR),
                    ('refused', REFUSED_STREAM), ('calm', ENHANCE_YOUR_CALM)):
    cut_hazard('body-reset-' + word, 'FAILED http truncated', HEAD, HALF, reset(error))
# RFC 9113, 8.1, allows it only after a complete response; libcurl does not say whether it was.
cut_hazard('body-reset-none', 'FAILED http truncated | OK 200', HEAD, HALF, reset(NO_ERROR))
cut_hazard('body-reset-none-with-length', 'FAILED http truncated', HEAD_20, HALF, reset(NO_ERROR))
cut_hazard('body-reset-all-at-once', 'FAILED http truncated', HEAD + HALF + reset(INTERNAL_ERROR))
cut_hazard('body-reset-with-length', 'FAILED http truncated', HEAD_20, HALF, reset(INTERNAL_ERROR))
cut_hazard('body-reset-at-once', 'FAILED http truncated', HEAD, reset(INTERNAL_ERROR))
cut_hazard('body-short', 'FAILED http truncated', HEAD_20, HALF, frame(DATA, 1, b'', END_STREAM))
cut_hazard('body-goaway', 'FAILED http truncated', HEAD, HALF, GOING, then=Conn.finish)
cut_hazard('body-goaway-refused', 'FAILED http truncated', HEAD, HALF,
           frame(GOAWAY, 0, struct.pack('>II', 0, INTERNAL_ERROR)), then=Conn.finish)
cut_hazard('body-cut', 'FAILED http truncated', HEAD, HALF, then=Conn.finish)
cut_hazard('body-cut-with-length', 'FAILED http truncated', HEAD_20, HALF, then=Conn.finish)
cut_hazard('body-connection-reset', 'FAILED http reset', HEAD_20, HALF, then=Conn.reset_soon)
cut_hazard('body-stalled', 'FAILED http timeout-body', HEAD_20, HALF)
cut_hazard('reset', 'FAILED http truncated', reset(INTERNAL_ERROR))
cut_hazard('bad-header', 'FAILED http protocol',
           frame(HEADERS, 1, STATUS_200 + b'\0\x03B D\x01x', END_HEADERS), HALF)
