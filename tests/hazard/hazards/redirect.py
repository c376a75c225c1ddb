# SPDX-License-Identifier: MIT
"""Redirects that are many, slow, or bodies in disguise. `reached` is the status
of the last response that was complete, where nothing came after it."""

from ..registry import hazard, route

FOUND = b'HTTP/1.1 302 Found\r\nLocation: /ok?redirected\r\n'


async def to(c, where, status=302, body=''):
    await c.reply(status, body, ['Location: ' + where])


@hazard('redirect-1', expect='OK 200', path='/redirect/1')
@hazard('redirect-10', expect='OK 200', path='/redirect/10')
@hazard('redirect-11', expect='FAILED 302 too-many-redirects', path='/redirect/11')
@route('redirect')
async def chain(c):
    """/redirect/N: N redirects, and then a good page."""
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


@hazard('redirect-to-404', expect='FAILED 404 http-4xx')
async def to_404(c):
    await to(c, '/status/404')


@hazard('redirect-301', expect='OK 200')
async def moved(c):
    await to(c, '/ok?301', 301)


@hazard('redirect-303', expect='OK 200')
async def see_other(c):
    await to(c, '/ok?303', 303)


@hazard('redirect-308', expect='OK 200')
async def permanent(c):
    await to(c, '/ok?308', 308)


@hazard('redirect-307-post', expect='OK 200', options='-X POST')
async def keep_method(c):
    await to(c, '/expect?method=POST', 307)


@hazard('redirect-303-post', expect='FAILED 418 http-4xx', options='-X POST')
async def change_method(c):
    """As in curl, -X is the method of every request, after a 303 too."""
    await to(c, '/expect?method=GET', 303)


@hazard('redirect-no-location', expect='OK 302')
async def no_location(c):
    await c.reply(302)


@hazard('redirect-empty-location', expect='OK 302')
async def empty_location(c):
    await to(c, '')


@hazard('redirect-300-with-location', expect='OK 200')
async def multiple_choices(c):
    await to(c, '/ok?300', 300)


@hazard('redirect-200-with-location', expect='OK 200')
async def created(c):
    await to(c, '/status/500', 200)


# Bodies. libcurl reads a redirect's body to its end before it goes on.

@hazard('redirect-with-body', expect='OK 200')
async def with_body(c):
    await to(c, '/ok?body', body='moved ' * 1000)


@hazard('redirect-body-truncated', expect='OK 200 | FAILED http truncated')
async def body_truncated(c):
    await c.send(FOUND + b'Content-Length: 20\r\n\r\nhalf of it')


@hazard('redirect-body-reset', expect='OK 200 | FAILED http reset')
async def body_reset(c):
    await c.send(FOUND + b'Content-Length: 20\r\n\r\nhalf of it')
    await c.pause(0.1)
    c.reset()


@hazard('redirect-body-stalled', expect='FAILED http timeout-body')
async def body_stalled(c):
    await c.send(FOUND + b'Content-Length: 20\r\n\r\nhalf of it')
    await c.stall()


@hazard('redirect-body-dripping', expect='FAILED http timeout-body')
async def body_dripping(c):
    await c.send(FOUND + b'Content-Length: 1000\r\n\r\n')
    await c.drip()


@hazard('redirect-body-endless', expect='FAILED http protocol | OK 200', endless=True)
async def body_endless(c):
    """Without a length: libcurl itself may choose not to read it."""
    await c.send(FOUND + b'\r\n')
    await c.flood(b'z' * 4096)


@hazard('redirect-body-endless-length', expect='FAILED http protocol', endless=True)
async def body_endless_length(c):
    await c.send(FOUND + b'Content-Length: 9000000000000000000\r\n\r\n')
    await c.flood(b'z' * 4096)


@hazard('redirect-body-endless-chunked', expect='FAILED http protocol', endless=True)
async def body_endless_chunked(c):
    await c.send(FOUND + b'Transfer-Encoding: chunked\r\n\r\n')
    await c.flood(b'1000\r\n' + b'z' * 4096 + b'\r\n')


@hazard('redirect-body-100k', expect='OK 200')
async def body_100k(c):
    await to(c, '/ok?100k', body='z' * 100000)


@hazard('redirect-body-100k-in-pieces', expect='OK 200')
async def body_in_pieces(c):
    """As it comes over a real network: none of it is shown, and all of it is body."""
    await c.send(b'HTTP/1.1 302 Found\r\nLocation: /ok?pieces\r\nContent-Length: 100000\r\n\r\n')
    for _ in range(100):
        await c.send(b'z' * 1000)
        await c.pause(0.002)
    c.keep = True


@hazard('redirect-chunk-extension-endless', endless=True,
        expect='FAILED http protocol | FAILED http timeout-body')
async def chunk_extension_endless(c):
    await c.send(FOUND + b'Transfer-Encoding: chunked\r\n\r\n5;')
    await c.flood(b'e' * 4096)


@hazard('redirect-drips', expect='FAILED http timeout-response')
async def drips(c):
    await c.send(b'HTTP/1.1 302 Found\r\nLocation: /')
    await c.drip()


@hazard('redirect-slow-chain', expect='FAILED http timeout-response')
async def slow_chain(c):
    """No step is slow, the sum is: -m is for all of them."""
    await c.pause(2)
    await to(c, '/redirect-slow-chain?' + c.request.path.partition('?')[2] + 'x')


@route('to')
async def to_listener(c):
    """/to/LISTENER: a redirect to /ok there."""
    where = c.server.url(c.words[0])
    await to(c, where + '/ok?to')
