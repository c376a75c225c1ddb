#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""All hazards at once: every one must get its own, right, honest answer.

    hazards.py [--urlcheck COMMAND] [--only PATTERN] [--timeout-scale K] [--strict]

One run prints JSON Lines, one prints text; the hazards that need options of
their own have runs beside them. Then those that need no patience are checked
one after the other, in mixed order: none may show traces of another on the
handle or the connection that it shares. --timeout-scale is for programs that are slow
for a reason (sanitizers). --strict is for a quiet machine: all of them at once take as long
as the slowest.
"""

import argparse
import os
import random
import re
import shlex
import subprocess
import sys
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from check import strict_json  # noqa: E402
from execute import environment_of_tests  # noqa: E402
from hazard.spawn import SENT_LIMIT, HazardServer  # noqa: E402
from run import words_of  # noqa: E402

MAX_TIME_S = 3
RUN_LIMIT_S = 2 * MAX_TIME_S  # of --strict
HANG_S = 60
SECRET = 'SECRET'

# Controls but the newline, marks that turn or hide text, and lone surrogates:
# bytes that were no UTF-8.
HOSTILE = re.compile('[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e'
                     '\u2066-\u206f\ufeff\ud800-\udfff]')
TEXT_LINE = re.compile(r'(OK|FAILED) +(\S+) +\d+\.\d{3}s  (\S+)(?:  ([a-z0-9-]+): (.*\S))?$')

Run = namedtuple('Run', 'name format options hazards')

AT_ONCE = '--parallel-max 1000 --parallel-max-host 0'
IN_A_ROW = '--parallel-max 1'
Record = namedtuple('Record', 'url verdict reached kind')


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, truth, complaint):
        if truth:
            self.passed += 1
        else:
            self.failed += 1
            print('FAIL ' + complaint, flush=True)


def runs_of(hazards):
    """By the options that they need: most need none, and go together."""
    groups = {}
    for hazard in hazards:
        groups.setdefault(hazard['options'], []).append(hazard)
    runs = [[Run('the %s run%s' % (kind, options and ' with ' + options), kind,
                 AT_ONCE + ' ' + options, members) for options, members in groups.items()]
            for kind in ('jsonl', 'text')]
    quick = [hazard for hazard in groups.get('', ())
             if not any(choice[2].startswith('timeout') for choice in hazard['expect'])]
    for seed in range(2):
        mixed = random.Random(seed).sample(quick, len(quick))
        runs.append([Run('the run in a row, order %d' % seed, 'jsonl', IN_A_ROW, mixed)])
    return runs


def perform(run, urlcheck, ca, scale):
    command = urlcheck + ['-m', '%g' % (MAX_TIME_S * scale), '--format', run.format,
                          '--cacert', ca, *shlex.split(run.options)]
    urls = ''.join(hazard['url'] + '\n' for hazard in run.hazards)
    begin = time.monotonic()
    done = subprocess.run(command, input=urls.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=environment_of_tests(),
                          timeout=HANG_S * scale)
    return done, time.monotonic() - begin


def judge(tally, run, done, seconds, strict):
    what = run.name
    out = done.stdout.decode('utf-8', 'surrogateescape')
    err = done.stderr.decode('utf-8', 'surrogateescape')
    bad = any(choice[0] == 'FAILED' for hazard in run.hazards for choice in hazard['expect'])
    tally.expect(done.returncode == int(bad), '%s: exit status %d' % (what, done.returncode))
    tally.expect(not err, '%s: on standard error: %s' % (what, ascii(err)))
    tally.expect(SECRET not in out + err, '%s gave the secret away' % what)
    hostile = HOSTILE.search(out + err)
    tally.expect(not hostile, '%s printed %s' % (what, ascii(hostile and hostile.group())))
    if strict and run.options.startswith(AT_ONCE):
        tally.expect(seconds < RUN_LIMIT_S, '%s took %.1f s' % (what, seconds))
    judge_records(tally, run, what, out)


def judge_records(tally, run, what, out):
    parse = parse_json if run.format == 'jsonl' else parse_text
    lines = out.splitlines(True)
    tally.expect(len(lines) == len(run.hazards),
                 '%s: %d records for %d URLs' % (what, len(lines), len(run.hazards)))
    for line, hazard in zip(lines, run.hazards):
        wanted = [tuple(choice) for choice in hazard['expect']]
        try:
            record = parse(line)
        except (ValueError, KeyError) as error:
            tally.expect(False, '%s: %s: %r: %s' % (what, hazard['name'], error, ascii(line)))
            continue
        if run.format == 'jsonl':  # which has no column for the phase
            wanted = [(verdict, reached if reached.isdigit() else '', kind)
                      for verdict, reached, kind in wanted]
        tally.expect(record.url == hazard['url'] and record[1:] in wanted,
                     '%s: %s: %s, not %s: %s' % (
                         what, hazard['name'], ' '.join(record[1:]),
                         ' | '.join(' '.join(choice).strip() for choice in wanted),
                         line.rstrip('\n')))


def parse_json(line):
    record = strict_json(line)
    status, kind = record['status'], record['class'] or ''
    if (record['verdict'] == 'OK') != (kind == ''):
        raise ValueError('class %s with verdict %s' % (kind, record['verdict']))
    if record['verdict'] != 'OK' and not record['message']:
        raise ValueError('no message')
    return Record(record['url'], record['verdict'],
                  '' if status is None else '%03d' % status, kind)


def parse_text(line):
    match = TEXT_LINE.match(line)
    if not match:
        raise ValueError('no line of a result')
    verdict, reached, url, kind, _ = match.groups()
    return Record(url, verdict, reached, kind or '')


def judge_floods(tally, server, hazards):
    for hazard in hazards:
        if hazard['endless']:
            sent = server.number('sent', hazard['path'])
            tally.expect(0 < sent < SENT_LIMIT,
                         '%s: the server could send %d bytes' % (hazard['name'], sent))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urlcheck', default=os.path.join(HERE, '..', '..', 'urlcheck'),
                        metavar='COMMAND')
    parser.add_argument('--only', metavar='PATTERN', default='')
    parser.add_argument('--timeout-scale', type=float, default=1, metavar='K')
    parser.add_argument('--strict', action='store_true', help='judge times as well')
    args = parser.parse_args()
    tally = Tally()
    with HazardServer() as server:
        hazards = [hazard for hazard in server.about['hazards']
                   if re.search(args.only, hazard['name'])]
        for runs in runs_of(hazards):
            with ThreadPoolExecutor(len(runs) or 1) as pool:
                results = pool.map(lambda run: perform(run, words_of(args.urlcheck),
                                                       server.about['ca'],
                                                       args.timeout_scale), runs)
                for run, (done, seconds) in zip(runs, results):
                    judge(tally, run, done, seconds, args.strict)
        judge_floods(tally, server, hazards)
    print('%d passed, %d failed' % (tally.passed, tally.failed))
    sys.exit(1 if tally.failed or not tally.passed else 0)


if __name__ == '__main__':
    main()
