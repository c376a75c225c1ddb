#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks all hazards at once: each must get its own correct result.

    hazards.py [--urlcheck COMMAND] [--only PATTERN] [--timeout-scale K] [--strict]

One run prints JSON Lines and one prints text; hazards that need options have separate runs. Then
the hazards without timeouts are checked one after the other, in two random orders: no result may
depend on an earlier check on the same handle or connection. --strict is for a quiet machine: the
runs of all at once may take no longer than the slowest hazard needs.
"""

import random
import re
import shlex
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

from program import LIMIT_S, arguments, run

from hazard.spawn import SENT_LIMIT, HazardServer
from support.records import TEXT_LINE, leak, strict_json
from support.tally import Tally

MAX_TIME_S = 3
RUN_LIMIT_S = 2 * MAX_TIME_S  # with --strict
ALL_AT_ONCE = '--parallel-max 1000 --parallel-max-host 0'
ONE_BY_ONE = '--parallel-max 1'

Run = namedtuple('Run', 'name format options hazards')


def runs_of(hazards):
    """Groups of runs; the runs of a group are made at the same time."""
    by_options = {}
    for hazard in hazards:
        by_options.setdefault(hazard['options'], []).append(hazard)
    groups = [[Run('%s run %s' % (form, options), form, ALL_AT_ONCE + ' ' + options, members)
               for options, members in by_options.items()] for form in ('jsonl', 'text')]
    quick = [hazard for hazard in by_options.get('', ())
             if not any(choice[2].startswith('timeout') for choice in hazard['expect'])]
    for seed in range(2):
        mixed = random.Random(seed).sample(quick, len(quick))
        groups.append([Run('one by one, order %d' % seed, 'jsonl', ONE_BY_ONE, mixed)])
    return groups


def perform(hazard_run, urlcheck, ca, scale):
    command = urlcheck + ['-m', '%g' % (MAX_TIME_S * scale), '--format', hazard_run.format,
                          '--cacert', ca, *shlex.split(hazard_run.options)]
    begin = time.monotonic()
    done = run(command, ''.join(hazard['url'] + '\n' for hazard in hazard_run.hazards),
               timeout=LIMIT_S * scale)
    return done, time.monotonic() - begin


def judge(tally, hazard_run, done, seconds, strict):
    what, _, options, hazards = hazard_run
    bad = any(choice[0] == 'FAILED' for hazard in hazards for choice in hazard['expect'])
    tally.expect(done.returncode == int(bad), '%s: exit status %d' % (what, done.returncode))
    tally.expect(not done.stderr, '%s: standard error: %s' % (what, ascii(done.stderr)))
    leaked = leak(done.stdout + done.stderr)
    tally.expect(not leaked, '%s: printed %s' % (what, leaked))
    if strict and options.startswith(ALL_AT_ONCE):
        tally.expect(seconds < RUN_LIMIT_S, '%s: took %.1f s' % (what, seconds))
    lines = done.stdout.splitlines(True)
    tally.expect(len(lines) == len(hazards),
                 '%s: %d records for %d URLs' % (what, len(lines), len(hazards)))
    for line, hazard in zip(lines, hazards):
        complaint = judge_record(hazard_run.format, line, hazard)
        tally.expect(not complaint, '%s: %s: %s: %s' % (what, hazard['name'], complaint,
                                                        ascii(line)))


def judge_record(form, line, hazard):
    wanted = [tuple(choice) for choice in hazard['expect']]
    if form == 'jsonl':  # it has no phase
        wanted = [(verdict, reached if reached.isdigit() else '', kind)
                  for verdict, reached, kind in wanted]
    try:
        url, *found = (from_json if form == 'jsonl' else from_text)(line)
    except (ValueError, KeyError) as error:
        return repr(error)
    if url == hazard['url'] and tuple(found) in wanted:
        return None
    return '%s, not %s' % (' '.join(found), ' | '.join(' '.join(choice).strip()
                                                      for choice in wanted))


def from_json(line):
    """URL, verdict, status, class"""
    record = strict_json(line)
    status, kind = record['status'], record['class'] or ''
    if (record['verdict'] == 'OK') != (kind == ''):
        raise ValueError('class %s with verdict %s' % (kind, record['verdict']))
    if record['verdict'] != 'OK' and not record['message']:
        raise ValueError('no message')
    return record['url'], record['verdict'], '' if status is None else '%03d' % status, kind


def from_text(line):
    """URL, verdict, status or phase, class"""
    match = TEXT_LINE.match(line)
    if not match:
        raise ValueError('not a result')
    verdict, reached, url, kind = match.groups()
    return url, verdict, reached, kind or ''


def judge_floods(tally, server, hazards):
    for hazard in hazards:
        if hazard['endless']:
            sent = server.number('sent', hazard['path'])
            tally.expect(0 < sent < SENT_LIMIT,
                         '%s: the server could send %d bytes' % (hazard['name'], sent))


def main():
    parser = arguments(__doc__)
    parser.add_argument('--only', metavar='PATTERN', default='')
    parser.add_argument('--strict', action='store_true', help='judge times too')
    args = parser.parse_args()
    tally = Tally()
    with HazardServer() as server:
        hazards = [hazard for hazard in server.about['hazards']
                   if re.search(args.only, hazard['name'])]
        for runs in runs_of(hazards):
            with ThreadPoolExecutor(len(runs) or 1) as pool:
                results = pool.map(lambda one: perform(one, args.urlcheck, server.about['ca'],
                                                       args.timeout_scale), runs)
                for one, (done, seconds) in zip(runs, results):
                    judge(tally, one, done, seconds, args.strict)
        judge_floods(tally, server, hazards)
    tally.finish()


if __name__ == '__main__':
    main()
