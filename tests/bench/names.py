# SPDX-License-Identifier: MIT
"""Name lookups: 500 names that dnsmasq knows and 500 that do not exist; the queries
in dnsmasq's log; and how many names urlcheck looks up at once on a slow server."""

import collections
import heapq
import os
import re
import select
import shutil
import socket
import subprocess
import threading
import time

import lists
from measure import Figures, interleaved
from peers import find, right_in_order
from servers import Missing
from support import nameserver
from support.namespace import NAMESERVER

NAMES = 500
RUNS, QUICK_RUNS = 10, 5
READY_S, LIMIT_S = 5, 60
DELAY_S = 0.02

TITLE = 'names'
WORST = 'slowest of the runs with %s names'
QUERIES = 'superfluous or missing queries for %s names'
AT_ONCE = 'names looked up at once'
KINDS = ('good', 'nx')

QUERY = re.compile(r' query\[(A|AAAA)\] (\S+) from ')


class DnsMasq:
    """A context manager: names in good.test lead to loopback, names in nx.test do not exist."""

    def __init__(self, program, log):
        self.log = log
        # --no-daemon also avoids changing to another user, who may not exist in the namespace.
        self.argv = [program, '--no-daemon', '--conf-file=/dev/null', '--no-resolv',
                     '--no-hosts', '--port=53', '--listen-address=' + NAMESERVER,
                     '--bind-interfaces', '--log-queries', '--log-facility=-',
                     '--address=/good.test/127.0.0.1', '--address=/nx.test/']

    def __enter__(self):
        with open(self.log, 'w') as file:
            self.process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=file,
                                            stderr=file)
        end = time.monotonic() + READY_S
        while self.process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection((NAMESERVER, 53), 1).close()
                return self
            except OSError:
                time.sleep(0.005)
        self.__exit__()
        with open(self.log, errors='replace') as file:
            raise Missing('dnsmasq does not start: ' + ascii(file.read()[-200:].strip()))

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def queries(self):
        """{'name type': number of queries}, to be called after the server has ended."""
        with open(self.log, errors='replace') as file:
            found = filter(None, map(QUERY.search, file))
            return collections.Counter('%s %s' % (match[2], match[1]) for match in found)


class SlowNames(nameserver.Server, threading.Thread):
    """A name server that answers after a delay and counts how many names are pending."""

    def __init__(self):
        nameserver.Server.__init__(self)
        threading.Thread.__init__(self, daemon=True)
        self.waiting = []
        self.peak, self.ended = 0, threading.Event()

    def run(self):
        while not self.ended.is_set():
            left = self.waiting[0][0] - time.monotonic() if self.waiting else 0.1
            if select.select([self.udp], [], [], max(0, left))[0]:
                query, sender = self.udp.recvfrom(4096)
                heapq.heappush(self.waiting, (time.monotonic() + DELAY_S, query, sender))
                names = {nameserver.parse(one)[0] for _, one, _ in self.waiting}
                self.peak = max(self.peak, len(names))
            while self.waiting and self.waiting[0][0] <= time.monotonic():
                _, query, sender = heapq.heappop(self.waiting)
                self.answer(query, sender)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()
        self.udp.close()
        self.tcp.close()


def right_nx(job, path):
    with open(path, errors='replace') as file:
        lines = [line.split() for line in file]
    return sum(words[:2] == ['FAILED', 'dns'] and words[3] == url
               for words, url in zip(lines, job.urls))


RIGHT = {'good': right_in_order, 'nx': right_nx}
STATUS = {'good': 0, 'nx': 1}


def job_of(bench, kind):
    urls = ['http://n%d.%s.test:%d/' % (number, kind, bench.nginx.http)
            for number in range(NAMES)]
    return lists.Job(os.path.join(bench.directory, 'names-' + kind), urls, NAMES)


def check_names(bench, kind):
    """One run of urlcheck with default options."""
    job = job_of(bench, kind)
    sample = bench.meter.run([bench.urlcheck, '-i', job.file()], LIMIT_S,
                             right=lambda path: RIGHT[kind](job, path))
    status = 0 if sample.status == STATUS[kind] else sample.status or -1
    return sample._replace(status=status)  # the expected status is 1 if names do not exist


def check_with_dnsmasq(bench, kind, program):
    """The sample, and the number of queries that are superfluous or missing."""
    server = DnsMasq(program, os.path.join(bench.directory, 'dnsmasq.log'))
    with server:
        sample = check_names(bench, kind)
    queries = server.queries()
    wanted = collections.Counter('n%d.%s.test %s' % (number, kind, of)
                                 for number in range(NAMES) for of in ('A', 'AAAA'))
    return sample, sum((queries - wanted).values()) + sum((wanted - queries).values())


def run(bench):
    program = find('dnsmasq', '/usr/sbin', '/sbin')
    if bench.outside or not program or not shutil.which('mount'):
        print('\n%s: left out, %s' % (TITLE, bench.outside or 'dnsmasq is missing'))
        return
    rounds = bench.rounds or (QUICK_RUNS if bench.quick else RUNS)
    runs = interleaved([lambda kind=kind: check_with_dnsmasq(bench, kind, program)
                        for kind in KINDS], rounds)
    print('\n%d names, answered by dnsmasq, %d runs' % (NAMES, rounds))
    for kind, of_kind in zip(KINDS, runs):
        report(bench, kind, of_kind)
    with SlowNames() as slow:
        sample = check_names(bench, 'good')
    bench.results.judge('names, answers after %.0f ms' % (DELAY_S * 1000),
                        Figures(NAMES, [sample]))
    bench.results.values[AT_ONCE] = slow.peak
    print('%-5s %.2f s with answers after %.0f ms: at most %d looked up at once' % (
        'good', sample.wall_s, DELAY_S * 1000, slow.peak))


def report(bench, kind, runs):
    figures = Figures(NAMES, [sample for sample, _ in runs])
    wrong = max(count for _, count in runs)
    least, middle, most = figures.wall_s()
    bench.results.judge('names, ' + kind, figures)
    bench.results.values[WORST % kind] = most
    bench.results.values[QUERIES % kind] = wrong
    print('%-5s %.2f s (%.2f-%.2f); %d queries superfluous or missing' % (
        kind, middle, least, most, wrong))


SCENARIOS = [(TITLE, run)]
