# SPDX-License-Identifier: MIT
"""Bodies that end too soon, too late or never. The status was seen; it counts
only where the body came whole, or where enough of it was read by choice."""

import gzip

from ..registry import hazard, port_hazard

OK = b'HTTP/1.1 200 OK\r\n'
TWENTY = OK + b'Content-Length: 20\r\n\r\n'
CHUNK = b'z' * 4096


@hazard('body-truncated', expect='FAILED http truncated')
async def truncated(c):
    await c.send(TWENTY + b'half of it')


@hazard('body-missing', expect='FAILED http truncated')
async def missing(c):
    await c.send(TWENTY)


@hazard('body-truncated-404', expect='FAILED http truncated')
async def truncated_404(c):
    await c.send(b'HTTP/1.1 404 No\r\nContent-Length: 20\r\n\r\nhalf of it')


@hazard('body-truncated-tls', expect='FAILED http truncated', on='https')
async def truncated_tls(c):
    await c.send(TWENTY + b'half of it')


@hazard('body-cut-tls', expect='FAILED http truncated', on='https')
async def cut_tls(c):
    """TCP ends, and TLS never said so."""
    await c.send(TWENTY + b'half of it')
    c.close()


@hazard('body-cut-tls-no-length', expect='FAILED http truncated | OK 200', on='https')
async def cut_tls_no_length(c):
    """Only close_notify could say that this was all, and libcurl does not ask."""
    await c.send(OK + b'\r\nis this all?')
    c.close()


@hazard('body-reset', expect='FAILED http reset')
async def reset(c):
    await c.send(TWENTY + b'half of it')
    await c.pause(0.1)
    c.reset()


@hazard('body-reset-no-length', expect='FAILED http reset')
async def reset_no_length(c):
    await c.send(OK + b'\r\nhalf of it')
    await c.pause(0.1)
    c.reset()


@hazard('body-reset-tls', expect='FAILED http reset', on='https')
async def reset_tls(c):
    await c.send(TWENTY + b'half of it')
    await c.pause(0.1)
    c.reset()


@hazard('body-stalled', expect='FAILED http timeout-body')
async def stalled(c):
    await c.send(TWENTY + b'half of it')
    await c.stall()


@hazard('body-stalled-at-once', expect='FAILED http timeout-body')
async def stalled_at_once(c):
    await c.send(TWENTY)
    await c.stall()


@hazard('body-stalled-no-length', expect='FAILED http timeout-body')
async def stalled_no_length(c):
    await c.send(OK + b'\r\nhalf of it')
    await c.stall()


@hazard('body-stalled-tls', expect='FAILED http timeout-body', on='https')
async def stalled_tls(c):
    await c.send(TWENTY + b'half of it')
    await c.stall()


@hazard('body-dripping', expect='FAILED http timeout-body')
async def dripping(c):
    await c.send(OK + b'Content-Length: 1000\r\n\r\n')
    await c.drip()


@hazard('body-dripping-no-length', expect='FAILED http timeout-body')
async def dripping_no_length(c):
    await c.send(OK + b'\r\n')
    await c.drip()


@hazard('body-stalled-500', expect='FAILED http timeout-body')
async def stalled_500(c):
    await c.send(b'HTTP/1.1 500 No\r\nContent-Length: 20\r\n\r\nhalf')
    await c.stall()


@hazard('body-endless', expect='OK 200', endless=True)
async def endless(c):
    await c.send(OK + b'\r\n')
    await c.flood(CHUNK)


@hazard('body-endless-length', expect='OK 200', endless=True)
async def endless_length(c):
    await c.send(OK + b'Content-Length: 9000000000000000000\r\n\r\n')
    await c.flood(CHUNK)


@hazard('body-endless-length-over-int64', expect='OK 200 | FAILED http protocol', endless=True)
async def endless_overflow(c):
    await c.send(OK + b'Content-Length: 9223372036854775808\r\n\r\n')
    await c.flood(CHUNK)


@hazard('body-endless-chunked', expect='OK 200', endless=True)
async def endless_chunked(c):
    await c.send(OK + b'Transfer-Encoding: chunked\r\n\r\n')
    await c.flood(b'1000\r\n' + CHUNK + b'\r\n')


@hazard('body-endless-tls', expect='OK 200', on='https', endless=True)
async def endless_tls(c):
    await c.send(OK + b'\r\n')
    await c.flood(CHUNK)


@hazard('body-endless-404', expect='FAILED 404 http-4xx', endless=True)
async def endless_404(c):
    await c.send(b'HTTP/1.1 404 No\r\n\r\n')
    await c.flood(CHUNK)


@hazard('body-endless-zeros-gzip', expect='OK 200', endless=True)
async def endless_gzip(c):
    await c.send(OK + b'Content-Encoding: gzip\r\n\r\n')
    await c.flood(gzip.compress(bytes(1 << 20)))


@hazard('body-gzip-bomb', expect='OK 200')
async def gzip_bomb(c):
    """Nobody asked for gzip: the bytes are a body like any other."""
    await c.reply(body=gzip.compress(bytes(10 << 20)),
                  headers=['Content-Encoding: gzip'])


@hazard('body-gzip-false', expect='OK 200')
async def gzip_false(c):
    await c.reply(body='no gzip at all', headers=['Content-Encoding: gzip'])


@hazard('body-1m', expect='OK 200')
async def one_megabyte(c):
    await c.reply(body=bytes(1 << 20))


@hazard('body-surplus', expect='OK 200')
async def surplus(c):
    await c.send(OK + b'Content-Length: 2\r\n\r\nokHTTP/1.1 500 Smuggled\r\n\r\n')


@hazard('body-of-204', expect='OK 204')
async def of_204(c):
    await c.send(b'HTTP/1.1 204 No\r\nContent-Length: 20\r\n\r\nnone is allowed here')


@hazard('body-of-304', expect='OK 304')
async def of_304(c):
    await c.send(b'HTTP/1.1 304 No\r\nContent-Length: 20\r\n\r\nnone is allowed here')


@hazard('body-of-head', expect='OK 200', options='-I')
async def of_head(c):
    await c.send(TWENTY + b'none is allowed here')


@port_hazard('body-of-head-stalled', expect='OK 200', options='-I')
async def of_head_stalled(c):
    """HEAD's response is complete with its head. On a port of its own: no other
    hazard shall be asked for on a connection that will not answer."""
    await c.read_request()
    await c.send(TWENTY)
    await c.stall()


@hazard('body-until-close', expect='OK 200')
async def until_close(c):
    await c.send(OK + b'\r\nall that there is')


@hazard('body-until-close-tls', expect='OK 200', on='https')
async def until_close_tls(c):
    await c.send(OK + b'\r\nall that there is')


@hazard('body-nothing', expect='OK 200')
async def nothing(c):
    await c.send(OK + b'\r\n')
