# SPDX-License-Identifier: MIT
"""Start-up: a run of a program for one URL; and TLS handshakes in memory."""

import os
import statistics
import subprocess

import lists
import table
from measure import Figures, interleaved, median, spread
from peers import CURL_FORMAT, right_in_order, right_lines
from scenarios import K, trust_of

START_ROUNDS, QUICK_START_ROUNDS = 30, 15
START_HTTP = 'start-up, one URL, http'
START_HTTPS = "start-up, one URL, https, the system's CAs"
LIMIT_S = 20

TLS = 'TLS, each host once'
GO = ('go', 'go pool')
TLS_HOSTS, QUICK_TLS_HOSTS, HANDSHAKES, TLS_ROUNDS = 2500, 1000, 500, 3


def start(bench, title, scheme, port, trust):
    url = lists.urls(scheme, port, 1, 1)[0]
    job = lists.Job(os.path.join(bench.directory, title.replace(' ', '-')), [url], 1, trust)
    curl = next((peer.program for peer in bench.peers if peer.name == 'curl -Z'), None)
    tools = {name: ([program, url], right_in_order)
             for name, program in bench.programs.items()}
    if curl:
        tools['curl'] = ([curl, '-q', '-s', '-o', '/dev/null', '-w', CURL_FORMAT, url],
                         right_lines)
    rounds = QUICK_START_ROUNDS if bench.quick else START_ROUNDS
    samples = interleaved([
        lambda argv=argv, right=right: bench.meter.run(
            argv, LIMIT_S, trust, right=lambda path: right(job, path))
        for argv, right in tools.values()], rounds)
    for name, of_tool in zip(tools, samples):
        bench.results.add(title, name, Figures(1, of_tool))
    table.print_scenario('%s: %s' % (title, table.rounds(rounds)), 1, bench.results.figures[title])


def start_http(bench):
    start(bench, START_HTTP, 'http', bench.nginx.http, {})


def start_https(bench):
    trust = trust_of(bench, 'system')
    if trust is None:
        print('\n%s: left out, the system has no CA file' % START_HTTPS)
    else:
        start(bench, START_HTTPS, 'https', bench.nginx.https, trust)


def handshakes(bench):
    """A client's CPU time in microseconds: for an SSL_CTX, and for the rest of a handshake. It is
    the mean of all kinds of chains, as the hosts have these in turn."""
    program = os.path.join(bench.tools, 'handshake')
    said = [subprocess.run([*bench.meter.pinned, program, bench.certs.ca, *bench.certs.leaf(1 + kind),
                            str(HANDSHAKES)], check=True, stdout=subprocess.PIPE).stdout
            for kind in range(bench.certs.KINDS)]
    return list(map(statistics.mean, zip(*(map(float, of_kind.split()) for of_kind in said))))


def hosts_met_once(bench, scheme, port):
    """A list of hosts that appear once, and {tool: function that runs it}."""
    count = QUICK_TLS_HOSTS if bench.quick else TLS_HOSTS
    job = lists.Job(os.path.join(bench.directory, 'tls-' + scheme),
                    lists.urls(scheme, port, count, count), K, bench.certs.one)
    names = ('urlcheck', *GO) if scheme == 'https' else ('urlcheck',)
    peers = [peer for peer in bench.peers if peer.name in names and peer.program]
    return count, {peer.name: lambda peer=peer: bench.meter.run(
        peer.argv(job), job.limit_s, job.trust, right=lambda path: peer.right(job, path))
        for peer in peers}


def tls(bench):
    """Compares urlcheck's checks of hosts that appear once, with https and with http, and
    the time of OpenSSL alone. They and the Go programs take turns."""
    count, https = hosts_met_once(bench, 'https', bench.nginx.https)
    _, http = hosts_met_once(bench, 'http', bench.nginx.http)
    *https_samples, http_samples, alone = interleaved(
        [*https.values(), http['urlcheck'], lambda: handshakes(bench)], bench.rounds or TLS_ROUNDS)
    for name, samples in zip(https, https_samples):
        bench.results.add(TLS, name, Figures(count, samples))
    without_tls = Figures(count, http_samples)
    bench.results.judge('%s, http' % TLS, without_tls)
    context, session = (spread(part) for part in zip(*alone))
    bench.results.values[TLS] = bench.results.cpu(TLS) / (
        median(context) + median(session) + median(without_tls.cpu_us()))
    table.print_scenario('%s: %d hosts, %s' % (TLS, count, table.rounds(len(alone))), count,
                         bench.results.figures[TLS])
    for what, three in (('urlcheck, http', without_tls.cpu_us()), ('in memory: SSL_CTX', context),
                        ('in memory: handshake', session)):
        print('%-24s %s us of CPU' % (what, table.with_spread(three)))


SCENARIOS = [(START_HTTP, start_http), (START_HTTPS, start_https), (TLS, tls)]
