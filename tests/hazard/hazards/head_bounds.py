# SPDX-License-Identifier: MIT
"""Heads without measure. libcurl calls a line of over 100 KiB "Out of memory"
and, depending on its version, bounds the whole head or does not."""

from ..registry import hazard

OK = b'HTTP/1.1 200 OK\r\n'
TWO = b'Content-Length: 2\r\n\r\nok'
LINE = b'X-Filler: ' + b'f' * 54 + b'\r\n'
KIB = 1024


@hazard('head-line-90k', expect='OK 200')
async def line_90k(c):
    await c.send(OK + b'X-Long: ' + b'a' * 90 * KIB + b'\r\n' + TWO)


@hazard('head-line-110k', expect='FAILED http protocol')
async def line_110k(c):
    await c.send(OK + b'X-Long: ' + b'a' * 110 * KIB + b'\r\n' + TWO)


@hazard('head-status-line-110k', expect='FAILED http protocol')
async def status_line_110k(c):
    await c.send(b'HTTP/1.1 200 ' + b'a' * 110 * KIB + b'\r\n' + TWO)


@hazard('head-thousands', expect='FAILED http protocol')
async def thousands(c):
    """400 KiB in ordinary lines, and a good response after them."""
    await c.send(OK + LINE * (400 * KIB // len(LINE)) + TWO)


@hazard('head-200k', expect='OK 200')
async def two_hundred(c):
    await c.send(OK + LINE * (200 * KIB // len(LINE)) + TWO)


@hazard('head-line-endless', expect='FAILED http protocol', endless=True)
async def line_endless(c):
    await c.send(OK + b'X-Long: ')
    await c.flood(b'a' * 4 * KIB)


@hazard('head-lines-endless', expect='FAILED http protocol', endless=True)
async def lines_endless(c):
    await c.send(OK)
    await c.flood(LINE * 64)


@hazard('head-status-endless', expect='FAILED http protocol', endless=True)
async def status_endless(c):
    await c.send(b'HTTP/1.1 200 ')
    await c.flood(b'a' * 4 * KIB)


@hazard('head-100-flood', expect='FAILED http protocol', endless=True)
async def continue_flood(c):
    await c.flood(b'HTTP/1.1 100 Continue\r\nX-Filler: more\r\n\r\n' * 64)


@hazard('head-garbage-endless', expect='FAILED http protocol', endless=True)
async def garbage_endless(c):
    await c.flood(b'yadda ' * 512)


@hazard('head-folded-endless', expect='FAILED http protocol', endless=True)
async def folded_endless(c):
    """One header, continued for ever: a line that grows without its end."""
    await c.send(OK + b'X-Folded: a\r\n')
    await c.flood((b' more' * 20 + b'\r\n') * 40)
