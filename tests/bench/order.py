# SPDX-License-Identifier: MIT
"""A list sorted by host, of which each may have few checks in flight, and the same one shuffled."""

import os
import random

import lists
import table
from measure import Figures, interleaved
from peers import right_in_order

COUNT = 10000
HOSTS = 100
AT_ONCE = 4  # to a host; in flight in all as many as by default
ROUNDS = 5

# The path that all URLs begin with, by what it means.
PATHS = {'at once': '', '20 ms away': '/wait/0.02'}


def title(order, answers):
    return '%s, %d hosts, %d at once to each, answers %s' % (order, HOSTS, AT_ONCE, answers)


def job_for(bench, name, urls):
    return lists.Job(os.path.join(bench.directory, name.replace(' ', '-')), urls, AT_ONCE)


def run_order(bench, answers):
    urls = ['http://%s:%d%s/%d' % (lists.host(1 + number * HOSTS // COUNT), bench.nginx.http,
                                   PATHS[answers], number) for number in range(COUNT)]
    shuffled = random.Random(1).sample(urls, len(urls))
    titles = [title('sorted', answers), title('shuffled', answers)]
    jobs = [job_for(bench, name, one) for name, one in zip(titles, (urls, shuffled))]

    def run(job):
        argv = [bench.urlcheck, '--parallel-max-host', str(AT_ONCE), '-i', job.file()]
        return bench.meter.run(argv, job.limit_s, right=lambda path: right_in_order(job, path))
    samples = interleaved([lambda job=job: run(job) for job in jobs], ROUNDS)
    for name, of_order in zip(titles, samples):
        bench.results.add(name, 'urlcheck', Figures(COUNT, of_order))
        table.print_scenario('%s: %s URLs, %s' % (name, '{:,}'.format(COUNT),
                                                  table.rounds(len(of_order))),
                             COUNT, bench.results.figures[name])


SCENARIOS = [('sorted and shuffled, answers ' + answers,
              lambda bench, answers=answers: run_order(bench, answers)) for answers in PATHS]
