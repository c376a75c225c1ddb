#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many URLs at once and in total, the limits of concurrency, and pipes: fast, slow and endless.

    load.py [--urlcheck PATH] [--only WORD]
"""

import itertools
import os
import re
import resource
import subprocess
import threading

from support import records
from support.load_server import LoadServer
from support.records import ok
from support.running import Running, lines, run
from support.suite import Skip, Suite

HOSTS = 60
SORTED_HOSTS = 100
IN_FLIGHT = 6000
HOLD_S = 2
FILES_PER_CHECK = 3  # a socket, and two of libcurl's own
MANY = 100000


def six_thousand_in_flight(suite):
    """The server answers only after all requests are there, 2 s later."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < IN_FLIGHT * FILES_PER_CHECK + 100:
        raise Skip('the hard limit of open files is %d' % hard)
    if threads_allowed() < IN_FLIGHT + 100:
        raise Skip('only %d threads are allowed' % threads_allowed())
    urls = [suite.server.url('/gather/%d/%d/%d' % (IN_FLIGHT, HOLD_S, number), number % HOSTS + 1)
            for number in range(IN_FLIGHT)]
    ran = check(suite, 'in flight', urls, '--parallel-max', str(IN_FLIGHT), '--parallel-max-host',
                '0', '-m', '60')
    peak = suite.server.ask('stat')['peak']
    suite.expect(peak == IN_FLIGHT, '%d were in flight' % peak)
    print('%d in flight: %.1f s, %d MiB resident' % (peak, ran.seconds, ran.rss_kib // 1024))


def check(suite, what, urls, *args):
    """Resets the server's counts and expects all URLs to be OK."""
    suite.server.ask('reset')
    ran = run(suite, *args, stdin=lines(urls))
    suite.expect_records(what, ran, [ok(url) for url in urls])
    return ran


def threads_allowed():
    """The limit of the kernel, or of the cgroup if it has one."""
    allowed = []
    for path in ('/proc/sys/kernel/threads-max', '/sys/fs/cgroup/pids.max',
                 '/sys/fs/cgroup/pids/pids.max'):
        try:
            with open(path) as file:
                allowed.append(int(file.read()))
        except (OSError, ValueError):
            pass  # this limit does not exist
    return min(allowed)


def fewer_in_flight_with_few_open_files(suite):
    """The limit of open files lowers the checks in flight; the message has the new number."""
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    allowed = 1
    for _ in range(2):  # in the second run all allowed requests wait for one another
        urls = [suite.server.url('/gather/%d/0.2/%d' % (allowed, number), number % HOSTS + 1)
                for number in range(4 * 64)]
        suite.server.ask('reset')
        ran = run(suite, '--parallel-max', '6000', '--parallel-max-host', '0', stdin=lines(urls),
                  prepare=limit)
        message = re.fullmatch(r'urlcheck: 256 open files allow (\d+) checks at once, not 6000\n',
                            ran.err)
        suite.expect(message, 'standard error: ' + ascii(ran.err))
        suite.expect_records('few files', ran, [ok(url) for url in urls], err=None)
        allowed = int(message.group(1)) if message else 0
    peak = suite.server.ask('stat')['peak']
    suite.expect(peak == allowed, '%d in flight, but %s' % (peak, ran.err))


def limits_of_concurrency(suite):
    """The peaks at the server are exactly the limits."""
    for args, hosts, total, each in ((['--parallel-max', '17', '--parallel-max-host', '0'],
                                      4, 17, None),
                                     (['--parallel-max', '1'], 4, 1, 1),
                                     (['--parallel-max-host', '3'], 4, 12, 3),
                                     (['--parallel-max', '40', '--parallel-max-host', '0'],
                                      1, 40, 40),
                                     ([], 1, 10, 10),
                                     ([], 26, 256, 10)):
        count, wait_s = (20, 0.02) if total == 1 else (2 * total, 0.15)
        urls = [suite.server.url('/gather/%d/%g/%d' % (total, wait_s, number), number % hosts + 1)
                for number in range(count)]
        what = '%s with %d hosts' % (' '.join(args) or 'by default', hosts)
        check(suite, what, urls, *args)
        stat = suite.server.ask('stat')
        suite.expect(stat['peak'] == total, '%s: %d at once' % (what, stat['peak']))
        peaks = set(stat['host_peak'].values())
        suite.expect(each is None or max(peaks) == each, '%s: %s to one host' % (what, peaks))


def sorted_list_is_spread_over_hosts(suite):
    """20 hosts with 50 URLs each, sorted by host: the first requests go to most hosts."""
    urls = [suite.server.url('/wait/0.02/%d' % number, host)
            for host in range(1, 21) for number in range(50)]
    for args in ([], ['--parallel-max', '40'], ['--parallel-max', '10']):
        check(suite, str(args), urls, *args)
        first = suite.server.ask('stat')['first']
        hosts = len(set(first[:200]))
        suite.expect(hosts >= 15, '%s: the first 200 requests went to %d hosts' % (args, hosts))


def long_sorted_list_fills_all_slots(suite):
    """100 hosts with 100 URLs each, few at once per host: the total limit is reached."""
    urls = [suite.server.url('/gather/256/0.02/%d' % number, host)
            for host in range(1, SORTED_HOSTS + 1) for number in range(100)]
    check(suite, 'long list', urls, '--parallel-max-host', '4')
    stat = suite.server.ask('stat')
    peaks = set(stat['host_peak'].values())
    suite.expect(max(peaks) == 4, '%s to one host' % peaks)
    suite.expect(stat['requests'] == len(urls), '%d requests' % stat['requests'])
    suite.expect(stat['peak'] == 256, '%d at once' % stat['peak'])


def connections_are_reused(suite):
    """100 hosts with 20 URLs each: at most two connections per host, and a few more if reading the
    list is slower than checking it."""
    for order in ('alternating', 'sorted'):
        urls = [suite.server.url('/wait/0.02/%d' % number, host)
                for number in range(20) for host in range(1, SORTED_HOSTS + 1)]
        if order == 'sorted':
            urls.sort(key=lambda url: url.split('/')[2])
        check(suite, order, urls, '--parallel-max', '50', '--parallel-max-host', '2')
        stat = suite.server.ask('stat')
        suite.expect(stat['requests'] == len(urls), '%d requests' % stat['requests'])
        suite.expect(stat['connections'] <= len(urls) // 4, '%s: %d connections for %d requests'
                     % (order, stat['connections'], stat['requests']))


def hundred_thousand_urls_from_a_pipe(suite):
    urls = [suite.server.url('/ok/%d' % number, number % 8 + 1) for number in range(MANY)]
    ours = os.pipe()
    with Running(suite, stdin=ours[0]) as running:
        os.close(ours[0])
        writer = threading.Thread(target=write, args=(ours[1], lines(urls)))
        writer.start()
        ran = running.end()
    writer.join()
    suite.expect_records('pipe', ran, [ok(url) for url in urls])
    print('%d URLs: %.1f s, %d MiB resident' % (MANY, ran.seconds, ran.rss_kib // 1024))


def write(descriptor, data):
    with os.fdopen(descriptor, 'wb') as file:
        try:
            file.write(data)
        except BrokenPipeError:
            pass


def slow_pipe_gets_results_at_once(suite):
    """Each line is written after the result of the previous one has arrived."""
    ours = os.pipe()
    with Running(suite, stdin=ours[0], stdout=subprocess.PIPE) as running:
        os.close(ours[0])
        for number in range(20):
            url = suite.server.url('/ok/%d' % number)
            os.write(ours[1], lines([url]))
            line = read_line(running)
            suite.expect(line.endswith(url + '\n'), 'after line %d: %s' % (number, ascii(line)))
        os.write(ours[1], suite.server.url('/ok/last').encode())
        os.close(ours[1])
        ran = running.end()
    suite.expect(ran.out.endswith('/ok/last\n') and ran.status == 0, 'at the end: %s' % (ran,))


def read_line(running):
    """A line of output, or '' if none comes within 60 s."""
    alarm = threading.Timer(60, running.process.kill)
    alarm.start()
    try:
        return running.stdout.readline().decode()
    finally:
        alarm.cancel()


def endless_pipe_ends_with_its_reader(suite):
    """The reader closes standard output after ten records."""
    ours = os.pipe()
    with Running(suite, stdin=ours[0], stdout=subprocess.PIPE) as running:
        os.close(ours[0])
        writer = threading.Thread(target=write_for_ever, args=(suite.server, ours[1]))
        writer.start()
        first = [read_line(running) for _ in range(10)]
        running.stdout.close()
        running.stdout = None
        ended = running.has_ended(30)
        suite.expect(ended, 'it continues without a reader')
        running.limit = 0 if not ended else running.limit
        ran = running.end()
    writer.join()
    suite.expect(all(line.endswith('/ok/%d\n' % number) for number, line in enumerate(first)),
                 'records: %s' % first)
    suite.expect_end('without a reader', ran, 0)


def write_for_ever(server, descriptor):
    """Like yes(1), with different URLs."""
    with os.fdopen(descriptor, 'wb', 0) as file:
        try:
            for number in itertools.count(0, 100):
                file.write(lines([server.url('/ok/%d' % (number + one)) for one in range(100)]))
        except BrokenPipeError:
            pass


def slow_first_url(suite):
    """It comes first in input order; with --unordered it comes last."""
    slow = suite.server.url('/wait/1/slow')
    quick = [suite.server.url('/ok/%d' % number, number % 9 + 1) for number in range(300)]
    for args in ([], ['--unordered']):
        with Running(suite, *args, stdin=lines([slow] + quick), stdout=subprocess.PIPE) as running:
            first = read_line(running)
            ran = running.end()
        urls = [record.url for record in records.parse(first + ran.out)]
        suite.expect(sorted(urls) == sorted([slow] + quick), '%s: other records' % args)
        at = urls.index(slow) if slow in urls else None
        suite.expect(at == (300 if args else 0), '%s: the slow URL is record %s' % (args, at))
        suite.expect(ran.status == 0, '%s: exit status %d' % (args, ran.status))


def main():
    suite = Suite(__doc__)
    with LoadServer(SORTED_HOSTS) as suite.server:
        suite.run(six_thousand_in_flight, fewer_in_flight_with_few_open_files,
                  limits_of_concurrency, sorted_list_is_spread_over_hosts,
                  long_sorted_list_fills_all_slots, connections_are_reused,
                  hundred_thousand_urls_from_a_pipe, slow_pipe_gets_results_at_once,
                  endless_pipe_ends_with_its_reader, slow_first_url)


if __name__ == '__main__':
    main()
