#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rate of starts, counted at the server.

    rate.py [--urlcheck PATH] [--only WORD] [--strict]

A machine that stalls between client and server lets some requests catch up with those before
them, so that a second may see half as many again as were started in it. --strict is for a quiet
one: no second sees any more, and a longer run takes its time and little more.
"""

from support import records
from support.moody import Moody
from support.records import Record
from support.running import Running, lines
from support.suite import Suite

PERIOD_S = 1


def most_in_a_period(times):
    """How many came at most in any second, its end not included."""
    begin = most = 0
    for end, time in enumerate(times):
        while time - times[begin] >= PERIOD_S:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def check(suite, rate, count, path, *args):
    """Returns how long it took, and how many requests that were."""
    urls = [suite.moody.url('%s/%d' % (path, number), number % 4 + 1) for number in range(count)]
    suite.moody.ask('reset')
    with Running(suite, '--rate', '%d/s' % rate, *args, stdin=lines(urls)) as running:
        ran = running.end()
    times = suite.moody.ask('stat')['times']
    wanted = [Record(url, 'OK', 200, '') for url in urls]
    wrong = records.difference(records.from_text(ran.out), wanted)
    suite.expect(not wrong and ran.status == 0, 'exit status %d, %s' % (ran.status, wrong))
    most = most_in_a_period(times)
    limit = rate if suite.strict else rate + rate // 2
    suite.expect(most <= limit, '%d/s %s: %d in a second' % (rate, args, most))
    least_s = (len(times) - 1) / rate
    lasted_s = times[-1] - running.begin
    suite.expect(lasted_s >= least_s, '%d/s: %d in %.2f s' % (rate, len(times), lasted_s))
    print('%d/s: %d URLs, %d requests in %.2f s, at most %d in a second' % (
        rate, count, len(times), ran.seconds, most))
    return ran.seconds, len(times)


def holds_over_any_second(suite):
    check(suite, 50, 200, '/ok')
    check(suite, 200, 500, '/ok')


def holds_where_threads_are_short(suite):
    """Those that waited for a thread do not come all at once."""
    check(suite, 40, 120, '/wait/0.2', '--parallel-max', '8')


def holds_with_retries(suite):
    """They are starts like others."""
    requests = check(suite, 50, 100, '/random/30/close', '--retry', '10', '--retry-delay',
                     '50ms')[1]
    suite.expect(requests > 110, 'only %d requests for 100 URLs' % requests)


def takes_its_time_and_little_more(suite):
    seconds = check(suite, 50, 500, '/ok')[0]
    suite.expect(9.5 <= seconds <= 10.5, '500 at 50/s: %.2f s' % seconds)


def main():
    suite = Suite(__doc__)
    with Moody(4) as suite.moody:
        suite.run(holds_over_any_second, holds_where_threads_are_short, holds_with_retries,
                  *[takes_its_time_and_little_more] * suite.strict)


if __name__ == '__main__':
    main()
