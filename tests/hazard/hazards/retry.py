# SPDX-License-Identifier: MIT
"""What fails, and after a while does not."""

import struct
import socket
import time

from ..registry import route

told = {}  # key: (how many requests were answered, until when none is to come)
bearers = {}  # key: the connection that is met with a grudge


@route('flaky')
async def flaky(c):
    """/flaky/N/STATUS/KEY: N requests are answered with that status (0: reset), the next are fine."""
    failing, status = int(c.words[0]), int(c.words[1])
    if c.server.requests[c.request.path] > failing:
        await c.reply()
    elif status:
        await c.reply(status)
    else:
        c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))


@route('patience')
async def patience(c):
    """/patience/N/SECONDS/KEY: after N requests for all of that key the next is told to come back
    after that time (seconds; with a `d` behind it, by a date), as are those who come sooner."""
    most, wait, key = int(c.words[0]), c.words[1], c.words[2]
    count, until = told.get(key, (0, 0))
    seconds = int(wait.rstrip('d'))
    now = time.time()
    if now >= until and count != most:
        told[key] = (count + 1, until)
        await c.reply()
        return
    if count == most:  # a date is of whole seconds
        until = int(now) + seconds + 1 if wait.endswith('d') else now + seconds
        told[key] = (count + 1, until)
    after = (time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime(until))
             if wait.endswith('d') else str(seconds))
    await c.reply(429, headers=['Retry-After: ' + after])


@route('wishes')
async def wishes(c):
    """/wishes/S1.S2/KEY: each request for it is told to come back after the next of these times in
    seconds, those after the last that as well."""
    seconds = c.words[0].split('.')
    count = c.server.requests[c.request.path]
    await c.reply(503, headers=['Retry-After: ' + seconds[min(count, len(seconds)) - 1]])


@route('away')
async def away(c):
    """/away/SECONDS/URL (quoted): a redirect that has something to say of when to come back."""
    await c.reply(302, headers=['Retry-After: ' + c.words[0], 'Location: ' + c.words[1]])


@route('grudge')
async def grudge(c):
    """/grudge/KEY: 503 to whoever asks on the connection on which that was first asked for."""
    if bearers.setdefault(c.words[0], c) is c:
        await c.reply(503)
    else:
        await c.reply()
