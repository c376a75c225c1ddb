#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Instructions a check, by valgrind: the same on a busy machine as on a quiet one.

    callgrind.py --urlcheck PATH --tools FOLDER [--only WORD] [--top N]

Two lists of different length are checked; the difference leaves out what a
start takes. Threads are run one at a time, so connections may be shared out a
little differently from run to run. With --top, the functions that take most.
"""

import argparse
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
NO_PORT = 9  # nothing waits here: no answer is held back

Case = namedtuple('Case', 'title scheme hosts few many')

CASES = [
    Case('one host, http', 'http', 1, 500, 2500),
    Case('many hosts, http', 'http', 2500, 500, 2500),
    Case('one host, https', 'https', 1, 500, 2500),
    Case('many hosts, https', 'https', 400, 100, 400),
]
HOSTS_HTTPS = 400

TOTAL = re.compile(r'^(?:summary|totals): (\d+)', re.MULTILINE)


class Counter:
    def __init__(self, args, directory):
        self.urlcheck = os.path.abspath(args.urlcheck)
        self.top, self.directory = args.top, directory
        self.meter = Meter(os.path.join(os.path.abspath(args.tools), 'measure'), directory)

    def count(self, case, count, port, trust):
        """Instructions for the whole of a run. Raises Missing if answers were wrong."""
        hosts = min(case.hosts, count)
        job = lists.Job(os.path.join(self.directory, '%s-%d' % (case.title, count)),
                        lists.urls(case.scheme, port, count, hosts), K, trust)
        self.profile = os.path.join(job.directory, 'callgrind.out')
        sample = self.meter.run(
            ['valgrind', '-q', '--tool=callgrind', '--callgrind-out-file=' + self.profile,
             self.urlcheck, '-m', '120', '--parallel-max', str(K), '--parallel-max-host', '0',
             '-i', job.file()], LIMIT_S, trust, right=lambda path: right_in_order(job, path))
        if sample.killed or sample.status or sample.right != count:
            raise servers.Missing('%s: %d of %d answers right, exit status %d: %s' % (
                case.title, sample.right, count, sample.status, ascii(sample.said)))
        with open(self.profile) as file:
            return int(TOTAL.search(file.read())[1])

    def functions(self):
        """The last run's, as callgrind_annotate lists them."""
        said = subprocess.run(['callgrind_annotate', self.profile], check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        lines = said.decode(errors='replace').splitlines()
        found = [line for line in lines if re.match(r' *[\d,]+ \( *[\d.]+%\)  ', line)]
        return [line for line in found if 'PROGRAM TOTALS' not in line][:self.top]


def measure(counter, case, port, trust):
    few = counter.count(case, case.few, port, trust)
    many = counter.count(case, case.many, port, trust)
    each = (many - few) / (case.many - case.few)
    print('%-20s %12s %14s %14s' % (case.title, '{:,.0f}'.format(each),
                                    '{:,}'.format(few), '{:,}'.format(many)), flush=True)
    if counter.top:
        print('\n'.join(counter.functions()))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urlcheck', required=True, metavar='PATH')
    parser.add_argument('--tools', required=True, metavar='FOLDER', help='our helpers, built')
    parser.add_argument('--only', default='', metavar='WORD', help='cases so named')
    parser.add_argument('--top', type=int, default=0, metavar='N', help='functions to show')
    parser.add_argument(namespace.OPTION, action='store_true', help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.outside = namespace.enter(args.in_namespace)
    return args


def run(args):
    if not shutil.which('valgrind'):
        raise servers.Missing('no valgrind here: `make deps` installs it')
    with tempfile.TemporaryDirectory(prefix='urlcheck-callgrind-') as directory:
        counter = Counter(args, directory)
        certs = lists.Certificates(os.path.join(os.path.abspath(args.tools), 'make_certs'),
                                   directory, HOSTS_HTTPS)
        with servers.Nginx(directory, certs.directory, servers.raise_limit(), NO_PORT,
                           not args.outside) as nginx:
            print('%-20s %12s %14s %14s' % ('instructions', 'a check', 'of few', 'of many'))
            for case in CASES:
                port = nginx.http if case.scheme == 'http' else nginx.https
                if args.only in case.title:
                    measure(counter, case, port, certs.one if case.scheme == 'https' else {})


def main():
    args = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # past all that cleans up
    try:
        run(args)
    except servers.Missing as reason:
        sys.exit('callgrind: %s' % reason)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == '__main__':
    main()
