#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""urlcheck is stopped and continued, as by Ctrl-Z and fg: no server is blamed for that time.

    stops.py [--urlcheck PATH] [--only WORD] [--seed N]

The servers are healthy and slow, and most stops are longer than --max-time: without the time of the
stop, each check ends in time.
"""

import json
import os
import random
import signal
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from support import records
from support.load_server import LoadServer
from support.records import ok
from support.running import Running, lines
from support.suite import Suite

RUNS = 15          # at once
STOPS = (1, 0.25)  # in each run, their lengths in parts of STOP_S; 30 in all
URLS = 12
AT_ONCE = 4
WAIT_S = 0.2       # of the server
MAX_TIME_S = 1.7
STOP_S = 2.2


def max_time(suite):
    return '%gs' % (MAX_TIME_S * suite.scale)


def stop(suite, running, part=1):
    """Stops urlcheck for longer than --max-time, or a part of that. Returns when it continues."""
    running.signal(signal.SIGSTOP)
    time.sleep(part * STOP_S * suite.scale)
    running.signal(signal.SIGCONT)


def random_moments(suite):
    """The verdicts and the times are those of the server."""
    chance = random.Random(suite.seed)
    moments = [[chance.uniform(0.05, 0.6) for _ in STOPS] for _ in range(RUNS)]
    with ThreadPoolExecutor(RUNS) as pool:
        for what, ran, urls in pool.map(lambda one: at_moments(suite, *one), enumerate(moments)):
            suite.expect_records(what, ran, [ok(url) for url in urls])
            slow = [line['time_total'] for line in map(json.loads, ran.out.splitlines())
                    if line['time_total'] >= MAX_TIME_S * suite.scale
                    or sum(time or 0 for time in line['phases'].values())
                    > line['time_total'] + 0.001]
            suite.expect(not slow, '%s: times %s' % (what, slow))


def at_moments(suite, number, moments):
    urls = [suite.server.url('/wait/%g/%d-%d' % (WAIT_S, number, url), number % 4 + 1)
            for url in range(URLS)]
    with Running(suite, '--format', 'jsonl', '-m', max_time(suite), '--parallel-max',
                 str(AT_ONCE), stdin=lines(urls)) as running:
        for moment, part in zip(moments, STOPS):
            if not running.has_ended(moment * suite.scale):
                stop(suite, running, part)
        return 'seed %d, run %d %s' % (suite.seed, number, moments), running.end(), urls


def stopped_in_flight(suite, args, url, after=0, part=1):
    """A run with one URL, which is stopped so many seconds after the server got its request."""
    suite.server.ask('reset')
    with Running(suite, '--format', 'jsonl', *args, url) as running:
        while suite.server.ask('stat')['requests'] == 0 and not running.has_ended(0.01):
            pass
        time.sleep(after)
        stop(suite, running, part)
        ran = running.end()
    return ran, suite.server.ask('stat')['requests']


def request_that_may_not_be_repeated(suite):
    """Nothing is known of its URL; but it is sent once only."""
    url = suite.server.url('/wait/%g/delete' % (10 * STOP_S * suite.scale))
    ran, requests = stopped_in_flight(suite, ['-X', 'DELETE', '-m', max_time(suite)], url)
    suite.expect_records('DELETE', ran, [records.failed(url, 'cancelled')], 3)
    suite.expect(requests == 1, '%d requests' % requests)


def short_stop(suite):
    """Too short for the clock, but --max-time ends and the response comes during it: SIGCONT tells
    of it, and the check is repeated."""
    url = suite.server.url('/wait/%g/short' % (0.9 * MAX_TIME_S * suite.scale))
    ran, _ = stopped_in_flight(suite, ['-m', max_time(suite)], url,
                               after=0.8 * MAX_TIME_S * suite.scale, part=0.3)
    suite.expect_records('short', ran, [ok(url)])


def time_of_a_stop_does_not_count(suite):
    """Neither for --max-latency, although the response came meanwhile, nor for --deadline."""
    url = suite.server.url('/wait/%g/latency' % WAIT_S)
    ran, _ = stopped_in_flight(suite, ['-m', '60', '--max-latency', max_time(suite), '--deadline',
                                       max_time(suite)], url)
    suite.expect_records('stopped', ran, [ok(url)])


def stop_before_a_signal(suite):
    """A signal that came while urlcheck was stopped ends it, with a record for every URL."""
    urls = [suite.server.url('/wait/60/%d' % number) for number in range(3)]
    with tempfile.TemporaryDirectory() as directory:
        target = os.path.join(directory, 'out.jsonl')
        with Running(suite, '-o', target, stdin=lines(urls)) as running:
            running.wait_until_it_blocks(signal.SIGTERM)
            running.signal(signal.SIGSTOP)
            running.signal(signal.SIGTERM)
            time.sleep(STOP_S / 2)
            running.signal(signal.SIGCONT)
            ran = running.end()
        suite.expect_end('SIGTERM', ran, 143)
        with open(target) as file:
            found = records.parse(file.read())
        suite.expect([record.url for record in found] == urls, 'records: %s' % found)


def main():
    suite = Suite(__doc__)
    print('seed %d' % suite.seed, flush=True)
    with LoadServer(4) as suite.server:
        suite.run(random_moments, request_that_may_not_be_repeated, short_stop,
                  time_of_a_stop_does_not_count, stop_before_a_signal)


if __name__ == '__main__':
    main()
