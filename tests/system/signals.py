#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SIGINT, SIGTERM and SIGHUP at any moment: urlcheck ends within 2 s, with a record for every URL.

    signals.py [--urlcheck PATH] [--only WORD] [--seed N]
"""

import collections
import fcntl
import itertools
import os
import random
import signal
import struct
import subprocess
import tempfile
import termios
import time
from concurrent.futures import ThreadPoolExecutor

from support import records
from support.load_server import LoadServer
from support.records import ok
from support.running import SIGNALS, Running, lines
from support.suite import Suite

from hazard.spawn import HazardServer

AT_ONCE = 4
END_S = 2
MOMENTS = 50
LATEST_S = 0.6
LONG = 75000
UNREAD = 'urlcheck: interrupted: the list was not read to its end\n'
F_SETPIPE_SZ = 1031  # fcntl has it since Python 3.10

# The mixed list: good and bad, fast and stalled, with TLS and without.
# (listener, path, class if it is not interrupted, number of URLs)
MIXED = [
    ('http', '/ok?', '', 8), ('https', '/ok?', '', 8), ('http', '/slow/0.2?', '', 4),
    ('https', '/slow/0.3?', '', 6), ('https', '/status/404?', 'http-4xx', 3),
    ('http', '/redirect/5?', '', 4), ('refused', '/', 'refused', 3),
    ('tls-expired', '/ok?', 'cert-expired', 2),
    ('http', '/head-silent?', 'stalled', 4), ('https', '/tls-stalled?', 'stalled', 4),
    ('http', '/body-dripping?', 'stalled', 3), ('https', '/body-stalled-tls?', 'stalled', 3),
    ('tls-silent', '/', 'stalled', 3), ('tls-dripping', '/', 'stalled', 2),
    ('never-accepts', '/', 'stalled', 3), ('http', '/head-dripping?', 'stalled', 3),
]

Moment = collections.namedtuple('Moment', 'number signal after_record delay order')


class MixedList:
    def __init__(self, hazard):
        self.ca = hazard.about['ca']
        self.kinds = {'%s%s%d' % (hazard.about['urls'][on], path, number): kind
                      for on, path, kind, count in MIXED for number in range(count)}

    def shuffled(self, order):
        return random.Random(order).sample(list(self.kinds), len(self.kinds))


def moments(seed):
    chance = random.Random(seed)
    for number in range(MOMENTS):
        yield Moment(number, list(SIGNALS)[number % 3], number % 4 > 1,
                     chance.uniform(0, LATEST_S), chance.random())


def interrupt(running, number):
    """Sends the signal. Returns whether urlcheck already handled signals, and the time of the
    signal since the start."""
    ready = running.blocks(number)
    at = time.monotonic() - running.begin
    running.signal(number)
    return ready, at


def judge_end(suite, what, ran, number, ready, at, err=''):
    """Returns whether there are records to judge: not if the signal came before urlcheck handled
    it."""
    took = ran.seconds - at
    suite.expect_within(END_S, took, what)
    suite.worst = max(suite.worst, took)
    if not ready and ran.status == -number:
        return not suite.expect(not ran.out, '%s: killed after it had printed' % what)
    suite.expect_end(what, ran, SIGNALS[number], err)
    return True


def random_moments(suite):
    """With TLS, and with URLs that stall longer than the latest signal."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for moment, ran, ready, at in pool.map(lambda moment: at_moment(suite, moment),
                                               moments(suite.seed)):
            what = 'seed %d, %s' % (suite.seed, tuple(moment))
            if judge_end(suite, what, ran, moment.signal, ready, at):
                judge_mixed(suite, what, moment, ran)
    print('the slowest end: %.2f s after the signal' % suite.worst, flush=True)


def at_moment(suite, moment):
    urls = suite.mixed.shuffled(moment.order)
    with Running(suite, '--format', 'jsonl', '--cacert', suite.mixed.ca, '-m', '99',
                 '--unordered', stdin=lines(urls), stdout=subprocess.PIPE) as running:
        first = running.stdout.readline() if moment.after_record else b''
        time.sleep(moment.delay)
        ready, at = interrupt(running, moment.signal)
        ran = running.end()
        return moment, ran._replace(out=first.decode() + ran.out), ready, at


def judge_mixed(suite, what, moment, ran):
    found = records.parse(ran.out)
    counts = collections.Counter(record.url for record in found)
    wrong = {url: counts[url] for url in set(counts) | set(suite.mixed.kinds)
             if counts[url] != (url in suite.mixed.kinds)}
    suite.expect(not wrong, '%s: wrong numbers of records: %s' % (what, wrong))
    for record in found:
        kind = suite.mixed.kinds.get(record.url)
        if record.kind != 'cancelled' and record.kind != kind:
            suite.expect(False, '%s: %s' % (what, tuple(record)))


def long_list(suite):
    """Every line of a file has one record, in order, including lines that were not read yet. On a
    busy machine, a run that used most of its 2 s may end earlier in the list, but not all runs."""
    urls = [suite.server.url('/wait/0.01/%d' % number, number % 4 + 1) for number in range(LONG)]
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 'list')
        with open(path, 'wb') as file:
            file.write(lines(urls))
        complete = 0
        for number in range(6):
            what, sent = 'run %d of seed %d' % (number, suite.seed), list(SIGNALS)[number % 3]
            with Running(suite, '-i', path) as running:
                time.sleep(random.Random(suite.seed + number).uniform(0.1, LATEST_S))
                ready, at = interrupt(running, sent)
                ran = running.end()
            may_be_cut = not suite.strict and ran.seconds - at > END_S / 2
            err = UNREAD if may_be_cut and ran.err == UNREAD else ''
            if judge_end(suite, what, ran, sent, ready, at, err):
                complete += judge_long(suite, what, urls, ran, may_be_cut)
        suite.expect(complete, 'no run had a record for every line')


def judge_long(suite, what, urls, ran, may_be_cut):
    """Returns whether the run has a record for every line."""
    found = records.parse(ran.out)
    wrong = records.difference([record.url for record in found],
                               urls[:len(found)] if may_be_cut else urls)
    suite.expect(not wrong, '%s: %s' % (what, wrong))
    kinds = collections.Counter(record.kind for record in found)
    suite.expect(set(kinds) <= {'', 'cancelled'} and (kinds['cancelled'] or may_be_cut),
                 '%s: classes %s' % (what, dict(kinds)))
    return len(found) == len(urls)


def open_standard_input(suite):
    """Each line that was written to the pipe has its record. A line without its newline has none:
    its writer may have been interrupted too. The pipe stays open, or its writer ends."""
    urls = [suite.server.url('/ok/%d' % number) for number in range(20)]
    for number in range(6):
        half = '' if number % 3 else suite.server.url('/ok/half')
        ours, sent = os.pipe(), list(SIGNALS)[number % 3]
        with Running(suite, '--format', 'jsonl', stdin=ours[0], stdout=subprocess.PIPE) as running:
            os.close(ours[0])
            os.write(ours[1], lines(urls) + half.encode())
            first = [running.stdout.readline().decode() for _ in urls[number:]]
            ready, at = interrupt(running, sent)
            if number % 2:
                os.close(ours[1])
            ran = running.end()
        if not number % 2:
            os.close(ours[1])
        what = 'run %d' % number
        if judge_end(suite, what, ran, sent, ready, at):
            found = records.parse(''.join(first) + ran.out)
            suite.expect([record.url for record in found] == urls, '%s: %s' % (what, found))


def silent_input(suite):
    """A silent standard input, or a named pipe without a writer: a signal ends urlcheck at any time
    from its start."""
    with tempfile.TemporaryDirectory() as directory:
        fifo = os.path.join(directory, 'fifo')
        os.mkfifo(fifo)
        for number, args, is_ready in itertools.product(
                SIGNALS, ([], ['-i', fifo], ['-i', '-']), (False, True)):
            ours = os.pipe()
            with Running(suite, *args, stdin=ours[0]) as running:
                os.close(ours[0])
                if is_ready:
                    running.wait_until_it_blocks(number)
                ready, at = interrupt(running, number)
                ran = running.end()
            os.close(ours[1])
            what = '%s, after it blocked the signal: %s' % (args, is_ready)
            judge_end(suite, what, ran, number, ready, at)
            suite.expect(ran.out == '', '%s: printed %s' % (args, ascii(ran.out)))


def blocked_by_its_reader(suite, *args):
    """urlcheck, blocked on a full pipe as standard output, as with less."""
    urls = [suite.server.url('/ok/%d' % number, number % 4 + 1) for number in range(500)]
    running = Running(suite, *args, stdin=lines(urls), stdout=subprocess.PIPE)
    fcntl.fcntl(running.stdout, F_SETPIPE_SZ, 4096)
    before, since = 0, time.monotonic()
    while before == 0 or time.monotonic() < since + 0.1:
        now = bytes_in(running.stdout)
        if now != before:
            before, since = now, time.monotonic()
        if running.has_ended(0.01):
            break
    return running


def bytes_in(pipe):
    return struct.unpack('i', fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


def reader_that_does_not_read(suite):
    for number, status in SIGNALS.items():
        with blocked_by_its_reader(suite) as running:
            running.signal(number)
            suite.expect(running.has_ended(suite.allowed(END_S)),
                         'signal %d: it waits for the reader' % number)
            running.signal(signal.SIGKILL)
            ran = running.end()
            suite.expect(ran.status == status, 'signal %d: exit status %d' % (number, ran.status))


def second_signal_ends_at_once(suite):
    """After the first signal, urlcheck still waits for a reader that does not read. A further SIGHUP
    does not count: the kernel and the shell both send one when a terminal is closed."""
    for first, second in itertools.product(SIGNALS, SIGNALS):
        if first == second == signal.SIGHUP:
            continue
        with blocked_by_its_reader(suite) as running:
            running.signal(first)
            running.has_ended(0.1)
            running.signal(second)
            suite.expect(running.has_ended(suite.allowed(0.2)),
                         '%d, then %d: it continues' % (first, second))
            running.signal(signal.SIGKILL)
            ran = running.end()
            suite.expect(ran.status in (SIGNALS[first], SIGNALS[second]),
                         '%d, then %d: exit status %d' % (first, second, ran.status))


def no_temporary_file_is_left(suite):
    """After a second signal, or one signal that it cannot obey in time."""
    for count, number in itertools.product((1, 2), SIGNALS):
        what = '%d times signal %d' % (count, number)
        with tempfile.TemporaryDirectory() as directory:
            target = os.path.join(directory, 'out.jsonl')
            with open(target, 'w') as file:
                file.write('old')
            with blocked_by_its_reader(suite, '--format', 'text',
                                       '--format', 'jsonl:' + target) as running:
                suite.expect(len(os.listdir(directory)) == 2,
                             '%s: before: %s' % (what, os.listdir(directory)))
                for _ in range(count):
                    running.signal(number)
                    running.has_ended(0.1)
                suite.expect(running.has_ended(suite.allowed(END_S)), '%s: it did not end' % what)
                running.signal(signal.SIGKILL)
                suite.expect(running.end().status == SIGNALS[number], '%s: exit status' % what)
            with open(target) as file:
                suite.expect(file.read() == 'old', '%s: the file was replaced' % what)
            suite.expect(os.listdir(directory) == ['out.jsonl'],
                         '%s: left: %s' % (what, os.listdir(directory)))


def endless_input_without_urls(suite):
    """urlcheck reads it until the signal, and not after it."""
    for args, number in zip((['-i', '/dev/zero'], ['-0', '-i', '/dev/zero']), SIGNALS):
        with Running(suite, *args) as running:
            running.wait_until_it_blocks(number)
            ready, at = interrupt(running, number)
            if suite.expect(running.has_ended(suite.allowed(END_S)),
                            '%s: it continues to read' % args):
                ran = running.end()
                judge_end(suite, str(args), ran, number, ready, at, UNREAD)


def closed_terminal(suite):
    """The terminal of urlcheck is closed, as when a connection of ssh breaks: the kernel sends
    SIGHUP, and writing to the terminal fails. The file has a record for every URL."""
    urls = [suite.server.url('/ok/closed'), suite.server.url('/wait/60/closed'),
            suite.server.url('/ok/closed-2')]
    with tempfile.TemporaryDirectory() as directory:
        target = os.path.join(directory, 'out.jsonl')
        master, terminal = os.openpty()
        with Running(suite, '--parallel-max', '2', '--format', 'text', '--format',
                     'jsonl:' + target, stdin=lines(urls), stdout=terminal,
                     prepare=take_terminal) as running:
            os.close(terminal)
            os.read(master, 1)
            os.close(master)
            ran = running.end()
        suite.expect_end('closed terminal', ran, 129)
        suite.expect(os.listdir(directory) == ['out.jsonl'], 'left: %s' % os.listdir(directory))
        with open(target) as file:
            found = {record.url: record for record in records.parse(file.read())}
        suite.expect(set(found) == set(urls) and found[urls[0]] == ok(urls[0]) and
                     found[urls[1]].verdict == 'UNKNOWN', 'records: %s' % found)


def take_terminal():
    os.setsid()
    fcntl.ioctl(1, termios.TIOCSCTTY, 0)


def hangup_under_nohup(suite):
    urls = [suite.server.url('/wait/0.5/%d' % number) for number in range(4)]
    with Running(suite, '--format', 'jsonl', stdin=lines(urls), prepare=ignore_sighup) as running:
        running.wait_until_it_blocks(signal.SIGTERM)
        running.signal(signal.SIGHUP)
        running.signal(signal.SIGHUP)
        ran = running.end()
    suite.expect_records('SIGHUP', ran, [ok(url) for url in urls])


def ignore_sighup():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def ignored_interrupts_stay_ignored(suite):
    """As under nohup, and in background jobs of a shell without job control."""
    urls = [suite.server.url('/wait/0.5/%d' % number) for number in range(4)]
    with Running(suite, '--format', 'jsonl', stdin=lines(urls), prepare=ignore_sigint) as running:
        running.wait_until_it_blocks(signal.SIGTERM)
        running.signal(signal.SIGINT)
        running.signal(signal.SIGINT)
        ran = running.end()
    suite.expect_records('SIGINT', ran, [ok(url) for url in urls])
    with Running(suite, '--format', 'jsonl', stdin=lines(urls), prepare=ignore_sigint) as running:
        running.wait_until_it_blocks(signal.SIGTERM)
        running.signal(signal.SIGINT)
        ready, at = interrupt(running, signal.SIGTERM)
        ran = running.end()
    judge_end(suite, 'SIGTERM', ran, signal.SIGTERM, ready, at)
    suite.expect(ran.out.count('"cancelled"') == 4, 'SIGTERM: ' + ran.out)


def ignore_sigint():
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def main():
    suite = Suite(__doc__)
    suite.worst = 0
    print('seed %d' % suite.seed, flush=True)
    with HazardServer() as hazard, LoadServer(4) as suite.server:
        suite.mixed = MixedList(hazard)
        suite.run(random_moments, long_list, open_standard_input, silent_input,
                  endless_input_without_urls, reader_that_does_not_read,
                  second_signal_ends_at_once, no_temporary_file_is_left,
                  closed_terminal, hangup_under_nohup, ignored_interrupts_stay_ignored)


if __name__ == '__main__':
    main()
