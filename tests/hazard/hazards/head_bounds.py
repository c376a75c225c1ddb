# SPDX-License-Identifier: MIT
"""Response heads without limits. libcurl reports a line of over 100 KiB as "Out of memory"; whether
it limits the whole head depends on its version."""

from ..registry import floods, sends

OK = b'HTTP/1.1 200 OK\r\n'
TWO = b'Content-Length: 2\r\n\r\nok'
LINE = b'X-Filler: ' + b'f' * 54 + b'\r\n'
KIB = 1024

sends('head-line-90k', 'OK 200', OK + b'X-Long: ' + b'a' * 90 * KIB + b'\r\n' + TWO)
sends('head-line-110k', 'FAILED http protocol',
      OK + b'X-Long: ' + b'a' * 110 * KIB + b'\r\n' + TWO)
sends('head-status-line-110k', 'FAILED http protocol',
      b'HTTP/1.1 200 ' + b'a' * 110 * KIB + b'\r\n' + TWO)
# 400 KiB in ordinary lines, and then a correct response.
sends('head-thousands', 'FAILED http protocol', OK + LINE * (400 * KIB // len(LINE)) + TWO)
sends('head-200k', 'OK 200', OK + LINE * (200 * KIB // len(LINE)) + TWO)

floods('head-line-endless', 'FAILED http protocol', OK + b'X-Long: ', b'a' * 4 * KIB)
floods('head-lines-endless', 'FAILED http protocol', OK, LINE * 64)
floods('head-status-endless', 'FAILED http protocol', b'HTTP/1.1 200 ', b'a' * 4 * KIB)
floods('head-100-flood', 'FAILED http protocol', b'',
       b'HTTP/1.1 100 Continue\r\nX-Filler: more\r\n\r\n' * 64)
floods('head-garbage-endless', 'FAILED http protocol', b'', b'yadda ' * 512)
# One header, folded without end: an endless line.
floods('head-folded-endless', 'FAILED http protocol', OK + b'X-Folded: a\r\n',
       (b' more' * 20 + b'\r\n') * 40)
