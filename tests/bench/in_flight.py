# SPDX-License-Identifier: MIT
"""Many at once: what a check in flight takes, and whether any is lost."""

import os

import lists
import table
from measure import Figures, interleaved
from peers import right_in_order, right_lines

TOOLS = ('urlcheck', 'go', 'go seed')
LIMIT_S = 120
BUDGET_S = 60  # no further round is begun after that
MAX_TIME_S = '60'
SEED_MIB = 3000  # a goroutine for each of 100,000

MEMORY = 6000
HELD_S = 1    # once all are there
AWAY_S = 5    # each answer, from its request
HOSTS = 60

MEMORY_HTTP = '6,000 in flight, http'
MEMORY_HTTPS = '6,000 in flight, https'
AWAY = '10,000 in flight, answers 5 s away'
UNBOUNDED = '100,000 of one host, all at once'


def commands(bench, k, path):
    """{tool: (command, how its answers are read)}, of those that are here."""
    programs = {peer.name: peer.program for peer in bench.peers}
    found = {
        'urlcheck': ([bench.urlcheck, '--parallel-max', str(k), '--parallel-max-host', '0',
                      '-m', MAX_TIME_S, '-i', path], right_in_order),
        'go': ([programs['go'], '-k', str(k), '-m', MAX_TIME_S + 's', path], right_lines),
        'go seed': ([programs['go seed'], path], right_lines),
    }
    return {name: found[name] for name in TOOLS if programs[name]}


class Held:
    """A tool's runs, and how many the server held at once."""

    def __init__(self, bench, job, argv, right):
        self.bench, self.job, self.argv, self.right = bench, job, argv, right
        self.peaks, self.said = [], ''

    def run(self):
        self.bench.holder.ask('reset')
        sample = self.bench.meter.run(self.argv, self.job.limit_s, self.job.trust,
                                      right=lambda path: self.right(self.job, path))
        self.said = self.bench.meter.complaint()
        self.peaks.append(self.bench.holder.ask('stat')['peak'])
        return sample


def run(bench, title, urls, rounds, trust={}, tools=TOOLS, peak=True):
    count = len(urls)
    job = lists.Job(os.path.join(bench.directory, title.replace(' ', '-')), urls, count, trust,
                    LIMIT_S)
    runs = {name: Held(bench, job, *command)
            for name, command in commands(bench, count, job.file()).items() if name in tools}
    samples = interleaved([held.run for held in runs.values()], rounds, BUDGET_S)
    for name, of_tool in zip(runs, samples):
        bench.results.add(title, name, Figures(count, of_tool))
    table.print_scenario('%s: %s' % (title, table.rounds(len(samples[0]))), count,
                         bench.results.figures[title])
    for name, held in runs.items():
        if peak:
            print('  %s: %d held at once; %.1f KiB resident for each of these' % (
                name, min(held.peaks),
                bench.results.figures[title][name].rss_kib()[1] / min(held.peaks)))
        if name == 'urlcheck' and held.said != "''":
            print('  urlcheck said: ' + held.said)


def memory_http(bench):
    run(bench, MEMORY_HTTP, bench.holder.urls('/gather/%d/%d' % (MEMORY, HELD_S), MEMORY, HOSTS),
        3)


def memory_https(bench):
    """By way of nginx, which has the certificates."""
    urls = ['https://%s:%d/gather/%d/%d/%d' % (
        lists.host(1 + number % HOSTS), bench.nginx.https, MEMORY, HELD_S, number)
        for number in range(MEMORY)]
    run(bench, MEMORY_HTTPS, urls, 2, bench.certs.one)


def away(bench):
    run(bench, AWAY, bench.holder.urls('/wait/%d' % AWAY_S, 10000, HOSTS), 2)


def unbounded(bench):
    """As the program of the seed does it: as many at once as there are URLs."""
    tools = ('urlcheck', 'go seed')
    if memory_available_mib() < SEED_MIB:
        print('\n%s: less than %d MiB of memory are free, so without the seed' % (
            UNBOUNDED, SEED_MIB))
        tools = ('urlcheck',)
    run(bench, UNBOUNDED, lists.urls('http', bench.nginx.http, 100000, 1), 1, tools=tools,
        peak=False)


def memory_available_mib():
    with open('/proc/meminfo') as file:
        return next(int(line.split()[1]) // 1024 for line in file
                    if line.startswith('MemAvailable:'))


SCENARIOS = [(MEMORY_HTTP, memory_http), (MEMORY_HTTPS, memory_https), (AWAY, away),
             (UNBOUNDED, unbounded)]
