# SPDX-License-Identifier: MIT
"""A list sorted by host and the same list shuffled, with few checks in flight per host."""

import os
import random

import lists
import table
from measure import Figures, interleaved
from peers import right_in_order

COUNT = 10000
HOSTS = 100
AT_ONCE = 4  # to one host; the limit for all hosts is the default
ROUNDS = 5

# How all paths begin, by when the server answers.
PATHS = {'at once': '', 'after 20 ms': '/wait/0.02'}


def title(order, answers):
    return '%s, %d hosts, %d in flight per host, answers %s' % (order, HOSTS, AT_ONCE, answers)


def job_for(bench, name, urls):
    return lists.Job(os.path.join(bench.directory, name.replace(' ', '-')), urls, AT_ONCE)


def run_order(bench, answers):
    urls = ['http://%s:%d%s/%d' % (lists.host(1 + number * HOSTS // COUNT), bench.nginx.http,
                                   PATHS[answers], number) for number in range(COUNT)]
    shuffled = random.Random(1).sample(urls, len(urls))
    titles = [title('sorted', answers), title('shuffled', answers)]
    jobs = [job_for(bench, name, one) for name, one in zip(titles, (urls, shuffled))]

    def run(job, program):
        argv = [program, '--parallel-max-host', str(AT_ONCE), '-i', job.file()]
        return bench.meter.run(argv, job.limit_s, right=lambda path: right_in_order(job, path))

    which = [(name, job, tool) for name, job in zip(titles, jobs) for tool in bench.programs]
    samples = interleaved([lambda job=job, tool=tool: run(job, bench.programs[tool])
                           for _, job, tool in which], bench.rounds or ROUNDS)
    for (name, _, tool), of_one in zip(which, samples):
        bench.results.add(name, tool, Figures(COUNT, of_one))
    for name in titles:
        table.print_scenario('%s: %s URLs, %s' % (name, '{:,}'.format(COUNT),
                                                  table.rounds(len(samples[0]))),
                             COUNT, bench.results.figures[name])


SCENARIOS = [('sorted and shuffled, answers ' + answers,
              lambda bench, answers=answers: run_order(bench, answers)) for answers in PATHS]
