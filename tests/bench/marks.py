# SPDX-License-Identifier: MIT
"""The marks: goals for the figures, and whether they are reached."""

from collections import namedtuple

import in_flight
import names
import one
import order
import pipe
import scenarios as s
from servers import BODIES_KB
from table import number

# `measured` computes the figure from the results and raises KeyError if one is missing.
# A mark without a limit is only printed.
Mark = namedtuple('Mark', 'what limit unit measured')

KIB = 1024


def both(limit, row, tool):
    """urlcheck's CPU and wall time divided by the tool's."""
    return [Mark('%s: %s' % (row, what), limit, 'x ' + tool,
                 lambda results, figure=figure: figure(results, row) / figure(results, row, tool))
            for what, figure in (('CPU', lambda results, *of: results.cpu(*of)),
                                 ('wall', lambda results, *of: results.wall(*of)))]


def better_go(results, row):
    """The CPU time of the Go program that takes less. KeyError if neither was measured."""
    known = [results.cpu(row, name) for name in ('go', 'go pool') if name in results.figures[row]]
    if not known:
        raise KeyError(row)
    return min(known)


def to_floor(limit, row, go_limit=None):
    """urlcheck's CPU time divided by that of libcurl alone, and by the better Go program's."""
    return [Mark('%s: CPU' % row, limit, 'x floor',
                 lambda results: results.cpu(row) / results.cpu(row, 'floor')),
            Mark('%s: CPU' % row, go_limit, 'x the better go',
                 lambda results: results.cpu(row) / better_go(results, row))]


def memory(limit, row, tool='urlcheck'):
    return Mark('%s: RSS per check%s' % (row, '' if tool == 'urlcheck' else ', ' + tool), limit,
                'KiB', lambda results: results.rss_bytes(row, tool) / KIB / in_flight.MEMORY)


def none_false(row):
    return Mark('%s: false FAILED' % row, 0, '', lambda results: results.false(row))


def value(limit, name, unit=''):
    return Mark(name, limit, unit, lambda results: results.values[name])


def rate(title):
    """The time per URL of a million URLs, divided by that of few URLs."""
    return Mark('%s: time per URL' % pipe.million(title), 1.1, 'x that of 10,000',
                lambda results: (results.wall(pipe.million(title))
                                 / results.wall(pipe.few(title))))


def sorted_by_host(answers):
    """The wall time of the sorted list divided by that of the shuffled one."""
    return Mark('%s: wall' % order.title('sorted', answers), 1.1, 'x shuffled',
                lambda results: (results.wall(order.title('sorted', answers))
                                 / results.wall(order.title('shuffled', answers))))


def beyond_urls(results):
    bytes_resident = results.rss_bytes(pipe.million(pipe.ORDERED))
    return (bytes_resident - results.values['bytes of a million URLs']) / pipe.MILLION


def growth(results):
    more = (results.rss_bytes(pipe.million(pipe.UNORDERED))
            - results.rss_bytes(pipe.few(pipe.UNORDERED)))
    return more / (pipe.MILLION - pipe.FEW)


MARKS = (
    [mark for scheme in ('http', 'https') for size_kb in BODIES_KB
     for mark in to_floor(1.2, s.size_title(scheme, size_kb))]
    + to_floor(1.05, s.HOSTS_HTTP, 0.95) + to_floor(1.05, s.HOSTS_40KB, 0.95)
    + both(0.25, s.HOSTS_HTTP, 'curl -Z')
    + both(0.05, s.HOSTS_SYSTEM, 'curl -Z') + both(None, s.HOSTS_SYSTEM, 'go')
    + both(None, s.HOSTS_ONE_CA, 'go')
    + [Mark('each host once, https: CPU', 1.15, 'x (handshake in memory + http)',
            lambda results: results.values[one.TLS])]
    + both(None, s.TURNS_HTTP, 'go') + both(None, s.TURNS_HTTPS, 'go')
    + both(None, s.MANY_ONE, 'go') + both(None, s.MANY_HOSTS, 'go')
    + [memory(24, in_flight.MEMORY_HTTP), memory(None, in_flight.MEMORY_HTTP, 'go'),
       memory(60, in_flight.MEMORY_HTTPS), memory(None, in_flight.MEMORY_HTTPS, 'go'),
       none_false(in_flight.DELAYED), none_false(in_flight.UNBOUNDED), none_false(s.MANY_HOSTS),
       rate(pipe.ORDERED), rate(pipe.UNORDERED),
       Mark('%s: RSS beyond the URLs' % pipe.million(pipe.ORDERED), 100, 'bytes per URL',
            beyond_urls),
       # Only a fingerprint of each URL is kept, to find duplicates.
       Mark('%s: growth of RSS' % pipe.million(pipe.UNORDERED), None, 'bytes per URL', growth),
       value(10, pipe.DUPLICATES, 's')]
    + both(1.2, one.START_HTTP, 'curl') + both(1.2, one.START_HTTPS, 'curl')
    + [sorted_by_host(answers) for answers in order.PATHS]
    + [value(1, names.WORST % kind, 's') for kind in names.KINDS]
    + [value(0, names.QUERIES % kind) for kind in names.KINDS]
    + [value(16, names.AT_ONCE)]
)


def print_all(results):
    """Prints the marks for which there are figures."""
    print()
    for mark in MARKS:
        try:
            measured = mark.measured(results)
        except KeyError:
            continue
        if mark.limit is None:
            verdict, bound = '', ''
        else:
            verdict = 'reached' if measured <= mark.limit else 'missed'
            bound = 'at most %g ' % mark.limit
        print('%-7s %-66s %7s  %s%s' % (verdict, mark.what, number(measured), bound, mark.unit))
