#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A machine that is short of files, ports, threads or memory: each result is the same as with
enough of them, or its class is `local`. A shortage never makes a URL look down.

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
from support.load_server import LoadServer
from support.nameserver import NameServer
from support.records import failed, ok
from support.running import lines, run
from support.suite import Skip, Suite

from hazard.spawn import HazardServer

MIB = 1 << 20
# An unused user ID: the kernel counts processes per user, and these must be only urlcheck's.
USER = 61000 + os.getpid() % 4000
CLAMPED = r'urlcheck: \d+ open files allow \d+ checks? at once, not \d+\n'
LOWERED = r'urlcheck: .*: checking at most \d+ at once\n'
OUT_OF_MEMORY = 'urlcheck: out of memory\n'
LONG_CHECK_S = 10
# What standard error may have: one message about fewer checks at once, and one that says why the
# run ended early.
MESSAGES = re.compile(r'(%s|%s)?(urlcheck: .*\n)?' % (CLAMPED, LOWERED))
STEP = 7  # tests with few checks at once use every seventh line: some of each kind


class ExpectedList:
    """A list, and its results on a machine that has enough of everything."""

    def __init__(self, suite, hazard, server, directory):
        self.ca = os.path.join(directory, 'ca.pem')
        shutil.copyfile(hazard.about['ca'], self.ca)
        self.program = os.path.join(directory, 'urlcheck')
        shutil.copy(suite.urlcheck, self.program)
        for path, mode in ((directory, 0o755), (self.ca, 0o644), (self.program, 0o755)):
            os.chmod(path, mode)
        self.port = server.about['port']
        self.tls_port = hazard.about['ports']['https']
        self.wanted = list(self.records(hazard, server, suite.outside is None))

    def records(self, hazard, server, has_names):
        for number in range(40):
            yield ok(server.url('/wait/0.05/%d' % number, number % 8 + 1))
            yield ok('http://a%d.resolved.test:%d/wait/0.02' % (number % 5, self.port)
                     + '/%d' % number)
            yield ok(server.url('/to/127.0.0.%d:%d/wait/0.02/%d' % (number % 8 + 1, self.port,
                                                                 number)))
            if number % 2:
                yield ok('%s/slow/0.05?%d' % (hazard.about['urls']['https'], number))
            if number % 10 == 0:
                yield failed(server.url('/status/404/%d' % number), 'http-4xx', 404)
                yield failed('%s/%d' % (hazard.about['urls']['refused'], number), 'refused')
            if has_names:
                yield ok('http://n%d.good.test:%d/wait/0.02/1' % (number, self.port))
            if has_names and number % 10 == 0:
                yield failed('http://n%d.nx.test/' % number, 'dns')
                yield ok(server.url('/to/t%d.good.test:%d/ok' % (number, self.port)))
                yield failed(server.url('/to/t%d.nx.test/' % number), 'dns')

    def run(self, suite, prepare=None, step=1):
        resolve = [word for number in range(5)
                   for word in ('--resolve', 'a%d.resolved.test:%d:127.0.0.1'
                                % (number, self.port))]
        return run(suite, '--format', 'jsonl', '--cacert', self.ca, '--parallel-max-host', '0',
                   *resolve, stdin=lines([record.url for record in self.wanted[::step]]),
                   prepare=prepare, program=self.program)

    def judge(self, suite, what, ran, step=1, may_end_early=False):
        """Expects one record per URL: the right one, or `local` and exit status 3. If the run may
        end early, the last records may be missing, with exit status 3 and a message. Returns the
        number of local ones."""
        found = records.parse(ran.out)
        wanted = self.wanted[::step]
        messages = MESSAGES.fullmatch(ran.err)
        ended_early = may_end_early and len(found) < len(wanted)
        local = [record for record in found if record.kind == 'local']
        expected = [right._replace(verdict='UNKNOWN', status=0, kind='local')
                    if record.kind == 'local' else right
                    for record, right in zip(found, wanted)]
        wrong = records.difference(found, expected if ended_early
                                   else expected + wanted[len(found):])
        suite.expect(not wrong, '%s: %s' % (what, wrong))
        status = 3 if local or ended_early else 1
        suite.expect(ran.status == status, '%s: exit status %d with %d local ones of %d'
                     % (what, ran.status, len(local), len(found)))
        suite.expect(messages and bool(messages.group(2)) == ended_early,
                     '%s: standard error: %s' % (what, ascii(ran.err)))
        for line in ran.out.splitlines():
            record = json.loads(line)
            if record['class'] and (not record['message'] or 'Success' in record['message']):
                suite.expect(False, '%s: an empty message: %s' % (what, line))
                break
        return len(local)


def no_limit(suite):
    ran = suite.list.run(suite)
    suite.list.judge(suite, 'without a limit', ran)
    suite.expect_end('without a limit', ran, 1)


def open_files(suite):
    for limit, step in ((64, 1), (32, 1), (24, STEP), (20, STEP)):
        what = '%d open files' % limit
        ran = suite.list.run(suite, limited(resource.RLIMIT_NOFILE, limit), step)
        local = suite.list.judge(suite, what, ran, step)
        suite.expect(local == 0, '%s: %d local ones' % (what, local))
        suite.expect(' at once' in ran.err, '%s: no message' % what)


def too_few_open_files_to_start(suite):
    for limit in (4, 5, 6, 12):
        ran = suite.list.run(suite, limited(resource.RLIMIT_NOFILE, limit), STEP)
        judge_start(suite, '%d open files' % limit, ran)


def judge_start(suite, what, ran):
    """If urlcheck cannot start, it says so, with another exit status than for a usage error. (127
    is the exit status of the dynamic loader without files.)"""
    if ran.out:
        suite.list.judge(suite, what, ran, STEP, may_end_early=True)
    else:
        suite.expect(ran.status in (3, 127), '%s: exit status %d' % (what, ran.status))
        suite.expect(ran.err, '%s: it ended without a message' % what)


def local_ports(suite):
    """With few local ports, fewer checks run at once; no host is reported as unreachable."""
    if suite.outside:
        raise Skip(suite.outside)
    with few_ports():
        for host in ('127.0.0.1', '[::1]', 'localhost'):
            wanted = [ok('http://%s:%d/wait/0.05/%d' % (host, suite.list.port, number))
                      for number in range(60)]
            ran = run(suite, '--format', 'jsonl', '--parallel-max-host', '0',
                      stdin=lines([record.url for record in wanted]))
            found = records.parse(ran.out)
            wrong = records.difference(
                [record for record in found if record.kind != 'local'],
                [right for record, right in zip(found, wanted) if record.kind != 'local'])
            suite.expect(len(found) == len(wanted) and not wrong,
                         '%s: %d records, %s' % (host, len(found), wrong))
            suite.expect(any(record.kind == '' for record in found), '%s: none was checked' % host)
            suite.expect('at once' in ran.err, '%s: no message' % host)


@contextlib.contextmanager
def few_ports():
    """Ten local ports, in this network namespace."""
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


def processes_per_user(suite):
    if os.geteuid() != 0 or uids_mapped() <= USER:
        raise Skip('only root can run urlcheck as another user')
    for limit, step in ((40, 1), (12, STEP)):
        what = '%d processes' % limit
        ran = suite.list.run(suite, as_user(resource.RLIMIT_NPROC, limit), step)
        local = suite.list.judge(suite, what, ran, step)
        suite.expect('at once' in ran.err, '%s: no message' % what)
        suite.expect(local == 0 or limit < 40, '%s: %d local ones' % (what, local))
    for limit in (1, 3):
        ran = suite.list.run(suite, as_user(resource.RLIMIT_NPROC, limit), STEP)
        judge_start(suite, '%d processes' % limit, ran)


def uids_mapped():
    with open('/proc/self/uid_map') as file:
        return max(int(line.split()[0]) + int(line.split()[2]) for line in file)


def address_space(suite):
    """How much is enough depends on the allocator, so a limit may have no effect. With less than
    this, glibc's getaddrinfo() itself has been seen to abort."""
    for limit in (300, 120, 60):
        what = '%d MiB of address space' % limit
        ran = suite.list.run(suite, limited(resource.RLIMIT_AS, limit * MIB))
        if OUT_OF_MEMORY in ran.err:
            expect_out_of_memory(suite, what, ran, suite.list.wanted)
        else:
            suite.list.judge(suite, what, ran)


def out_of_memory(suite):
    """The lines that are read ahead during one long check do not fit into memory: the run ends
    with the results from before that check."""
    url = suite.server.url
    wanted = [ok(url('/ok/%d' % number)) for number in range(20)]
    wanted.append(ok(url('/wait/%d' % LONG_CHECK_S)))
    wanted += [ok(url('/ok/%d/%s' % (number, 'a' * 8000))) for number in range(20000)]
    ran = run(suite, '--parallel-max', '1', '-m', '60',
              stdin=lines([record.url for record in wanted]),
              prepare=limited(resource.RLIMIT_AS, 120 * MIB))
    found = expect_out_of_memory(suite, '120 MiB of address space', ran, wanted)
    suite.expect(found[:20] == wanted[:20], 'the first results: %s' % ascii(found[:20]))


def expect_out_of_memory(suite, what, ran, wanted):
    """Expects exit status 3 and one message. The results that are printed are the right ones, or
    `local` or `cancelled`, at most one per URL. Returns them."""
    suite.expect(ran.status == 3, '%s: exit status %d' % (what, ran.status))
    suite.expect(ran.err.count('\n') <= 2 and ran.err.count(OUT_OF_MEMORY) == 1,
                 '%s: standard error: %s' % (what, ascii(ran.err[:300])))
    found = records.parse(ran.out)
    right = {record.url: record for record in wanted}
    wrong = [record for record in found if record != right.pop(record.url, None)
             and record.kind not in ('local', 'cancelled')]
    suite.expect(not wrong, '%s: %d wrong records, such as %s' % (what, len(wrong), wrong[:1]))
    return found


def body_that_does_not_fit(suite):
    """A body that does not fit into memory is `local`, and other URLs are not affected."""
    urls = suite.hazard.about['urls']
    urls = ['%s/endless/%s' % (urls['http'], 'hay' * 50), urls['http'] + '/ok']
    ran = run(suite, '--format', 'jsonl', '-m', '60', '--max-filesize', '1G', '--contains', 'ok',
              stdin=lines(urls), prepare=limited(resource.RLIMIT_AS, 250 * MIB))
    suite.expect_records('bodies', ran, [failed(urls[0], 'local'), ok(urls[1])], 3, None)


def processes_per_cgroup(suite):
    with Cgroup() as group:
        for limit, step in ((40, 1), (12, STEP)):
            group.write('pids.max', str(limit))
            what = 'pids.max of %d' % limit
            ran = suite.list.run(suite, group.enter, step)
            local = suite.list.judge(suite, what, ran, step)
            suite.expect('at once' in ran.err, '%s: no message' % what)
            suite.expect(local == 0 or limit < 40, '%s: %d local ones' % (what, local))


class Cgroup:
    """A cgroup with the pids controller, below the root of a hierarchy."""

    def __init__(self):
        self.path = os.path.join(self.hierarchy(), 'urlcheck-test-%d' % os.getpid())
        try:
            os.mkdir(self.path)
        except OSError as error:
            raise Skip('no cgroup can be made: %s' % error)
        if not os.path.exists(self.path + '/pids.max'):
            os.rmdir(self.path)
            raise Skip('the pids controller is not available')

    def hierarchy(self):
        with open('/proc/self/mounts') as file:
            mounts = [line.split()[1:4] for line in file]
        for place, kind, options in mounts:
            if kind == 'cgroup' and 'pids' in options.split(','):
                return place
        for place, kind, _ in mounts:
            if kind == 'cgroup2' and self.delegates_pids(place):
                return place
        raise Skip('no cgroup hierarchy with the pids controller is mounted')

    def delegates_pids(self, place):
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


def main():
    suite = Suite(__doc__)
    names = contextlib.nullcontext() if suite.outside else NameServer()
    with HazardServer() as suite.hazard, LoadServer(8) as suite.server, names, \
            tempfile.TemporaryDirectory() as directory:
        suite.list = ExpectedList(suite, suite.hazard, suite.server, directory)
        suite.run(no_limit, open_files, too_few_open_files_to_start, local_ports,
                  processes_per_user, address_space, out_of_memory, body_that_does_not_fit,
                  processes_per_cgroup)


if __name__ == '__main__':
    main()
