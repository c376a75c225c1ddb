#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares urlcheck with other tools on the same lists: CPU, time and memory.

    bench.py --urlcheck PATH --tools FOLDER [--quick] [--only WORD] [--rounds N]
             [--baseline PATH]

nginx answers on loopback, in a network namespace of its own if the system has
namespaces. The servers run on one CPU and the measured program on another one,
so that neither disturbs the other, and idle CPUs poll. The tools take turns; the
figures are those of the client alone, medians of the rounds. With --baseline,
urlcheck is compared with another urlcheck program, for example an older one,
instead of with other tools. The exit status is 0 if all of urlcheck's answers
were right, however long they took: marks are printed and not enforced.

scenarios  lists that all tools check       in_flight  many at once, delayed answers
far        hosts that are 100 ms away       order      a list sorted by host, and shuffled
pipe       a million URLs from a pipe       one        start-up; TLS alone, in memory
names      dnsmasq and its log              marks      the goals for the figures
peers      the tools: commands, answers     servers, holder  nginx; a server that delays
lists      URLs and certificates            measure    runs and measures commands
formats    every format of a run at once    conditions  CPUs, and servers that are idle
results, table  keep and print the figures
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

import conditions  # noqa: E402
import far  # noqa: E402
import formats  # noqa: E402
import in_flight  # noqa: E402
import lists  # noqa: E402
import marks  # noqa: E402
import measure  # noqa: E402
import names  # noqa: E402
import one  # noqa: E402
import order  # noqa: E402
import peers  # noqa: E402
import pipe  # noqa: E402
import scenarios  # noqa: E402
import servers  # noqa: E402
import table  # noqa: E402
from holder import Holder  # noqa: E402
from results import Results  # noqa: E402
from support import namespace  # noqa: E402

HOSTS_HTTPS = 5000

# Scenarios that measure urlcheck alone: there is nothing to compare.
URLCHECK_ONLY = (one.TLS, names.TITLE, pipe.DUPLICATES)


def all_scenarios(quick, baseline):
    """(title, function of the bench) for each."""
    more = [far, in_flight, pipe, formats] if not quick else []
    found = scenarios.rows(quick) + [scenario for module in [one, names, order] + more
                                     for scenario in module.SCENARIOS]
    return [scenario for scenario in found if not (baseline and scenario[0] in URLCHECK_ONLY)]


class Bench:
    """What the scenarios share."""

    def __init__(self, args, directory):
        self.directory = directory
        self.urlcheck = os.path.abspath(args.urlcheck)
        self.programs = {'urlcheck': self.urlcheck}  # the urlcheck programs, by name
        if args.baseline:
            self.programs[peers.BASELINE] = os.path.abspath(args.baseline)
        self.tools = os.path.abspath(args.tools)
        self.quick, self.rounds, self.baseline = args.quick, args.rounds, args.baseline
        self.outside = args.outside  # why there is no namespace; None in a namespace
        self.files = servers.raise_limit()
        self.cpu = conditions.separate_cpus()
        self.meter = measure.Meter(os.path.join(self.tools, 'measure'), directory, self.cpu)
        self.peers = peers.all_peers(self.programs, self.tools)
        self.results = Results()

    def serve(self, scenario_list):
        """Starts the servers and runs the scenarios."""
        servers.program()  # fails early if nginx is missing: the certificates take a while
        hosts = scenarios.QUICK_HTTPS if self.quick else HOSTS_HTTPS
        self.certs = lists.Certificates(os.path.join(self.tools, 'make_certs'),
                                        self.directory, hosts)
        with Holder(in_flight.HOSTS) as self.holder, servers.Nginx(
                self.directory, self.certs.directory, self.files,
                self.holder.about['port'], not self.outside) as self.nginx:
            self.meter.servers = self.holder.process.pid, self.nginx.process.pid
            begin = time.monotonic()
            for number, (title, scenario) in enumerate(scenario_list, 1):
                print('\n%d of %d, after %d s: %s' % (number, len(scenario_list),
                                                      time.monotonic() - begin, title))
                scenario(self)
                self.nginx.need()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urlcheck', required=True, metavar='PATH')
    parser.add_argument('--tools', required=True, metavar='FOLDER',
                        help='where the helper programs are')
    parser.add_argument('--baseline', metavar='PATH', help='another urlcheck to compare with')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--only', default='', metavar='WORD',
                        help='scenarios with this word in their titles')
    parser.add_argument('--rounds', type=int, metavar='N')
    parser.add_argument(namespace.OPTION, action='store_true', help=argparse.SUPPRESS)
    args = parser.parse_args()
    for path in filter(None, (args.urlcheck, args.baseline)):
        if not os.access(path, os.X_OK):
            parser.error('%s is not a program' % path)
    args.outside = namespace.enter(args.in_namespace)
    return args


def print_conditions(bench, refused):
    """`refused`: why idle CPUs do not poll, or None."""
    print('%d CPUs, %s, load %.1f, %d open files, backlog %d; %s' % (
        os.cpu_count(),
        'clients not pinned' if bench.cpu is None else 'clients on CPU %d' % bench.cpu,
        os.getloadavg()[0], bench.files, servers.raise_backlog(),
        bench.outside or 'in a network namespace'))
    print('idle CPUs poll: waking the server costs the client nothing' if refused is None else
          'idle CPUs halt (%s): waking the server costs the client CPU time, see benchmarks.md'
          % refused)
    missing = [peer.name for peer in bench.peers if not peer.program]
    if missing:
        print('missing: %s%s' % (', '.join(missing), '' if shutil.which('go') else
                                 ' (the Go programs need a Go compiler)'))


def run(args):
    begin = time.monotonic()
    chosen = [(title, scenario) for title, scenario in all_scenarios(args.quick, args.baseline)
              if args.only in title]
    if not chosen:
        sys.exit('bench: no scenario has %r in its title' % args.only)
    with tempfile.TemporaryDirectory(prefix='urlcheck-bench-') as directory, \
            conditions.polling_cpus() as refused:
        bench = Bench(args, directory)
        print_conditions(bench, refused)
        bench.serve(chosen)
    if args.baseline:
        table.print_baseline(bench.results, peers.BASELINE)
    else:
        table.print_markdown(bench.results, scenarios.SIZES)
        marks.print_all(bench.results)
    print('\ntook %.0f s' % (time.monotonic() - begin))
    for wrong in bench.results.wrong:
        print('WRONG: ' + wrong)
    return 1 if bench.results.wrong else 0


def main():
    args = arguments()
    sys.stdout.reconfigure(line_buffering=True)  # progress can be read in a file as well
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # runs all cleanup code
    try:
        sys.exit(run(args))
    except servers.Missing as reason:
        sys.exit('bench: %s' % reason)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == '__main__':
    main()
