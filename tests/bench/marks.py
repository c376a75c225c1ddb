# SPDX-License-Identifier: MIT
"""The marks: goals for the figures, and whether they are reached."""

from collections import namedtuple

import far
import formats
import in_flight
import names
import one
import order
import pipe
import scenarios as s
from results import Results
from servers import BODIES_KB
from table import number

# `measured` computes the figure from the results, and `to_go` the same kind of figure relative to
# the better Go program's (None: there is no such figure). They raise KeyError if one is missing.
# A mark without a limit is only printed.
Mark = namedtuple('Mark', 'what limit unit measured to_go', defaults=(None,))

KIB = 1024
LINE = '%-7s %-66s %7s  %-38s %s'

CPU, WALL, RSS = Results.cpu, Results.wall, Results.rss_bytes
KINDS = {CPU: 'CPU', WALL: 'wall', RSS: 'RSS'}


def to_go(figure, row):
    """A function: urlcheck's figure divided by that of the Go program whose figure is lower."""
    return lambda results: figure(results, row) / min(
        figure(results, row, name) for name in ('go', 'go pool') if name in results.figures[row])


def to_tool(figure, limit, row, tool):
    return Mark('%s: %s' % (row, KINDS[figure]), limit, 'x ' + tool,
                lambda results: figure(results, row) / figure(results, row, tool),
                to_go(figure, row))


def to_better_go(figure, limit, row):
    return Mark('%s: %s' % (row, KINDS[figure]), limit, 'x the better go', to_go(figure, row))


def both(limit, row, tool):
    return [to_tool(figure, limit, row, tool) for figure in (CPU, WALL)]


def both_to_go(row):
    return [to_better_go(figure, None, row) for figure in (CPU, WALL)]


def memory(limit, row, tool='urlcheck'):
    return Mark('%s: RSS per check%s' % (row, '' if tool == 'urlcheck' else ', ' + tool), limit,
                'KiB', lambda results: results.rss_bytes(row, tool) / KIB / in_flight.MEMORY,
                to_go(RSS, row) if tool == 'urlcheck' else None)


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


def every_format():
    """The CPU time of every format at once divided by that of jsonl alone, and the memory beyond it."""
    return [Mark('%s: CPU' % formats.EVERY, 1.15, 'x jsonl alone', formats.more_cpu),
            Mark('%s: RSS beyond jsonl alone' % formats.EVERY, None, 'MiB',
                 lambda results: (results.rss_bytes(formats.EVERY)
                                  - results.rss_bytes(formats.ALONE)) / KIB ** 2)]


MARKS = (
    [to_tool(CPU, 1.2, s.size_title(scheme, size_kb), 'floor')
     for scheme in ('http', 'https') for size_kb in BODIES_KB]
    + [mark for row in (s.HOSTS_HTTP, s.HOSTS_40KB)
       for mark in (to_tool(CPU, 1.05, row, 'floor'), to_better_go(CPU, 0.95, row))]
    + [to_better_go(CPU, 0.8, far.TITLE), to_better_go(RSS, 0.7, far.TITLE)]
    + both(0.25, s.HOSTS_HTTP, 'curl -Z') + both(0.05, s.HOSTS_SYSTEM, 'curl -Z')
    + both_to_go(s.HOSTS_ONE_CA)
    + [Mark('each host once, https: CPU', 1.15, 'x (handshake in memory + http)',
            lambda results: results.values[one.TLS], to_go(CPU, one.TLS))]
    + both_to_go(s.TURNS_HTTP) + both_to_go(s.TURNS_HTTPS)
    + both_to_go(s.MANY_ONE) + both_to_go(s.MANY_HOSTS)
    + [memory(36, in_flight.MEMORY_HTTP), memory(None, in_flight.MEMORY_HTTP, 'go'),
       memory(80, in_flight.MEMORY_HTTPS), memory(None, in_flight.MEMORY_HTTPS, 'go')]
    + [none_false(row) for row in (in_flight.MEMORY_HTTP, in_flight.MEMORY_HTTPS,
                                   in_flight.DELAYED, in_flight.UNBOUNDED, s.MANY_HOSTS)]
    + [rate(pipe.ORDERED), rate(pipe.UNORDERED),
       Mark('%s: RSS beyond the URLs' % pipe.million(pipe.ORDERED), 100, 'bytes per URL',
            beyond_urls),
       # Of each URL a fingerprint of 16 bytes is kept, to find duplicates; the table is half full or more.
       Mark('%s: growth of RSS' % pipe.million(pipe.UNORDERED), 40, 'bytes per URL', growth),
       value(10, pipe.DUPLICATES, 's')]
    + every_format()
    + both(1.2, one.START_HTTP, 'curl') + both(1.2, one.START_HTTPS, 'curl')
    + [sorted_by_host(answers) for answers in order.PATHS]
    + [value(1, names.WORST % kind, 's') for kind in names.KINDS]
    + [value(0, names.QUERIES % kind) for kind in names.KINDS]
    + [value(16, names.AT_ONCE)]
)


def figure_or_none(function, results):
    try:
        return function(results)
    except (KeyError, ValueError):
        return None  # it was not measured, or a tool was stopped because it was too slow


def print_all(results):
    """Prints the marks for which there are figures."""
    print()
    for mark in MARKS:
        measured = figure_or_none(mark.measured, results)
        if measured is None:
            continue
        verdict = bound = ''
        if mark.limit is not None:
            verdict = 'reached' if measured <= mark.limit else 'missed'
            bound = 'at most %g ' % mark.limit
        beside = mark.to_go and figure_or_none(mark.to_go, results)
        print((LINE % (verdict, mark.what, number(measured), bound + mark.unit,
                       '%s x the better go' % number(beside) if beside else '')).rstrip())
