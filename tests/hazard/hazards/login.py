# SPDX-License-Identifier: MIT
"""Servers that want a login, by Basic or Digest."""

import hashlib
import re

from ..registry import hazard, route

def digest(*parts):
    return hashlib.md5(':'.join(parts).encode('latin-1')).hexdigest()


def nonce_of(c):
    return digest(c.listener.name)


def is_right(c, user, password):
    """Whether the request's Authorization is that of user and password: RFC 7616, 3.4."""
    value = c.request.headers.get('authorization', [''])[0]
    given = {name: quoted or bare
             for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^", ]*))', value)}
    if not value.startswith('Digest ') or given.get('nonce') != nonce_of(c):
        return False
    right = digest(digest(user, given['realm'], password), given['nonce'], given['nc'],
                   given['cnonce'], given['qop'], digest(c.request.method, c.request.target))
    return given['response'] == right


@route('digest')
async def wants_digest(c):
    """/digest/USER/PASSWORD[/BYTES]: 401 with a body of so many bytes, unless they log in.
    /digest/USER/PASSWORD/stall: there is no response to those who do."""
    user, password, length = (c.words + ['3'])[:3]
    if length == 'stall' and is_right(c, user, password):
        await c.stall()
    length = 3 if length == 'stall' else int(length)
    if is_right(c, user, password):
        return await c.reply()
    await c.reply(401, body=b'x' * length, headers=[
        'WWW-Authenticate: Digest realm="a, b", nonce="%s", qop="auth"' % nonce_of(c)])


@route('challenge')
async def challenge(c):
    """/challenge/VALUE[/VALUE...]: 401 with these values of WWW-Authenticate, one header each."""
    await c.reply(401, headers=['WWW-Authenticate: ' + value for value in c.words])


hazard('digest-not-given', 'FAILED 401 http-4xx', path='/digest/me/word')
hazard('digest-wrong', 'FAILED 401 http-4xx', path='/digest/me/word', options='--digest -u me:no')
hazard('digest', 'OK 200', path='/digest/me/word?1', options='--digest -u me:word')
hazard('digest-any', 'OK 200', path='/digest/me/word?2', options='--anyauth -u me:word')
hazard('digest-post', 'OK 200', path='/digest/me/word?3', options='--digest -u me:word -d a=1')
hazard('digest-head', 'OK 200', path='/digest/me/word?4', options='--digest -u me:word -I')
# libcurl ignores this body, whose limit is that of a redirect's.
hazard('digest-long-body', 'OK 200', path='/digest/me/word/1000000',
       options='--digest -u me:word')
hazard('digest-too-long-body', 'FAILED http protocol', path='/digest/me/word/9000000',
       options='--digest -u me:word')
