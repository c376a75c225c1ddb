#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the tables of jsonl's fields with what the program prints.

    fields.py [--urlcheck COMMAND]

The man page and the guide each have a table of all fields with their types. The program must print
these fields in this order, each with all types that the tables name and with no other. The times of
a failed check must add up to its total, with the time waited in the phase where it stopped.
"""

import json
import os
import re
import tempfile

from program import ROOT, arguments, run

from hazard.spawn import HazardServer
from support.records import strict_json
from support.tally import Tally

MAN = re.compile(r'^\.TP\n\.BR (\S+) " \(([a-z ]+)\)"$', re.M)
GUIDE = re.compile(r'^\| `([a-z_.]+)` \| ([a-z ]+) \|', re.M)
TYPES = {str: 'string', int: 'integer', float: 'number', dict: 'object', list: 'array',
         type(None): 'null'}

# Together these results have each field with each of its types. The lines are a list.
RUNS = [
    ('--cacert {ca}', 'http://name.test/ok proxy={proxy} name=label\n{http}/redirect/1\n{https}/ok\n'
                      '{http}/say/x?Content-Type=text/html\nftp://host/\n{refused}/\n'),
    ('--state {state} --changes --accept 404 {http}/ok', ''),
    ('--state {state} --changes {http}/ok', ''),
    ('--retry 1 --retry-delay 1ms {http}/flaky/9/503/fields {http}/flaky/9/0/fields', ''),
]
MAX_TIME_S = 3
# Failures, and the phase in which each stops. None takes less than a microsecond.
STOPS = [('http://no..such.name/', 'resolve'), ('{never-accepts}/', 'connect'),
         ('{refused}/', 'connect'), ('{tls-silent}/', 'tls'), ('{http}/head-silent', 'processing'),
         ('{http}/body-stalled', 'transfer')]


def read(name):
    with open(os.path.join(ROOT, name), encoding='utf-8') as file:
        return file.read()


def part(text, begin, end):
    text = text[text.index(begin):]
    return text[:text.index(end)]


def fill(text, server, folder):
    values = dict(server.about['urls'], ca=server.about['ca'], state=os.path.join(folder, 'state'))
    return re.sub(r'\{([a-z-]+)\}', lambda match: values[match.group(1)], text)


def results(urlcheck, options, lines, server, folder):
    command = urlcheck + ['--format', 'jsonl', *fill(options, server, folder).split()]
    out = run(command + (['-i', '-'] if lines else []), fill(lines, server, folder)).stdout
    return [strict_json(line) for line in out.splitlines(True)]


def walk(value, path=''):
    """Yields path and type of each field, those of nested objects after their object."""
    for name, member in value.items():
        yield path + name, TYPES[type(member)]
        for inner in member if isinstance(member, list) else [member]:
            if isinstance(inner, dict):
                yield from walk(inner, path + name + '.')


def merged(urlcheck, records):
    """The result of a URL that two places have seen differently."""
    seen = next(record for record in records if record['verdict'] == 'OK')
    failed = dict(seen, place='elsewhere', verdict='FAILED', message='refused', started_at=None)
    failed['class'] = 'refused'
    lines = ''.join(json.dumps(record) + '\n' for record in (seen, failed))
    out = run(urlcheck + ['--merge', '--format', 'jsonl'], lines).stdout
    return [strict_json(line) for line in out.splitlines(True)]


def seen_in(records):
    seen = {}
    for record in records:
        for path, kind in walk(record):
            seen.setdefault(path, set()).add(kind)
    return seen


def check_table(tally, what, table, seen, order):
    tally.expect(len(table) > 20, '%s: %d fields' % (what, len(table)))
    names = [name for name, _ in table]
    tally.expect(sorted(names) == sorted(seen), '%s: fields that are not in both: %s'
                 % (what, sorted(set(names) ^ set(seen))))
    tally.expect([name for name in names if name in order] == order,
                 '%s: the order of the fields is not %s' % (what, ', '.join(order)))
    for name, types in table:
        tally.expect(set(types.split(' or ')) == seen.get(name), '%s: %s is %s, not %s'
                     % (what, name, ' or '.join(sorted(seen.get(name, ()))), types))


def check_stop(tally, url, phase, record):
    phases = {name: time for name, time in record['phases'].items() if time is not None}
    total = sum(phases.values())
    tally.expect(list(phases)[-1:] == [phase] and phases[phase] > 0,
                 '%s: stopped in %s, but the phases are %s' % (url, phase, record['phases']))
    tally.expect(abs(total - record['time_total']) < 1e-6,
                 '%s: the phases are %f s, the total is %f s' % (url, total, record['time_total']))


def main():
    args = arguments(__doc__).parse_args()
    man = part(read('src/urlcheck.1.in'), '.B jsonl\nformat a result', '\n.PP\n')
    guide = part(read('.github/docs/guide.md'), '## jsonl\n', '\n## ')
    tally = Tally()
    with HazardServer() as server, tempfile.TemporaryDirectory() as folder:
        records = [record for options, lines in RUNS
                   for record in results(args.urlcheck, options, lines, server, folder)]
        records += merged(args.urlcheck, records)
        # Of an array, the fields of each item: once is enough.
        seen, order = seen_in(records), list(dict.fromkeys(path for path, _ in walk(records[-1])))
        check_table(tally, 'man page', MAN.findall(man), seen, order)
        check_table(tally, 'guide', GUIDE.findall(guide), seen, order)
        stopped = results(args.urlcheck, '-m %g' % (MAX_TIME_S * args.timeout_scale),
                          ''.join(url + '\n' for url, _ in STOPS), server, folder)
        for (url, phase), record in zip(STOPS, stopped):
            check_stop(tally, url, phase, record)
    tally.finish()


if __name__ == '__main__':
    main()
