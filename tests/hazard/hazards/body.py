# SPDX-License-Identifier: MIT
"""Bodies that are truncated, late or endless. The status was received; it counts only if the body
was complete, or if urlcheck had read as much as it wanted."""

import gzip

from ..conn import Conn
from ..registry import floods, hazard, port_hazard, sends

OK = b'HTTP/1.1 200 OK\r\n'
TWENTY = OK + b'Content-Length: 20\r\n\r\n'
HALF = b'half of it'
CHUNK = b'z' * 4096

sends('body-truncated', 'FAILED http truncated', TWENTY + HALF)
sends('body-missing', 'FAILED http truncated', TWENTY)
sends('body-truncated-404', 'FAILED http truncated',
      b'HTTP/1.1 404 No\r\nContent-Length: 20\r\n\r\n' + HALF)
sends('body-truncated-tls', 'FAILED http truncated', TWENTY + HALF, on='https')


# Later than the 64 KiB of a body that are read unless --max-filesize is given. (A function sends
# what follows, as the client may have disconnected by then.)
LONG = b'x' * 100000


def late(name, expect, head, then=None, **where):
    """After a body of 100,000 bytes, which should be longer."""
    sends(name, 'OK 200', head + LONG, then, **where)
    hazard(name + '-in-bounds', expect, path='/' + name + '?all', options='--max-filesize 128k',
           on=where.get('on', 'http'))
    hazard(name + '-out-of-bounds', 'OK 200', path='/' + name + '?some',
           options='--max-filesize 90000', on=where.get('on', 'http'))


CHUNKED = OK + b'Transfer-Encoding: chunked\r\n\r\n'
late('body-late-cut', 'FAILED http truncated', OK + b'Content-Length: 100001\r\n\r\n')
late('body-late-cut-chunk', 'FAILED http truncated', CHUNKED + b'%x\r\n' % 200000)
late('body-late-bad-chunk', 'FAILED http protocol', CHUNKED + b'%x\r\n' % 99000)
late('body-late-stall', 'FAILED http timeout-body', OK + b'Content-Length: 100001\r\n\r\n',
     Conn.stall)
late('body-late-cut-tls', 'FAILED http truncated', OK + b'Content-Length: 100001\r\n\r\n', on='https')
hazard('body-in-bounds', 'OK 200', path='/padded/100000/end', options='--max-filesize 100003')

# TCP ends without close_notify.

async def close(c):
    c.close()

sends('body-cut-tls', 'FAILED http truncated', TWENTY + HALF, close, on='https')
# Only close_notify could show that the body is complete, and libcurl does not require it.
sends('body-cut-tls-no-length', 'FAILED http truncated | OK 200', OK + b'\r\nis this all?', close,
      on='https')

sends('body-reset', 'FAILED http reset', TWENTY + HALF, Conn.reset_soon)
sends('body-reset-no-length', 'FAILED http reset', OK + b'\r\n' + HALF, Conn.reset_soon)
sends('body-reset-tls', 'FAILED http reset', TWENTY + HALF, Conn.reset_soon, on='https')

sends('body-stalled', 'FAILED http timeout-body', TWENTY + HALF, Conn.stall)
sends('body-stalled-at-once', 'FAILED http timeout-body', TWENTY, Conn.stall)
sends('body-stalled-no-length', 'FAILED http timeout-body', OK + b'\r\n' + HALF, Conn.stall)
sends('body-stalled-tls', 'FAILED http timeout-body', TWENTY + HALF, Conn.stall, on='https')
sends('body-stalled-500', 'FAILED http timeout-body',
      b'HTTP/1.1 500 No\r\nContent-Length: 20\r\n\r\nhalf', Conn.stall)
sends('body-dripping', 'FAILED http timeout-body', OK + b'Content-Length: 1000\r\n\r\n', Conn.drip)
sends('body-dripping-no-length', 'FAILED http timeout-body', OK + b'\r\n', Conn.drip)

floods('body-endless', 'OK 200', OK + b'\r\n', CHUNK)
floods('body-endless-length', 'OK 200', OK + b'Content-Length: 9000000000000000000\r\n\r\n', CHUNK)
floods('body-endless-length-over-int64', 'OK 200 | FAILED http protocol',
       OK + b'Content-Length: 9223372036854775808\r\n\r\n', CHUNK)
floods('body-endless-chunked', 'OK 200', OK + b'Transfer-Encoding: chunked\r\n\r\n',
       b'1000\r\n' + CHUNK + b'\r\n')
floods('body-endless-tls', 'OK 200', OK + b'\r\n', CHUNK, on='https')
floods('body-endless-404', 'FAILED 404 http-4xx', b'HTTP/1.1 404 No\r\n\r\n', CHUNK)
floods('body-endless-zeros-gzip', 'OK 200', OK + b'Content-Encoding: gzip\r\n\r\n',
       gzip.compress(bytes(1 << 20)))


@hazard('body-gzip-bomb', expect='OK 200')
async def gzip_bomb(c):
    """gzip was not requested: the bytes are a body like any other."""
    await c.reply(body=gzip.compress(bytes(10 << 20)),
                  headers=['Content-Encoding: gzip'])


@hazard('body-gzip-false', expect='OK 200')
async def gzip_false(c):
    await c.reply(body='no gzip at all', headers=['Content-Encoding: gzip'])


@hazard('body-1m', expect='OK 200')
async def one_megabyte(c):
    await c.reply(body=bytes(1 << 20))


# More than the length says, or than the status or method allows.

sends('body-surplus', 'OK 200',
      OK + b'Content-Length: 2\r\n\r\nokHTTP/1.1 500 Smuggled\r\n\r\n')
sends('body-of-204', 'OK 204',
      b'HTTP/1.1 204 No\r\nContent-Length: 20\r\n\r\nnone is allowed here')
sends('body-of-304', 'OK 304',
      b'HTTP/1.1 304 No\r\nContent-Length: 20\r\n\r\nnone is allowed here')
sends('body-of-head', 'OK 200', TWENTY + b'none is allowed here', options='-I')


@port_hazard('body-of-head-stalled', expect='OK 200', options='-I')
async def of_head_stalled(c):
    """The response to HEAD ends with its head. It has its own port, because this connection
    never answers another request."""
    await c.read_request()
    await c.send(TWENTY)
    await c.stall()


sends('body-until-close', 'OK 200', OK + b'\r\nall that there is')
sends('body-until-close-tls', 'OK 200', OK + b'\r\nall that there is', on='https')
sends('body-nothing', 'OK 200', OK + b'\r\n')
