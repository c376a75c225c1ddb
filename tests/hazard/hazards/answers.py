# SPDX-License-Identifier: MIT
"""Answers that say what the path asks for, byte by byte."""

import random
from urllib.parse import parse_qsl, unquote_to_bytes

from ..registry import hazard, route


def parts(c):
    """What follows the first segment, as bytes: /say/a%00 -> [b'a\\0']"""
    path = c.request.path.partition('?')[0]
    return [unquote_to_bytes(word) for word in path.split('/')[2:] if word]


@hazard('say', expect='OK 200', path='/say/hello%00world')
@route('say')
async def say(c):
    """/say/TEXT/MORE: a body of all that, one after the other. Its query are headers."""
    headers = ['%s: %s' % pair for pair in parse_qsl(c.request.path.partition('?')[2], True)]
    await c.reply(body=b''.join(parts(c)), headers=headers)


@hazard('say-chunks', expect='OK 200', path='/chunks/hel/lo/%00')
@route('chunks')
async def chunks(c):
    """/chunks/TEXT/MORE: each a chunk, and on its way before the next is."""
    await c.send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    for part in parts(c):
        await c.send(b'%x\r\n%s\r\n' % (len(part), part))
        await c.pause(0.01)
    await c.send(b'0\r\n\r\n')
    c.keep = True


@route('split')
async def split(c):
    """/split/SEED/TEXT: the text in chunks of one to five bytes, as chance and the
    seed will have it."""
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
    """/padded/N/TEXT: N times an x, and then the text."""
    number, *texts = parts(c)
    await c.reply(body=b'x' * int(number) + b''.join(texts))


@route('endless')
async def endless(c):
    """/endless/TEXT: the text, again and again."""
    await c.send(b'HTTP/1.1 200 OK\r\n\r\n')
    await c.flood(b''.join(parts(c)) * 64)


@route('unauthorized-soon')
async def unauthorized_soon(c):
    """A redirect to a login page that is locked."""
    await c.reply(302, body='moved', headers=['Location: /status/401', 'X-Step: first'])
