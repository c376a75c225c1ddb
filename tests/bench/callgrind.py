#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts instructions per check with valgrind, also on a busy machine.

    callgrind.py --urlcheck PATH --tools FOLDER [--baseline PATH] [--only WORD] [--top N]
    callgrind.py --urlcheck PATH --tools FOLDER --guard | --record

It checks two lists of different length; the difference does not contain the
start of the program. valgrind runs one thread at a time, so the use of connections
may differ a little from run to run. --baseline measures another urlcheck program as
well, --top also prints the most expensive functions.

--record writes the counts of the cases over http to instructions.json, --guard fails if one
has grown by more than a tenth since. It skips them if a library has another version, or
something is missing: the counts include libcurl and libc.
"""

import argparse
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(HERE), 'system'))

import lists  # noqa: E402
import servers  # noqa: E402
from measure import Meter  # noqa: E402
from peers import right_in_order  # noqa: E402
from support import namespace  # noqa: E402

K = 64
LIMIT_S = 300
NO_PORT = 9  # no server is needed for delayed answers

Case = namedtuple('Case', 'title scheme hosts few many')

CASES = [
    Case('one host, http', 'http', 1, 500, 2500),
    Case('many hosts, http', 'http', 2500, 500, 2500),
    Case('one host, https', 'https', 1, 500, 2500),
    Case('many hosts, https', 'https', 400, 100, 400),
]
HOSTS_HTTPS = 400

GUARDED = [
    Case('one host, http', 'http', 1, 200, 1200),
    Case('many hosts, http', 'http', 1200, 200, 1200),
]
RECORD = os.path.join(HERE, 'instructions.json')
GROWTH = 1.1

TOTAL = re.compile(r'^(?:summary|totals): (\d+)', re.MULTILINE)


class Counter:
    def __init__(self, args, directory):
        self.programs = [os.path.abspath(path) for path in (args.urlcheck, args.baseline) if path]
        self.top, self.directory = args.top, directory
        self.meter = Meter(os.path.join(os.path.abspath(args.tools), 'measure'), directory)

    def count(self, program, case, count, port, trust):
        """The instructions of a whole run. Raises Missing if answers were wrong."""
        hosts = min(case.hosts, count)
        job = lists.Job(os.path.join(self.directory, '%s-%d' % (case.title, count)),
                        lists.urls(case.scheme, port, count, hosts), K, trust)
        self.profile = os.path.join(job.directory, 'callgrind.out')
        sample = self.meter.run(
            ['valgrind', '-q', '--tool=callgrind', '--callgrind-out-file=' + self.profile,
             program, '-m', '120', '--parallel-max', str(K), '--parallel-max-host', '0',
             '-i', job.file()], LIMIT_S, trust, right=lambda path: right_in_order(job, path))
        if sample.killed or sample.status or sample.right != count:
            raise servers.Missing('%s: %d of %d answers right, exit status %d: %s' % (
                case.title, sample.right, count, sample.status, ascii(sample.said)))
        with open(self.profile) as file:
            return int(TOTAL.search(file.read())[1])

    def functions(self):
        """The most expensive functions of the last run, as callgrind_annotate lists them."""
        said = subprocess.run(['callgrind_annotate', self.profile], check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        lines = said.decode(errors='replace').splitlines()
        found = [line for line in lines if re.match(r' *[\d,]+ \( *[\d.]+%\)  ', line)]
        return [line for line in found if 'PROGRAM TOTALS' not in line][:self.top]


def libraries(program):
    """What the counts depend on besides urlcheck."""
    said = subprocess.run([program, '--version'], check=True, stdout=subprocess.PIPE).stdout
    libc = ctypes.CDLL(None).gnu_get_libc_version
    libc.restype = ctypes.c_char_p
    return ', '.join(said.decode().splitlines()[1:3] + ['glibc ' + libc().decode()])


def guarded_counts(counter, port):
    found = {}
    for case in GUARDED:
        few, many = (counter.count(counter.programs[0], case, count, port, {})
                     for count in (case.few, case.many))
        found[case.title] = round((many - few) / (case.many - case.few))
    return found


def guard(counter, port, record):
    """Prints a line for each case, and "N passed, M failed, K skipped". Returns whether none failed."""
    known = {'libraries': libraries(counter.programs[0])}
    if not record:
        with open(RECORD) as file:
            kept = json.load(file)
        if kept['libraries'] != known['libraries']:
            print('skipped: the counts are those of %s, here are %s' % (
                kept['libraries'], known['libraries']))
            print('0 passed, 0 failed, %d skipped' % len(GUARDED))
            return True
    known['instructions per check'] = found = guarded_counts(counter, port)
    if record:
        with open(RECORD, 'w') as file:
            json.dump(known, file, indent=4)
            file.write('\n')
        kept = known
    failed = 0
    for title, count in found.items():
        before = kept['instructions per check'][title]
        failed += count > GROWTH * before
        print('%s %-20s %9s, recorded %9s' % ('FAIL' if count > GROWTH * before else 'ok  ', title,
                                              '{:,}'.format(count), '{:,}'.format(before)))
    print('%d passed, %d failed' % (len(found) - failed, failed))
    return failed == 0


def measure(counter, case, port, trust):
    per_check = []
    for program in counter.programs:
        few = counter.count(program, case, case.few, port, trust)
        many = counter.count(program, case, case.many, port, trust)
        per_check.append((many - few) / (case.many - case.few))
        print('%-20s %12s %14s %14s' % ('baseline' if per_check[1:] else case.title,
                                        '{:,.0f}'.format(per_check[-1]),
                                        '{:,}'.format(few), '{:,}'.format(many)), flush=True)
        if counter.top:
            print('\n'.join(counter.functions()))
    if per_check[1:]:
        print('%-20s %12.3f' % ('urlcheck / baseline', per_check[0] / per_check[1]), flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urlcheck', required=True, metavar='PATH')
    parser.add_argument('--tools', required=True, metavar='FOLDER',
                        help='where the helper programs are')
    parser.add_argument('--baseline', metavar='PATH', help='another urlcheck to compare with')
    parser.add_argument('--only', default='', metavar='WORD',
                        help='cases with this word in their titles')
    parser.add_argument('--top', type=int, default=0, metavar='N',
                        help='how many functions to show')
    parser.add_argument('--guard', action='store_true', help='compare with instructions.json')
    parser.add_argument('--record', action='store_true', help='write instructions.json')
    parser.add_argument(namespace.OPTION, action='store_true', help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.outside = namespace.enter(args.in_namespace)
    return args


def run(args):
    if not shutil.which('valgrind'):
        raise servers.Missing('valgrind is missing: `make test-deps` installs it')
    with tempfile.TemporaryDirectory(prefix='urlcheck-callgrind-') as directory:
        counter = Counter(args, directory)
        certs = lists.Certificates(os.path.join(os.path.abspath(args.tools), 'make_certs'),
                                   directory, 1 if args.guard or args.record else HOSTS_HTTPS)
        with servers.Nginx(directory, certs.directory, servers.raise_limit(), NO_PORT,
                           not args.outside) as nginx:
            if args.guard or args.record:
                return guard(counter, nginx.http, args.record)
            print('%-20s %12s %14s %14s' % ('instructions', 'per check', 'short list', 'long list'))
            for case in CASES:
                port = nginx.http if case.scheme == 'http' else nginx.https
                if args.only in case.title:
                    measure(counter, case, port, certs.one if case.scheme == 'https' else {})
    return True


def main():
    args = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # runs all cleanup code
    try:
        sys.exit(0 if run(args) else 1)
    except servers.Missing as reason:
        if args.guard:
            print('skipped: %s\n0 passed, 0 failed, %d skipped' % (reason, len(GUARDED)))
            sys.exit(0)
        sys.exit('callgrind: %s' % reason)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == '__main__':
    main()
