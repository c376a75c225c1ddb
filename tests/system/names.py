#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names: in a namespace whose name server is good, wrong, silent or stalls.

    names.py [--urlcheck PATH] [--only WORD]
"""

import collections
import itertools
import json
import socket
import time

from support import records
from support.bulk import Bulk
from support.nameserver import NameServer
from support.records import Record
from support.running import SIGNALS, Running, lines, run
from support.suite import Skip, Suite


PATIENCE = ' max-time=50'


def named(suite, name, path='/ok'):
    return 'http://%s:%d%s' % (name, suite.bulk.about['port'], path)


def ok(url):
    return Record(url, 'OK', 200, '')


def failed(url, kind):
    return Record(url, 'FAILED', 0, kind)


def judge(suite, what, ran, wanted):
    wrong = records.difference(records.from_jsonl(ran.out), wanted)
    suite.expect(not wrong, '%s: %s' % (what, wrong))
    status = 1 if any(record.verdict == 'FAILED' for record in wanted) else 0
    suite.expect(ran.status == status, '%s: exit status %d' % (what, ran.status))
    suite.expect(ran.err == '', '%s: on standard error: %s' % (what, ascii(ran.err)))


def check(suite, what, wanted, *args):
    """Runs over the URLs of those records, and sees whether they come. What has an answer is
    waited for: no test is about how long that takes here."""
    listed = [record.url + (PATIENCE if record.kind != 'dns-timeout' else '') for record in wanted]
    ran = run(suite, '--format', 'jsonl', *args, stdin=lines(listed))
    judge(suite, what, ran, wanted)
    return ran


def mixed(*lists):
    """One of each in turn."""
    return [record for group in itertools.zip_longest(*lists) for record in group if record]


def lost_names_delay_nobody(suite):
    """Silent ones, and those that a TCP connection is made for and stalls."""
    for zone, count, limit in (('silent', 20, 3), ('tcp', 20, 3), ('silent', 200, 6),
                               ('tcp', 200, 6)):
        lost = [failed(named(suite, 'l%d.%s.test' % (number, zone)), 'dns-timeout')
                for number in range(count)]
        good = [ok(suite.bulk.url('/ok/%d' % number)) for number in range(20)]
        what = '%d of %s.test' % (count, zone)
        ran = check(suite, what, mixed(lost, good), '-m', '1')
        suite.expect_within(limit, ran.seconds, what)


def lost_names_delay_no_good_name(suite):
    """All go to the one name server: the good names wait for the lost ones in
    the same queue, and then get the whole of their time."""
    for count, behind in ((20, False), (100, False), (100, True)):
        lost = [failed(named(suite, 'q%d.silent.test' % number), 'dns-timeout')
                for number in range(count)]
        good = [ok(named(suite, 'q%d.good.test' % number)) for number in range(40)]
        what = '%d lost names%s' % (count, ' before the good ones' if behind else '')
        ran = check(suite, what, lost + good if behind else mixed(lost, good), '-m', '1')
        suite.expect_within(5, ran.seconds, what)


def each_name_is_asked_for_once(suite):
    names = ['n%d.good.test' % number for number in range(300)]
    urls = [named(suite, name, '/ok/%d' % number) for number in range(3) for name in names]
    for args, types in (([], ('A', 'AAAA')), (['-4'], ('A',)),
                        (['--parallel-max', '5'], ('A', 'AAAA'))):
        suite.names.queries()
        check(suite, str(args), [ok(url) for url in urls], *args)
        wanted = {'%s %s' % (name, kind): 1 for name in names for kind in types}
        wrong = {query: count for query, count in suite.names.queries().items()
                 if wanted.pop(query, 0) != count}
        suite.expect(not wrong, '%s: asked so often: %s' % (args, dict(list(wrong.items())[:9])))
        suite.expect(not wanted, '%s: not asked: %s' % (args, list(wanted)[:9]))


def no_more_than_16_at_once(suite):
    """Of names that exist as of those that do not; each asked for once, by A and by AAAA."""
    for zone in ('held', 'heldnx'):
        names = ['m%d.%s.test' % (number, zone) for number in range(500)]
        suite.names.queries()
        suite.names.most_held()
        check(suite, '500 names of %s.test' % zone,
              [ok(named(suite, name)) if zone == 'held' else failed(named(suite, name), 'dns')
               for name in names])
        asked = suite.names.queries()
        suite.expect(asked == {'%s %s' % (name, kind): 1 for name in names
                               for kind in ('A', 'AAAA')},
                     '%s: not each name once: %s' % (zone, list(asked.items())[:9]))
        most = suite.names.most_held()
        suite.expect(2 <= most <= 16, '%s: %d names at once' % (zone, most))


def only_over_ipv6(suite):
    need_ipv6()
    suite.names.queries()
    check(suite, '-6', [ok(named(suite, 'v.six.test')), ok(named(suite, 'v.both.test')),
                        failed(named(suite, 'v.good.test'), 'dns')], '-6')
    asked = suite.names.queries()
    suite.expect(asked and all(query.endswith(' AAAA') for query in asked), 'asked: %s' % asked)


def need_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(('::1', 0))
    except OSError as error:
        raise Skip('no IPv6: %s' % error)


def answers_of_all_kinds(suite):
    wanted = [ok(named(suite, 'a.good.test')), ok(named(suite, 'a.both.test')),
              ok(named(suite, 'A.Good.TEST', '/ok/upper')), ok(named(suite, 'a.second.test')),
              ok(named(suite, 'b\xfccher.good.test')),
              failed(named(suite, 'a.nx.test'), 'dns'), failed('https://b.nx.test/', 'dns'),
              failed(named(suite, 'a.empty.test'), 'dns'),
              failed(named(suite, 'a.fail.test'), 'dns-timeout'),
              failed(named(suite, 'a.refused.test'), 'dns-timeout'),
              failed(named(suite, 'a.silent.test'), 'dns-timeout'),
              failed(named(suite, 'x' * 64 + '.good.test'), 'dns'),
              failed('http://%s:1/' % suite.names.about['refuses'], 'refused'),
              failed('http://a.good.test:1/', 'refused'), ok(named(suite, 'localhost')),
              ok(suite.bulk.url('/ok'))]
    ran = check(suite, 'of all kinds', wanted, '-m', '2')
    for line in ran.out.splitlines():
        record = json.loads(line)
        suite.expect(record['verdict'] == 'OK' or record['message'], 'no message: ' + line)
    check(suite, '-4', [ok(named(suite, 'a.both.test')), ok(named(suite, 'a.good.test'))], '-4')


def a_retry_has_its_own_time(suite):
    """Where the lookup of the first attempt is still under way it is waited for, all of the
    time once more. Those of one name do not wait one after the other."""
    urls = [named(suite, 'again%d.%s.test' % (one % 3, zone), '/%d' % one)
            for one in range(30) for zone in ('silent', 'tcp')]
    suite.names.queries()
    ran = check(suite, '--retry', [failed(url, 'dns-timeout') for url in urls], '-m', '1',
                '--retry', '1', '--retry-delay', '1')
    for line in ran.out.splitlines():
        record = json.loads(line)
        suite.expect(record['attempts'] == 2, 'attempts: ' + line)
    for one, zone in itertools.product(range(3), ('silent', 'tcp')):
        of_name = [json.loads(line) for line in ran.out.splitlines()
                   if 'again%d.%s.' % (one, zone) in line]
        for what, times in (('first', [record['earlier_attempts'][0] for record in of_name]),
                            ('second', of_name)):
            longest = max(record['time_total'] for record in times)
            suite.expect(longest >= 1, '%s attempt at %d.%s.test: no longer than %.3f s' % (
                what, one, zone, longest))
    asked = {query: count for query, count in suite.names.queries().items() if count > 1}
    suite.expect(not asked or ran.seconds > 5, 'asked again meanwhile: %s' % asked)
    suite.expect_within(9, ran.seconds, '--retry')


def redirects_to_names(suite):
    bulk, port = suite.bulk, suite.bulk.about['port']
    wanted = []
    for number in range(20):
        wanted += [
            ok(bulk.url('/to/r%d.good.test:%d/ok' % (number, port))),
            ok(bulk.url('/to/r%d.both.test:%d/to/r.good.test:%d/ok' % (number, port, port))),
            failed(bulk.url('/to/r%d.nx.test/' % number), 'dns'),
            failed(bulk.url('/to/r%d.empty.test/' % number), 'dns'),
            failed(bulk.url('/to/r%d.fail.test/' % number), 'dns-timeout'),
            failed(bulk.url('/to/r%d.silent.test/' % number), 'dns-timeout'),
            failed(bulk.url('/to/r%d.tcp.test/' % number), 'dns-timeout'),
            failed(named(suite, 'r%d.good.test' % number, '/to/s%d.nx.test/' % number), 'dns')]
    ran = check(suite, 'redirects', wanted, '-m', '1', '--parallel-max-host', '0')
    suite.expect_within(3, ran.seconds, 'redirects')


def words_of_the_user(suite):
    """--resolve is believed, on whatever handle its host comes; other names are asked for."""
    port = suite.bulk.about['port']
    for parallel in ('1', '4', '256'):
        wanted = []
        for number in range(12):
            wanted += [ok(named(suite, 'u%d.good.test' % number)),
                       ok(named(suite, 'own%d.nx.test' % number)),
                       ok(suite.bulk.url('/to/own%d.nx.test:%d/ok' % (number, port))),
                       failed(named(suite, 'u%d.nx.test' % number), 'dns'),
                       ok(named(suite, 'u%d.good.test' % number,
                                '/to/own%d.nx.test:%d/ok' % (number, port)))]
        resolve = [word for number in range(12)
                   for word in ('--resolve', 'own%d.nx.test:%d:127.0.0.1' % (number, port))]
        suite.names.queries()
        check(suite, '--parallel-max ' + parallel, wanted, '--parallel-max', parallel, *resolve)
        asked = [query for query in suite.names.queries() if query.startswith('own')]
        suite.expect(not asked, '--parallel-max %s: asked for %s' % (parallel, asked))


def lists_that_a_name_server_breaks(suite):
    """What is no name that could be asked for is a result, and the list goes on."""
    wanted = [ok(named(suite, 'i.good.test'))]
    texts = ['http://a\udcff.test/', 'http://\u202ea.test/', 'http://\xfc\xfc\xfc.nx.test/',
             'http://-\xfc.test/', 'http://%s.test/' % ('\xfc' * 64), 'http://a..nx.test/',
             'http://%s/' % ('a.' * 130 + 'nx.test'), 'http://.nx.test/', 'http://a_b.nx.test/',
             'http://-a.nx.test/', 'http://127.0.0.1.nx.test/', 'http://xn--a.nx.test/']
    stdin = lines(texts + [record.url for record in wanted])
    ran = run(suite, '--format', 'jsonl', '-m', '2', stdin=stdin)
    found = records.from_jsonl(ran.out)
    suite.expect(len(found) == len(texts) + 1 and found[-1:] == wanted,
                 '%d records for %d lines, the last is %s: %s' % (
                     len(found), len(texts) + 1, found[-1:], ascii(ran.err)))
    for record in found[:-1]:
        suite.expect(record.kind in ('dns', 'bad-input'), ascii(tuple(record)))
    suite.expect(ran.status == 1, 'exit status %d' % ran.status)


def interrupted_while_asking(suite):
    for zone, (number, status) in itertools.product(('silent', 'tcp'), SIGNALS.items()):
        urls = [named(suite, 'i%d.%s.test' % (one, zone)) for one in range(60)]
        urls += [suite.bulk.url('/to/j%d.%s.test/' % (one, zone)) for one in range(20)]
        suite.names.queries()
        with Running(suite, '--format', 'jsonl', '-m', '200', '--parallel-max-host', '0',
                     stdin=lines(urls)) as running:
            asked = collections.Counter()
            while len(asked) < 30 and not running.has_ended(0.02):
                asked += suite.names.queries()
            running.signal(number)
            at = time.monotonic() - running.begin
            ran = running.end()
        what = '%s.test, signal %d' % (zone, number)
        suite.expect_within(2, ran.seconds - at, what)
        suite.expect(ran.status == status, '%s: exit status %d' % (what, ran.status))
        wrong = records.difference(records.from_jsonl(ran.out),
                                   [failed(url, 'cancelled') for url in urls])
        suite.expect(not wrong, '%s: %s' % (what, wrong))


def names_that_change(suite):
    """Whoever asks again looks up again: in a confirmation, and while it waits."""
    late, moved = (named(suite, 'a.%s.test' % zone) for zone in ('late', 'moved'))
    check(suite, 'confirmed', [Record(late, 'FLAKY', 200, 'dns'),
                               Record(moved, 'FLAKY', 200, 'refused')],
          '--confirm', '1', '--confirm-delay', '1ms')
    counts = suite.names.queries()
    for name in ('a.late.test A', 'a.moved.test A'):
        suite.expect(counts[name] == 2, '%s: asked for %d times' % (name, counts[name]))
    check(suite, 'waited for', [ok(named(suite, 'b.%s.test' % zone)) for zone in ('late', 'moved')],
          '--wait', '--retry-delay', '10ms')
    check(suite, 'the control', [failed(named(suite, 'c.late.test'), 'dns'),
                                 failed(named(suite, 'c.moved.test'), 'refused')])


def no_names(suite):
    raise Skip(suite.outside)


def main():
    suite = Suite(__doc__)
    if suite.outside:
        suite.run(no_names)
    with Bulk(2) as suite.bulk, NameServer() as suite.names:
        suite.run(lost_names_delay_nobody, lost_names_delay_no_good_name,
                  each_name_is_asked_for_once, no_more_than_16_at_once, only_over_ipv6,
                  answers_of_all_kinds, a_retry_has_its_own_time, redirects_to_names,
                  words_of_the_user, lists_that_a_name_server_breaks, interrupted_while_asking,
                  names_that_change)


if __name__ == '__main__':
    main()
