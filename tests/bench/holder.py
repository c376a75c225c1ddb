#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The server of the load tests, with limits for more requests at once: it holds
answers until all requests have come, and waits longer for them, because
handshakes take time.

    holder.py ADDRESSES
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                             'system'))

from support import child, load_server  # noqa: E402

GATHER_LIMIT_S = 45  # less than the time limit of the clients
BACKLOG = 65535


class Holder(child.Child):
    def __init__(self, addresses):
        super().__init__(os.path.abspath(__file__), addresses)

    def urls(self, path, count, addresses):
        """`count` different URLs, in turn for each of its addresses."""
        return ['http://127.0.0.%d:%d%s/%d' % (number % addresses + 1, self.about['port'],
                                               path, number) for number in range(count)]


if __name__ == '__main__':
    load_server.GATHER_LIMIT_S = GATHER_LIMIT_S
    load_server.BACKLOG = BACKLOG
    load_server.main()
