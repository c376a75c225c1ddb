#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--history: numbers, speed and size with many results; its formats in other programs; files of others.

    history.py [--urlcheck PATH] [--only WORD] [--strict]
"""

import csv
import io
import json
import os
import random
import re
import shutil
import sqlite3
import tempfile
import time
from datetime import datetime, timezone

from pages import expect_valid
from readers import expect_equal, need, read
from support import hostile_list, records
from support.running import Running, run
from support.state_file import DAY_S, Sample, StateFile, pack
from support.suite import Skip, Suite

from hazard.spawn import HazardServer

FORMATS = ('text', 'jsonl', 'json', 'csv', 'html')
USER = 65534
STEP_S = 300


def history(suite, path, *args):
    """The objects of --history --format jsonl."""
    ran = run(suite, '--state', path, '--format', 'jsonl', *args)
    suite.expect_end(' '.join(args), ran, 0)
    return [records.strict_json(line) for line in ran.out.splitlines(True)]


def seconds(date):
    return int(datetime.strptime(date, '%Y-%m-%dT%H:%M:%SZ')
               .replace(tzinfo=timezone.utc).timestamp())


# Numbers: a model that marks each second, and knows nothing of how urlcheck does it.

class Model:
    """A random URL: results with gaps, outages, maintenance. Seconds count from `begin`."""

    def __init__(self, seed, begin, end):
        self.random = random.Random(seed)
        self.begin, self.end = begin, end
        step = self.random.choice((60, 300, 600, 3600))
        second = begin + self.random.randrange(DAY_S)
        self.samples, self.outages, down_since = [], [], None
        while second < end:
            fails = self.random.random() < (0.5 if down_since else 0.01)
            if fails and not down_since and self.random.random() < 0.7:
                down_since = second
            elif not fails and down_since:
                self.outages.append((down_since, second))
                down_since = None
            self.samples.append(Sample(
                second, 'FAILED' if fails else self.random.choice(('OK', 'OK', 'WARN', 'FLAKY')),
                int(self.random.lognormvariate(11, 1)), self.random.random() < 0.02))
            second += step + 2 * self.random.randrange(2)  # 2.5 intervals are whole seconds
            if self.random.random() < 0.005:
                second += 2 * self.random.randrange(10 * step)
        if down_since:
            self.outages.append((down_since, None))
        self.times = [sample.second for sample in self.samples]

    def write(self, file, number):
        file.add_url(number, self.samples[0].second, self.samples[-1].second)
        file.add_samples(number, self.samples)
        for begin, end in self.outages:
            file.add_outage(number, begin, end)

    def valid_until(self, index):
        times = self.times
        first = max(0, min(index - 20, len(times) - 21))
        known = times[first:first + 21]
        gaps = sorted(b - a for a, b in zip(known, known[1:]))
        until = times[index] + int(gaps[len(gaps) // 2] * 2.5)
        return min([until, *times[index + 1:index + 2]])

    def is_in_outage(self, second):
        return any(begin <= second and (end is None or second < end)
                   for begin, end in self.outages)

    def sums(self, start, to):
        """(up, down, maintenance, unknown) in seconds."""
        start = max(start, self.samples[0].second)
        marks = bytearray(b'?' * (to - start))

        def mark(begin, end, letter, only):
            begin, end = max(begin, start) - start, min(end, to) - start
            if end > begin:
                marks[begin:end] = marks[begin:end].translate(
                    bytes.maketrans(only, letter * len(only)))

        for index, sample in enumerate(self.samples):
            mark(sample.second, self.valid_until(index),
                 b'm' if sample.is_maintenance else b'u', b'?')
        for begin, end in self.outages:
            mark(begin, end or to, b'd', b'u')
        return tuple(marks.count(letter) for letter in b'udm?')

    def expect(self, suite, got):
        start, to = seconds(got['from']), seconds(got['to'])
        period = [sample for sample in self.samples if start <= sample.second <= to]
        wanted = self.sums(start, to)
        for name, sum_s in zip(('up', 'down', 'maintenance', 'unknown'), wanted):
            # The period ends within a second.
            suite.expect(abs(got[name] - sum_s) <= 2, '%s: %s is %s, not %s' % (
                got['url'], name, got[name], sum_s))
        counted = got['up'] + got['down']
        share = int(got['up'] / counted * 10000 + 1e-9) / 100 if counted else None
        suite.expect(got['uptime'] == share, '%s: uptime' % got)
        suite.expect(got['checks'] in (len(period), len(period) - 1), '%s: checks' % got)
        blips = sum(sample.verdict == 'FAILED' and not sample.is_maintenance
                    and not self.is_in_outage(sample.second) for sample in period)
        suite.expect(blips - 1 <= got['blips'] <= blips, '%s: %d blips' % (got, blips))
        latencies = sorted(sample.latency for sample in period if sample.verdict != 'FAILED')
        for name, percent in (('p50', 50), ('p95', 95)):
            exact = latencies[(len(latencies) * percent + 99) // 100 - 1] / 1e6
            suite.expect(abs(got[name] - exact) < exact / 50, '%s: %s is not %g' % (
                got, name, exact))


def numbers_are_those_of_the_model(suite):
    now = int(time.time())
    models = [Model(suite.seed + number, now - 4 * DAY_S, now) for number in range(12)]
    path = os.path.join(suite.folder, 'model')
    with StateFile(suite, path) as file:
        for number, model in enumerate(models, 1):
            model.write(file, number)
    for period in ('2d', '10d'):
        got = history(suite, path, '--history', period)
        suite.expect(len(got) == len(models), '%s: %d URLs' % (period, len(got)))
        for one in got:
            models[int(one['url'].split('/')[-1]) - 1].expect(suite, one)
    suite.expect(any(one['blips'] for one in got) and any(one['outages'] for one in got),
                 'the model is too simple')


# Speed and size.

def month_of_500_urls(suite, path):
    """30 days of 500 URLs, every 5 minutes. Returns the number of results."""
    days = range(int(time.time()) // DAY_S - 30, int(time.time()) // DAY_S)
    latencies = [int(random.lognormvariate(11, 1)) for _ in range(DAY_S // STEP_S)]
    blobs = [pack(0, [Sample(second, 'OK', latencies[(second // STEP_S + shift) % len(latencies)])
                      for second in range(shift, DAY_S, STEP_S)]) for shift in range(50)]
    with StateFile(suite, path) as file:
        for number in range(1, 501):
            file.add_url(number, days[0] * DAY_S, int(time.time()))
            file.add_outage(number, days[number % 30] * DAY_S, days[number % 30] * DAY_S + 7200)
        for day in days:
            for number in range(1, 501):
                file.add_blob(number, day, blobs[number % 50])
    return len(days) * 500 * DAY_S // STEP_S


def thirty_days_of_500_urls_take_less_than_a_second(suite):
    path = os.path.join(suite.folder, 'month')
    count = month_of_500_urls(suite, path)
    for name in FORMATS:
        ran = run(suite, '--state', path, '--history', '31d', '--format', name)
        suite.expect_end(name, ran, 0)
        suite.expect(ran.out.count('http://host/') >= 500, '%s: %d URLs' % (
            name, ran.out.count('http://host/')))
        suite.expect_within(1, ran.seconds, name)
        print('%d results as %s: %.2f s, %d MiB of memory' % (count, name, ran.seconds,
                                                              ran.rss_kib / 1024))


def a_year_of_500_urls_fits_into_500_mib(suite):
    """As runs write it: a day's row grows by one result after the other."""
    path = os.path.join(suite.folder, 'year')
    with StateFile(suite, path) as file:
        for number in range(1, 101):
            file.add_url(number, 0, 0)
        file.database.commit()
        before = os.path.getsize(path)
        blobs = {number: b'' for number in range(1, 101)}
        for _ in range(DAY_S // STEP_S):
            for number in blobs:
                blobs[number] += b'\xac\x02\x12\x34'  # 300 seconds later
            file.database.executemany(
                'INSERT INTO day(url, day, samples) VALUES(?, 20787, ?) ON CONFLICT(url, day)'
                ' DO UPDATE SET samples = excluded.samples', blobs.items())
    # That four bytes are what urlcheck makes of it is tested in tests/unit/test_samples.c.
    each = (os.path.getsize(path) - before) / (100 * DAY_S // STEP_S)
    year_mib = each * 500 * 365 * DAY_S // STEP_S / 2 ** 20
    print('%.2f bytes a result, %d MiB a year' % (each, year_mib))
    suite.expect(year_mib < 500, '%d MiB' % year_mib)


# Readers.

def hostile_history(suite):
    """A file with the results of the hostile list, and the URLs that must be in it: [url, name]."""
    path = os.path.join(suite.folder, 'hostile')
    if not os.path.exists(path):
        with HazardServer() as server:
            items, _ = hostile_list.make(server.about['urls'])
        list_path = os.path.join(suite.folder, 'list')
        with open(list_path, 'wb') as file:
            file.write(items)
        # The server has gone: all are FAILED, and have outages with messages.
        suite.ran = run(suite, '-0', '-i', list_path, '--state', path, '--format', 'jsonl')
    wanted = [records.strict_json(line) for line in suite.ran.out.splitlines(True)]
    return path, [[one['url'], one['name']] for one in wanted if one['class'] != 'bad-input']


def print_in(suite, name, *args):
    path, wanted = hostile_history(suite)
    ran = run(suite, '--state', path, '--history', '30d', '--format', name, *args)
    suite.expect_end(name, ran, 0)
    return ran.out, wanted


def every_url_is_one_record_by_python(suite):
    out, wanted = print_in(suite, 'jsonl')
    lines = [records.strict_json(line) for line in out.splitlines(True)]
    suite.expect(len(wanted) > 40, '%d URLs' % len(wanted))
    expect_equal(suite, 'jsonl', [[one['url'], one['name']] for one in lines], wanted)
    suite.expect(all(len(one['outages']) == 1 for one in lines), 'outages')
    document = json.loads(print_in(suite, 'json')[0])
    # A run later the period is another one.
    expect_equal(suite, 'json', [[one['url'], one['outages'][0]['message']]
                                 for one in document['urls']],
                 [[one['url'], one['outages'][0]['message']] for one in lines])
    suite.expect(document['count'] == document['outages'] == len(wanted), 'counts')


def jsonl_by_jq(suite):
    need('jq')
    out, wanted = print_in(suite, 'jsonl')
    path = os.path.join(suite.folder, 'jsonl')
    with open(path, 'w') as file:
        file.write(out)
    rows = read('jq', '-c', '[.url, .name]', path).splitlines()
    expect_equal(suite, 'jq', [json.loads(row) for row in rows], wanted)


def csv_by_python(suite):
    out, wanted = print_in(suite, 'csv')
    rows = list(csv.reader(io.StringIO(out, newline=''), strict=True))
    suite.expect({len(row) for row in rows} == {len(rows[0])}, 'columns')
    header = rows[0]
    unmark = re.compile(r"^'(?=[=+@\t\r-])")
    expect_equal(suite, 'csv', [[unmark.sub('', row[0]), unmark.sub('', row[1])]
                                for row in rows[1:]],
                 [[url, name or ''] for url, name in wanted])
    suite.expect(all(row[header.index('outages')] == '1' for row in rows[1:]), 'outages')


def text_and_csv_are_lines(suite):
    out, wanted = print_in(suite, 'text')
    first = [line for line in out.splitlines() if not re.match(r' {8}\d', line)]  # no outage
    suite.expect(len(first) == len(wanted) and out.count('\n') == 2 * len(wanted),
                 'text: %d lines for %d URLs' % (out.count('\n'), len(wanted)))


def nothing_hostile_is_printed(suite):
    for name in FORMATS:
        text = print_in(suite, name)[0].replace('\r\n', '\n')
        found = records.HOSTILE.findall(text) + re.findall('##|^::|\ufffe|\uffff', text, re.M)
        suite.expect(not found, '%s: %a' % (name, found[:5]))
        suite.expect(records.SECRET not in text, '%s: a password' % name)


def page_by_vnu(suite):
    path = os.path.join(suite.folder, 'history.html')
    with open(path, 'w') as file:
        file.write(print_in(suite, 'html')[0])
    expect_valid(suite, path)


# Files.

def become_another_user():
    os.setgroups([])
    os.setgid(USER)
    os.setuid(USER)


def file_of_another_user(suite):
    """Readable, but neither the file nor its folder may be written."""
    if os.geteuid() != 0:
        raise Skip('only root can run urlcheck as another user')
    path, wanted = hostile_history(suite)
    folder = tempfile.mkdtemp(prefix='urlcheck-history-')
    try:
        os.chmod(folder, 0o755)
        copy = shutil.copy(path, folder)
        os.chmod(copy, 0o644)
        with Running(suite, '--state', copy, '--history', '30d', '--format', 'jsonl',
                     prepare=become_another_user) as running:
            ran = running.end()
        suite.expect_end('another user', ran, 0)
        suite.expect(ran.out.count('\n') == len(wanted), 'lines: %d' % ran.out.count('\n'))
        suite.expect(os.listdir(folder) == ['hostile'], 'files: %s' % os.listdir(folder))
        os.chmod(copy, 0o600)
        with Running(suite, '--state', copy, '--history', '30d',
                     prepare=become_another_user) as running:
            suite.expect(running.end().status == 3, 'a secret file was read')
    finally:
        shutil.rmtree(folder)


def a_run_that_writes_is_waited_for(suite):
    path, wanted = hostile_history(suite)
    database = sqlite3.connect(path, isolation_level=None)
    database.execute('BEGIN EXCLUSIVE')
    with Running(suite, '--state', path, '--history', '30d', '--format', 'jsonl') as running:
        suite.expect(not running.has_ended(0.2), 'it did not wait')
        database.execute('COMMIT')
        ran = running.end()
    database.close()
    suite.expect_end('waiting', ran, 0)
    suite.expect(ran.out.count('\n') == len(wanted), 'lines: %d' % ran.out.count('\n'))


def main():
    suite = Suite(__doc__)
    with tempfile.TemporaryDirectory(prefix='urlcheck-history-') as suite.folder:
        suite.run(numbers_are_those_of_the_model, thirty_days_of_500_urls_take_less_than_a_second,
                  a_year_of_500_urls_fits_into_500_mib, every_url_is_one_record_by_python,
                  jsonl_by_jq, csv_by_python, text_and_csv_are_lines, nothing_hostile_is_printed,
                  page_by_vnu, file_of_another_user, a_run_that_writes_is_waited_for)


if __name__ == '__main__':
    main()
