#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Name lookups, in a namespace whose name server answers, fails, is silent or stalls.

    names.py [--urlcheck PATH] [--only WORD]
"""

import collections
import itertools
import json
import socket
import time

from support import records
from support.load_server import LoadServer
from support.nameserver import NameServer
from support.records import Record, failed, ok
from support.running import SIGNALS, Running, lines, run
from support.suite import Skip, Suite

LONG_TIMEOUT = ' max-time=50'


def named(suite, name, path='/ok'):
    return 'http://%s:%d%s' % (name, suite.server.about['port'], path)


def check(suite, what, wanted, *args):
    """Checks the URLs of these records, and expects the records. Only lookups that time out use the
    timeout in `args`, so that a slow machine changes no result."""
    listed = [record.url + ('' if record.kind == 'dns-timeout' else LONG_TIMEOUT)
              for record in wanted]
    ran = run(suite, '--format', 'jsonl', *args, stdin=lines(listed))
    suite.expect_records(what, ran, wanted)
    return ran


def mixed(*lists):
    """Interleaves the lists."""
    return [record for group in itertools.zip_longest(*lists) for record in group if record]


def lost_names_do_not_delay_others(suite):
    """Lost names get no answer, or only a TCP connection without an answer."""
    for zone, count, limit in (('silent', 20, 3), ('tcp', 20, 3), ('silent', 200, 6),
                               ('tcp', 200, 6)):
        lost = [failed(named(suite, 'l%d.%s.test' % (number, zone)), 'dns-timeout')
                for number in range(count)]
        good = [ok(suite.server.url('/ok/%d' % number)) for number in range(20)]
        what = '%d of %s.test' % (count, zone)
        ran = check(suite, what, mixed(lost, good), '-m', '1')
        suite.expect_within(limit, ran.seconds, what)


def lost_names_do_not_fail_good_names(suite):
    """Good names wait behind lost ones in the lookup queue, but the wait does not use up their
    timeout."""
    for count, good_last in ((20, False), (100, False), (100, True)):
        lost = [failed(named(suite, 'q%d.silent.test' % number), 'dns-timeout')
                for number in range(count)]
        good = [ok(named(suite, 'q%d.good.test' % number)) for number in range(40)]
        what = '%d lost names%s' % (count, ' before the good ones' if good_last else '')
        ran = check(suite, what, lost + good if good_last else mixed(lost, good), '-m', '1')
        suite.expect_within(5, ran.seconds, what)


def each_name_is_queried_once(suite):
    names = ['n%d.good.test' % number for number in range(300)]
    urls = [named(suite, name, '/ok/%d' % number) for number in range(3) for name in names]
    for args, types in (([], ('A', 'AAAA')), (['-4'], ('A',)),
                        (['--parallel-max', '5'], ('A', 'AAAA'))):
        suite.names.queries()
        check(suite, str(args), [ok(url) for url in urls], *args)
        wanted = {'%s %s' % (name, kind): 1 for name in names for kind in types}
        wrong = {query: count for query, count in suite.names.queries().items()
                 if wanted.pop(query, 0) != count}
        suite.expect(not wrong, '%s: wrong numbers of queries: %s' % (
            args, dict(list(wrong.items())[:9])))
        suite.expect(not wanted, '%s: not queried: %s' % (args, list(wanted)[:9]))


def at_most_16_lookups_at_once(suite):
    """For existing and missing names; each is queried once for A and once for AAAA."""
    for zone in ('held', 'heldnx'):
        names = ['m%d.%s.test' % (number, zone) for number in range(500)]
        suite.names.queries()
        suite.names.most_held()
        check(suite, '500 names of %s.test' % zone,
              [ok(named(suite, name)) if zone == 'held' else failed(named(suite, name), 'dns')
               for name in names])
        queries = suite.names.queries()
        suite.expect(queries == {'%s %s' % (name, kind): 1 for name in names
                                 for kind in ('A', 'AAAA')},
                     '%s: not each name once: %s' % (zone, list(queries.items())[:9]))
        most = suite.names.most_held()
        suite.expect(2 <= most <= 16, '%s: %d names at once' % (zone, most))


def only_over_ipv6(suite):
    need_ipv6()
    suite.names.queries()
    ran = check(suite, '-6', [ok(named(suite, 'v.six.test')), ok(named(suite, 'v.both.test')),
                              failed(named(suite, 'v.good.test'), 'dns')], '-6')
    suite.expect('the host has no IPv6 address' in ran.out, ran.out)
    queries = suite.names.queries()
    # v.good.test: whether it has an IPv4 address decides on the message.
    suite.expect(queries and all(query.endswith(' AAAA') for query in queries
                                 if query != 'v.good.test A'), 'queries: %s' % queries)


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
              failed(named(suite, 'x' * 64 + '.good.test'), 'bad-input'),
              failed('http://%s:1/' % suite.names.about['refuses'], 'refused'),
              failed('http://a.good.test:1/', 'refused'), ok(named(suite, 'localhost')),
              ok(suite.server.url('/ok'))]
    ran = check(suite, 'all kinds', wanted, '-m', '2')
    for line in ran.out.splitlines():
        record = json.loads(line)
        suite.expect(record['verdict'] == 'OK' or record['message'], 'no message: ' + line)
    check(suite, '-4', [ok(named(suite, 'a.both.test')), ok(named(suite, 'a.good.test'))], '-4')


def retry_has_its_own_timeout(suite):
    """A retry waits for the lookup of the first attempt if it is still running, with the whole
    timeout again. URLs with the same name wait at the same time."""
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
    repeated = {query: count for query, count in suite.names.queries().items() if count > 1}
    suite.expect(not repeated or ran.seconds > 5, 'repeated queries: %s' % repeated)
    suite.expect_within(9, ran.seconds, '--retry')


def redirects_to_names(suite):
    server, port = suite.server, suite.server.about['port']
    wanted = []
    for number in range(20):
        wanted += [
            ok(server.url('/to/r%d.good.test:%d/ok' % (number, port))),
            ok(server.url('/to/r%d.both.test:%d/to/r.good.test:%d/ok' % (number, port, port))),
            failed(server.url('/to/r%d.nx.test/' % number), 'dns'),
            failed(server.url('/to/r%d.empty.test/' % number), 'dns'),
            failed(server.url('/to/r%d.fail.test/' % number), 'dns-timeout'),
            failed(server.url('/to/r%d.silent.test/' % number), 'dns-timeout'),
            failed(server.url('/to/r%d.tcp.test/' % number), 'dns-timeout'),
            failed(named(suite, 'r%d.good.test' % number, '/to/s%d.nx.test/' % number), 'dns')]
    ran = check(suite, 'redirects', wanted, '-m', '1', '--parallel-max-host', '0')
    suite.expect_within(3, ran.seconds, 'redirects')


def resolve_option(suite):
    """--resolve holds on every handle; other names are still looked up."""
    port = suite.server.about['port']
    for parallel in ('1', '4', '256'):
        wanted = []
        for number in range(12):
            wanted += [ok(named(suite, 'u%d.good.test' % number)),
                       ok(named(suite, 'own%d.nx.test' % number)),
                       ok(suite.server.url('/to/own%d.nx.test:%d/ok' % (number, port))),
                       failed(named(suite, 'u%d.nx.test' % number), 'dns'),
                       ok(named(suite, 'u%d.good.test' % number,
                                '/to/own%d.nx.test:%d/ok' % (number, port)))]
        resolve = [word for number in range(12)
                   for word in ('--resolve', 'own%d.nx.test:%d:127.0.0.1' % (number, port))]
        suite.names.queries()
        check(suite, '--parallel-max ' + parallel, wanted, '--parallel-max', parallel, *resolve)
        queries = [query for query in suite.names.queries() if query.startswith('own')]
        suite.expect(not queries, '--parallel-max %s: queries for %s' % (parallel, queries))


def invalid_names(suite):
    """A name that cannot be looked up is a result, and the list continues."""
    wanted = [ok(named(suite, 'i.good.test'))]
    texts = ['http://a\udcff.test/', 'http://\u202ea.test/', 'http://\xfc\xfc\xfc.nx.test/',
             'http://-\xfc.test/', 'http://%s.test/' % ('\xfc' * 64), 'http://a..nx.test/',
             'http://%s/' % ('a.' * 130 + 'nx.test'), 'http://.nx.test/', 'http://a_b.nx.test/',
             'http://-a.nx.test/', 'http://127.0.0.1.nx.test/', 'http://xn--a.nx.test/']
    stdin = lines(texts + [record.url for record in wanted])
    ran = run(suite, '--format', 'jsonl', '-m', '2', stdin=stdin)
    found = records.parse(ran.out)
    suite.expect(len(found) == len(texts) + 1 and found[-1:] == wanted,
                 '%d records for %d lines, the last is %s: %s' % (
                     len(found), len(texts) + 1, found[-1:], ascii(ran.err)))
    for record in found[:-1]:
        suite.expect(record.kind in ('dns', 'bad-input'), ascii(tuple(record)))
    suite.expect(ran.status == 1, 'exit status %d' % ran.status)


def interrupted_during_lookups(suite):
    for zone, (number, status) in itertools.product(('silent', 'tcp'), SIGNALS.items()):
        urls = [named(suite, 'i%d.%s.test' % (one, zone)) for one in range(60)]
        urls += [suite.server.url('/to/j%d.%s.test/' % (one, zone)) for one in range(20)]
        suite.names.queries()
        with Running(suite, '--format', 'jsonl', '-m', '200', '--parallel-max-host', '0',
                     stdin=lines(urls)) as running:
            queries = collections.Counter()
            while len(queries) < 30 and not running.has_ended(0.02):
                queries += suite.names.queries()
            running.signal(number)
            at = time.monotonic() - running.begin
            ran = running.end()
        what = '%s.test, signal %d' % (zone, number)
        suite.expect_within(2, ran.seconds - at, what)
        suite.expect_records(what, ran, [failed(url, 'cancelled') for url in urls], status)


def names_that_change(suite):
    """A confirmation looks the name up again, and so does each attempt of --wait."""
    late, moved = (named(suite, 'a.%s.test' % zone) for zone in ('late', 'moved'))
    check(suite, '--confirm', [Record(late, 'FLAKY', 200, 'dns'),
                               Record(moved, 'FLAKY', 200, 'refused')],
          '--confirm', '1', '--confirm-delay', '1ms')
    counts = suite.names.queries()
    for name in ('a.late.test A', 'a.moved.test A'):
        suite.expect(counts[name] == 2, '%s: queried %d times' % (name, counts[name]))
    check(suite, '--wait', [ok(named(suite, 'b.%s.test' % zone)) for zone in ('late', 'moved')],
          '--wait', '--retry-delay', '10ms')
    check(suite, 'the control', [failed(named(suite, 'c.late.test'), 'dns'),
                                 failed(named(suite, 'c.moved.test'), 'refused')])


def no_namespace(suite):
    raise Skip(suite.outside)


def main():
    suite = Suite(__doc__)
    if suite.outside:
        suite.run(no_namespace)
    with LoadServer(2) as suite.server, NameServer() as suite.names:
        suite.run(lost_names_do_not_delay_others, lost_names_do_not_fail_good_names,
                  each_name_is_queried_once, at_most_16_lookups_at_once, only_over_ipv6,
                  answers_of_all_kinds, retry_has_its_own_timeout, redirects_to_names,
                  resolve_option, invalid_names, interrupted_during_lookups, names_that_change)


if __name__ == '__main__':
    main()
