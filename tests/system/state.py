#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The file of --state: killed runs, runs at once, signals, locks, full disks, what is read-only.

    state.py [--urlcheck PATH] [--only WORD] [--seed N]

STATE_KILLS=200 kills as many runs (`make check-soak`), instead of a few.
"""

import collections
import contextlib
import http.server
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import tempfile
import threading

from support.load_server import LoadServer
from support.running import Running, lines, run
from support.suite import Skip, Suite

KILLS = int(os.environ.get('STATE_KILLS', '15'))
GROUPS = 8     # of URLs; each flips once in so many rounds, so that none of them is flapping
OF_GROUP = 3
AT_ONCE = 10
NOBODY = 65534


class Server(http.server.ThreadingHTTPServer):
    """Paths in `down` get 500, all others 200; /wait gets its response when the server ends."""
    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Handler)
        self.down = set()
        self.seen = collections.Counter()
        self.changed = threading.Condition()
        self.ends = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, path):
        return 'http://127.0.0.1:%d%s' % (self.server_address[1], path)

    def await_requests(self, number, path=None):
        """Until so many requests have come, in all or for a path."""
        with self.changed:
            return self.changed.wait_for(
                lambda: (self.seen[path] if path else sum(self.seen.values())) >= number, 60)

    def handle_error(self, *_):
        """A client that was killed."""

    def __exit__(self, *_):
        self.ends.set()
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        with self.server.changed:
            self.server.seen[self.path] += 1
            self.server.changed.notify_all()
        if self.path == '/wait':
            self.server.ends.wait()
        self.send_response(500 if self.path in self.server.down else 200)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def state_file():
    with tempfile.TemporaryDirectory() as folder:
        yield os.path.join(folder, 'state.db')


def query(file, sql):
    """The rows. Reading rolls back what a killed run has left."""
    with contextlib.closing(sqlite3.connect(file, timeout=60)) as connection:
        return connection.execute(sql).fetchall()


def expect_whole(suite, what, file):
    """The file is not damaged, and every run is there completely or not at all. Returns the number of runs."""
    suite.expect(query(file, 'PRAGMA integrity_check') == [('ok',)], what + ': integrity_check')
    suite.expect(query(file, 'PRAGMA foreign_key_check') == [], what + ': foreign_key_check')
    runs = query(file, 'SELECT DISTINCT results FROM url')
    suite.expect(len(runs) == 1, '%s: a part of a run: %s' % (what, runs))
    open_outages = query(file, 'SELECT url FROM outage WHERE end_us IS NULL ORDER BY url')
    down = query(file, 'SELECT id FROM url WHERE is_down ORDER BY id')
    suite.expect(open_outages == down, '%s: outages %s, down %s' % (what, open_outages, down))
    return runs[0][0]


def changes_in(ran):
    """{(url, change)} of complete lines, none of them twice."""
    found = [(line['url'], line['change']) for line in map(json.loads, ran.out.split('\n')[:-1])]
    assert len(found) == len(set(found)), found
    return set(found)


class Killed:
    """The runs of the test below."""

    def __init__(self, suite, server, file):
        self.suite, self.server, self.file = suite, server, file
        self.chance = random.Random(suite.seed)
        self.paths = [['/%d-%d' % (group, n) for n in range(OF_GROUP)] for group in range(GROUPS)]
        self.args = ['--state', file, '--changes', '--format', 'jsonl',
                     *(server.url(path) for group in self.paths for path in group)]
        self.found = collections.Counter()
        first = run(suite, *self.args)
        self.took = run(suite, *self.args).seconds
        self.runs = 2
        suite.expect(first.out == '' and first.status == 0, 'the first run: %s' % (first,))

    def flip(self, number):
        """A group of URLs goes down, or up again. Returns the changes."""
        group = self.paths[number % GROUPS]
        self.server.down ^= set(group)
        return {(self.server.url(path), 'down' if path in self.server.down else 'up')
                for path in group}

    def kill(self):
        """Kills a run: at any moment, or after the last request, when it writes. Returns what it did."""
        self.server.seen.clear()
        with Running(self.suite, *self.args) as running:
            if self.chance.random() < 0.7:
                self.server.await_requests(GROUPS * OF_GROUP)
                running.has_ended(self.chance.uniform(0, self.took / 2))
            else:
                running.has_ended(self.chance.uniform(0, self.took))
            running.signal(signal.SIGKILL)
            return running.end()

    def check_mode(self):
        """The file and what a killed run left beside it."""
        folder = os.path.dirname(self.file)
        modes = {name: stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode)
                 for name in os.listdir(folder)}
        self.found['with a journal'] += len(modes) > 1
        self.suite.expect(set(modes.values()) == {0o600}, 'modes %s' % modes)

    def round(self, number):
        what = 'seed %d, kill %d' % (self.suite.seed, number)
        wanted = self.flip(number)
        killed = self.kill()
        printed = changes_in(killed)
        self.check_mode()
        stored = expect_whole(self.suite, what, self.file) - self.runs
        self.suite.expect(stored in (0, 1), '%s: %d runs stored' % (what, stored))
        self.suite.expect(printed <= wanted and (stored or not printed),
                          '%s: the killed run printed %s' % (what, printed))
        after = run(self.suite, *self.args)
        told = changes_in(after)
        # The next run repeats only what was not noted before the kill: all of that run, or nothing.
        self.suite.expect(told == wanted or (not told and printed == wanted),
                          '%s: %s printed %s, the next run %s' % (what, wanted, printed, told))
        quiet = run(self.suite, *self.args)
        self.suite.expect(quiet.out == '' and quiet.err == '', '%s: then %s' % (what, quiet))
        self.runs += stored + 2
        self.found['before the commit' if not stored else 'after the end' if killed.status >= 0
                   else 'between commit and note' if told else 'after the note'] += 1


def killed_at_random_moments(suite):
    """No result is lost or doubled, and no message: but those of the killed run may come again."""
    with Server() as server, state_file() as file:
        killed = Killed(suite, server, file)
        for number in range(KILLS):
            killed.round(number)
        print('note %d kills: %s' % (KILLS, dict(killed.found)), flush=True)


def killed_while_it_creates_the_file(suite):
    with Server() as server, state_file() as file:
        args = ['--state', file, server.url('/ok')]
        took = run(suite, *args).seconds
        chance = random.Random(suite.seed)
        for number in range(max(5, KILLS // 4)):
            shutil.rmtree(os.path.dirname(file))
            os.mkdir(os.path.dirname(file))
            with Running(suite, *args) as running:
                running.has_ended(chance.uniform(0, took))
                running.signal(signal.SIGKILL)
                running.end()
            ran = run(suite, *args)
            suite.expect_end('kill %d' % number, ran, 0)
            suite.expect(query(file, 'PRAGMA integrity_check') == [('ok',)], 'kill %d' % number)


def ten_at_once(suite):
    """They create the file together, and write at the same time: each result is there once."""
    with LoadServer(1) as server, state_file() as file:
        urls = [server.url('/ok/%d' % number) for number in range(20)]
        for turn in (1, 2):
            urls[0] = server.url('/gather/%d/0/' % AT_ONCE)
            with contextlib.ExitStack() as stack:
                all_runs = [stack.enter_context(Running(suite, '-s', '--state', file,
                                                        stdin=lines(urls)))
                            for _ in range(AT_ONCE)]
                for running in all_runs:
                    suite.expect_end('turn %d' % turn, running.end(), 0)
            suite.expect(expect_whole(suite, 'turn %d' % turn, file) == turn * AT_ONCE, 'results')
            suite.expect(query(file, 'SELECT count(*) FROM url') == [(20,)], 'URLs')
            # A result has 3 bytes, the first of the day and those after a pause up to 2 more.
            found = query(file, 'SELECT min(length(samples)), max(length(samples)) FROM day')
            suite.expect(3 * turn * AT_ONCE <= found[0][0] and
                         found[0][1] <= 3 * turn * AT_ONCE + 10, 'samples: %s' % found)


def interrupted(suite):
    """A signal: what is known is stored, UNKNOWN is not."""
    with Server() as server, state_file() as file:
        urls = [server.url('/ok'), server.url('/wait')]
        with Running(suite, '--state', file, '--parallel-max', '1', *urls) as running:
            server.await_requests(1, '/wait')
            running.signal(signal.SIGTERM)
            ran = running.end()
        suite.expect_end('SIGTERM', ran, 143)
        found = query(file, 'SELECT url, verdict, results FROM url')
        suite.expect(found == [(urls[0], 'OK', 1)], 'found %s' % found)


def deadline(suite):
    """The same, and with as many URLs as the output has verdicts of."""
    with Server() as server, state_file() as file:
        urls = [server.url('/ok'), server.url('/wait')]
        ran = run(suite, '--state', file, '--parallel-max', '1', '--deadline', '1', '--format',
                  'jsonl', *urls)
        known = [line['url'] for line in map(json.loads, ran.out.splitlines())
                 if line['verdict'] != 'UNKNOWN']
        suite.expect_end('deadline', ran, 4)
        found = query(file, 'SELECT url FROM url')
        suite.expect(found == [(url,) for url in known], 'found %s, not %s' % (found, known))


def locked(suite):
    """Another process that has locked the file is waited for, but not beyond the end of the run."""
    with Server() as server, state_file() as file:
        args = ['--state', file, server.url('/ok')]
        run(suite, *args)
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute('BEGIN IMMEDIATE')
            ran = run(suite, *args, '--deadline', '1')
            suite.expect(ran.out.startswith('OK '), 'printed %r' % ran.out)
            suite.expect_end('locked', ran, 3, "urlcheck: state file '%s': another process has "
                             'locked it for too long\n' % file)
            with Running(suite, *args) as running:
                server.await_requests(3)
                other.execute('ROLLBACK')
                suite.expect_end('then not locked any more', running.end(), 0)
        suite.expect(expect_whole(suite, 'then', file) == 2, 'results')


def signal_while_locked(suite):
    """A signal ends the wait for a lock early enough for all that is known to be printed."""
    with Server() as server, state_file() as file:
        urls = [server.url('/down'), server.url('/wait')]
        page = os.path.join(os.path.dirname(file), 'page.jsonl')
        run(suite, '--state', file, server.url('/ok'))
        reason = "urlcheck: state file '%s': another process has locked it for too long\n" % file
        server.down.add('/down')
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute('BEGIN IMMEDIATE')
            with Running(suite, '--state', file, '--changes', '--parallel-max', '1',
                         '--format', 'text', '--format', 'jsonl:' + page, *urls) as running:
                server.await_requests(1, '/wait')
                running.signal(signal.SIGTERM)
                ran = running.end()
            suite.expect(ran.out.startswith('DOWN'), 'before the end: printed %r' % ran.out)
            suite.expect_end('before the end', ran, 143, reason)
            with open(page) as opened:
                found = [json.loads(line)['verdict'] for line in opened]
            suite.expect(found == ['FAILED', 'UNKNOWN'], 'in the file: %s' % found)
            ours, its = os.pipe()
            with open(ours) as printed, Running(suite, '--state', file, urls[0],
                                                stdout=its) as running:
                os.close(its)
                printed.readline()  # now it waits for the lock, or will
                running.signal(signal.SIGINT)
                suite.expect_end('while it waits', running.end(), 130, reason)
        suite.expect(expect_whole(suite, 'then', file) == 1, 'results')


def not_opened_in_time(suite):
    """A lock that lets nobody read is waited for until the deadline at most."""
    with Server() as server, state_file() as file:
        run(suite, '--state', file, server.url('/ok'))
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute('BEGIN EXCLUSIVE')
            ran = run(suite, '--state', file, '--deadline', '0.1', server.url('/ok'))
        suite.expect_end('not opened', ran, 3, None)
        suite.expect(ran.err.startswith("urlcheck: state file '%s': another process" % file),
                     'not opened: %s' % ran.err)
        suite.expect_within(8, ran.seconds, 'not opened')


@contextlib.contextmanager
def small_disk(suite):
    """A folder on a disk of 256 KiB, in this program's own mount namespace."""
    if suite.outside:
        raise Skip(suite.outside)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=256k,mode=755', 'tmpfs', folder],
                       check=True)
        try:
            yield folder
        finally:
            subprocess.run(['umount', '-l', folder], check=True)


def fill(folder):
    with open(os.path.join(folder, 'filler'), 'wb', 0) as file:
        with contextlib.suppress(OSError):
            while True:
                file.write(b'x' * 4096)


def expect_failure(suite, what, ran, file, *reasons):
    """One of these reasons."""
    suite.expect(ran.out.startswith('OK '), '%s: printed %r' % (what, ran.out))
    suite.expect(ran.err in ["urlcheck: state file '%s': %s\n" % (file, reason)
                             for reason in reasons], '%s: %s' % (what, ran.err))
    suite.expect_end(what, ran, 3, None)


def full_disk(suite):
    with Server() as server, small_disk(suite) as folder:
        file = os.path.join(folder, 'state.db')
        args = ['--state', file, server.url('/ok')]
        full = 'No space left on device'
        fill(folder)
        expect_failure(suite, 'new', run(suite, *args), file, full)
        os.unlink(os.path.join(folder, 'filler'))
        suite.expect_end('with space again', run(suite, *args), 0)
        fill(folder)
        expect_failure(suite, 'existing', run(suite, *args), file, full)
        ran = run(suite, *args, '--changes')
        suite.expect(ran.out == '', 'with --changes: %r' % ran.out)
        suite.expect(expect_whole(suite, 'full', file) == 1, 'results')
        os.unlink(os.path.join(folder, 'filler'))
        suite.expect_end('with space once more', run(suite, *args), 0)
        suite.expect(expect_whole(suite, 'in the end', file) == 2, 'results')


def file_size_limit(suite):
    """As on a full disk: ulimit -f."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    with Server() as server, state_file() as file:
        args = ['--state', file, server.url('/ok')]
        reasons = 'File too large', 'a write failed (is there space, a quota, a limit?)'
        expect_failure(suite, 'new', run(suite, *args, prepare=limit), file, *reasons)
        suite.expect_end('without the limit', run(suite, *args), 0)
        expect_failure(suite, 'existing', run(suite, *args, prepare=limit), file, *reasons)
        suite.expect(expect_whole(suite, 'then', file) == 1, 'results')


def read_only_disk(suite):
    with Server() as server, small_disk(suite) as folder:
        file = os.path.join(folder, 'state.db')
        args = ['--state', file, server.url('/ok')]
        run(suite, *args)
        subprocess.run(['mount', '-o', 'remount,ro', folder], check=True)
        expect_failure(suite, 'existing', run(suite, *args), file, 'Read-only file system')
        args[1] = os.path.join(folder, 'other.db')
        expect_failure(suite, 'new', run(suite, *args), args[1], 'Read-only file system')


def as_nobody():
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def read_only_files(suite):
    """As a user who is not root."""
    if os.geteuid() != 0 or subprocess.run([suite.urlcheck, '-V'], preexec_fn=as_nobody,
                                           stdout=subprocess.DEVNULL).returncode:
        raise Skip('no other user can run %s' % suite.urlcheck)
    with Server() as server, state_file() as file:
        folder = os.path.dirname(file)
        os.chown(folder, NOBODY, NOBODY)
        args = ['--state', file, server.url('/ok')]
        suite.expect_end('writable', run(suite, *args, prepare=as_nobody), 0)
        os.chmod(file, 0o400)
        expect_failure(suite, 'file', run(suite, *args, prepare=as_nobody), file,
                       'it may not be read and written by this user')
        os.chmod(file, 0o600)
        os.chmod(folder, 0o500)
        expect_failure(suite, 'folder', run(suite, *args, prepare=as_nobody), file,
                       'its folder is read-only, and needs a second file there')


def canary(suite):
    """If the network here is down, nothing is touched, even if results came before."""
    with Server() as server, state_file() as file:
        args = ['--state', file, '--changes', server.url('/a'), server.url('/b')]
        run(suite, *args)
        with open(file, 'rb') as opened:
            before = opened.read()
        server.down |= {'/b', '/canary'}
        ran = run(suite, *args, '--canary', server.url('/canary'))
        suite.expect(ran.status == 3 and ran.out == '', 'canary: %s' % (ran,))
        with open(file, 'rb') as opened:
            suite.expect(opened.read() == before, 'the file has changed')


def output_that_fails(suite):
    """Changes that could not be printed are printed by the next run."""
    with Server() as server, state_file() as file:
        args = ['--state', file, '--changes', server.url('/a')]
        run(suite, *args)
        server.down.add('/a')
        with open('/dev/full', 'w') as full:
            ran = run(suite, *args, stdout=full)
        suite.expect_end('full', ran, 3, 'urlcheck: cannot write standard output: '
                         'No space left on device\n')
        ran = run(suite, *args)
        suite.expect(ran.out.startswith('DOWN') and ran.status == 1, 'then: %s' % (ran,))
        suite.expect(run(suite, *args).out == '', 'then once more')


def main():
    suite = Suite(__doc__)
    print('seed %d' % suite.seed, flush=True)
    suite.run(killed_at_random_moments, killed_while_it_creates_the_file, ten_at_once, interrupted,
              deadline, locked, signal_while_locked, not_opened_in_time, full_disk, file_size_limit, read_only_disk, read_only_files, canary,
              output_that_fails)


if __name__ == '__main__':
    main()
