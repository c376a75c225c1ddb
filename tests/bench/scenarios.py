# SPDX-License-Identifier: MIT
"""Lists of 10,000 URLs or more that all installed tools check."""

import os
from collections import namedtuple

import lists
import table
from measure import Figures, interleaved
from servers import BODIES_KB

K = 64  # in flight
BUDGET_S, QUICK_BUDGET_S = 60, 15  # after this time, no further round of a row starts
BASELINE_ROUNDS = 9  # two similar programs need more rounds than different tools

# `trust`: the CA file has the benchmark's own CA (one) or the system's CAs as well (system).
# `tools`: those to compare with. `most`: shorter lists for tools that are slow here.
# `size_kb`: of the bodies, None for the usual ones.
Row = namedtuple('Row', 'title scheme count hosts trust tools most rounds size_kb',
                 defaults=(None, (), {}, 3, None))

ONE_HTTP = 'one host, http'
ONE_HTTPS = 'one host, https'
HOSTS_HTTP = 'many hosts, http'
HOSTS_ONE_CA = 'many hosts, https, a CA file of one'
HOSTS_SYSTEM = "many hosts, https, the system's CAs"
TURNS_HTTP = '100 hosts in turn, http'
TURNS_HTTPS = '100 hosts in turn, https'
MANY_ONE = '100,000 URLs of one host, http'
MANY_HOSTS = '100,000 hosts, http'
HOSTS_40KB = 'many hosts, http, 40 KB'
QUICK_HTTPS = 1000
SIZE_COUNT = 5000

LIBRARIES = ('floor', 'go', 'go pool')
FAST = LIBRARIES + ('go seed', 'curl -Z', 'wget')
ONE_AT_A_TIME = ('xargs curl', 'xargs check_http')  # a process for each URL

# Each handshake of these begins with reading the CA file: the system's takes 10 to 20 ms.
READS_CAS = {'floor': 150, 'curl -Z': 150}
# The pool closes each connection after 64 KiB of a body: as many handshakes as URLs.
POOL_CLOSES_KB, CLOSES = 100, {'go pool': 1000}


def size_title(scheme, size_kb):
    return 'one host, %s, %d KB' % (scheme, size_kb)


ROWS = [
    Row(ONE_HTTP, 'http', 10000, 1, None, FAST + ('siege',), {}, 5),
    Row(HOSTS_HTTP, 'http', 10000, 10000, None,
        FAST + ('curl -Z close', 'siege') + ONE_AT_A_TIME,
        {name: 100 for name in ONE_AT_A_TIME}, 5),
    Row(HOSTS_SYSTEM, 'https', 5000, 5000, 'system', LIBRARIES + ('curl -Z',), READS_CAS),
    # The seed's 10,000 handshakes at once would keep the server busy when the next tool begins.
    Row(ONE_HTTPS, 'https', 10000, 1, 'one', LIBRARIES + ('curl -Z', 'wget')),
    Row(HOSTS_ONE_CA, 'https', 2500, 2500, 'one', LIBRARIES + ('curl -Z',), {'curl -Z': 500}),
    Row(TURNS_HTTP, 'http', 10000, 100, None, ('go', 'go pool', 'curl -Z')),
    Row(TURNS_HTTPS, 'https', 10000, 100, 'one', ('go', 'go pool', 'curl -Z')),
    Row(MANY_ONE, 'http', 100000, 1, None, ('go', 'go pool', 'curl -Z'), {}, 2),
    Row(MANY_HOSTS, 'http', 100000, 100000, None, ('go', 'go pool'), {}, 2),
] + [Row(size_title('http', size_kb), 'http', SIZE_COUNT, 1, None, LIBRARIES, {}, 7, size_kb)
     for size_kb in BODIES_KB
] + [Row(size_title('https', size_kb), 'https', SIZE_COUNT, 1, 'one', LIBRARIES,
         CLOSES if size_kb >= POOL_CLOSES_KB else {}, 5, size_kb) for size_kb in BODIES_KB
] + [Row(HOSTS_40KB, 'http', 10000, 10000, None, LIBRARIES, {}, 7, 40)]
SIZES = [row.title for row in ROWS if row.size_kb is not None]
QUICK = (ONE_HTTP, HOSTS_HTTP, HOSTS_SYSTEM, TURNS_HTTP)
QUICK_ROUNDS = 3
QUICK_LESS = 5  # lists for slow tools are shorter by this factor


def shorter(row):
    """The row for the quick benchmark: fewer handshakes, shorter lists for slow tools."""
    most = {name: count // QUICK_LESS for name, count in row.most.items()}
    count = QUICK_HTTPS if row.scheme == 'https' else row.count
    return row._replace(count=count, hosts=min(row.hosts, count), most=most,
                        rounds=QUICK_ROUNDS)


def takes_part(peer, row, programs):
    if peer.name in programs:
        return True
    return peer.program and peer.name in row.tools


def trust_of(bench, word):
    """The environment variables for this trust; None if the system has no CA file."""
    return {None: {}, 'one': bench.certs.one, 'system': bench.certs.system}[word]


def job_for(bench, row):
    port = bench.nginx.http if row.scheme == 'http' else bench.nginx.https
    trust = trust_of(bench, row.trust)
    folder = os.path.join(bench.directory, row.title.replace(' ', '-').replace("'", ''))
    urls = lists.urls(row.scheme, port, row.count, row.hosts, row.size_kb)
    return lists.Job(folder, urls, K, trust)


def part_for(peer, job, row):
    """The tool's part of the list, and the number of checks that the tool then makes."""
    if peer.users:
        job = job.part(len(job.urls) // job.k)
        return job, len(job.urls) * job.k
    job = job.part(row.most.get(peer.name))
    return job, len(job.urls)


def runner(bench, peer, job):
    argv = peer.argv(job)
    return lambda: bench.meter.run(argv, job.limit_s, job.trust,
                                   right=lambda path: peer.right(job, path))


def run_row(bench, row):
    if row.trust == 'system' and not bench.certs.system:
        print('\n%s: left out, the system has no CA file' % row.title)
        return
    whole = job_for(bench, row)
    peers = [peer for peer in bench.peers if takes_part(peer, row, bench.programs)]
    parts = [part_for(peer, whole, row) for peer in peers]
    samples = interleaved([runner(bench, peer, job) for peer, (job, _) in zip(peers, parts)],
                          bench.rounds or (BASELINE_ROUNDS if bench.baseline else row.rounds),
                          QUICK_BUDGET_S if bench.quick else BUDGET_S)
    for peer, (_, count), of_peer in zip(peers, parts, samples):
        bench.results.add(row.title, peer.name, Figures(count, of_peer))
    table.print_scenario('%s: %s URLs, %d in flight, %s' % (
        row.title, '{:,}'.format(row.count), K, table.rounds(len(samples[0]))),
        row.count, bench.results.figures[row.title])
    for peer in peers:
        if peer.users:
            print('%s: each of its %d users checks the same %dth of the list' % (
                peer.name, K, K))


def rows(quick):
    """(title, function of the bench) for each."""
    chosen = [shorter(row) for row in ROWS if row.title in QUICK] if quick else ROWS
    return [(row.title, lambda bench, row=row: run_row(bench, row)) for row in chosen]
