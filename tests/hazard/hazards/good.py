# SPDX-License-Identifier: MIT
"""Well-behaved routes, and the server's own counts (below /_)."""

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
    """/slow/SECONDS[/GROUP]: the response comes after that time."""
    with c.server.member_of(group(c)):
        await c.pause(float(c.words[0]))
        await c.reply()


@hazard('slow-body', expect='OK 200', path='/hold/1')
@route('hold')
async def hold(c):
    """/hold/SECONDS[/GROUP]: the head comes at once, the body after that time."""
    with c.server.member_of(group(c)):
        await c.send(b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n')
        await c.pause(float(c.words[0]))
        await c.send(b'ok\n')
        c.keep = True


@route('gather')
async def gather(c):
    """/gather/N/GROUP: the response comes a little after N requests were in the group at once; who
    comes later waits for nobody."""
    with c.server.member_of(group(c)):
        while c.server.group_peak[group(c)] < int(c.words[0]):
            await c.pause(0.01)
        await c.pause(0.1)  # for one more than that, which would be one too many
        await c.reply()


def group(c):
    return (c.words + [''])[1]


@route('count')
async def count(c):
    """How many requests there have been, this one included."""
    await c.reply(body='%d\n' % sum(c.server.requests.values()))


@route('expect')
async def expect(c):
    """/expect?method=M&header=NAME:VALUE&without=NAME&body=B: 200 when the
    request is so, 418 with the reason when not. Each may be repeated."""
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
        await c.reply(418, 'not so: %s\n' % ' '.join(wrong))
    else:
        await c.reply()


@route('echo')
async def echo(c):
    """The request line and the headers, as the body."""
    lines = ['%s %s' % (c.request.method, c.request.target)]
    for name, values in c.request.headers.items():
        lines += ['%s: %s' % (name, value) for value in values]
    await c.reply(body='\n'.join(lines) + '\n')


@route('seen')
async def seen(c):
    """/seen/NAME[/STATUS[/URL]]: keeps the request for /_seen/NAME; answers with
    that status, and a redirect with that URL, or NAME's own."""
    name, status, url = (c.words + ['200', ''])[:3]
    c.server.seen[name].append([c.request.head, c.request.body.decode('latin-1')])
    moved = status[0] == '3'
    await c.reply(int(status), headers=['Location: ' + (url or '/seen/' + name)] if moved else ())


@route('sets-cookie')
async def sets_cookie(c):
    """/sets-cookie/PATH: sets the cookie k=1 and redirects to /PATH."""
    place = c.request.path[len('/sets-cookie'):]
    await c.reply(302, headers=['Set-Cookie: k=1; Path=/', 'Location: ' + place])


def asked(c):
    return unquote(c.request.path.split('/', 2)[2])


@route('_stat')
async def stat(c):
    server = c.server
    await c.reply(body=json.dumps({
        'open': server.open, 'peak': server.peak,
        'connections': server.connections, 'requests': server.requests,
        'group_peak': server.group_peak, 'sent': server.most_sent}))


@route('_requests')
async def requests(c):
    """/_requests/PATH (quoted): how often it was asked for."""
    await c.reply(body=str(c.server.requests[asked(c)]))


@route('_seen')
async def seen_so_far(c):
    """/_seen/NAME: the requests for /seen/NAME, each its head and its body, as
    JSON. They are forgotten then."""
    await c.reply(body=json.dumps(c.server.seen.pop(asked(c), [])))


@route('_peak')
async def peak(c):
    """/_peak/GROUP: the most that were in the group at one time."""
    await c.reply(body=str(c.server.group_peak[asked(c)]))


@route('_connections')
async def connections(c):
    """/_connections/LISTENER: how many it accepted."""
    await c.reply(body=str(c.server.connections[asked(c)]))


@route('_sent')
async def sent(c):
    """/_sent/PATH: the most that one response to it could send. A path of one
    segment may leave its slash out."""
    what = asked(c)
    await c.reply(body=str(max(c.server.most_sent[what],
                               c.server.most_sent['/' + what])))
