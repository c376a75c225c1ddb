# SPDX-License-Identifier: MIT
"""Responses whose bytes the path defines."""

import random
from urllib.parse import parse_qsl, unquote_to_bytes

from ..registry import hazard, route


def parts(c):
    """The segments after the first as bytes: /say/a%00 -> [b'a\\0']"""
    path = c.request.path.partition('?')[0]
    return [unquote_to_bytes(word) for word in path.split('/')[2:] if word]


@hazard('say', expect='OK 200', path='/say/hello%00world')
@route('say')
async def say(c):
    """/say/TEXT/MORE?NAME=VALUE: the body is all texts joined; the query becomes headers."""
    headers = ['%s: %s' % pair for pair in parse_qsl(c.request.path.partition('?')[2], True,
                                                     encoding='latin-1')]
    await c.reply(body=b''.join(parts(c)), headers=headers)


@hazard('say-chunks', expect='OK 200', path='/chunks/hel/lo/%00')
@route('chunks')
async def chunks(c):
    """/chunks/TEXT/MORE: each text is a chunk, sent separately."""
    await c.send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    for part in parts(c):
        await c.send(b'%x\r\n%s\r\n' % (len(part), part))
        await c.pause(0.01)
    await c.send(b'0\r\n\r\n')
    c.keep = True


@route('split')
async def split(c):
    """/split/SEED/TEXT: the text in chunks of random sizes, one to five bytes."""
    seed, *texts = parts(c)
    chance, text = random.Random(int(seed)), b''.join(texts)
    await c.send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    while text:
        size = min(chance.randint(1, 5), len(text))
        await c.send(b'%x\r\n%s\r\n' % (size, text[:size]))
        text = text[size:]
    await c.send(b'0\r\n\r\n')
    c.keep = True


@hazard('say-late', expect='OK 200', path='/padded/100000/end')
@route('padded')
async def padded(c):
    """/padded/N/TEXT: N times x, then the text. X-Request is the request's number on its connection."""
    number, *texts = parts(c)
    await c.reply(body=b'x' * int(number) + b''.join(texts), headers=['X-Request: %d' % c.number])


@route('endless')
async def endless(c):
    """/endless/TEXT: the text, repeated without end."""
    await c.send(b'HTTP/1.1 200 OK\r\n\r\n')
    await c.flood(b''.join(parts(c)) * 64)


@route('redirect-to-401')
async def redirect_to_401(c):
    """A redirect to a page that answers 401."""
    await c.reply(302, body='moved', headers=['Location: /status/401', 'X-Step: first'])
