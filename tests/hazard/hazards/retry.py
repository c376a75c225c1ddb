# SPDX-License-Identifier: MIT
"""Routes for retries: they fail for a while, or send Retry-After."""

import struct
import socket
import time

from ..registry import route

limits = {}  # key -> (number of answered requests, when the next one is allowed)
bad_connections = {}  # key -> the connection on which all requests fail


@route('flaky')
async def flaky(c):
    """/flaky/N/STATUS/KEY: N requests get that status (0: a reset), the later ones 200."""
    failing, status = int(c.words[0]), int(c.words[1])
    if c.server.requests[c.request.path] > failing:
        await c.reply()
    elif status:
        await c.reply(status)
    else:
        c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))


@route('slow-first')
async def slow_first(c):
    """/slow-first/N/SECONDS/KEY: N requests are answered after that time, the later ones at once."""
    if c.server.requests[c.request.path] <= int(c.words[0]):
        await c.pause(float(c.words[1]))
    await c.reply()


@route('rate-limit')
async def rate_limit(c):
    """/rate-limit/N/SECONDS/KEY: after N requests with that key the next one gets 429 and a
    Retry-After with that time (in seconds; `SECONDSd`: as a date), as do all requests before that
    time."""
    most, wait, key = int(c.words[0]), c.words[1], c.words[2]
    count, until = limits.get(key, (0, 0))
    seconds = int(wait.rstrip('d'))
    now = time.time()
    if now >= until and count != most:
        limits[key] = (count + 1, until)
        await c.reply()
        return
    if count == most:  # a date has whole seconds
        until = int(now) + seconds + 1 if wait.endswith('d') else now + seconds
        limits[key] = (count + 1, until)
    after = (time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime(until))
             if wait.endswith('d') else str(seconds))
    await c.reply(429, headers=['Retry-After: ' + after])


@route('retry-after')
async def retry_after(c):
    """/retry-after/S1.S2/KEY: each request gets 503 and a Retry-After with the next of these times
    in seconds; the last one repeats."""
    seconds = c.words[0].split('.')
    count = c.server.requests[c.request.path]
    await c.reply(503, headers=['Retry-After: ' + seconds[min(count, len(seconds)) - 1]])


@route('redirect-retry-after')
async def redirect_retry_after(c):
    """/redirect-retry-after/SECONDS/URL (quoted): a redirect with Retry-After."""
    await c.reply(302, headers=['Retry-After: ' + c.words[0], 'Location: ' + c.words[1]])


@route('bad-connection')
async def bad_connection(c):
    """/bad-connection/KEY: 503 on the connection on which it was first requested, 200 on others."""
    if bad_connections.setdefault(c.words[0], c) is c:
        await c.reply(503)
    else:
        await c.reply()
