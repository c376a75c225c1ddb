# SPDX-License-Identifier: MIT
"""A million URLs from a pipe, and a million times the same URL."""

import os
import subprocess

import lists
import table
from measure import Figures, interleaved
from peers import right_in_order, right_lines

K = 64
MILLION = 1000000
FEW = 10000
LIMIT_S = 240
DUPLICATES_LIMIT_S = 60

ORDERED = 'from a pipe'
UNORDERED = 'from a pipe, --unordered -q'
DUPLICATES = 'a million times the same URL'


def few(title):
    return '10,000 ' + title


def million(title):
    return 'a million ' + title


def right_quiet(job, path):
    """With -q, no output means that all is well. (results.py checks the exit status, too.)"""
    return len(job.urls) if os.path.getsize(path) == 0 else 0


def from_pipe(bench, feeder, argv, limit_s, right):
    """Runs the command with standard input from a pipe into which `feeder` writes."""
    with subprocess.Popen(feeder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        try:
            return bench.meter.run(argv, limit_s, stdin=process.stdout, right=right)
        finally:
            process.stdout.close()
            process.kill()


def urlcheck(program, *more):
    return [program, '--parallel-max', str(K), '--parallel-max-host', '0', *more]


def variants(bench):
    """{title: {tool: (command, function that counts right answers)}}"""
    found = {ORDERED: {name: (urlcheck(program), right_in_order)
                       for name, program in bench.programs.items()},
             UNORDERED: {name: (urlcheck(program, '--unordered', '-q'), right_quiet)
                         for name, program in bench.programs.items()}}
    go = next((peer.program for peer in bench.peers if peer.name == 'go'), None)
    if go:
        found[ORDERED]['go'] = ([go, '-k', str(K)], right_lines)
    return found


def run_lists(bench):
    """The short list is checked before and after the long one, because the rates of the
    two are compared."""
    jobs = [lists.Job(os.path.join(bench.directory, 'pipe-%d' % count),
                      lists.urls('http', bench.nginx.http, count, 1), K, limit_s=LIMIT_S)
            for count in (FEW, MILLION)]

    def runs(job, commands):
        return [lambda argv=argv, right=right: from_pipe(
            bench, ['cat', job.file()], argv, job.limit_s, lambda path: right(job, path))
            for argv, right in commands]

    for title, of_tools in variants(bench).items():
        before = interleaved(runs(jobs[0], of_tools.values()), 3)
        many = interleaved(runs(jobs[1], of_tools.values()), 1)
        after = interleaved(runs(jobs[0], of_tools.values()), 3)
        for place, tool in enumerate(of_tools):
            bench.results.add(few(title), tool, Figures(FEW, before[place] + after[place]))
            bench.results.add(million(title), tool, Figures(MILLION, many[place]))
    bench.results.values['bytes of a million URLs'] = sum(map(len, jobs[1].urls))
    for title in (ORDERED, UNORDERED):
        for name, count in ((few(title), FEW), (million(title), MILLION)):
            table.print_scenario('%s, %d in flight' % (name, K), count,
                                 bench.results.figures[name])


def duplicates(bench):
    """`yes URL | head -n 1000000 | urlcheck` checks the URL once."""
    url = 'http://%s:%d/' % (lists.host(1), bench.nginx.http)
    job = lists.Job(os.path.join(bench.directory, 'same'), [url], K)
    sample = from_pipe(bench, ['sh', '-c', 'yes "$0" | head -n %d' % MILLION, url],
                       urlcheck(bench.urlcheck), DUPLICATES_LIMIT_S,
                       lambda path: right_in_order(job, path))
    bench.results.judge(DUPLICATES, Figures(1, [sample]))
    bench.results.values[DUPLICATES] = sample.wall_s
    print('\n%s: %.2f s, %d MiB, %s' % (DUPLICATES, sample.wall_s, sample.rss_kib / 1024,
                                        'one answer' if sample.right == 1 else 'WRONG'))


SCENARIOS = [('a million from a pipe', run_lists), (DUPLICATES, duplicates)]
