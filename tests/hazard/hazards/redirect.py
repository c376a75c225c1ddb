# SPDX-License-Identifier: MIT
"""Redirects that are many, slow, or have bodies. If no response follows a redirect, its own status
is the one reported."""

from ..conn import Conn
from ..registry import floods, hazard, route, sends

FOUND = b'HTTP/1.1 302 Found\r\nLocation: /ok?redirected\r\n'


async def to(c, where, status=302, body=''):
    await c.reply(status, body, ['Location: ' + where])


@hazard('redirect-1', expect='OK 200', path='/redirect/1')
@hazard('redirect-10', expect='OK 200', path='/redirect/10')
@hazard('redirect-11', expect='FAILED 302 too-many-redirects', path='/redirect/11')
@route('redirect')
async def chain(c):
    """/redirect/N: N redirects, then 200."""
    left = int(c.words[0])
    query = c.request.path.partition('?')[2]
    if left == 0:
        await c.reply()
    else:
        await to(c, '/redirect/%d%s' % (left - 1, query and '?' + query))


@hazard('redirect-loop', expect='FAILED 302 too-many-redirects')
async def loop(c):
    await to(c, '/redirect-loop')


@hazard('redirect-loop-of-two', expect='FAILED 301 too-many-redirects')
async def loop_of_two(c):
    if 'back' in c.request.path:
        await to(c, '/redirect-loop-of-two', 301)
    else:
        await to(c, '/redirect-loop-of-two?back', 301)


def leads(name, expect, where, status=302, body='', **options):
    """A redirect to a path of this server."""
    hazard(name, expect, **options)(lambda c: to(c, where, status, body))


leads('redirect-to-404', 'FAILED 404 http-4xx', '/status/404')
leads('redirect-301', 'OK 200', '/ok?301', 301)
leads('redirect-303', 'OK 200', '/ok?303', 303)
leads('redirect-308', 'OK 200', '/ok?308', 308)
leads('redirect-307-post', 'OK 200', '/expect?method=POST', 307, options='-X POST')
# As in curl, -X is the method of every request, even after a 303.
leads('redirect-303-post', 'FAILED 418 http-4xx', '/expect?method=GET', 303, options='-X POST')
leads('redirect-empty-location', 'FAILED 302 protocol', '')
leads('redirect-blank-location', 'FAILED 301 protocol', ' \t ', 301)
leads('redirect-300-empty-location', 'OK 300', '', 300)
leads('redirect-empty-no-location', 'OK 302', '', options='--no-location')
leads('redirect-empty-accepted', 'OK 302', '', options='--accept 302')
leads('redirect-300-with-location', 'OK 200', '/ok?300', 300)
leads('redirect-200-with-location', 'OK 200', '/status/500', 200)


@hazard('redirect-no-location', expect='FAILED 302 protocol')
async def no_location(c):
    await c.reply(302)


@hazard('redirect-second-location', expect='OK 200')
async def second_location(c):
    await c.reply(302, headers=['Location: ', 'Location: /ok?second'])


# Bodies. libcurl reads the body of a redirect to its end before it follows it.

leads('redirect-with-body', 'OK 200', '/ok?body', body='moved ' * 1000)
leads('redirect-body-100k', 'OK 200', '/ok?100k', body='z' * 100000)
leads('redirect-body-1m', 'OK 200', '/ok?1m', body='z' * (1 << 20))
leads('redirect-body-over-1m', 'FAILED http protocol', '/ok?over-1m', body='z' * ((1 << 20) + 5000))
leads('redirect-body-900k-tls', 'OK 200', '/ok?900k', body='z' * 900000, on='https')
TWENTY = FOUND + b'Content-Length: 20\r\n\r\nhalf of it'
sends('redirect-body-truncated', 'OK 200 | FAILED http truncated', TWENTY)
sends('redirect-body-reset', 'OK 200 | FAILED http reset', TWENTY, Conn.reset_soon)
sends('redirect-body-stalled', 'FAILED http timeout-body', TWENTY, Conn.stall)
sends('redirect-body-dripping', 'FAILED http timeout-body',
      FOUND + b'Content-Length: 1000\r\n\r\n', Conn.drip)
# Without a length, libcurl may choose not to read the body.
floods('redirect-body-endless', 'FAILED http protocol | OK 200', FOUND + b'\r\n', b'z' * 4096)
floods('redirect-body-endless-length', 'FAILED http protocol',
       FOUND + b'Content-Length: 9000000000000000000\r\n\r\n', b'z' * 4096)
floods('redirect-body-endless-chunked', 'FAILED http protocol',
       FOUND + b'Transfer-Encoding: chunked\r\n\r\n', b'1000\r\n' + b'z' * 4096 + b'\r\n')
floods('redirect-chunk-extension-endless', 'FAILED http protocol | FAILED http timeout-body',
       FOUND + b'Transfer-Encoding: chunked\r\n\r\n5;', b'e' * 4096)
sends('redirect-drips', 'FAILED http timeout-response', b'HTTP/1.1 302 Found\r\nLocation: /',
      Conn.drip)


@hazard('redirect-headers-600k', expect='OK 200 | FAILED http protocol',
        path='/redirect-headers/3')
@route('redirect-headers')
async def long_headers(c):
    """/redirect-headers/N: N redirects, each with headers of 200 KiB. Some versions of libcurl limit
    them to 300 KiB over all redirects, others in each response."""
    left = int(c.words[0])
    where = '/redirect-headers/%d' % (left - 1) if left else '/ok?600k'
    await c.reply(302, headers=['Location: ' + where] + ['X-Filler: ' + 'f' * 1012] * 200)


@hazard('redirect-body-100k-in-pieces', expect='OK 200')
async def body_in_pieces(c):
    """As over a real network: libcurl reads all of it and passes none of it on."""
    await c.send(b'HTTP/1.1 302 Found\r\nLocation: /ok?pieces\r\nContent-Length: 100000\r\n\r\n')
    for _ in range(100):
        await c.send(b'z' * 1000)
        await c.pause(0.002)
    c.keep = True


@hazard('redirect-slow-chain', expect='FAILED http timeout-response')
async def slow_chain(c):
    """Each request is fast, but all together are slow: -m limits their sum."""
    await c.pause(2)
    await to(c, '/redirect-slow-chain?' + c.request.path.partition('?')[2] + 'x')


@route('to')
async def to_listener(c):
    """/to/LISTENER: a redirect to /ok on that listener."""
    where = c.server.url(c.words[0])
    await to(c, where + '/ok?to')
