# SPDX-License-Identifier: MIT
"""Complete responses with each kind of status."""

from ..registry import hazard, route

EXPECTED = {
    200: 'OK 200', 201: 'OK 201', 203: 'OK 203', 204: 'OK 204', 206: 'OK 206',
    300: 'OK 300', 304: 'OK 304', 305: 'OK 305', 399: 'OK 399',
    400: 'FAILED 400 http-4xx', 401: 'FAILED 401 http-4xx',
    403: 'FAILED 403 http-4xx', 404: 'FAILED 404 http-4xx',
    407: 'FAILED 407 http-4xx', 408: 'FAILED 408 http-4xx',
    410: 'FAILED 410 http-4xx', 418: 'FAILED 418 http-4xx',
    425: 'FAILED 425 http-4xx', 429: 'FAILED 429 rate-limited',
    451: 'FAILED 451 http-4xx', 499: 'FAILED 499 http-4xx',
    500: 'FAILED 500 http-5xx', 502: 'FAILED 502 http-5xx',
    503: 'FAILED 503 http-5xx', 504: 'FAILED 504 http-5xx',
    599: 'FAILED 599 http-5xx', 600: 'FAILED 600 http-status',
    700: 'FAILED 700 http-status', 999: 'FAILED 999 blocked',
}

for number, verdict in EXPECTED.items():
    hazard('status-%d' % number, expect=verdict, path='/status/%d' % number)


@route('status')
async def status(c):
    """/status/N[/anything]. 404 if N is not a number, and for unknown routes."""
    word = (c.words + [''])[0] if c.request.path.startswith('/status/') else ''
    await c.reply(int(word) if word.isdigit() else 404)


@hazard('blocked-403', expect='FAILED 403 blocked')
async def blocked_403(c):
    await c.reply(403, headers=['cf-mitigated: challenge'])


@hazard('blocked-503', expect='FAILED 503 blocked')
async def blocked_503(c):
    await c.reply(503, headers=['CF-Mitigated: challenge'])


@hazard('mitigated-but-ok', expect='OK 200')
async def mitigated_but_ok(c):
    await c.reply(200, headers=['cf-mitigated: challenge'])


@hazard('blocked-then-redirected', expect='FAILED 403 http-4xx')
async def blocked_then_redirected(c):
    """The header of the bot protection is on the redirect, not on the response."""
    await c.reply(302, headers=['cf-mitigated: challenge', 'Location: /status/403'])


@hazard('rate-limited', expect='FAILED 429 rate-limited')
async def rate_limited(c):
    await c.reply(429, headers=['Retry-After: 86400'])


@hazard('unauthorized', expect='FAILED 401 http-4xx')
async def unauthorized(c):
    await c.reply(401, headers=['WWW-Authenticate: Basic realm="\x1b[2J"'])


@hazard('head-405', expect='OK 200', options='-I')
async def head_405(c):
    await refuse_head(c, 405)


@hazard('head-501', expect='OK 200', options='-I')
async def head_501(c):
    await refuse_head(c, 501)


async def refuse_head(c, number):
    if c.request.method == 'HEAD':
        await c.reply(number, headers=['Allow: GET'])
    else:
        await c.reply()


@hazard('head-405-get-404', expect='FAILED 404 http-4xx', options='-I')
async def head_405_get_404(c):
    await c.reply(405 if c.request.method == 'HEAD' else 404)


@hazard('head-404', expect='FAILED 404 http-4xx', options='-I')
async def head_404(c):
    """404 to HEAD is a valid answer: GET is not tried."""
    await c.reply(404 if c.request.method == 'HEAD' else 200)


@hazard('get-405', expect='FAILED 405 http-4xx')
async def get_405(c):
    await c.reply(405)
