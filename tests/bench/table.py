# SPDX-License-Identifier: MIT
"""Prints the figures: a table for each scenario, and one of all scenarios in Markdown."""

from measure import median

NAMES = {'go': 'Go', 'go pool': 'Go pool', 'go seed': 'seed'}  # in Markdown
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


def rounds(count):
    return '1 round' if count == 1 else '%d rounds' % count


def print_markdown(results, sizes):
    """Tables of medians for benchmarks.md. `sizes`: the scenarios of the one by the body's size."""
    others = [title for title in results.figures if title not in sizes]
    sizes = [title for title in sizes if title in results.figures]
    for what, titles, show in (('µs of CPU per check', sizes, cpu_us),
                               ('µs of CPU per check', others, cpu_us),
                               ('seconds', others, seconds), ('MiB', others, mib)):
        if titles:
            print_columns(what, {title: results.figures[title] for title in titles}, show)


def cpu_us(figures, _):
    return median(figures.cpu_us())


def seconds(figures, count):
    """For as many URLs as urlcheck has: slow tools have shorter lists."""
    return median(figures.wall_us()) * count / 1e6


def mib(figures, _):
    return median(figures.rss_kib()) / 1024


def print_columns(what, rows, show):
    """A table with a column for each tool, and urlcheck's figures divided by others'. Figures of tools
    with false answers are printed, and not compared."""
    tools = list(dict.fromkeys(name for row in rows.values() for name in row))
    print('\n| %s | %s |' % (what, ' | '.join([NAMES.get(name, name) for name in tools]
                                             + ['by floor', 'by the better Go'])))
    print('|---' * (len(tools) + 3) + '|')
    for title, row in rows.items():
        count = row['urlcheck'].count
        right = {name: show(figures, count) for name, figures in row.items()
                 if answers(figures) == 'right'}
        cells = [cell(row[name], right, name, show(row[name], count)) if name in row else ''
                 for name in tools]
        ratios = [by(right, ('floor',)), by(right, ('go', 'go pool'))]
        print('| %s: %s | %s |' % (title, '{:,}'.format(count), ' | '.join(cells + ratios)))


def cell(figures, right, name, value):
    if figures.killed():
        return answers(figures)
    if name not in right:
        return '%s, %s' % (number(value), answers(figures))
    best = len(right) > 1 and value == min(right.values())
    return ('**%s**' if best else '%s') % number(value)


def by(right, names):
    """urlcheck's figure divided by the least of these tools'."""
    theirs = [right[name] for name in names if name in right]
    return number(right['urlcheck'] / min(theirs)) if theirs and 'urlcheck' in right else ''


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
