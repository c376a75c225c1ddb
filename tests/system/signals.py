#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SIGINT and SIGTERM at any moment: an end in 2 s, and a record for every URL.

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
from support.bulk import Bulk
from support.running import SIGNALS, Running, lines
from support.suite import Suite

from hazard.spawn import HazardServer

AT_ONCE = 4
END_S = 2
MOMENTS = 50
LATEST_S = 0.6
LONG = 75000
F_SETPIPE_SZ = 1031  # which Python's fcntl knows from 3.10 on

# What the mixed list is made of: good and bad, quick and stalled, with TLS and without.
# (listener, path, class when it comes to its end, how many)
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


class Mixed:
    def __init__(self, hazard):
        self.ca = hazard.about['ca']
        self.kinds = {'%s%s%d' % (hazard.about['urls'][on], path, number): kind
                      for on, path, kind, count in MIXED for number in range(count)}

    def shuffled(self, order):
        return random.Random(order).sample(list(self.kinds), len(self.kinds))


def moments(seed):
    chance = random.Random(seed)
    for number in range(MOMENTS):
        yield Moment(number, list(SIGNALS)[number % 2], number % 4 > 1,
                     chance.uniform(0, LATEST_S), chance.random())


def interrupt(running, number):
    """Sends the signal. Says whether urlcheck had begun to wait for signals;
    how long it took is in `ran.seconds - at`."""
    ready = running.blocks(number)
    at = time.monotonic() - running.begin
    running.signal(number)
    return ready, at


def judge_end(suite, what, ran, number, ready, at):
    """True where there are records to be judged."""
    took = ran.seconds - at
    suite.expect_within(END_S, took, what)
    suite.worst = max(suite.worst, took)
    if not ready and ran.status == -number:
        return not suite.expect(not ran.out, '%s: killed, and had begun' % what)
    suite.expect(ran.status == SIGNALS[number], '%s: exit status %d' % (what, ran.status))
    suite.expect(ran.err == '', '%s: on standard error: %s' % (what, ascii(ran.err)))
    return True


def at_random_moments(suite):
    """With TLS, and with URLs that stall for longer than any moment here."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for moment, ran, ready, at in pool.map(lambda moment: at_moment(suite, moment),
                                               moments(suite.seed)):
            what = 'seed %d, %s' % (suite.seed, tuple(moment))
            if judge_end(suite, what, ran, moment.signal, ready, at):
                judge_mixed(suite, what, moment, ran)
    print('the longest that it took to end: %.2f s' % suite.worst, flush=True)


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
    found = records.from_jsonl(ran.out)
    counts = collections.Counter(record.url for record in found)
    wrong = {url: counts[url] for url in set(counts) | set(suite.mixed.kinds)
             if counts[url] != (url in suite.mixed.kinds)}
    suite.expect(not wrong, '%s: so many records: %s' % (what, wrong))
    for record in found:
        kind = suite.mixed.kinds.get(record.url)
        if record.kind != 'cancelled' and record.kind != kind:
            suite.expect(False, '%s: %s' % (what, tuple(record)))


def with_a_list_longer_than_the_look_ahead(suite):
    """Every line of a file has one record, in order, those never read included."""
    urls = [suite.bulk.url('/wait/0.01/%d' % number, number % 4 + 1) for number in range(LONG)]
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 'list')
        with open(path, 'wb') as file:
            file.write(lines(urls))

        def one(number):
            with Running(suite, '-i', path) as running:
                time.sleep(random.Random(suite.seed + number).uniform(0.1, LATEST_S))
                ready, at = interrupt(running, list(SIGNALS)[number % 2])
                return list(SIGNALS)[number % 2], running.end(), ready, at
        with ThreadPoolExecutor(2) as pool:
            for number, (sent, ran, ready, at) in enumerate(pool.map(one, range(6))):
                what = 'run %d of seed %d' % (number, suite.seed)
                if judge_end(suite, what, ran, sent, ready, at):
                    judge_long(suite, what, urls, ran)


def judge_long(suite, what, urls, ran):
    found = records.from_text(ran.out)
    wrong = records.difference([record.url for record in found], urls)
    suite.expect(not wrong, '%s: %s' % (what, wrong))
    kinds = collections.Counter(record.kind for record in found)
    suite.expect(set(kinds) <= {'', 'cancelled'} and kinds['cancelled'],
                 '%s: classes %s' % (what, dict(kinds)))


def with_standard_input_left_open(suite):
    """Of what was written to the pipe each line has its record. The half line is
    no line yet; where it has a record all the same, it was not checked."""
    urls = [suite.bulk.url('/ok/%d' % number) for number in range(20)]
    for number in range(6):
        half = '' if number % 3 else suite.bulk.url('/ok/half')
        ours, sent = os.pipe(), list(SIGNALS)[number % 2]
        with Running(suite, '--format', 'jsonl', stdin=ours[0], stdout=subprocess.PIPE) as running:
            os.close(ours[0])
            os.write(ours[1], lines(urls) + half.encode())
            first = [running.stdout.readline().decode() for _ in urls[number:]]
            ready, at = interrupt(running, sent)
            ran = running.end()
        os.close(ours[1])
        what = 'run %d' % number
        if judge_end(suite, what, ran, sent, ready, at):
            found = records.from_jsonl(''.join(first) + ran.out)
            suite.expect([record.url for record in found[:20]] == urls,
                         '%s: %s' % (what, found))
            suite.expect(all(record.url == half and record.kind == 'cancelled'
                             for record in found[20:]), '%s: %s' % (what, found[20:]))


def with_nothing_to_read(suite):
    """Standard input that says nothing, and a named pipe that nobody writes to:
    from the very beginning on, a signal ends it."""
    with tempfile.TemporaryDirectory() as directory:
        fifo = os.path.join(directory, 'fifo')
        os.mkfifo(fifo)
        for number, args, listens in itertools.product(
                SIGNALS, ([], ['-i', fifo], ['-i', '-']), (False, True)):
            ours = os.pipe()
            with Running(suite, *args, stdin=ours[0]) as running:
                os.close(ours[0])
                if listens:
                    running.until_it_blocks(number)
                ready, at = interrupt(running, number)
                ran = running.end()
            os.close(ours[1])
            judge_end(suite, '%s, listening: %s' % (args, listens), ran, number, ready, at)
            suite.expect(ran.out == '', '%s: printed %s' % (args, ascii(ran.out)))


def blocked(suite, *args):
    """urlcheck, its standard output a pipe that is full: less, say, that shows a page."""
    urls = [suite.bulk.url('/ok/%d' % number, number % 4 + 1) for number in range(500)]
    running = Running(suite, *args, stdin=lines(urls), stdout=subprocess.PIPE)
    fcntl.fcntl(running.stdout, F_SETPIPE_SZ, 4096)
    before, since = 0, time.monotonic()
    while before == 0 or time.monotonic() < since + 0.1:
        now = waiting_in(running.stdout)
        if now != before:
            before, since = now, time.monotonic()
        if running.has_ended(0.01):
            break
    return running


def waiting_in(pipe):
    return struct.unpack('i', fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


def with_a_reader_that_does_not_read(suite):
    for number, status in SIGNALS.items():
        with blocked(suite) as running:
            running.signal(number)
            suite.expect(running.has_ended(suite.allowed(END_S)),
                         'signal %d: it waits for the reader' % number)
            running.signal(signal.SIGKILL)
            ran = running.end()
            suite.expect(ran.status == status, 'signal %d: exit status %d' % (number, ran.status))


def the_second_ends_it_at_once(suite):
    """Where the first has to be waited for, as the reader does not read."""
    for first, second in itertools.product(SIGNALS, SIGNALS):
        with blocked(suite) as running:
            running.signal(first)
            running.has_ended(0.1)
            running.signal(second)
            suite.expect(running.has_ended(suite.allowed(0.2)),
                         '%d, then %d: it goes on' % (first, second))
            running.signal(signal.SIGKILL)
            ran = running.end()
            suite.expect(ran.status in (SIGNALS[first], SIGNALS[second]),
                         '%d, then %d: exit status %d' % (first, second, ran.status))


def no_temporary_file_is_left(suite):
    """By a second signal, nor by one signal that it cannot obey in time."""
    for count, number in itertools.product((1, 2), SIGNALS):
        what = '%d times signal %d' % (count, number)
        with tempfile.TemporaryDirectory() as directory:
            target = os.path.join(directory, 'out.jsonl')
            with open(target, 'w') as file:
                file.write('old')
            with blocked(suite, '--format', 'text', '--format', 'jsonl:' + target) as running:
                suite.expect(len(os.listdir(directory)) == 2,
                             '%s: before: %s' % (what, os.listdir(directory)))
                for _ in range(count):
                    running.signal(number)
                    running.has_ended(0.1)
                suite.expect(running.has_ended(suite.allowed(END_S)), '%s: it goes on' % what)
                running.signal(signal.SIGKILL)
                suite.expect(running.end().status == SIGNALS[number], '%s: exit status' % what)
            with open(target) as file:
                suite.expect(file.read() == 'old', '%s: the file was replaced' % what)
            suite.expect(os.listdir(directory) == ['out.jsonl'],
                         '%s: left: %s' % (what, os.listdir(directory)))


def with_a_list_of_nothing(suite):
    """Input that never ends and never holds a URL is read for ever, and not after that."""
    for args, number in zip((['-i', '/dev/zero'], ['-0', '-i', '/dev/zero']), SIGNALS):
        with Running(suite, *args) as running:
            running.until_it_blocks(number)
            ready, at = interrupt(running, number)
            if suite.expect(running.has_ended(suite.allowed(END_S)), '%s: it reads on' % args):
                ran = running.end()
                unread = b'urlcheck: interrupted: the list was not read to its end\n'
                suite.expect(ran.err.encode() == unread if isinstance(ran.err, str)
                             else ran.err == unread, '%s: it was not said' % args)
                judge_end(suite, str(args), ran._replace(err=type(ran.err)()), number, ready, at)


def ignored_interrupts_stay_ignored(suite):
    """As under nohup, and in the background of a shell without job control."""
    urls = [suite.bulk.url('/wait/0.5/%d' % number) for number in range(4)]
    with Running(suite, '--format', 'jsonl', stdin=lines(urls), prepare=ignore) as running:
        running.until_it_blocks(signal.SIGTERM)
        running.signal(signal.SIGINT)
        running.signal(signal.SIGINT)
        ran = running.end()
    wanted = [records.Record(url, 'OK', 200, '') for url in urls]
    wrong = records.difference(records.from_jsonl(ran.out), wanted)
    suite.expect(not wrong and ran.status == 0, 'exit status %d, %s' % (ran.status, wrong))
    with Running(suite, '--format', 'jsonl', stdin=lines(urls), prepare=ignore) as running:
        running.until_it_blocks(signal.SIGTERM)
        running.signal(signal.SIGINT)
        ready, at = interrupt(running, signal.SIGTERM)
        ran = running.end()
    judge_end(suite, 'SIGTERM', ran, signal.SIGTERM, ready, at)
    suite.expect(ran.out.count('"cancelled"') == 4, 'SIGTERM: ' + ran.out)


def ignore():
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def main():
    suite = Suite(__doc__)
    suite.worst = 0
    print('seed %d' % suite.seed, flush=True)
    with HazardServer() as hazard, Bulk(4) as suite.bulk:
        suite.mixed = Mixed(hazard)
        suite.run(at_random_moments, with_a_list_longer_than_the_look_ahead,
                  with_standard_input_left_open, with_nothing_to_read,
                  with_a_list_of_nothing, with_a_reader_that_does_not_read,
                  the_second_ends_it_at_once, no_temporary_file_is_left,
                  ignored_interrupts_stay_ignored)


if __name__ == '__main__':
    main()
