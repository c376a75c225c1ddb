# SPDX-License-Identifier: MIT
"""Correct routes, and the server's counts below /_."""

import json
from urllib.parse import parse_qsl, unquote

from ..registry import Listener, hazard, route

Listener('http')
Listener('http6', host='::1')
Listener('https', 'https', tls={})
Listener('unix', host='/socket')
Listener('unix-https', 'https', host='/socket-tls', tls={})


@hazard('ok', expect='OK 200')
async def ok(c):
    await c.reply()


hazard('ok-tls', expect='OK 200', path='/ok?tls', on='https')
hazard('ok-ipv6', expect='OK 200', path='/ok?ipv6', on='http6')


@hazard('slow-first-byte', expect='OK 200', path='/slow/1')
@route('slow')
async def slow(c):
    """/slow/SECONDS[/GROUP]: responds after that time."""
    with c.server.member_of(group(c)):
        await c.pause(float(c.words[0]))
        await c.reply()


@hazard('slow-body', expect='OK 200', path='/hold/1')
@route('hold')
async def hold(c):
    """/hold/SECONDS[/GROUP]: sends the head at once and the body after that time."""
    with c.server.member_of(group(c)):
        await c.send(b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n')
        await c.pause(float(c.words[0]))
        await c.send(b'ok\n')
        c.keep = True


@route('gather')
async def gather(c):
    """/gather/N/GROUP: responds soon after N requests were in the group at the same time; later
    requests do not wait."""
    with c.server.member_of(group(c)):
        while c.server.group_peak[group(c)] < int(c.words[0]):
            await c.pause(0.01)
        await c.pause(0.1)  # a request too many has time to arrive and be counted
        await c.reply()


def group(c):
    return (c.words + [''])[1]


@route('expect')
async def expect(c):
    """/expect?method=M&header=NAME:VALUE&without=NAME&body=B: 200 if the request matches, else 418
    with the reason. Keys are repeatable."""
    wrong = []
    for key, value in parse_qsl(c.request.path.partition('?')[2], True, encoding='latin-1'):
        if not value and key != 'body':
            continue
        if key == 'method':
            matches = c.request.method == value
        elif key == 'header':
            name, _, text = value.partition(':')
            matches = text in c.request.headers.get(name.lower(), [])
        elif key == 'body':
            matches = c.request.body.decode('latin-1') == value
        elif key == 'without':
            matches = value.lower() not in c.request.headers
        else:
            matches = False
        if not matches:
            wrong.append('%s=%s' % (key, value))
    if wrong:
        await c.reply(418, 'does not match: %s\n' % ' '.join(wrong))
    else:
        await c.reply()


@route('seen')
async def seen(c):
    """/seen/NAME[/STATUS[/URL]]: records the request for /_seen/NAME. Answers with that status; a
    redirect leads to URL or to /seen/NAME."""
    name, status, url = (c.words + ['200', ''])[:3]
    c.server.seen[name].append([c.request.head, c.request.body.decode('latin-1')])
    moved = status[0] == '3'
    await c.reply(int(status), headers=['Location: ' + (url or '/seen/' + name)] if moved else ())


@route('sets-cookie')
async def sets_cookie(c):
    """/sets-cookie/PATH: sets the cookie k=1 and redirects to /PATH."""
    place = c.request.path[len('/sets-cookie'):]
    await c.reply(302, headers=['Set-Cookie: k=1; Path=/', 'Location: ' + place])


def argument(c):
    return unquote(c.request.path.split('/', 2)[2])


@route('_requests')
async def requests(c):
    """/_requests/PATH (quoted): the number of requests for it."""
    await c.reply(body=str(c.server.requests[argument(c)]))


@route('_seen')
async def seen_so_far(c):
    """/_seen/NAME: the requests to /seen/NAME as JSON, each with head and body. Clears the list."""
    await c.reply(body=json.dumps(c.server.seen.pop(argument(c), [])))


@route('_peak')
async def peak(c):
    """/_peak/GROUP: the most requests in the group at one time."""
    await c.reply(body=str(c.server.group_peak[argument(c)]))


@route('_sent')
async def sent(c):
    """/_sent/PATH (quoted): the most bytes that one response to it sent."""
    await c.reply(body=str(c.server.most_sent[argument(c)]))
