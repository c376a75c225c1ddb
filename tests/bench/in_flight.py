# SPDX-License-Identifier: MIT
"""Many checks at once: memory per check in flight, and whether any result is lost."""

import os

import lists
import table
from measure import Figures, interleaved, median
from peers import right_in_order, right_lines

TOOLS = ('go', 'go seed')  # beside urlcheck
LIMIT_S = 120
BUDGET_S = 60  # after this time, no further round starts
MAX_TIME_S = '60'
SEED_MIB = 3000  # for its 100,000 goroutines

MEMORY = 6000
HELD_S = 1    # from the last request to the answers
DELAY_S = 5    # from each request to its answer
HOSTS = 60

MEMORY_HTTP = '6,000 in flight, http'
MEMORY_HTTPS = '6,000 in flight, https'
DELAYED = '10,000 in flight, answers after 5 s'
UNBOUNDED = '100,000 URLs of one host, all at once'


def commands(bench, k, path):
    """{tool: (command, function that counts right answers)}, of installed tools."""
    found = {name: ([program, '--parallel-max', str(k), '--parallel-max-host', '0',
                     '-m', MAX_TIME_S, '-i', path], right_in_order)
             for name, program in bench.programs.items()}
    go = {peer.name: peer.program for peer in bench.peers if peer.name in TOOLS and peer.program}
    if 'go' in go:
        found['go'] = ([go['go'], '-k', str(k), '-m', MAX_TIME_S + 's', path], right_lines)
    if 'go seed' in go:
        found['go seed'] = ([go['go seed'], path], right_lines)
    return found


def run_held(bench, job, argv, right, peaks):
    """One run. Appends to `peaks` how many requests the server held at once."""
    bench.holder.ask('reset')
    sample = bench.meter.run(argv, job.limit_s, job.trust, right=lambda path: right(job, path))
    peaks.append(bench.holder.ask('stat')['peak'])
    return sample


def run(bench, title, urls, rounds, trust={}, tools=TOOLS):
    count = len(urls)
    job = lists.Job(os.path.join(bench.directory, title.replace(' ', '-')), urls, count, trust,
                    LIMIT_S)
    found = {name: command for name, command in commands(bench, count, job.file()).items()
             if name in bench.programs or name in tools}
    peaks = {name: [] for name in found}
    samples = interleaved([
        lambda name=name, argv=argv, right=right: run_held(bench, job, argv, right, peaks[name])
        for name, (argv, right) in found.items()], bench.rounds or rounds, BUDGET_S)
    for name, of_tool in zip(found, samples):
        bench.results.add(title, name, Figures(count, of_tool))
    table.print_scenario('%s: %s' % (title, table.rounds(len(samples[0]))), count,
                         bench.results.figures[title])
    for name, of_tool in peaks.items():
        report(name, min(of_tool), bench.results.figures[title][name])


def report(name, held, figures):
    """`held`: how many requests the server held; 0 if another server answered."""
    if held:
        print('%s: %s checks held at once, %.1f KiB resident per check' % (
            name, '{:,}'.format(held), median(figures.rss_kib()) / held))
    if name == 'urlcheck' and figures.said():
        print('urlcheck printed: ' + ascii(figures.said()))


def memory_http(bench):
    run(bench, MEMORY_HTTP, bench.holder.urls('/gather/%d/%d' % (MEMORY, HELD_S), MEMORY, HOSTS),
        3)


def memory_https(bench):
    """Through nginx, which has the certificates. The seed is left out: it gives a handshake
    10 s, which is too little here."""
    urls = ['https://%s:%d/gather/%d/%d/%d' % (
        lists.host(1 + number % HOSTS), bench.nginx.https, MEMORY, HELD_S, number)
        for number in range(MEMORY)]
    run(bench, MEMORY_HTTPS, urls, 2, bench.certs.one, tools=('go',))


def delayed(bench):
    run(bench, DELAYED, bench.holder.urls('/wait/%d' % DELAY_S, 10000, HOSTS), 1)


def unbounded(bench):
    """All URLs at once, like the seed."""
    tools = ('go seed',)
    if memory_available_mib() < SEED_MIB and not bench.baseline:
        print('\n%s: without the seed, which needs %d MiB of free memory' % (
            UNBOUNDED, SEED_MIB))
        tools = ()
    run(bench, UNBOUNDED, lists.urls('http', bench.nginx.http, 100000, 1), 1, tools=tools)


def memory_available_mib():
    with open('/proc/meminfo') as file:
        return next(int(line.split()[1]) // 1024 for line in file
                    if line.startswith('MemAvailable:'))


SCENARIOS = [(MEMORY_HTTP, memory_http), (MEMORY_HTTPS, memory_https), (DELAYED, delayed),
             (UNBOUNDED, unbounded)]
