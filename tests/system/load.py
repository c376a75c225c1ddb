#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many at once, many in all, as many as allowed; and pipes, quick, slow and endless.

    load.py [--urlcheck PATH] [--only WORD]
"""

import itertools
import os
import re
import resource
import subprocess
import threading

from support import records
from support.bulk import Bulk
from support.records import Record
from support.running import Running, lines, run
from support.suite import Skip, Suite

HOSTS = 60
SORTED_HOSTS = 100
IN_FLIGHT = 6000
HOLD_S = 2
FILES_PER_CHECK = 3  # a socket, and the two that libcurl wakes itself with
MANY = 100000


def six_thousand_in_flight(suite):
    """The server answers nobody before all are there, and then 2 s later."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < IN_FLIGHT * FILES_PER_CHECK + 100:
        raise Skip('the hard limit of open files is %d' % hard)
    if threads_allowed() < IN_FLIGHT + 100:
        raise Skip('no more than %d threads are allowed' % threads_allowed())
    urls = [suite.bulk.url('/gather/%d/%d/%d' % (IN_FLIGHT, HOLD_S, number), number % HOSTS + 1)
            for number in range(IN_FLIGHT)]
    suite.bulk.ask('reset')
    ran = run(suite, '--parallel-max', str(IN_FLIGHT), '--parallel-max-host', '0', '-m', '60',
              stdin=lines(urls))
    peak = suite.bulk.ask('stat')['peak']
    all_ok(suite, ran, urls)
    suite.expect(peak == IN_FLIGHT, '%d were in flight' % peak)
    print('%d in flight: %.1f s, %d MiB resident' % (peak, ran.seconds, ran.rss_kib // 1024))


def threads_allowed():
    """By the kernel, and by the cgroup where it says so."""
    allowed = []
    for path in ('/proc/sys/kernel/threads-max', '/sys/fs/cgroup/pids.max',
                 '/sys/fs/cgroup/pids/pids.max'):
        try:
            with open(path) as file:
                allowed.append(int(file.read()))
        except (OSError, ValueError):
            pass  # no such limit
    return min(allowed)


def more_than_files_allow(suite):
    """What does not fit is lowered, and said: to the number that then is in flight."""
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    allowed = 1
    for _ in range(2):  # the second time all that are allowed wait for one another
        urls = [suite.bulk.url('/gather/%d/0.2/%d' % (allowed, number), number % HOSTS + 1)
                for number in range(4 * 64)]
        suite.bulk.ask('reset')
        ran = run(suite, '--parallel-max', '6000', '--parallel-max-host', '0', stdin=lines(urls),
                  prepare=limit)
        said = re.fullmatch(r'urlcheck: 256 open files allow (\d+) checks at once, not 6000\n',
                            ran.err)
        suite.expect(said, 'said: ' + ascii(ran.err))
        wanted = [Record(url, 'OK', 200, '') for url in urls]
        wrong = records.difference(records.from_text(ran.out), wanted)
        suite.expect(not wrong and ran.status == 0, 'exit status %d, %s' % (ran.status, wrong))
        allowed = int(said.group(1)) if said else 0
    peak = suite.bulk.ask('stat')['peak']
    suite.expect(peak == allowed, '%d in flight, but %s' % (peak, ran.err))


def all_ok(suite, ran, urls):
    wanted = [Record(url, 'OK', 200, '') for url in urls]
    wrong = records.difference(records.from_text(ran.out), wanted)
    suite.expect(not wrong, str(wrong))
    suite.expect(ran.status == 0, 'exit status %d' % ran.status)
    suite.expect(ran.err == '', 'on standard error: ' + ascii(ran.err[:300]))


def limits_of_load(suite):
    """At the server: never more than allowed at the same time, and as many."""
    for args, hosts, total, each in ((['--parallel-max', '17', '--parallel-max-host', '0'],
                                      4, 17, None),
                                     (['--parallel-max', '1'], 4, 1, 1),
                                     (['--parallel-max-host', '3'], 4, 12, 3),
                                     (['--parallel-max', '40', '--parallel-max-host', '0'],
                                      1, 40, 40),
                                     ([], 1, 10, 10),
                                     ([], 26, 256, 10)):
        count, wait_s = (20, 0.02) if total == 1 else (2 * total, 0.15)
        urls = [suite.bulk.url('/gather/%d/%g/%d' % (total, wait_s, number), number % hosts + 1)
                for number in range(count)]
        suite.bulk.ask('reset')
        all_ok(suite, run(suite, *args, stdin=lines(urls)), urls)
        stat = suite.bulk.ask('stat')
        what = '%s with %d hosts' % (' '.join(args) or 'by default', hosts)
        suite.expect(stat['peak'] == total, '%s: %d at once' % (what, stat['peak']))
        peaks = set(stat['host_peak'].values())
        suite.expect(each is None or max(peaks) == each, '%s: %s to one host' % (what, peaks))


def a_sorted_list(suite):
    """20 hosts with 50 URLs each, host after host: all are served side by side."""
    urls = [suite.bulk.url('/wait/0.02/%d' % number, host)
            for host in range(1, 21) for number in range(50)]
    for args in ([], ['--parallel-max', '40'], ['--parallel-max', '10']):
        suite.bulk.ask('reset')
        all_ok(suite, run(suite, *args, stdin=lines(urls)), urls)
        first = suite.bulk.ask('stat')['first']
        hosts = len(set(first[:200]))
        suite.expect(hosts >= 15, '%s: the first 200 requests went to %d hosts' % (args, hosts))


def a_long_sorted_list(suite):
    """100 hosts with 100 URLs each, few at once to one: as many are in flight as may be."""
    urls = [suite.bulk.url('/gather/256/0.02/%d' % number, host)
            for host in range(1, SORTED_HOSTS + 1) for number in range(100)]
    suite.bulk.ask('reset')
    all_ok(suite, run(suite, '--parallel-max-host', '4', stdin=lines(urls)), urls)
    stat = suite.bulk.ask('stat')
    peaks = set(stat['host_peak'].values())
    suite.expect(max(peaks) == 4, '%s to one host' % peaks)
    suite.expect(stat['requests'] == len(urls), '%d requests' % stat['requests'])
    suite.expect(stat['peak'] == 256, '%d at once' % stat['peak'])


def hosts_that_take_turns(suite):
    """100 hosts with 20 URLs each find their connections again when their turn comes: at most two
    are made to each, and a few more where the list is read more slowly than it is checked."""
    for order in ('turns', 'sorted'):
        urls = [suite.bulk.url('/wait/0.02/%d' % number, host)
                for number in range(20) for host in range(1, SORTED_HOSTS + 1)]
        if order == 'sorted':
            urls.sort(key=lambda url: url.split('/')[2])
        suite.bulk.ask('reset')
        all_ok(suite, run(suite, '--parallel-max', '50', '--parallel-max-host', '2',
                          stdin=lines(urls)), urls)
        stat = suite.bulk.ask('stat')
        suite.expect(stat['requests'] == len(urls), '%d requests' % stat['requests'])
        suite.expect(stat['connections'] <= len(urls) // 4, '%s: %d connections for %d requests'
                     % (order, stat['connections'], stat['requests']))


def a_hundred_thousand_from_a_pipe(suite):
    urls = [suite.bulk.url('/ok/%d' % number, number % 8 + 1) for number in range(MANY)]
    ours = os.pipe()
    with Running(suite, stdin=ours[0]) as running:
        os.close(ours[0])
        writer = threading.Thread(target=write, args=(ours[1], lines(urls)))
        writer.start()
        ran = running.end()
    writer.join()
    all_ok(suite, ran, urls)
    print('%d URLs: %.1f s, %d MiB resident' % (MANY, ran.seconds, ran.rss_kib // 1024))


def write(descriptor, data):
    with os.fdopen(descriptor, 'wb') as file:
        try:
            file.write(data)
        except BrokenPipeError:
            pass


def a_pipe_that_trickles(suite):
    """The next line is written once the record of the one before is there."""
    ours = os.pipe()
    with Running(suite, stdin=ours[0], stdout=subprocess.PIPE) as running:
        os.close(ours[0])
        for number in range(20):
            url = suite.bulk.url('/ok/%d' % number)
            os.write(ours[1], lines([url]))
            line = read_line(running)
            suite.expect(line.endswith(url + '\n'), 'after line %d: %s' % (number, ascii(line)))
        os.write(ours[1], suite.bulk.url('/ok/last').encode())
        os.close(ours[1])
        ran = running.end()
    suite.expect(ran.out.endswith('/ok/last\n') and ran.status == 0, 'at the end: %s' % (ran,))


def read_line(running):
    """A line, or an empty text where there is none in time."""
    alarm = threading.Timer(60, running.process.kill)
    alarm.start()
    try:
        return running.stdout.readline().decode()
    finally:
        alarm.cancel()


def a_pipe_that_never_ends(suite):
    """The reader has enough after ten records."""
    ours = os.pipe()
    with Running(suite, stdin=ours[0], stdout=subprocess.PIPE) as running:
        os.close(ours[0])
        writer = threading.Thread(target=write_for_ever, args=(suite.bulk, ours[1]))
        writer.start()
        first = [read_line(running) for _ in range(10)]
        running.stdout.close()
        running.stdout = None
        ended = running.has_ended(30)
        suite.expect(ended, 'it goes on without a reader')
        running.limit = 0 if not ended else running.limit
        ran = running.end()
    writer.join()
    suite.expect(all(line.endswith('/ok/%d\n' % number) for number, line in enumerate(first)),
                 'records: %s' % first)
    suite.expect(ran.err == '', 'on standard error: ' + ascii(ran.err))
    suite.expect(ran.status == 0, 'exit status %d' % ran.status)


def write_for_ever(bulk, descriptor):
    """As yes(1), with URLs that differ."""
    with os.fdopen(descriptor, 'wb', 0) as file:
        try:
            for number in itertools.count(0, 100):
                file.write(lines([bulk.url('/ok/%d' % (number + one)) for one in range(100)]))
        except BrokenPipeError:
            pass


def a_slow_first_one(suite):
    """Unordered it holds back nobody; in order it comes first all the same."""
    slow = suite.bulk.url('/wait/1/slow')
    quick = [suite.bulk.url('/ok/%d' % number, number % 9 + 1) for number in range(300)]
    for args in ([], ['--unordered']):
        with Running(suite, *args, stdin=lines([slow] + quick), stdout=subprocess.PIPE) as running:
            first = read_line(running)
            ran = running.end()
        urls = [record.url for record in records.from_text(first + ran.out)]
        suite.expect(sorted(urls) == sorted([slow] + quick), '%s: other records' % args)
        at = urls.index(slow) if slow in urls else None
        suite.expect(at == (300 if args else 0), '%s: the slow one is record %s' % (args, at))
        suite.expect(ran.status == 0, '%s: exit status %d' % (args, ran.status))


def main():
    suite = Suite(__doc__)
    with Bulk(SORTED_HOSTS) as suite.bulk:
        suite.run(six_thousand_in_flight, more_than_files_allow, limits_of_load, a_sorted_list,
                  a_long_sorted_list, hosts_that_take_turns, a_hundred_thousand_from_a_pipe,
                  a_pipe_that_trickles, a_pipe_that_never_ends, a_slow_first_one)


if __name__ == '__main__':
    main()
