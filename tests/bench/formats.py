# SPDX-License-Identifier: MIT
"""Every format of one run at once, compared with jsonl alone."""

import os

import lists
import table
from measure import Figures, interleaved, median

K = 64
COUNT, ROUNDS, LIMIT_S, BUDGET_S = 100000, 25, 240, 240

ALONE = '100,000 results, jsonl alone'
EVERY = '100,000 results, every format at once'

# atom needs a state file.
OTHERS = ('text', 'json', 'csv', 'junit', 'tap', 'prometheus', 'nagios', 'github', 'markdown',
          'badge', 'html')


def right_jsonl(job, path):
    """How many results are OK and in the order of the list."""
    with open(path, 'rb') as file:
        return sum(line.startswith(b'{"url":"%s",' % url.encode()) and b',"verdict":"OK",' in line
                   for line, url in zip(file, job.urls))


def files(job, names):
    """Options: a file for each of these formats."""
    return ['--format=%s:%s' % (name, os.path.join(job.directory, 'out.' + name))
            for name in names]


def run(bench):
    job = lists.Job(os.path.join(bench.directory, 'formats'),
                    lists.urls('http', bench.nginx.http, COUNT, 1), K, limit_s=LIMIT_S)

    def runner(program, more):
        argv = [program, '--parallel-max', str(K), '--parallel-max-host', '0', '-i', job.file(),
                '--format', 'jsonl', *more]
        return lambda: bench.meter.run(argv, job.limit_s, right=lambda path: right_jsonl(job, path))

    tools = [(title, name, runner(program, more)) for title, more in ((ALONE, []), (EVERY, files(job, OTHERS)))
             for name, program in bench.programs.items()]
    samples = interleaved([run for _, _, run in tools], bench.rounds or ROUNDS, BUDGET_S)
    for (title, name, _), of_tool in zip(tools, samples):
        bench.results.add(title, name, Figures(COUNT, of_tool))
    for title in (ALONE, EVERY):
        table.print_scenario('%s: %s' % (title, table.rounds(len(samples[0]))), COUNT,
                             bench.results.figures[title])


def more_cpu(results):
    """The CPU time of every format divided by that of jsonl alone, in the middle one of the rounds: both of
    a round were measured under the same conditions."""
    return median(results.of(EVERY, 'urlcheck').ratios(results.of(ALONE, 'urlcheck'), 'cpu_s'))


SCENARIOS = [(EVERY, run)]
