# SPDX-License-Identifier: MIT
"""Many at once: what a check in flight takes, and whether any is lost."""

import os

import lists
import table
from measure import Figures, interleaved, median
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


def run_held(bench, job, argv, right, peaks):
    """One run; `peaks` gets how many the server held at once."""
    bench.holder.ask('reset')
    sample = bench.meter.run(argv, job.limit_s, job.trust, right=lambda path: right(job, path))
    peaks.append(bench.holder.ask('stat')['peak'])
    return sample


def run(bench, title, urls, rounds, trust={}, tools=TOOLS):
    count = len(urls)
    job = lists.Job(os.path.join(bench.directory, title.replace(' ', '-')), urls, count, trust,
                    LIMIT_S)
    found = {name: command for name, command in commands(bench, count, job.file()).items()
             if name in tools}
    peaks = {name: [] for name in found}
    samples = interleaved([
        lambda name=name, argv=argv, right=right: run_held(bench, job, argv, right, peaks[name])
        for name, (argv, right) in found.items()], rounds, BUDGET_S)
    for name, of_tool in zip(found, samples):
        bench.results.add(title, name, Figures(count, of_tool))
    table.print_scenario('%s: %s' % (title, table.rounds(len(samples[0]))), count,
                         bench.results.figures[title])
    for name, of_tool in peaks.items():
        report(name, min(of_tool), bench.results.figures[title][name])


def report(name, held, figures):
    """`held` is 0 where another server answered."""
    if held:
        print('%s: %s held at once, %.1f KiB resident for each' % (
            name, '{:,}'.format(held), median(figures.rss_kib()) / held))
    if name == 'urlcheck' and figures.said():
        print('urlcheck said: ' + ascii(figures.said()))


def memory_http(bench):
    run(bench, MEMORY_HTTP, bench.holder.urls('/gather/%d/%d' % (MEMORY, HELD_S), MEMORY, HOSTS),
        3)


def memory_https(bench):
    """By way of nginx, which has the certificates. The seed gives a handshake 10 s,
    which is too little here."""
    urls = ['https://%s:%d/gather/%d/%d/%d' % (
        lists.host(1 + number % HOSTS), bench.nginx.https, MEMORY, HELD_S, number)
        for number in range(MEMORY)]
    run(bench, MEMORY_HTTPS, urls, 2, bench.certs.one, tools=('urlcheck', 'go'))


def away(bench):
    run(bench, AWAY, bench.holder.urls('/wait/%d' % AWAY_S, 10000, HOSTS), 2)


def unbounded(bench):
    """As the program of the seed does it: as many at once as there are URLs."""
    tools = ('urlcheck', 'go seed')
    if memory_available_mib() < SEED_MIB:
        print('\n%s: less than %d MiB of memory are free, so without the seed' % (
            UNBOUNDED, SEED_MIB))
        tools = ('urlcheck',)
    run(bench, UNBOUNDED, lists.urls('http', bench.nginx.http, 100000, 1), 1, tools=tools)


def memory_available_mib():
    with open('/proc/meminfo') as file:
        return next(int(line.split()[1]) // 1024 for line in file
                    if line.startswith('MemAvailable:'))


SCENARIOS = [(MEMORY_HTTP, memory_http), (MEMORY_HTTPS, memory_https), (AWAY, away),
             (UNBOUNDED, unbounded)]
