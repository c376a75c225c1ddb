# SPDX-License-Identifier: MIT
"""Response heads that are late, broken or wrong. An incomplete head has no status, although
libcurl reports one after the status line."""

from ..conn import Conn
from ..registry import hazard, sends

OK = b'HTTP/1.1 200 OK\r\n'
TWO = b'Content-Length: 2\r\n\r\nok'


# Late. The status line may be there; the response is not.

sends('head-silent', 'FAILED http timeout-response', b'', Conn.stall)
sends('head-stalled-in-status', 'FAILED http timeout-response', b'HTTP/1.1 20', Conn.stall)
sends('head-stalled-after-status', 'FAILED http timeout-response', OK, Conn.stall)
sends('head-stalled-before-end', 'FAILED http timeout-response', OK + b'Content-Length: 0\r\n',
      Conn.stall)
sends('head-dripping', 'FAILED http timeout-response', OK + b'X-Drip: ', Conn.drip)
sends('head-dripping-lines', 'FAILED http timeout-response', OK,
      lambda c: c.drip(b'X: y\r\n', every=0.05))
sends('head-100-then-silence', 'FAILED http timeout-response',
      b'HTTP/1.1 100 Continue\r\n\r\n', Conn.stall)


@hazard('head-100-for-ever', expect='FAILED http timeout-response')
async def continue_for_ever(c):
    while True:
        await c.send(b'HTTP/1.1 100 Continue\r\n\r\n')
        await c.pause(0.1)


# Cut off. For three of these libcurl returns CURLE_OK and status 200.

sends('head-empty', 'FAILED http empty', b'')
sends('head-cut-in-status', 'FAILED http empty | FAILED http truncated', b'HTTP/1.1 20')
sends('head-cut-after-status', 'FAILED http truncated', OK)
sends('head-cut-in-line', 'FAILED http truncated', OK + b'X-A: b\r\nX-B: ')
sends('head-cut-between-lines', 'FAILED http truncated', OK + b'X-A: b\r\n')
sends('head-cut-with-length', 'FAILED http truncated', OK + b'Content-Length: 2\r\n')
sends('head-cut-before-end', 'FAILED http truncated', OK + b'Content-Length: 0\r\n\r')
sends('head-cut-404', 'FAILED http truncated', b'HTTP/1.1 404 No\r\nX-A: b\r\n')
sends('head-cut-redirect', 'OK 200 | FAILED http truncated',
      b'HTTP/1.1 302 Found\r\nLocation: /ok?cut\r\n')
sends('head-100-then-close', 'FAILED http empty | FAILED http truncated',
      b'HTTP/1.1 100 Continue\r\n\r\n')
sends('head-103-then-cut', 'FAILED http truncated',
      b'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n' + OK + b'X-A: b\r\n')
sends('head-150-then-close', 'FAILED http empty | FAILED http truncated',
      b'HTTP/1.1 150 What\r\n\r\n')


@hazard('head-reset', expect='FAILED http reset')
async def reset(c):
    c.reset()


sends('head-reset-in-headers', 'FAILED http reset', OK + b'X-A: b\r\n', Conn.reset_soon)


# Not HTTP, or an invalid status.

sends('head-http09', 'FAILED http protocol', b'<html>hello</html>\n')
sends('head-garbage', 'FAILED http protocol', b'\x00\xff\x13\x1b[31mgarbage\r\n\r\n')
sends('head-ssh', 'FAILED http protocol', b'SSH-2.0-OpenSSH_9.2p1\r\n')
sends('head-icy', 'FAILED http protocol', b'ICY 200 OK\r\n' + TWO)
# libcurl 8 accepts any version, and a blank before the first header.
sends('head-http-3.7', 'FAILED http protocol | OK 200', b'HTTP/3.7 200 OK\r\n' + TWO)
sends('head-status-000', 'FAILED http protocol', b'HTTP/1.1 000 Zero\r\n' + TWO)
sends('head-status-99', 'FAILED http protocol', b'HTTP/1.1 99 Low\r\n' + TWO)
sends('head-status-1000', 'FAILED http protocol', b'HTTP/1.1 1000 High\r\n' + TWO)
sends('head-status-word', 'FAILED http protocol', b'HTTP/1.1 OK\r\n' + TWO)
sends('head-status-negative', 'FAILED http protocol', b'HTTP/1.1 -200 OK\r\n' + TWO)
# libcurl takes these for a status of 200 or 404.
sends('head-small-letters', 'FAILED http protocol', b'http/1.1 500 No\r\n' + TWO)
sends('head-small-letters-200', 'FAILED http protocol', b'Http/1.1 200 OK\r\n' + TWO)
sends('head-small-letters-302', 'FAILED http protocol',
      b'http/1.1 302 Found\r\nLocation: /ok?small\r\n' + TWO)
sends('head-small-letters-100', 'FAILED http protocol', b'http/1.1 100 Continue\r\n\r\n' + OK + TWO)
sends('head-tab-before-status', 'FAILED http protocol', b'HTTP/1.1 \t404 No\r\n' + TWO)
# Looks like a status line, but is a header.
sends('head-status-in-header', 'FAILED 500 http-5xx',
      b'HTTP/1.1 500 No\r\nHTTP/1.1 200: OK\r\n' + TWO)
sends('head-101-unrequested', 'FAILED http protocol',
      b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: none\r\n\r\nhello')
SWITCHING = b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'
sends('head-101-stalled', 'FAILED http protocol', SWITCHING, Conn.stall)
sends('head-101-then-close', 'FAILED http protocol', SWITCHING)
sends('head-101-then-200', 'FAILED http protocol', SWITCHING + OK + TWO)
sends('head-101-stalled-http2', 'FAILED http protocol', SWITCHING, Conn.stall, options='--http2',
      on='https')
UPGRADE = '-H Connection:Upgrade -H Upgrade:websocket'
sends('head-101-requested', 'FAILED 101 http-status', SWITCHING, Conn.stall, options=UPGRADE)
sends('head-101-accepted', 'OK 101', SWITCHING, Conn.stall, options=UPGRADE + ' --accept 101')


# Invalid header lines. libcurl reports a folded first line as "bad argument".

sends('head-nul-in-header', 'FAILED http protocol', OK + b'X-A: a\0b\r\n' + TWO)
sends('head-nul-in-status', 'FAILED http protocol', b'HTTP/1.1 200 O\0K\r\n' + TWO)
sends('head-no-colon', 'FAILED http protocol', OK + b'nonsense\r\n' + TWO)
sends('head-folded-first', 'FAILED http protocol | OK 200', OK + b' X-A: a\r\n' + TWO)


# Invalid or wrong lengths. RFC 9112, 6.3: an unrecoverable error.

sends('head-length-negative', 'FAILED http protocol', OK + b'Content-Length: -1\r\n\r\nok')
sends('head-length-word', 'FAILED http protocol', OK + b'Content-Length: two\r\n\r\nok')
sends('head-length-nothing', 'FAILED http protocol', OK + b'Content-Length: \r\n\r\nok')
THREE = OK + b'Content-Length: %s\r\n\r\nabc'
sends('head-length-hexadecimal', 'FAILED http protocol', THREE % b'0x3')
sends('head-length-and-letters', 'FAILED http protocol', THREE % b'3aa')
sends('head-length-and-blank', 'FAILED http protocol', THREE % b'3 3')
sends('head-lengths-in-one-line', 'FAILED http protocol', THREE % b'3, 4')
sends('head-lengths-5-10', 'FAILED http protocol | FAILED http truncated',
      OK + b'Content-Length: 5\r\nContent-Length: 10\r\n\r\nhello')
sends('head-lengths-10-5', 'FAILED http protocol | FAILED http truncated',
      OK + b'Content-Length: 10\r\nContent-Length: 5\r\n\r\nhello')
sends('head-length-over-int64', 'FAILED http protocol | FAILED http truncated',
      OK + b'Content-Length: 9223372036854775808\r\n\r\nok')
sends('head-length-int64', 'FAILED http truncated',
      OK + b'Content-Length: 9223372036854775807\r\n\r\nok')


# Unusual, but accepted by every client.

sends('head-same-length-in-one-line', 'OK 200', THREE % b'3, 3')
sends('head-same-length-twice', 'OK 200', OK + b'Content-Length: 2\r\n' + TWO)
sends('head-bare-lf', 'OK 200', b'HTTP/1.1 200 OK\nContent-Length: 2\n\nok')
sends('head-no-reason', 'OK 200', b'HTTP/1.1 200\r\n' + TWO)
sends('head-http10', 'OK 200', b'HTTP/1.0 200 OK\r\n\r\nok')
sends('head-folded', 'OK 200', OK + b'X-A: a\r\n  b\r\n' + TWO)
sends('head-100-then-200', 'OK 200', b'HTTP/1.1 100 Continue\r\n\r\n' + OK + TWO)
sends('head-103-then-200', 'OK 200',
      b'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n' + OK + TWO)
sends('head-hostile-bytes', 'OK 200',
      b'HTTP/1.1 200 \x1b[31mOK\xff\r\nX-A: \x1b]0;pwned\x07\r\n'
      b'X-\xe2\x80\xae: \xe2\x80\xae\xff\xfe\r\n' + TWO)
sends('head-hostile-reason', 'FAILED 404 http-4xx',
      b'HTTP/1.1 404 \x1b[31m\xe2\x80\xaeNo\xff\r\n' + TWO)
