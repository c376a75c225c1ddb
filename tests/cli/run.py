#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the cases of the whole program.

    run.py [--urlcheck COMMAND] [--only PATTERN] [--timeout-scale K] [FILE.case]...

A case is data: casefile.py says how it is written, places.py what may stand
for what. PATTERN is a regular expression, searched for in `file: title`.
"""

import argparse
import glob
import os
import re
import shlex
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import casefile  # noqa: E402
from check import check  # noqa: E402
from execute import encode, execute  # noqa: E402
from hazard.spawn import HazardServer, let_signals_through  # noqa: E402
from places import Places, Unavailable  # noqa: E402

AT_ONCE = 4
LIMIT_S = 60


def run_case(case, places, urlcheck, server, scale):
    """The complaints; None where the case cannot be run here."""
    tmp = tempfile.mkdtemp(prefix='urlcheck-case-')
    try:
        mine = places.of_case(tmp)
        for section, text in case.sections.items():
            if section.startswith('file '):
                with open(os.path.join(tmp, section[5:]), 'wb') as file:
                    file.write(encode(mine.fill(text)))
        limit = LIMIT_S * scale
        ran = execute(case, mine, tmp, urlcheck, limit, server)
        return list(check(case, ran, mine, tmp, server, limit))
    except Unavailable:
        return None
    finally:
        shutil.rmtree(tmp)


def title(case):
    return '%s: %s' % (os.path.basename(case.file), case.title)


def report(case, complaints):
    print('FAIL %s:%d: %s' % (os.path.relpath(case.file), case.line, case.title))
    for complaint in complaints:
        print('    ' + complaint.rstrip('\n').replace('\n', '\n    '))
    sys.stdout.flush()


def run_all(cases, urlcheck, scale):
    counts = {'passed': 0, 'failed': 0, 'skipped': 0}
    with HazardServer() as server, ThreadPoolExecutor(AT_ONCE) as pool:
        places = Places(server.about, urlcheck)
        results = pool.map(lambda case: run_case(case, places, urlcheck, server, scale), cases)
        for case, complaints in zip(cases, results):
            if complaints:
                report(case, complaints)
            word = 'skipped' if complaints is None else 'failed' if complaints else 'passed'
            counts[word] += 1
    return counts


def words_of(command):
    """The command's words; what names a file here must do so elsewhere too."""
    return [os.path.abspath(word) if os.path.isfile(word) else word
            for word in shlex.split(command)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urlcheck', default=os.path.join(HERE, '..', '..', 'urlcheck'),
                        metavar='COMMAND')
    parser.add_argument('--only', metavar='PATTERN', default='')
    parser.add_argument('--timeout-scale', type=float, default=1, metavar='K')
    parser.add_argument('files', nargs='*', metavar='FILE.case')
    args = parser.parse_args()
    let_signals_through()
    files = args.files or sorted(glob.glob(os.path.join(HERE, 'cases', '*.case')))
    try:
        cases = [case for file in files for case in casefile.read(file)
                 if re.search(args.only, title(case))]
    except casefile.BadCase as error:
        sys.exit(str(error))
    counts = run_all(cases, words_of(args.urlcheck), args.timeout_scale)
    skipped = ', %d skipped' % counts['skipped'] if counts['skipped'] else ''
    print('%d passed, %d failed%s' % (counts['passed'], counts['failed'], skipped))
    sys.exit(1 if counts['failed'] or not counts['passed'] else 0)


if __name__ == '__main__':
    main()
