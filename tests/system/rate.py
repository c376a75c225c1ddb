#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rate of starts, counted at the server.

    rate.py [--urlcheck PATH] [--only WORD]
"""

from support import records
from support.bulk import Bulk
from support.records import Record
from support.running import lines, run
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
    urls = [suite.bulk.url('%s/%d' % (path, number), number % 4 + 1) for number in range(count)]
    suite.bulk.ask('reset')
    ran = run(suite, '--rate', '%d/s' % rate, *args, stdin=lines(urls))
    times = suite.bulk.ask('stat')['times']
    wanted = [Record(url, 'OK', 200, '') for url in urls]
    wrong = records.difference(records.from_text(ran.out), wanted)
    suite.expect(not wrong and ran.status == 0, 'exit status %d, %s' % (ran.status, wrong))
    most = most_in_a_period(times)
    # A machine that stalls between client and server lets some catch up with those before.
    suite.expect(most <= rate + rate // 10, '%d/s %s: %d in a second' % (rate, args, most))
    least_s = (count - 1) / rate
    suite.expect(times[-1] - times[0] >= least_s,
                 '%d/s: %d in %.2f s' % (rate, count, times[-1] - times[0]))
    print('%d/s: %d in %.2f s, at most %d in a second' % (rate, count, ran.seconds, most))


def holds_over_any_second(suite):
    check(suite, 50, 200, '/ok')
    check(suite, 200, 500, '/ok')


def holds_where_threads_are_short(suite):
    """Those that waited for a thread do not come all at once."""
    check(suite, 40, 120, '/wait/0.2', '--parallel-max', '8')


def main():
    suite = Suite(__doc__)
    with Bulk(4) as suite.bulk:
        suite.run(holds_over_any_second, holds_where_threads_are_short)


if __name__ == '__main__':
    main()
