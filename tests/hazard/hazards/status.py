# SPDX-License-Identifier: MIT
"""Complete responses with each kind of status."""

from ..registry import hazard, port_hazard, route, sends

EXPECTED = {
    200: 'OK 200', 201: 'OK 201', 203: 'OK 203', 204: 'OK 204', 206: 'OK 206',
    300: 'OK 300', 301: 'FAILED 301 protocol', 302: 'FAILED 302 protocol',
    303: 'FAILED 303 protocol', 307: 'FAILED 307 protocol', 308: 'FAILED 308 protocol', 304: 'OK 304', 305: 'OK 305', 399: 'OK 399',
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

sends('status-other-phrase', 'FAILED 503 http-5xx',
      b'HTTP/1.1 503 Backend \x1b[31mis asleep\r\nContent-Length: 0\r\n\r\n')
sends('status-no-phrase', 'FAILED 404 http-4xx', b'HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n')


# libcurl repeats a request that was answered with 417 before it sent its body, and counts that as a
# redirect.

EXPECT = '-d text -H Expect:100-continue '


@port_hazard('status-417-for-ever', expect='FAILED 417 http-4xx', options=EXPECT)
async def expectation_failed(c):
    while await c.recv():
        await c.send(b'HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n')


@port_hazard('status-417-once', expect='OK 200', options=EXPECT + '--fail-on-redirect')
async def expectation_failed_once(c):
    """417 if the client waits before it sends the body, and 200 to its next request. It waits for a
    second only: on a slow machine the body may come before the answer, which then is 200 at once."""
    seen = c.server.requests  # over all connections
    while data := await c.recv():
        waits = data.endswith(b'\r\n\r\n')
        seen['417-once'] = 0 if seen['417-once'] else int(waits)
        await c.send(b'HTTP/1.1 %d Status\r\nContent-Length: 0\r\n\r\n'
                     % (417 if seen['417-once'] else 200))


@route('status')
async def status(c):
    """/status/N[/anything]. 404 if N is not a number, and for unknown routes."""
    word = (c.words + [''])[0] if c.request.path.startswith('/status/') else ''
    await c.reply(int(word) if word.isdigit() else 404)


def replies(name, expect, status, *headers, head=None, options=''):
    """A hazard that replies with this status (to HEAD with `head`, if given) and these headers."""
    async def handler(c):
        is_head = head is not None and c.request.method == 'HEAD'
        await c.reply(head if is_head else status, headers=headers)
    hazard(name, expect, options=options)(handler)


replies('blocked-403', 'FAILED 403 blocked', 403, 'cf-mitigated: challenge')
replies('blocked-503', 'FAILED 503 blocked', 503, 'CF-Mitigated: challenge')
replies('mitigated-but-ok', 'OK 200', 200, 'cf-mitigated: challenge')
# The header of the bot protection is on the redirect, not on the final response.
replies('blocked-then-redirected', 'FAILED 403 http-4xx', 302, 'cf-mitigated: challenge',
        'Location: /status/403')
replies('rate-limited', 'FAILED 429 rate-limited', 429, 'Retry-After: 86400')
replies('unauthorized', 'FAILED 401 http-4xx', 401, 'WWW-Authenticate: Basic realm="\x1b[2J"')

replies('head-405', 'OK 200', 200, 'Allow: GET', head=405, options='-I')
replies('head-501', 'OK 200', 200, 'Allow: GET', head=501, options='-I')
replies('head-405-get-404', 'FAILED 404 http-4xx', 404, head=405, options='-I')
for refusal in (400, 403, 404, 500, 503):
    replies('head-%d' % refusal, 'OK 200', 200, head=refusal, options='-I')
replies('head-503-get-503', 'FAILED 503 http-5xx', 503, head=503, options='-I')


@hazard('head-refused-by-reset', expect='OK 200', options='-I')
async def head_reset(c):
    await (c.reset_soon() if c.request.method == 'HEAD' else c.reply())


@hazard('head-refused-by-close', expect='OK 200', options='-I')
async def head_empty(c):
    if c.request.method != 'HEAD':
        await c.reply()


replies('get-405', 'FAILED 405 http-4xx', 405)
