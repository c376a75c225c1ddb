#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rate of new requests, counted at the server.

    rate.py [--urlcheck PATH] [--only WORD] [--strict]

If the machine stalls between client and server, delayed requests arrive together with later ones:
up to half more than --rate may arrive in one second. --strict is for a quiet machine: no second may
have more than --rate, and a longer run may take hardly longer than its time.
"""

from support.flaky_server import FlakyServer
from support.records import ok
from support.running import Running, lines
from support.suite import Suite

PERIOD_S = 1


def most_in_a_period(times):
    """The most requests in any second."""
    begin = most = 0
    for end, time in enumerate(times):
        while time - times[begin] >= PERIOD_S:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def check(suite, rate, count, path, *args):
    """Returns the duration in seconds and the number of requests."""
    urls = [suite.server.url('%s/%d' % (path, number), number % 4 + 1) for number in range(count)]
    suite.server.ask('reset')
    with Running(suite, '--rate', '%d/s' % rate, *args, stdin=lines(urls)) as running:
        ran = running.end()
    times = suite.server.ask('stat')['times']
    what = '%d/s %s' % (rate, args)
    suite.expect_records(what, ran, [ok(url) for url in urls], err=None)
    most = most_in_a_period(times)
    limit = rate if suite.strict else rate + rate // 2
    suite.expect(most <= limit, '%s: %d in a second' % (what, most))
    least_s = (len(times) - 1) / rate
    lasted_s = times[-1] - running.begin
    suite.expect(lasted_s >= least_s, '%s: %d in %.2f s' % (what, len(times), lasted_s))
    print('%d/s: %d URLs, %d requests in %.2f s, at most %d in a second' % (
        rate, count, len(times), ran.seconds, most))
    return ran.seconds, len(times)


def rate_holds_in_every_second(suite):
    check(suite, 50, 200, '/ok')
    check(suite, 200, 500, '/ok')


def rate_holds_with_few_threads(suite):
    """URLs that waited for a thread do not start all at once."""
    check(suite, 40, 120, '/wait/0.2', '--parallel-max', '8')


def rate_includes_retries(suite):
    requests = check(suite, 50, 100, '/random/30/close', '--retry', '10', '--retry-delay',
                     '50ms')[1]
    suite.expect(requests > 110, 'only %d requests for 100 URLs' % requests)


def rate_is_used_fully(suite):
    seconds = check(suite, 50, 500, '/ok')[0]
    suite.expect(9.5 <= seconds <= 10.5, '500 at 50/s: %.2f s' % seconds)


def main():
    suite = Suite(__doc__)
    with FlakyServer(4) as suite.server:
        suite.run(rate_holds_in_every_second, rate_holds_with_few_threads, rate_includes_retries,
                  *[rate_is_used_fully] * suite.strict)


if __name__ == '__main__':
    main()
