# SPDX-License-Identifier: MIT
"""Prints the figures: a table for each scenario, and one of all scenarios in Markdown."""

from measure import median

WIDE = '%-16s %9s  %24s %8s  %20s %8s  %6s  %s'
RATIOS = '%-58s %-19s %-19s %-19s %s'


def number(value):
    """The value with three significant digits, or with all digits before the point."""
    if value < 1:
        return '%.3g' % value
    if value >= 100 or isinstance(value, int):
        return '{:,.0f}'.format(value)
    return '%.1f' % value if value >= 10 else '%.2f' % value


def with_spread(three, show=number):
    least, middle, most = map(show, three)
    return middle if least == most else '%s (%s-%s)' % (middle, least, most)


def ratio(ours, theirs):
    return number(median(ours) / median(theirs)) if median(theirs) else '-'


def answers(figures):
    if figures.killed():
        return 'stopped: too slow'
    return '{:,} false'.format(figures.false()) if figures.false() else 'right'


def print_scenario(title, count, tools):
    """`tools` is {name: Figures}, urlcheck's first. A ratio is urlcheck's figure divided by
    the tool's: below 1, urlcheck is better."""
    print('\n%s' % title)
    print(WIDE % ('', 'URLs', 'CPU us per check', 'ratio', 'wall s', 'ratio', 'MiB', 'answers'))
    ours = tools['urlcheck']
    for name, figures in tools.items():
        own = figures is ours
        scaled = figures.count != count
        wall = [us * count / 1e6 for us in figures.wall_us()]
        print(WIDE % (name, '{:,}'.format(figures.count), with_spread(figures.cpu_us()),
                      '' if own else ratio(ours.cpu_us(), figures.cpu_us()),
                      ('~' if scaled else '') + with_spread(wall),
                      '' if own else ratio(ours.wall_us(), figures.wall_us()),
                      number(median(figures.rss_kib()) / 1024), answers(figures)))
    if any(figures.count != count for figures in tools.values()):
        print('~ scaled to %s URLs' % '{:,}'.format(count))


def cell(figures, show):
    if figures is None:
        return '-'
    said = answers(figures)
    return show(figures) + ('' if said == 'right' else ', **%s**' % said)


def rounds(count):
    return '1 round' if count == 1 else '%d rounds' % count


def print_markdown(results):
    """Medians for all scenarios and tools: µs of CPU per check, µs of time per URL, MiB."""
    if not results.figures:
        return
    tools = list(dict.fromkeys(name for row in results.figures.values() for name in row))
    print('\n| CPU us per check, wall us per URL, MiB | ' + ' | '.join(tools) + ' |')
    print('|---' * (len(tools) + 1) + '|')
    for title, row in results.figures.items():
        cells = [cell(row.get(name), lambda figures: ', '.join(
            number(median(part)) for part in (figures.cpu_us(), figures.wall_us()))
            + ', %.0f' % (median(figures.rss_kib()) / 1024)) for name in tools]
        count = row['urlcheck'].count
        print('| %s: %s | %s |' % (title, '{:,}'.format(count), ' | '.join(cells)))


def print_baseline(results, baseline):
    """For each scenario, urlcheck's figures divided by the baseline's."""
    print('\nurlcheck / %s, median of the rounds (least-most): below 1, urlcheck is better' %
          baseline)
    print(RATIOS % ('', 'CPU', 'wall', 'memory', 'answers'))
    for title, row in results.figures.items():
        ours, theirs = row['urlcheck'], row[baseline]
        print(RATIOS % (title, *(with_spread(ours.ratios(theirs, field), '{:.3f}'.format)
                                 for field in ('cpu_s', 'wall_s', 'rss_kib')),
                        ' / '.join(dict.fromkeys((answers(ours), answers(theirs))))))
