#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""urlcheck beside what else is here, on the same lists: CPU, time and memory.

    bench.py --urlcheck PATH --tools FOLDER [--quick] [--only WORD] [--rounds N]

nginx answers, on loopback, in a network namespace of its own where there are
any. The tools take turns; the figures are the client's alone, medians of the
rounds. The exit status is 0 if all of urlcheck's answers were right, however
long they took: marks are printed, not asserted.

scenarios  lists that all tools check       in_flight  many at once, answers held back
pipe       a million from a pipe            one        start-up; TLS alone, in memory
names      dnsmasq and its log              order      a list sorted by host, and shuffled
marks      what the figures should be
peers      the tools: commands, answers     servers, holder  who answers: nginx, and who waits
lists      URLs and certificates            measure    a command measured, in rounds
results, table   what came of it
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(HERE), 'system'))

import in_flight  # noqa: E402
import lists  # noqa: E402
import marks  # noqa: E402
import names  # noqa: E402
import one  # noqa: E402
import order  # noqa: E402
import peers  # noqa: E402
import pipe  # noqa: E402
import scenarios  # noqa: E402
import servers  # noqa: E402
import table  # noqa: E402
from holder import Holder  # noqa: E402
from measure import Meter  # noqa: E402
from results import Results  # noqa: E402
from support import namespace  # noqa: E402

HOSTS_HTTPS = 10000


def all_scenarios(quick):
    """(title, function of the bench) for each."""
    more = [in_flight, pipe] if not quick else []
    return scenarios.rows(quick) + [scenario for module in [one, names, order] + more
                                    for scenario in module.SCENARIOS]


class Bench:
    """What a scenario is given."""

    def __init__(self, args, directory):
        self.directory = directory
        self.urlcheck = os.path.abspath(args.urlcheck)
        self.tools = os.path.abspath(args.tools)
        self.quick, self.rounds = args.quick, args.rounds
        self.outside = args.outside  # why there is no namespace; None where there is one
        self.files = servers.raise_limit()
        self.meter = Meter(os.path.join(self.tools, 'measure'), directory)
        self.peers = peers.all_peers(self.urlcheck, self.tools)
        self.results = Results()

    def serve(self, scenario_list):
        """Runs the scenarios with the servers that they need."""
        servers.program()  # before the certificates, which take a while
        hosts = scenarios.QUICK_HTTPS if self.quick else HOSTS_HTTPS
        self.certs = lists.Certificates(os.path.join(self.tools, 'make_certs'),
                                        self.directory, hosts)
        with Holder(in_flight.HOSTS) as self.holder, servers.Nginx(
                self.directory, self.certs.directory, self.files,
                self.holder.about['port'], not self.outside) as self.nginx:
            for _, scenario in scenario_list:
                scenario(self)
                self.nginx.need()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urlcheck', required=True, metavar='PATH')
    parser.add_argument('--tools', required=True, metavar='FOLDER', help='our helpers, built')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--only', default='', metavar='WORD', help='scenarios so named')
    parser.add_argument('--rounds', type=int, metavar='N')
    parser.add_argument(namespace.OPTION, action='store_true', help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.outside = namespace.enter(args.in_namespace)
    return args


def print_conditions(bench):
    print('%d processors, load %.1f, %d open files, backlog %d; %s' % (
        os.cpu_count(), os.getloadavg()[0], bench.files, servers.raise_backlog(),
        bench.outside or 'in a network namespace'))
    missing = [peer.name for peer in bench.peers if not peer.program]
    if missing:
        print('not here: %s%s' % (', '.join(missing), '' if shutil.which('go') else
                                  ' (the Go programs are built where there is a Go compiler)'))


def run(args):
    begin = time.monotonic()
    chosen = [(title, scenario) for title, scenario in all_scenarios(args.quick)
              if args.only in title]
    with tempfile.TemporaryDirectory(prefix='urlcheck-bench-') as directory:
        bench = Bench(args, directory)
        print_conditions(bench)
        bench.serve(chosen)
    table.print_markdown(bench.results)
    marks.print_all(bench.results)
    print('\ntook %.0f s' % (time.monotonic() - begin))
    for wrong in bench.results.wrong:
        print('WRONG: ' + wrong)
    return 1 if bench.results.wrong else 0


def main():
    args = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # past all that cleans up
    try:
        sys.exit(run(args))
    except servers.Missing as reason:
        sys.exit('bench: %s' % reason)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == '__main__':
    main()
