#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the cases of the whole program.

    run.py [--urlcheck COMMAND] [--only PATTERN] [--timeout-scale K] [FILE.case]...

Cases are data: see casefile.py for their format and placeholders.py for placeholders. PATTERN is a
regular expression that is searched for in `file: title`.
"""

import glob
import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from program import HERE, LIMIT_S, arguments

import casefile
from execute import encode, execute
from hazard.spawn import HazardServer
from judge import judge
from placeholders import Placeholders, Unavailable
from support.tally import Tally, restore_signals

AT_ONCE = 4


def run_case(case, placeholders, urlcheck, server, scale):
    """Returns the complaints, or None if the case cannot run here."""
    tmp = tempfile.mkdtemp(prefix='urlcheck-case-')
    try:
        mine = placeholders.of_case(tmp)
        for section, text in case.sections.items():
            if section.startswith('file '):
                with open(os.path.join(tmp, section[5:]), 'wb') as file:
                    file.write(encode(mine.fill(text)))
        limit = LIMIT_S * scale
        ran = execute(case, mine, tmp, urlcheck, limit, server)
        return list(judge(case, ran, mine, tmp, server, limit))
    except Unavailable:
        return None
    finally:
        shutil.rmtree(tmp)


def run_all(cases, urlcheck, scale):
    tally = Tally()
    with HazardServer() as server, ThreadPoolExecutor(AT_ONCE) as pool:
        placeholders = Placeholders(server.about, urlcheck)
        results = pool.map(lambda case: run_case(case, placeholders, urlcheck, server, scale),
                           cases)
        for case, complaints in zip(cases, results):
            tally.count('%s:%d: %s' % (os.path.relpath(case.file), case.line, case.title),
                        complaints)
    return tally


def main():
    parser = arguments(__doc__)
    parser.add_argument('--only', metavar='PATTERN', default='')
    parser.add_argument('files', nargs='*', metavar='FILE.case')
    args = parser.parse_args()
    restore_signals()
    files = args.files or sorted(glob.glob(os.path.join(HERE, 'cases', '*.case')))
    try:
        cases = [case for file in files for case in casefile.read(file)
                 if re.search(args.only, '%s: %s' % (os.path.basename(file), case.title))]
    except casefile.BadCase as error:
        sys.exit(str(error))
    run_all(cases, args.urlcheck, args.timeout_scale).finish()


if __name__ == '__main__':
    main()
