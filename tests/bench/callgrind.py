#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts instructions and cache misses per check with valgrind, also on a busy machine.

    callgrind.py --urlcheck PATH --tools FOLDER [--baseline PATH] [--only WORD] [--top N]
    callgrind.py --urlcheck PATH --tools FOLDER --guard | --record

It checks two lists of different length; the difference does not contain the
start of the program. valgrind runs one thread at a time, so the use of connections
may differ a little from run to run. The misses are those of simulated first-level caches
of usual size. --baseline measures another urlcheck program as well, --top also prints in
which libraries and functions urlcheck needs most more than the floor (floor.c).

--record writes the counts of the cases over http to instructions.json, --guard fails if one
has grown by more than a tenth since. It skips them if a library has another version, or
something is missing: the counts include libcurl and libc.
"""

import argparse
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(HERE), 'system'))

import costs  # noqa: E402
import lists  # noqa: E402
import peers  # noqa: E402
import servers  # noqa: E402
from measure import Meter  # noqa: E402
from support import namespace  # noqa: E402

K = 64
LIMIT_S = 300
CACHES = ('--cache-sim=yes', '--I1=32768,8,64', '--D1=49152,12,64', '--LL=2097152,16,64')
NO_PORT = 9  # no server is needed for delayed answers

Case = namedtuple('Case', 'title scheme hosts few many')

CASES = [
    Case('one host, http', 'http', 1, 500, 2500),
    Case('many hosts, http', 'http', 2500, 500, 2500),
    Case('one host, https', 'https', 1, 500, 2500),
    Case('many hosts, https', 'https', 200, 50, 200),
]
HOSTS_HTTPS = 200

GUARDED = [
    Case('one host, http', 'http', 1, 200, 1200),
    Case('many hosts, http', 'http', 1200, 200, 1200),
]
RECORD = os.path.join(HERE, 'instructions.json')
GROWTH = 1.1

LINE = '%-42s %12s %12s %12s'
HEAD = ('instructions', 'I1 misses', 'D1 misses')

# `argv` makes the command for a job, `right` counts right answers.
Program = namedtuple('Program', 'name argv right')


def programs(args):
    """urlcheck's first."""
    found = [Program(name, peers.urlcheck(os.path.abspath(path), '-m', '120'), peers.right_in_order)
             for name, path in (('urlcheck', args.urlcheck), ('baseline', args.baseline)) if path]
    floor = os.path.join(os.path.abspath(args.tools), 'floor')
    return found + [Program('floor', peers.floor(floor), peers.right_lines)]


class Counter:
    def __init__(self, args, directory):
        self.urlcheck, self.directory = os.path.abspath(args.urlcheck), directory
        self.programs, self.top = programs(args), args.top
        self.caches = () if args.guard or args.record else CACHES
        self.meter = Meter(os.path.join(os.path.abspath(args.tools), 'measure'), directory)

    def count(self, program, case, count, port, trust):
        """The costs of a whole run. Raises Missing if answers were wrong."""
        job = lists.Job(os.path.join(self.directory, '%s-%d' % (case.title, count)),
                        lists.urls(case.scheme, port, count, min(case.hosts, count)), K, trust)
        profile = os.path.join(job.directory, 'callgrind.out')
        sample = self.meter.run(
            ['valgrind', '-q', '--tool=callgrind', '--callgrind-out-file=' + profile,
             *self.caches, *program.argv(job)], LIMIT_S, trust,
            right=lambda path: program.right(job, path))
        if sample.killed or sample.status or sample.right != count:
            raise servers.Missing('%s, %s: %d of %d answers right, exit status %d: %s' % (
                program.name, case.title, sample.right, count, sample.status, ascii(sample.said)))
        return costs.read(profile)

    def per_check(self, program, case, port, trust):
        few, many = (self.count(program, case, count, port, trust)
                     for count in (case.few, case.many))
        return costs.per_check(few, many, case.many - case.few)


def libraries(program):
    """What the counts depend on besides urlcheck."""
    said = subprocess.run([program, '--version'], check=True, stdout=subprocess.PIPE).stdout
    libc = ctypes.CDLL(None).gnu_get_libc_version
    libc.restype = ctypes.c_char_p
    return ', '.join(said.decode().splitlines()[1:3] + ['glibc ' + libc().decode()])


def guarded_counts(counter, port):
    return {case.title: round(costs.total(counter.per_check(counter.programs[0], case, port, {}))[0])
            for case in GUARDED}


def guard(counter, port, record):
    """Prints a line for each case, and "N passed, M failed, K skipped". Returns whether none failed."""
    known = {'libraries': libraries(counter.urlcheck)}
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
    ours = None
    for program in counter.programs:
        of_one = counter.per_check(program, case, port, trust)
        print_cost('%s: %s' % (case.title, program.name), costs.total(of_one))
        if ours is None:
            ours = of_one
        else:
            print_cost('  urlcheck / ' + program.name, [
                one / other for one, other in zip(costs.total(ours), costs.total(of_one))], '{:.3f}'.format)
    if counter.top:  # the floor was the last
        for title, group in (('library', costs.by_object), ('function', dict)):
            print('  beyond the floor, by ' + title)
            for key, cost in costs.beyond(group(ours), group(of_one))[:counter.top]:
                print_cost('    ' + (key if isinstance(key, str) else ' '.join(key)), cost)


def print_cost(title, cost, show='{:,.0f}'.format):
    print(LINE % (title, *map(show, cost)), flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urlcheck', required=True, metavar='PATH')
    parser.add_argument('--tools', required=True, metavar='FOLDER',
                        help='where the helper programs are')
    parser.add_argument('--baseline', metavar='PATH', help='another urlcheck to compare with')
    parser.add_argument('--only', default='', metavar='WORD',
                        help='cases with this word in their titles')
    parser.add_argument('--top', type=int, default=0, metavar='N',
                        help='how many libraries and functions to show')
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
            print(LINE % ('a check', *HEAD))
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
