# SPDX-License-Identifier: MIT
"""HTTP/2 (RFC 9113): endless frames of which neither headers nor body come; GOAWAY."""

import struct

from ..conn import Gone
from ..registry import port_hazard

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, UNKNOWN = 0, 1, 3, 4, 6, 7, 8, 99
HTTP_1_1_REQUIRED = struct.pack('>I', 0xd)
END_STREAM, END_HEADERS = 1, 4
STATUS_200 = b'\x88'  # RFC 7541, appendix A


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
        await c.recv()
    elif await c.read_request():
        c.server.requests[c.request.target] += 1
        await c.stall()


flood_hazard('settings', frame(SETTINGS))
flood_hazard('pings', frame(PING, payload=b'12345678'))
flood_hazard('window-updates', frame(WINDOW_UPDATE, payload=b'\0\0\0\1'))
flood_hazard('unknown-frames', frame(UNKNOWN, payload=bytes(100)))
flood_hazard('empty-data', frame(DATA, 1), first=frame(HEADERS, 1, STATUS_200, END_HEADERS))
flood_hazard('pings-in-body', frame(PING, payload=b'12345678'),
             first=frame(HEADERS, 1, STATUS_200, END_HEADERS))
