# SPDX-License-Identifier: MIT
"""The marks: what the figures should be, and whether they are."""

from collections import namedtuple

import scenarios as s
from table import number

# `measured` is a function of the results; what it lacks is a KeyError.
Mark = namedtuple('Mark', 'what limit unit measured')


def cpu(row, tool):
    return Mark('%s: CPU' % row, None, '× ' + tool,
                lambda results: results.cpu(row) / results.cpu(row, tool))


def wall(row, tool):
    return Mark('%s: wall' % row, None, '× ' + tool,
                lambda results: results.wall(row) / results.wall(row, tool))


def both(limit, row, tool):
    return [kind(row, tool)._replace(limit=limit) for kind in (cpu, wall)]


MARKS = (
    both(0.9, s.ONE_HTTP, 'go') + both(1.0, s.ONE_HTTPS, 'go')
    + both(0.65, s.HOSTS_HTTP, 'go') + both(0.25, s.HOSTS_HTTP, 'curl -Z')
    + both(0.05, s.HOSTS_SYSTEM, 'curl -Z')
)


def print_all(results):
    print('\nMarks')
    for mark in MARKS:
        try:
            value = mark.measured(results)
        except KeyError:
            continue
        print('%-7s %-50s %8s, at most %s %s' % (
            'reached' if value <= mark.limit else 'missed', mark.what, number(value),
            number(mark.limit), mark.unit))
