#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A machine that is short of files, threads or memory: the verdicts are the
same as without, or they say `local`; a URL is never blamed for it.

    shortage.py [--urlcheck PATH] [--only WORD]
"""

import contextlib
import json
import os
import re
import resource
import shutil
import tempfile

from support import records
from support.bulk import Bulk
from support.nameserver import NameServer
from support.records import Record
from support.running import lines, run
from support.suite import Skip, Suite

from hazard.spawn import HazardServer

MIB = 1 << 20
# Nobody's: the kernel counts a user's processes, and these are to be urlcheck's alone.
USER = 61000 + os.getpid() % 4000
CLAMPED = r'urlcheck: \d+ open files allow \d+ checks at once, not \d+\n'
LOWERED = r'urlcheck: .*: checking at most \d+ at once\n'
# What may be said: that less is done at once, once; and why it ended too soon, if it did.
SAID = re.compile(r'(%s|%s)?(urlcheck: .*\n)?' % (CLAMPED, LOWERED))
STEP = 7  # where little goes at once, every seventh line makes the list: some of each kind


class Case:
    """A list, and what comes of it on a machine that has enough of everything."""

    def __init__(self, suite, hazard, bulk, directory):
        self.ca = os.path.join(directory, 'ca.pem')
        shutil.copyfile(hazard.about['ca'], self.ca)
        self.program = os.path.join(directory, 'urlcheck')
        shutil.copy(suite.urlcheck, self.program)
        for path, mode in ((directory, 0o755), (self.ca, 0o644), (self.program, 0o755)):
            os.chmod(path, mode)
        self.port = bulk.about['port']
        self.tls_port = hazard.about['ports']['https']
        self.wanted = list(self.records(hazard, bulk, suite.outside is None))

    def records(self, hazard, bulk, has_names):
        for number in range(40):
            yield ok(bulk.url('/wait/0.05/%d' % number, number % 8 + 1))
            yield ok('http://a%d.resolved.test:%d/wait/0.02' % (number % 5, self.port)
                     + '/%d' % number)
            yield ok(bulk.url('/to/127.0.0.%d:%d/wait/0.02/%d' % (number % 8 + 1, self.port,
                                                                 number)))
            if number % 2:
                yield ok('%s/slow/0.05?%d' % (hazard.about['urls']['https'], number))
            if number % 10 == 0:
                yield failed(bulk.url('/status/404/%d' % number), 404, 'http-4xx')
                yield failed('%s/%d' % (hazard.about['urls']['refused'], number), 0, 'refused')
            if has_names:
                yield ok('http://n%d.good.test:%d/wait/0.02/1' % (number, self.port))
            if has_names and number % 10 == 0:
                yield failed('http://n%d.nx.test/' % number, 0, 'dns')
                yield ok(bulk.url('/to/t%d.good.test:%d/ok' % (number, self.port)))
                yield failed(bulk.url('/to/t%d.nx.test/' % number), 0, 'dns')

    def run(self, suite, prepare=None, step=1):
        resolve = [word for number in range(5)
                   for word in ('--resolve', 'a%d.resolved.test:%d:127.0.0.1'
                                % (number, self.port))]
        return run(suite, '--format', 'jsonl', '--cacert', self.ca, '--parallel-max-host', '0',
                   *resolve, stdin=lines([record.url for record in self.wanted[::step]]),
                   prepare=prepare, program=self.program)

    def judge(self, suite, what, ran, step=1, may_break_off=False):
        """One record each: the right one, or `local` and exit status 3. Where it
        may break off, it ends with 3 and says why. Returns how many were local."""
        found = records.from_jsonl(ran.out)
        wanted = self.wanted[::step]
        said = SAID.fullmatch(ran.err)
        broken_off = may_break_off and len(found) < len(wanted)
        local = [record for record in found if record.kind == 'local']
        forgiven = [right._replace(verdict='FAILED', status=0, kind='local')
                    if record.kind == 'local' else right
                    for record, right in zip(found, wanted)]
        wrong = records.difference(found, forgiven if broken_off
                                   else forgiven + wanted[len(found):])
        suite.expect(not wrong, '%s: %s' % (what, wrong))
        status = 3 if local or broken_off else 1
        suite.expect(ran.status == status, '%s: exit status %d with %d local ones of %d'
                     % (what, ran.status, len(local), len(found)))
        suite.expect(said and bool(said.group(2)) == broken_off,
                     '%s: on standard error: %s' % (what, ascii(ran.err)))
        for line in ran.out.splitlines():
            record = json.loads(line)
            if record['class'] and (not record['message'] or 'Success' in record['message']):
                suite.expect(False, '%s: a message that says nothing: %s' % (what, line))
                break
        return len(local)


def ok(url):
    return Record(url, 'OK', 200, '')


def failed(url, status, kind):
    return Record(url, 'FAILED', status, kind)


def plenty(suite):
    ran = suite.case.run(suite)
    suite.case.judge(suite, 'without a limit', ran)
    suite.expect(not ran.err and ran.status == 1, 'trouble without a limit: ' + ran.err)


def open_files(suite):
    for limit, step in ((64, 1), (32, 1), (24, STEP), (20, STEP)):
        what = '%d open files' % limit
        ran = suite.case.run(suite, limited(resource.RLIMIT_NOFILE, limit), step)
        local = suite.case.judge(suite, what, ran, step)
        suite.expect(local == 0, '%s: %d local ones' % (what, local))
        suite.expect('checks at once' in ran.err, '%s: it was not said' % what)


def too_few_files_to_begin(suite):
    for limit in (4, 5, 6, 12):
        ran = suite.case.run(suite, limited(resource.RLIMIT_NOFILE, limit), STEP)
        judge_attempt(suite, '%d open files' % limit, ran)


def judge_attempt(suite, what, ran):
    """Where it cannot begin it says so, and that it was no mistake in the call.
    (127 is the loader's, where there are no files to load the program with.)"""
    if ran.out:
        suite.case.judge(suite, what, ran, STEP, may_break_off=True)
    else:
        suite.expect(ran.status in (3, 127), '%s: exit status %d' % (what, ran.status))
        suite.expect(ran.err, '%s: it ended without a word' % what)


def local_ports(suite):
    """With few of them, fewer go at once: no host is unreachable for it."""
    if suite.outside:
        raise Skip(suite.outside)
    with few_ports():
        for host in ('127.0.0.1', '[::1]', 'localhost'):
            wanted = [ok('http://%s:%d/wait/0.05/%d' % (host, suite.case.port, number))
                      for number in range(60)]
            ran = run(suite, '--format', 'jsonl', '--parallel-max-host', '0',
                      stdin=lines([record.url for record in wanted]))
            found = records.from_jsonl(ran.out)
            wrong = records.difference(
                [record for record in found if record.kind != 'local'],
                [right for record, right in zip(found, wanted) if record.kind != 'local'])
            suite.expect(len(found) == len(wanted) and not wrong,
                         '%s: %d records, %s' % (host, len(found), wrong))
            suite.expect(any(record.kind == '' for record in found), '%s: none was checked' % host)
            suite.expect('at once' in ran.err, '%s: it was not said' % host)


@contextlib.contextmanager
def few_ports():
    """In this network of our own."""
    name = '/proc/sys/net/ipv4/ip_local_port_range'
    with open(name) as file:
        usual = file.read()
    try:
        with open(name, 'w') as file:
            file.write('40000 40009')
    except OSError as error:
        raise Skip('the range of local ports is fixed: %s' % error)
    try:
        yield
    finally:
        with open(name, 'w') as file:
            file.write(usual)


def processes_of_the_user(suite):
    if os.geteuid() != 0 or uids_mapped() <= USER:
        raise Skip('another user is needed, so this must be root')
    for limit, step in ((40, 1), (12, STEP)):
        what = '%d processes' % limit
        ran = suite.case.run(suite, as_user(resource.RLIMIT_NPROC, limit), step)
        local = suite.case.judge(suite, what, ran, step)
        suite.expect('at once' in ran.err, '%s: it was not said' % what)
        suite.expect(local == 0 or limit < 40, '%s: %d local ones' % (what, local))
    for limit in (1, 3):
        ran = suite.case.run(suite, as_user(resource.RLIMIT_NPROC, limit), STEP)
        judge_attempt(suite, '%d processes' % limit, ran)


def uids_mapped():
    with open('/proc/self/uid_map') as file:
        return max(int(line.split()[0]) + int(line.split()[2]) for line in file)


def address_space(suite):
    """How much is enough depends on the allocator, so a limit may go unnoticed.
    With less than this, glibc's getaddrinfo() itself has been seen to abort."""
    for limit in (300, 120, 60):
        ran = suite.case.run(suite, limited(resource.RLIMIT_AS, limit * MIB))
        suite.case.judge(suite, '%d MiB of addresses' % limit, ran)


def bodies(suite):
    """One that does not fit into memory is nobody's fault, and spoils no other."""
    urls = suite.hazard.about['urls']
    urls = ['%s/endless/%s' % (urls['http'], 'hay' * 50), urls['http'] + '/ok']
    ran = run(suite, '--format', 'jsonl', '-m', '60', '--max-filesize', '1G', '--contains', 'ok',
              stdin=lines(urls), prepare=limited(resource.RLIMIT_AS, 250 * MIB))
    wrong = records.difference(records.from_jsonl(ran.out),
                               [failed(urls[0], 0, 'local'), ok(urls[1])])
    suite.expect(not wrong, 'bodies: %s' % wrong)
    suite.expect(ran.status == 3, 'bodies: exit status %d' % ran.status)


def processes_of_the_group(suite):
    with Group() as group:
        for limit, step in ((40, 1), (12, STEP)):
            group.write('pids.max', str(limit))
            what = 'pids.max of %d' % limit
            ran = suite.case.run(suite, group.enter, step)
            local = suite.case.judge(suite, what, ran, step)
            suite.expect('at once' in ran.err, '%s: it was not said' % what)
            suite.expect(local == 0 or limit < 40, '%s: %d local ones' % (what, local))


class Group:
    """A cgroup with the controller of pids, below the root of a hierarchy."""

    def __init__(self):
        self.path = os.path.join(self.hierarchy(), 'urlcheck-test-%d' % os.getpid())
        try:
            os.mkdir(self.path)
        except OSError as error:
            raise Skip('no cgroup can be made: %s' % error)
        if not os.path.exists(self.path + '/pids.max'):
            os.rmdir(self.path)
            raise Skip('no control of pids in cgroups')

    def hierarchy(self):
        with open('/proc/self/mounts') as file:
            mounts = [line.split()[1:4] for line in file]
        for place, kind, options in mounts:
            if kind == 'cgroup' and 'pids' in options.split(','):
                return place
        for place, kind, _ in mounts:
            if kind == 'cgroup2' and self.hands_down_pids(place):
                return place
        raise Skip('no cgroups with control of pids are mounted')

    def hands_down_pids(self, place):
        try:
            with open(place + '/cgroup.subtree_control') as file:
                return 'pids' in file.read().split()
        except OSError:
            return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.rmdir(self.path)

    def write(self, name, text):
        with open(os.path.join(self.path, name), 'w') as file:
            file.write(text)

    def enter(self):
        self.write('cgroup.procs', '0')


def limited(what, limit):
    return lambda: resource.setrlimit(what, (limit, limit))


def as_user(what, limit):
    def prepare():
        resource.setrlimit(what, (limit, limit))
        os.setgroups([])
        os.setgid(USER)
        os.setuid(USER)
    return prepare


class NoNames:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def main():
    suite = Suite(__doc__)
    names = NoNames() if suite.outside else NameServer()
    with HazardServer() as hazard, Bulk(8) as bulk, names, \
            tempfile.TemporaryDirectory() as directory:
        suite.hazard = hazard
        suite.case = Case(suite, hazard, bulk, directory)
        suite.run(plenty, open_files, too_few_files_to_begin, local_ports,
                  processes_of_the_user, address_space, bodies, processes_of_the_group)


if __name__ == '__main__':
    main()
