# SPDX-License-Identifier: MIT
"""Targets of redirects: other schemes, malformed URLs, errors, URLs with passwords."""

from ..registry import hazard
from .redirect import to


def leads(name, expect, where):
    """A redirect to `where`, in which {LISTENER} is replaced by its address. Other bytes are sent
    as they are."""
    async def handler(c):
        place = where
        for listener in c.server.ports:
            place = place.replace(b'{%s}' % listener.encode(),
                                  c.server.address(listener).encode())
        await c.send(b'HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: '
                     + place + b'\r\n\r\n')
        c.keep = True
    hazard(name, expect)(handler)


leads('to-ftp', 'FAILED 302 redirect-scheme', b'ftp://{refused}/x')
leads('to-file', 'FAILED 302 redirect-scheme', b'file:///etc/passwd')
leads('to-gopher', 'FAILED 302 redirect-scheme', b'gopher://{refused}/x')
leads('to-javascript', 'FAILED 302 redirect-scheme', b'javascript:alert(1)')
leads('to-mailto', 'FAILED 302 redirect-scheme', b'mailto:postmaster@name.test')
leads('to-telnet', 'FAILED 302 redirect-scheme', b'TELNET://{refused}/')

leads('to-malformed', 'FAILED 302 protocol', b'http://[::1/')
leads('to-bad-port', 'FAILED 302 protocol', b'http://127.0.0.1:99999/')
leads('to-no-host', 'FAILED 302 protocol', b'http://')
leads('to-bare-slashes', 'FAILED 302 protocol', b'//')
leads('to-two-at-signs', 'FAILED 302 protocol', b'http://user:SECRET@x@{http}/')
# libcurl 7 rejects control bytes, 8 encodes them.
leads('to-escape-bytes', 'FAILED 302 protocol | OK 200', b'/ok?\x1b[31mred\x1b]0;title\x07')
leads('to-nul', 'FAILED http protocol', b'/ok?a\0b')
leads('to-tab', 'FAILED 302 protocol | OK 200', b'/ok?a\tb')

leads('to-bidi', 'OK 200', b'/ok?\xe2\x80\xaegnp.exe')
leads('to-broken-utf8', 'OK 200', b'/ok?\xff\xfe\xc0\xaf')
leads('to-bidi-404', 'FAILED 404 http-4xx', b'/status/404?\xe2\x80\xae\xe2\x81\xa6')
leads('to-hashes', 'OK 200', b'/ok?##vso[task.setvariable variable=PATH]x')
leads('to-bidi-stall', 'FAILED http timeout-response', b'/head-silent?\xe2\x80\xae\xff')
leads('to-c1', 'OK 200', b'/ok?\xc2\x9b31m')
leads('to-utf8', 'OK 200', '/ok?grün#日本'.encode())
leads('to-latin-1', 'OK 200', b'/ok?gr\xfcn')
leads('to-percent', 'OK 200', b'/ok?gr%C3%BCn-%fc')
leads('to-space', 'OK 200', b'/ok?a b')
leads('to-relative', 'OK 200', b'ok?relative')
leads('to-query', 'FAILED 302 too-many-redirects', b'?again')
leads('to-fragment', 'OK 200', b'/ok#here')
leads('to-scheme-relative', 'OK 200', b'//{http}/ok')
leads('to-https', 'OK 200', b'https://{https}/ok')
leads('to-upper-case', 'OK 200', b'HTTP://{http}/ok')
leads('to-dots', 'OK 200', b'/a/b/../../ok')

leads('to-refused', 'FAILED tcp refused', b'http://{refused}/')
leads('to-refused-tls', 'FAILED tcp refused', b'https://{refused}/')
leads('to-silence', 'FAILED http timeout-response', b'/head-silent')
leads('to-silent-tls', 'FAILED tls timeout-tls', b'https://{tls-silent}/')
leads('to-expired', 'FAILED tls cert-expired', b'https://{tls-expired}/')
leads('to-truncated', 'FAILED http truncated', b'/body-truncated')
leads('to-reset', 'FAILED http reset', b'/head-reset')
leads('to-garbage', 'FAILED http protocol', b'/head-garbage')
# What the redirect said is not true of what follows it.
leads('to-nothing', 'FAILED http empty', b'/head-empty')
leads('to-small-letters', 'FAILED http protocol', b'/head-small-letters')
leads('to-small-letters-100', 'FAILED http protocol', b'/head-small-letters-100')
leads('to-tab-before-status', 'FAILED http protocol', b'/head-tab-before-status')
leads('to-ipv6', 'OK 200', b'http://{http6}/ok')

leads('to-credentials', 'OK 200', b'http://user:SECRET@{http}/ok')
leads('to-credentials-refused', 'FAILED tcp refused', b'http://user:SECRET@{refused}/')
leads('to-credentials-404', 'FAILED 404 http-4xx', b'http://user:SECRET@{http}/status/404')
leads('to-credentials-silent', 'FAILED http timeout-response',
      b'http://user:SECRET@{http}/head-silent')
leads('to-credentials-ftp', 'FAILED 302 redirect-scheme', b'ftp://user:SECRET@{http}/')
leads('to-credentials-expired', 'FAILED tls cert-expired',
      b'https://user:SECRET@{tls-expired}/')
leads('to-credentials-escaped', 'OK 200', b'http://user:%53ECRET%1b@{http}/ok')


@hazard('to-two-places', expect='OK 200 | FAILED 404 http-4xx')
async def two_places(c):
    await c.reply(302, headers=['Location: /ok', 'Location: /status/404'])


@hazard('to-long-url', expect='OK 200 | FAILED 302 protocol')
async def long_url(c):
    await to(c, '/ok?' + 'a' * 60000)
