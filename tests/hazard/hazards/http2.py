# SPDX-License-Identifier: MIT
"""HTTP/2 (RFC 9113): endless frames of which neither headers nor body come."""

import struct

from ..registry import port_hazard

DATA, HEADERS, SETTINGS, PING, WINDOW_UPDATE, UNKNOWN = 0, 1, 4, 6, 8, 99
END_HEADERS = 4
STATUS_200 = b'\x88'  # RFC 7541, appendix A


def frame(kind, stream=0, payload=b'', flags=0):
    head = struct.pack('>I', len(payload))[1:] + bytes([kind, flags])
    return head + struct.pack('>I', stream) + payload


def flood_hazard(name, repeated, first=b''):
    async def flood(c):
        await c.recv()
        await c.send(frame(SETTINGS) + first)
        await c.flood(repeated * 100)
    port_hazard('http2-' + name, 'FAILED http protocol', scheme='https', options='--http2',
                tls={'alpn': 'h2'})(flood)


flood_hazard('settings', frame(SETTINGS))
flood_hazard('pings', frame(PING, payload=b'12345678'))
flood_hazard('window-updates', frame(WINDOW_UPDATE, payload=b'\0\0\0\1'))
flood_hazard('unknown-frames', frame(UNKNOWN, payload=bytes(100)))
flood_hazard('empty-data', frame(DATA, 1), first=frame(HEADERS, 1, STATUS_200, END_HEADERS))
flood_hazard('pings-in-body', frame(PING, payload=b'12345678'),
             first=frame(HEADERS, 1, STATUS_200, END_HEADERS))
