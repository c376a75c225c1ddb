# SPDX-License-Identifier: MIT
"""Encoded bodies, for --compressed, and DNS over HTTPS."""

import gzip
import struct
import zlib

from ..registry import hazard, route


def accepts(c, encoding):
    return any(encoding in value for value in c.request.headers.get('accept-encoding', []))


async def send_head(c, encoding, length=None):
    head = 'HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n' % encoding
    if length is not None:
        head += 'Content-Length: %d\r\n' % length
    await c.send(head.encode() + b'\r\n')


@hazard('gzip', expect='OK 200', options='--compressed')
async def gzipped(c):
    """406 if the request does not accept gzip."""
    if not accepts(c, 'gzip'):
        return await c.reply(406)
    await c.reply(body=gzip.compress(b'ok\n' * 1000), headers=['Content-Encoding: gzip'])


@hazard('gzip-always', expect='OK 200')
async def gzip_always(c):
    """Compressed, whether or not it was requested."""
    await c.reply(body=gzip.compress(b'ok\n' * 1000), headers=['Content-Encoding: gzip'])


@hazard('gzip-plain', expect='OK 200')
async def gzip_unrequested(c):
    """Not requested, and so not decoded."""
    await c.reply(body=b'no gzip at all', headers=['Content-Encoding: gzip'])


@hazard('gzip-broken', expect='FAILED http protocol', options='--compressed')
async def gzip_broken(c):
    await c.reply(body=b'no gzip at all', headers=['Content-Encoding: gzip'])


def zstd_frame(blocks):
    """A zstd frame (RFC 8878) without a content size, with a window of 256 KiB."""
    data = struct.pack('<IBB', 0xFD2FB528, 0, 8 << 3)
    for i, (kind, size, content) in enumerate(blocks):
        head = size << 3 | kind << 1 | (i == len(blocks) - 1)
        data += struct.pack('<I', head)[:3] + content
    return data


def surplus(name, encoding, body, more):
    """Compressed data with something after its end, which browsers ignore."""
    async def handler(c):
        await send_head(c, encoding, len(body + more))
        await c.send(body + more)

    async def in_pieces(c):
        await send_head(c, encoding, len(body + more))
        for part in (body, more[:1], more[1:]):
            await c.send(part)
            await c.pause(0.02)
    hazard(name, expect='OK 200', options='--compressed --contains ok')(handler)
    hazard(name + '-in-pieces', expect='OK 200', options='--compressed --contains ok')(in_pieces)


def raw_deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


OKS = b'ok\n' * 1000
surplus('gzip-then-bytes', 'gzip', gzip.compress(OKS), b'more')
surplus('gzip-then-zeros', 'gzip', gzip.compress(OKS), bytes(300000))
surplus('gzip-twice', 'gzip', gzip.compress(OKS), gzip.compress(b'more'))
surplus('deflate-then-bytes', 'deflate', zlib.compress(OKS), b'more')
surplus('raw-deflate-then-bytes', 'deflate', raw_deflate(OKS), b'more')
# An uncompressed block: RFC 7932, section 9.2.
surplus('brotli-then-bytes', 'br', bytes.fromhex('8b0080') + b'ok\x03', b'more')


def half(name, encoding, body, expect='FAILED http truncated', status=200, chunked=False):
    """A correct response, whose body is a part of compressed data."""
    async def handler(c):
        await c.reply(status, body, ['Content-Encoding: ' + encoding])

    async def in_chunks(c):
        await c.send(b'HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nTransfer-Encoding: chunked\r\n\r\n'
                     b'%x\r\n%s\r\n0\r\n\r\n' % (encoding.encode(), len(body), body))
        c.keep = True
    hazard(name, expect, options='--compressed')(in_chunks if chunked else handler)


VARIED = bytes(i * 7919 % 251 for i in range(30000))
for kind, packed in (('gzip', gzip.compress(VARIED)), ('deflate', zlib.compress(VARIED)),
                     ('br', bytes.fromhex('8b0080') + b'ok\x03')):
    half('%s-half' % kind, kind, packed[:len(packed) // 2])
    half('%s-half-in-chunks' % kind, kind, packed[:len(packed) // 2], chunked=True)
    half('%s-but-one' % kind, kind, packed[:-1])
    half('%s-whole' % kind, kind, packed, 'OK 200')
    half('%s-half-404' % kind, kind, packed[:-1], status=404)
    half('%s-part' % kind, kind, packed[:-1], 'OK 206', status=206)
half('raw-deflate-half', 'deflate', raw_deflate(VARIED)[:100])
half('raw-deflate-whole', 'deflate', raw_deflate(VARIED), 'OK 200')
half('gzip-twice-half', 'gzip, gzip', gzip.compress(gzip.compress(VARIED)[:200]))
half('gzip-twice-whole', 'gzip, gzip', gzip.compress(gzip.compress(VARIED)), 'OK 200')
half('gzip-nothing', 'gzip', b'', 'OK 200')
half('identity', 'identity', b'ok', 'OK 200')
half('encoding-unknown', 'banana', b'ok', 'FAILED http protocol')

ZSTD = zstd_frame([(0, 10000, VARIED[:10000]), (0, 20000, VARIED[10000:])])
half('zstd-whole', 'zstd', ZSTD, 'OK 200')
half('zstd-but-one', 'zstd', ZSTD[:-1])
half('zstd-half', 'zstd', ZSTD[:10013])
half('zstd-two-frames', 'zstd', ZSTD + ZSTD, 'OK 200')
half('zstd-half-of-two', 'zstd', ZSTD + ZSTD[:-1])
surplus('zstd-then-bytes', 'zstd', zstd_frame([(0, 2, b'ok')]), b'some more')
half('zstd-broken', 'zstd', b'no zstd at all', 'FAILED http protocol')


@hazard('gzip-cut', expect='FAILED http truncated', options='--compressed')
async def gzip_cut(c):
    body = gzip.compress(bytes(range(256)) * 8)
    await send_head(c, 'gzip', len(body))
    await c.send(body[:len(body) // 2])


@hazard('gzip-bomb', expect='OK 200', options='--compressed', endless=True)
async def gzip_bomb(c):
    """Endless zeros, a thousand of them per byte."""
    await send_head(c, 'gzip')
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    await c.flood(packer.compress(b'\0' * (1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH))


@hazard('gzip-empty-blocks', expect='FAILED http protocol', options='--compressed')
async def gzip_empty_blocks(c):
    """Endless empty stored blocks. It is not `endless` in the table: a decoder may need more input
    than the limit before it returns anything, and kernels then buffer more as well."""
    await send_head(c, 'gzip')
    await c.send(b'\x1f\x8b\x08\0\0\0\0\0\0\x03')
    await c.flood(b'\0\0\0\xff\xff' * 1000)


@route('zstd-late')
async def zstd_late(c):
    """For clients that accept zstd: one block of 127 KiB, which can only be decoded as a whole."""
    if not accepts(c, 'zstd'):
        return await c.reply()
    literals = bytes(i * 7919 % 251 for i in range(127 * 1024))
    block = struct.pack('<I', len(literals) << 4 | 3 << 2)[:3] + literals + b'\0'
    body = zstd_frame([(2, len(block), block)])
    await send_head(c, 'zstd', len(body))
    for at in range(0, len(body), 4096):
        await c.send(body[at:at + 4096])
        await c.pause(0.005)


@route('dns-query')
async def dns_query(c):
    """DNS over HTTPS (RFC 8484): NAME.test has the address 127.0.0.1, unless NAME begins with `no`.
    servfail.test cannot be looked up. No other name exists."""
    query = c.request.body
    if c.request.method != 'POST':
        return await c.reply(405)
    name, at = [], 12
    while query[at]:
        name.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    kind = struct.unpack('>H', query[at + 1:at + 3])[0]
    c.server.requests['/dns-query/' + '.'.join(name)] += 1
    answer = b''
    if name[-1] == 'test' and not name[0].startswith(('no', 'servfail')) and kind == 1:
        answer = b'\xc0\x0c\0\x01\0\x01' + struct.pack('>IH', 60, 4) + bytes([127, 0, 0, 1])
    code = 2 if name[0] == 'servfail' else 0 if answer or kind != 1 else 3
    head = query[:2] + struct.pack('>HHHHH', 0x8180 + code, 1, bool(answer), 0, 0)
    await c.reply(body=head + query[12:at + 5] + answer,
                  headers=['Content-Type: application/dns-message'])
# Two frames with a raw block each: RFC 8878, section 3.1.1.
FRAME = bytes.fromhex('28b52ffd0040') + b'\x11\0\0ok'
half('zstd-frames-half', 'zstd', FRAME + FRAME[:8])
half('zstd-frames-whole', 'zstd', FRAME + FRAME, 'OK 200')
for number, nothing in enumerate(('none', 'identity, identity', ',', 'None, Identity')):
    half('encodes-nothing-%d' % number, nothing, b'ok\n', 'OK 200')
