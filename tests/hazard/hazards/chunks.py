# SPDX-License-Identifier: MIT
"""Broken chunked bodies and transfer codings."""

from ..conn import Conn
from ..registry import floods, sends

CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
HELLO = b'5\r\nhello\r\n'

sends('chunk-good', 'OK 200', CHUNKED + HELLO + b'0\r\n\r\n')
sends('chunk-extension-and-trailer', 'OK 200',
      CHUNKED + b'5;a=b\r\nhello\r\n0\r\nX-Trailer: t\r\n\r\n')
sends('chunk-trailer-like-head', 'OK 200',
      CHUNKED + HELLO + b'0\r\nHTTP/1.1 500: t\r\nLocation: /\r\nContent-Length: none\r\n\r\n')
sends('chunk-and-length', 'OK 200',
      b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n' + CHUNKED[17:] + HELLO + b'0\r\n\r\n')
sends('chunk-bad-size', 'FAILED http protocol', CHUNKED + b'zz\r\nhello\r\n')
sends('chunk-negative-size', 'FAILED http protocol', CHUNKED + b'-5\r\nhello\r\n')
sends('chunk-size-too-long', 'FAILED http protocol', CHUNKED + b'f' * 17 + b'\r\nhello')
sends('chunk-huge', 'FAILED http truncated',
      CHUNKED + b'7fffffffffffffff\r\nhello\r\n')
sends('chunk-no-line-end', 'FAILED http protocol', CHUNKED + b'5\r\nhelloXX0\r\n\r\n')
sends('chunk-none', 'FAILED http truncated', CHUNKED)
sends('chunk-no-last', 'FAILED http truncated', CHUNKED + HELLO)
sends('chunk-cut', 'FAILED http truncated', CHUNKED + b'5\r\nhel')
sends('chunk-last-cut', 'FAILED http truncated', CHUNKED + HELLO + b'0\r\n')
sends('chunk-trailer-cut', 'FAILED http truncated', CHUNKED + HELLO + b'0\r\nX-T: a\r\n')
sends('coding-unknown', 'FAILED http protocol',
      b'HTTP/1.1 200 OK\r\nTransfer-Encoding: banana\r\n\r\nhello')
sends('coding-false', 'FAILED http protocol',
      b'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n' + HELLO + b'0\r\n\r\n')

sends('chunk-stalled', 'FAILED http timeout-body', CHUNKED + HELLO, Conn.stall)
sends('chunk-dripping', 'FAILED http timeout-body', CHUNKED, lambda c: c.drip(b'1\r\nx\r\n'))
floods('chunk-size-endless', 'FAILED http protocol', CHUNKED, b'0' * 4096)
# No body data follows, so no write callback can stop the transfer.
floods('chunk-extension-endless', 'FAILED http protocol | FAILED http timeout-body',
       CHUNKED + b'5;', b'e' * 4096)
floods('chunk-trailer-endless', 'FAILED http protocol | OK 200', CHUNKED + HELLO + b'0\r\n',
       b'X-Trailer: more and more\r\n' * 100)
