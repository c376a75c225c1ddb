#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The network here goes away, or this machine runs short: with a canary.

    canary.py [--urlcheck PATH] [--only WORD]
"""

import re
import resource

from support import records
from support.bulk import Bulk
from support.link import ADDRESSES, NETWORK, Link
from support.records import Record
from support.running import Running, lines, run
from support.suite import Skip, Suite

URLS = 600
SEEN = 100  # so many requests have come when the link goes down
DOWN = re.compile(r'urlcheck: the network here is down: every canary failed \(.*\)\n')
TRANSPORT = ('unreachable', 'timeout-connect', 'timeout-response', 'timeout-body', 'reset')


class Beyond:
    """A server here, and urlcheck beyond a link to it."""

    def __init__(self, suite):
        if suite.outside:
            raise Skip(suite.outside)
        self.suite = suite

    def __enter__(self):
        self.link = Link().__enter__()
        self.bulk = Bulk(ADDRESSES, NETWORK).__enter__()
        self.urls = [self.bulk.url('/wait/0.1/%d' % number, number % ADDRESSES + 1)
                     for number in range(URLS)]
        return self

    def __exit__(self, *_):
        self.bulk.__exit__()
        self.link.__exit__()

    def running(self, *args):
        program, words = self.link.command(self.suite.urlcheck, '-m', '1', '--parallel-max', '20',
                                           *args)
        return Running(self.suite, *words, stdin=lines(self.urls), program=program)

    def cut(self, cut, *args):
        """Runs, and cuts the link in the midst of it."""
        with self.running(*args) as running:
            while self.seen() < SEEN and not running.has_ended(0.01):
                pass
            cut('down')
            ran = running.end()
        cut('up')
        return ran

    def seen(self):
        return self.bulk.ask('stat')['requests']

    def canary(self):
        return ['--canary', self.bulk.url('/ok'), '--canary', self.bulk.url('/ok', 2)]


def link_goes_down(suite):
    """One line and no verdict but those from before, whoever is cut off, and told or not; soon,
    also where failures wait to be confirmed, or tried again."""
    for end, args in (('here', []), ('there', []), ('here', ['--confirm', '1']),
                      ('there', ['--retry', '3', '--retry-delay', '5s'])):
        with Beyond(suite) as beyond:
            ran = beyond.cut(getattr(beyond.link, end), *args, *beyond.canary())
            found = records.from_text(ran.out)
            suite.expect(DOWN.fullmatch(ran.err), '%s: standard error: %s' % (end, ascii(ran.err)))
            suite.expect(ran.status == 3, '%s: exit status %d' % (end, ran.status))
            wrong = records.difference(found, [Record(url, 'OK', 200, '')
                                               for url in beyond.urls[:len(found)]])
            suite.expect(not wrong and 0 < len(found) < URLS,
                         '%s: %d of %d records: %s' % (end, len(found), URLS, wrong))
            suite.expect_within(6, ran.seconds, end)
            print('link down %s: %d OK, then one line, after %.1f s' % (
                end, len(found), ran.seconds), *args)


def without_a_canary_it_is_the_urls_that_are_dead(suite):
    """The control: the link is down indeed, and they would have been told."""
    with Beyond(suite) as beyond:
        ran = beyond.cut(beyond.link.there)
        found = records.from_text(ran.out)
        failed = [record for record in found if record.verdict == 'FAILED']
        suite.expect(ran.status == 1 and ran.err == '', 'exit status %d, standard error: %s' % (
            ran.status, ascii(ran.err)))
        suite.expect(len(found) == URLS and len(failed) > URLS // 2 and
                     all(record.kind in TRANSPORT for record in failed),
                     '%d records, %d FAILED: %s' % (
                         len(found), len(failed), {record.kind for record in failed}))
        print('without a canary: %d FAILED' % len(failed))


def link_is_down_at_first(suite):
    for end in ('here', 'there'):
        with Beyond(suite) as beyond:
            getattr(beyond.link, end)('down')
            with beyond.running(*beyond.canary()) as running:
                ran = running.end()
            suite.expect(DOWN.fullmatch(ran.err) and ran.out == '' and ran.status == 3,
                         '%s: exit status %d, %d bytes, standard error: %s' % (
                             end, ran.status, len(ran.out), ascii(ran.err)))
            suite.expect(beyond.seen() == 0, '%s: %d requests' % (end, beyond.seen()))


def link_that_stays_up(suite):
    with Beyond(suite) as beyond:
        with beyond.running('-m', '50', *beyond.canary()) as running:
            ran = running.end()
        wrong = records.difference(records.from_text(ran.out),
                                   [Record(url, 'OK', 200, '') for url in beyond.urls])
        suite.expect(not wrong and ran.status == 0 and ran.err == '',
                     'exit status %d, standard error: %s: %s' % (ran.status, ascii(ran.err), wrong))
        suite.expect(beyond.seen() <= URLS + 2, '%d requests' % beyond.seen())


def few_files(suite):
    """What this machine lacks is never taken for the network."""
    with Bulk(2) as bulk:
        dead = 'http://127.0.0.1:1/%d'
        wanted = [record for number in range(100)
                  for record in (Record(bulk.url('/wait/0.01/%d' % number), 'OK', 200, ''),
                                 Record(dead % number, 'FAILED', 0, 'refused'))]
        for limit in (32, 24, 20):
            ran = run(suite, '--canary', bulk.url('/ok'), '--canary', bulk.url('/ok', 2),
                      '--parallel-max-host', '0', stdin=lines([record.url for record in wanted]),
                      prepare=lambda most=limit: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                                    (most, most)))
            wrong = records.difference(records.from_text(ran.out), wanted)
            suite.expect(not wrong and ran.status == 1, '%d files: exit status %d, %s, %s' % (
                limit, ran.status, wrong, ascii(ran.err)))
        for limit in (12, 10, 8):
            ran = run(suite, '--canary', bulk.url('/ok'), stdin=lines([wanted[0].url]),
                      prepare=lambda most=limit: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                                    (most, most)))
            suite.expect(ran.status in (0, 3) and not DOWN.search(ran.err),
                         '%d files: exit status %d, %s' % (limit, ran.status, ascii(ran.err)))


def main():
    suite = Suite(__doc__)
    suite.run(link_goes_down, without_a_canary_it_is_the_urls_that_are_dead,
              link_is_down_at_first, link_that_stays_up, few_files)


if __name__ == '__main__':
    main()
