#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""With a canary, neither a lost network nor a shortage on this machine makes URLs FAILED.

    canary.py [--urlcheck PATH] [--only WORD]
"""

import re
import resource

from support import records
from support.link import ADDRESSES, NETWORK, Link
from support.load_server import LoadServer
from support.records import failed, ok
from support.running import Running, lines, run
from support.suite import Skip, Suite

URLS = 600
CUT_AFTER = 100  # requests after which the link goes down
DOWN = re.compile(r'urlcheck: the network here is down: every canary failed \(.*\)\n')
TRANSPORT = ('unreachable', 'timeout-connect', 'timeout-response', 'timeout-body', 'reset')


class RemoteRun:
    """A server here, and urlcheck in a remote namespace behind a link."""

    def __init__(self, suite):
        if suite.outside:
            raise Skip(suite.outside)
        self.suite = suite

    def __enter__(self):
        self.link = Link().__enter__()
        self.server = LoadServer(ADDRESSES, NETWORK).__enter__()
        self.urls = [self.server.url('/wait/0.1/%d' % number, number % ADDRESSES + 1)
                     for number in range(URLS)]
        self.canaries = ['--canary', self.server.url('/ok'), '--canary', self.server.url('/ok', 2)]
        self.cuts = {'local': self.link.set_local, 'remote': self.link.set_remote}
        return self

    def __exit__(self, *_):
        self.server.__exit__()
        self.link.__exit__()

    def running(self, *args):
        program, words = self.link.command(self.suite.urlcheck, '-m', '1', '--parallel-max', '20',
                                           *args)
        return Running(self.suite, *words, stdin=lines(self.urls), program=program)

    def run(self, *args):
        with self.running(*args) as running:
            return running.end()

    def run_and_cut(self, side, *args):
        """Runs urlcheck, and takes that side of the link down during the run."""
        with self.running(*args) as running:
            while self.requests() < CUT_AFTER and not running.has_ended(0.01):
                pass
            self.cuts[side]('down')
            ran = running.end()
        self.cuts[side]('up')
        return ran

    def requests(self):
        return self.server.ask('stat')['requests']


def link_goes_down(suite):
    """Prints one message and no results after the cut, whether packets are lost silently or sending
    fails; soon, even if failures wait for a confirmation or a retry."""
    for side, args in (('local', []), ('remote', []), ('local', ['--confirm', '1']),
                       ('remote', ['--retry', '3', '--retry-delay', '5s'])):
        with RemoteRun(suite) as remote:
            ran = remote.run_and_cut(side, *args, *remote.canaries)
            found = records.parse(ran.out)
            what = ' '.join([side, *args])
            suite.expect(DOWN.fullmatch(ran.err), '%s: standard error: %s' % (what, ascii(ran.err)))
            suite.expect_records(what, ran, [ok(url) for url in remote.urls[:len(found)]], 3, None)
            suite.expect(0 < len(found) < URLS, '%s: %d of %d records' % (what, len(found), URLS))
            suite.expect_within(6, ran.seconds, what)
            print('link down %s: %d OK, then one message, after %.1f s' % (
                what, len(found), ran.seconds))


def without_a_canary_the_urls_fail(suite):
    """The control: the link is really down, and the URLs are reported as FAILED."""
    with RemoteRun(suite) as remote:
        ran = remote.run_and_cut('remote')
        found = records.parse(ran.out)
        down = [record for record in found if record.verdict == 'FAILED']
        suite.expect_end('no canary', ran, 1)
        suite.expect(len(found) == URLS and len(down) > URLS // 2 and
                     all(record.kind in TRANSPORT for record in down),
                     '%d records, %d FAILED: %s' % (
                         len(found), len(down), {record.kind for record in down}))
        print('without a canary: %d FAILED' % len(down))


def link_is_down_at_the_start(suite):
    for side in ('local', 'remote'):
        with RemoteRun(suite) as remote:
            remote.cuts[side]('down')
            ran = remote.run(*remote.canaries)
            suite.expect(DOWN.fullmatch(ran.err) and ran.out == '' and ran.status == 3,
                         '%s: exit status %d, %d bytes, standard error: %s' % (
                             side, ran.status, len(ran.out), ascii(ran.err)))
            suite.expect(remote.requests() == 0, '%s: %d requests' % (side, remote.requests()))


def link_stays_up(suite):
    with RemoteRun(suite) as remote:
        ran = remote.run('-m', '50', *remote.canaries)
        suite.expect_records('link up', ran, [ok(url) for url in remote.urls])
        suite.expect(remote.requests() <= URLS + 2, '%d requests' % remote.requests())


def few_open_files(suite):
    """A shortage on this machine is never reported as a network failure."""
    with LoadServer(2) as server:
        wanted = [record for number in range(100)
                  for record in (ok(server.url('/wait/0.01/%d' % number)),
                                 failed('http://127.0.0.1:1/%d' % number, 'refused'))]

        def run_with(limit, urls, *args):
            return run(suite, '--canary', server.url('/ok'), *args, stdin=lines(urls),
                       prepare=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
        for limit in (32, 24, 20):
            ran = run_with(limit, [record.url for record in wanted], '--canary',
                           server.url('/ok', 2), '--parallel-max-host', '0')
            suite.expect_records('%d files' % limit, ran, wanted, err=None)
        for limit in (12, 10, 8):
            ran = run_with(limit, [wanted[0].url])
            suite.expect(ran.status in (0, 3) and not DOWN.search(ran.err),
                         '%d files: exit status %d, %s' % (limit, ran.status, ascii(ran.err)))


def main():
    suite = Suite(__doc__)
    suite.run(link_goes_down, without_a_canary_the_urls_fail, link_is_down_at_the_start,
              link_stays_up, few_open_files)


if __name__ == '__main__':
    main()
