#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--merge: the results of several runs as one answer.

    merge.py [--urlcheck PATH] [--only WORD]
"""

import collections
import contextlib
import itertools
import json
import os
import random
import re
import resource
import signal
import sqlite3
import statistics
import subprocess
import tempfile

from support import hostile_list
from support.running import Running, run
from support.suite import TESTS, Suite

from hazard.spawn import HazardServer

MAX_TIME_S = 3
# What only the run itself knows: when it began and ended, how many lines it did not check again, and hints.
RUN_FACTS = {
    'json': re.compile(r'"started_at":"[^"]*","ended_at":"[^"]*","elapsed":[0-9.e-]+,|"duplicates":\d+,'),
    'junit': re.compile(r'(?<=<testsuites )[^>]*|(?<=<testsuite )[^>]*'),
    'html': re.compile(r'<p>.*?</p>| <small>[^<]*</small>(?=</td></tr>)', re.S),
    'prometheus': re.compile(r'^urlcheck_(?:run|last)\S* .*$', re.M),
    'nagios': re.compile(r"'time'=\S+"),
    'markdown': re.compile(r'(?<=UTC, ).*'),
}
FORMATS = ('jsonl', 'csv', 'tap', 'text', 'markdown', 'badge', 'json', 'junit', 'html', 'prometheus',
           'nagios')
PLACES = 5


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def write(path, text):
    with open(path, 'w', encoding='utf-8', errors='surrogateescape') as file:
        file.write(text)
    return path


def lines_of(server):
    """A list that has every class but those above, and the usual attributes."""
    by_class = ['%s %s' % (hazard['url'], hazard['options'].replace('--', '').strip())
                if hazard['options'].count(' ') == 0 else hazard['url']
                for hazard in server.about['hazards']]
    urls = server.about['urls']
    return by_class + [
        urls['http'] + '/ok name="a, \\"name\\" & <more>" contains=ok header="X-Token: SECRET"',
        urls['http'] + '/ok user=me:SECRET',
        urls['http'].replace('http://', '') + '/ok',
        urls['http'] + '/redirect/2 warn-on-redirect',
        urls['http'] + '/status/404 warn=404',
        urls['http'] + '/ok max-latency=1ms name=slow',
        urls['https'] + '/ok cert-expiry=3650',
        urls['http'] + '/ok expect-header=X-Missing',
        'http://me:SECRET@no..host/', urls['http'] + '/\u202e\u00fc?\u00e4', 'ftp://host/', 'http://',
        urls['http'] + '/ok max-tiem=1', urls['http'] + '/ok max-time=x',
    ]


def outputs(folder, name):
    return [word for form in FORMATS
            for word in ('--format', '%s:%s/%s.%s' % (form, folder, name, form))]


def compare(suite, folder, what):
    """The files of a run, and those that --merge has made of its jsonl."""
    for form in FORMATS:
        once, merged = (read('%s/%s.%s' % (folder, name, form)) for name in ('run', 'merged'))
        if form in RUN_FACTS:
            once, merged = (RUN_FACTS[form].sub('', text) for text in (once, merged))
        differing = [pair for pair in itertools.zip_longest(once.split('\n'), merged.split('\n'))
                     if pair[0] != pair[1]]
        suite.expect(len(once) > 50 or form == 'badge', '%s: %s is empty' % (what, form))
        suite.expect(not differing, '%s: %s differs in %d lines, first %s'
                     % (what, form, len(differing), ascii(differing[:1])))


def run_merged_alone_is_itself(suite):
    """The jsonl of a run, merged, gives byte for byte what the run itself has written."""
    with HazardServer() as server, tempfile.TemporaryDirectory() as folder:
        lines = lines_of(server)
        write(folder + '/list', '\n'.join(lines) + '\n')
        everything = ['--cacert', server.about['ca'], '-m', str(MAX_TIME_S * suite.scale),
                      '--parallel-max', '1000', '--parallel-max-host', '0']
        urls = server.about['urls']
        with open(folder + '/hostile', 'wb') as file:
            file.write(hostile_list.make(urls)[0])
        runs = [
            ('every hazard', [*everything, '-i', folder + '/list'], 1),
            ('retries', ['--retry', '2', '--retry-delay', '1ms', '--confirm', '1', '--confirm-delay', '1ms',
                         *(urls['http'] + path for path in ('/flaky/1/503/a', '/flaky/4/0/b', '/flaky/9/503/c',
                                                            '/ok'))], 1),
            ('a deadline', ['--deadline', '300ms', '-m', '60', urls['http'] + '/ok', urls['http'] + '/head-silent'],
             4),
            ('a hostile list', ['-0', '-i', folder + '/hostile', '--cacert', server.about['ca']], 1),
        ]
        for what, args, status in runs:
            ran = run(suite, '--place', 'here', *args, *outputs(folder, 'run'))
            suite.expect_end(what, ran, status, None)
            merged = run(suite, '--merge', *outputs(folder, 'merged'), folder + '/run.jsonl')
            suite.expect_end(what + ', merged', merged, status)
            suite.expect(merged.out == ran.out, what + ': standard output differs')
            compare(suite, folder, what)
            lines = read(folder + '/run.jsonl').splitlines(True)
            if what == 'every hazard':
                every_class_is_kept(suite, [line for line in lines if '"class":"refused"' in line][0])


def causes():
    """The words of all classes, in their order."""
    return re.findall(r'X\(CAUSE_\w+, "([a-z0-9-]+)"', read(os.path.join(TESTS, '../include/base/cause.h')))


def every_class_is_kept(suite, line):
    """Also those that need a silent name server, an interrupt or a machine without resources."""
    lines = [line.replace('"refused"', '"%s"' % cause, 1).replace('"FAILED"', '"%s"' % verdict)
             .replace('"url":"', '"url":"%s.%s.' % (cause, verdict))
             for cause in causes() for verdict in ('WARN', 'FLAKY', 'FAILED', 'UNKNOWN')]
    ran = run(suite, '--merge', '--format', 'jsonl', stdin=''.join(lines).encode())
    suite.expect(ran.out == ''.join(lines), 'the lines of all classes have changed')


def result(url, place='a', verdict='OK', kind=None, time=0.25, minute=0, **fields):
    """A line of jsonl."""
    record = {'url': url, 'name': None, 'host': 'host.test', 'port': 80, 'verdict': verdict, 'class': kind,
              'message': kind and 'because', 'status': None if kind else 200, 'final_url': url,
              'time_total': time, 'started_at': '2026-11-30T10:%02d:00.000000Z' % minute,
              'source': {'file': 'stdin', 'line': 1}, 'place': place}
    record.update(fields)
    return json.dumps(record) + '\n'


def parts_are_the_whole(suite):
    """Shards, in any order, with one twice and one cut off, give the answer of one machine."""
    with HazardServer() as server, tempfile.TemporaryDirectory() as folder:
        hosts = ['127.0.%d.1' % number for number in range(1, 30)]
        port = server.about['urls']['http'].rsplit(':', 1)[1]
        lines = ['http://%s:%s/status/%d name=%d' % (host, port, status, number)
                 for number, (host, status) in enumerate(itertools.product(hosts, (200, 404, 503)))]
        write(folder + '/list', '\n'.join(lines) + '\n')
        whole = run(suite, '--format', 'csv', '-i', folder + '/list')
        parts = [folder + '/part%d' % number for number in range(1, 4)]
        for number, part in enumerate(parts, 1):
            write(part, run(suite, '--format', 'jsonl', '--shard', '%d/3' % number, '-i',
                            folder + '/list').out)
        lost = write(folder + '/lost', read(parts[1])[:-20])
        merged = run(suite, '--merge', '--expect', folder + '/list', '--format', 'csv', *parts[::-1], parts[0])
        times = re.compile(r'\d+\.\d{6}|\d{4}-\d\d-\d\dT[0-9:.]+Z|,(?=,)')
        suite.expect_end('parts', merged, 1)
        suite.expect(times.sub('', merged.out) == times.sub('', whole.out), 'the parts are not the whole')
        merged = run(suite, '--merge', '--expect', folder + '/list', lost, parts[2], parts[0])
        suite.expect_end('a cut part', merged, 3, None)
        suite.expect(merged.out.count('no result in the merged files') == 1
                     and len(merged.out.splitlines()) == len(lines), 'the URL of the cut line is not UNKNOWN')
        suite.expect(re.fullmatch(r'urlcheck: \S+lost:\d+: no result of urlcheck: no JSON, and its end is missing\n',
                                  merged.err), 'a cut part: ' + merged.err)


def wanted_of(places, min_places, causes_in_order):
    """What several results of a URL mean: verdict, class, place, time."""
    votes = [seen for seen in places if seen['class'] not in ('bad-input', 'local', 'deadline', 'cancelled')]
    failed = [seen for seen in votes if seen['verdict'] == 'FAILED']
    if not votes:
        return None
    if failed and len(failed) >= min(min_places, len(votes)):
        counts = collections.Counter(seen['class'] for seen in failed)
        most = max(counts.values())
        kind = next(cause for cause in causes_in_order if counts[cause] == most)
        verdict, group = 'FAILED', [seen for seen in failed if seen['class'] == kind]
    elif failed:
        verdict, kind = 'WARN', 'some-places'
        group = [seen for seen in votes if seen['verdict'] != 'FAILED']
    else:
        verdict = max((seen['verdict'] for seen in votes), key=('OK', 'WARN', 'FLAKY').index)
        group = [seen for seen in votes if seen['verdict'] == verdict]
        kind = group[0]['class']
    return verdict, kind, statistics.median_low(seen['time_total'] for seen in group)


def places_vote(suite):
    """Random results of five places, in random order, against a model."""
    chance = random.Random(suite.seed)
    kinds = [('OK', None)] * 5 + [('WARN', 'slow'), ('FLAKY', 'reset'), ('FAILED', 'refused'), ('FAILED', 'dns'),
                                  ('FAILED', 'http-5xx'), ('UNKNOWN', 'deadline'), ('UNKNOWN', 'local')]
    seen, lines, order = {}, [], causes()
    for number in range(2000):
        url = 'http://host.test/%d' % number
        for place in chance.sample('abcde', chance.randint(1, PLACES)):
            minutes = chance.sample(range(60), chance.randint(1, 2))
            results = [result(url, place, *chance.choice(kinds), chance.randint(1, 99) / 1000, minute)
                       for minute in minutes]
            known = [json.loads(line) for line in results if 'UNKNOWN' not in line]
            latest = max(known or map(json.loads, results), key=lambda one: one['started_at'])
            seen.setdefault(url, []).append(latest)
            lines += results
    chance.shuffle(lines)
    for min_places in (1, 2, 4):
        ran = run(suite, '--merge', '--format', 'jsonl', '--min-places', str(min_places),
                  stdin=''.join(lines).encode())
        records = {record['url']: record for record in map(json.loads, ran.out.splitlines())}
        suite.expect(len(records) == len(seen) == ran.out.count('\n'), '%d records' % len(records))
        for url, places in seen.items():
            judge_vote(suite, records[url], places, min_places, order)


def judge_vote(suite, record, places, min_places, causes_in_order):
    by_place = {one['place']: (one['verdict'], one['class'], one['time_total']) for one in record['seen_from']}
    if len(places) > 1:
        wanted = {one['place']: (one['verdict'], one['class'], one['time_total']) for one in places}
        suite.expect(by_place == wanted, '%s: seen_from %s, not %s' % (record['url'], by_place, wanted))
    wanted = wanted_of(places, min_places, causes_in_order)
    if not wanted:
        suite.expect(record['verdict'] == 'UNKNOWN', '%s: %s' % (record['url'], record))
        return
    verdict, kind, time = wanted
    suite.expect((record['verdict'], record['class']) == (verdict, kind), 'seed %d: %s %s, not %s: %s' % (suite.seed, record['verdict'], record['class'], wanted, places))
    suite.expect(record['time_total'] == time, 'seed %d: %s s, not %s: %s'
                 % (suite.seed, record['time_total'], time, places))


def write_many(folder, count):
    """A file with so many results that some are sorted on disk."""
    with open(folder + '/many', 'w') as file:
        file.writelines('{"url":"h/%d","verdict":"OK","status":200,"time_total":%d}\n' % (number, number % 10)
                        for number in range(count))
    return folder + '/many'


def memory_is_constant(suite):
    """300,000 results more take no memory that can be measured, and percentiles are right."""
    peaks = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for count in (200000, 500000):
            many = write_many(folder, count)
            for options in (('-q',), ('--format', 'jsonl:/dev/null')):
                ran = run(suite, '--merge', '--summary', '-q', *options, many)
                suite.expect_end('many', ran, 0, None)
                suite.expect('p50 4.000s' in ran.err and 'p99 9.000s' in ran.err, 'percentiles: ' + ran.err)
                peaks[options].append(ran.rss_kib)
    for options, (first, second) in peaks.items():
        grown = (second - first) * 1024
        suite.expect(grown < 10 * 300000, '%s: %.1f bytes for a result' % (options, grown / 300000))


def long_latencies_take_little_memory(suite):
    """A foreign file may have any: 20,000 different ones up to 4.6 days."""
    lines = ''.join('{"url":"h/%d","verdict":"OK","status":200,"time_total":%d}\n' % (number, number * 20)
                    for number in range(20000))
    few, many = (run(suite, '--merge', '-q', '--summary', stdin=text.encode())
                 for text in (lines.replace('0}', '0e-6}'), lines))
    suite.expect_end('long latencies', many, 0, None)
    suite.expect(re.search(r'p50 19998\d\.\d+s', many.err), 'percentiles: ' + many.err)
    grown = many.rss_kib - few.rss_kib
    suite.expect(grown < 16 << 10, '%d KiB for long latencies' % grown)


def allow_small_files_only():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 18, 1 << 18))


def temporary_files_are_needed(suite):
    """A line says where there is no room for them, and the exit status is 3. A report on standard
    output says so too; files stay as they were."""
    lines = ''.join(result('http://host.test/%d' % number) for number in range(3000))
    with tempfile.TemporaryDirectory() as folder:
        names = {form: write('%s/%s' % (folder, form), 'before') for form in ('jsonl', 'csv', 'json', 'junit', 'html')}
        badge = write(folder + '/badge', 'before')
        ran = run(suite, '--merge', '--format', 'nagios', '--format', 'badge:' + badge,
                  *(word for form, name in names.items() for word in ('--format', form + ':' + name)),
                  stdin=lines.encode(), prepare=allow_small_files_only)
        suite.expect_end('no room', ran, 3, None)
        suite.expect(re.fullmatch('urlcheck: cannot keep results in [^\n]*\n', ran.err), ran.err)
        suite.expect(ran.out.startswith('URLCHECK UNKNOWN - cannot keep results in'), 'nagios: ' + ran.out)
        suite.expect('"unknown"' in read(badge), 'badge: ' + read(badge))
        for form, name in names.items():
            suite.expect(read(name) == 'before', form + ': the file was replaced')
    ran = run(suite, '--merge', '--format', 'html', stdin=lines.encode(), prepare=allow_small_files_only)
    suite.expect('>cannot keep results in' in ran.out, 'the page does not say why it has no results')


@contextlib.contextmanager
def delivering(suite, *args):
    """A merge that has begun to print, and waits for the reader of standard output."""
    with Running(suite, '--merge', '--format', 'jsonl', *args, stdout=subprocess.PIPE) as running:
        suite.expect(running.stdout.read(1) == b'{', 'nothing is printed')
        yield running


def end_of(running):
    """Reads the rest of what it prints. The lines, but for the first byte, and what Running.end() returns."""
    rest = running.stdout.read()
    return rest.splitlines(), running.end()


def cut_temporary_files(running):
    """Makes the files without a name empty, so that they cannot be read. How many there were."""
    folder, count = '/proc/%d/fd' % running.pid, 0
    for name in os.listdir(folder):
        if os.readlink('%s/%s' % (folder, name)).endswith(' (deleted)'):
            with open('%s/%s' % (folder, name), 'r+b') as file:
                file.truncate(0)
            count += 1
    return count


def count_urls(state):
    with contextlib.closing(sqlite3.connect(state)) as database:
        return database.execute('SELECT count(*) FROM url').fetchone()[0]


def failure_of_temporary_files_is_reported_once(suite):
    """What cannot be read again ends the merge, with one message. No result comes into the state file."""
    with tempfile.TemporaryDirectory() as folder:
        state = folder + '/state'
        with delivering(suite, '--state', state, write_many(folder, 400000)) as running:
            suite.expect(cut_temporary_files(running) > 1, 'nothing was sorted on disk')
            printed, ran = end_of(running)
        suite.expect(ran.status == 3, 'exit status %d' % ran.status)
        suite.expect(re.fullmatch('urlcheck: cannot (read|sort) results in [^\n]*\n', ran.err), ascii(ran.err[:500]))
        suite.expect(len(printed) < 400000, 'it did not fail')
        suite.expect(count_urls(state) == 0, '%d results are remembered' % count_urls(state))


def changed_list_is_reported_once(suite):
    """The list of --expect becomes shorter while it is delivered."""
    with tempfile.TemporaryDirectory() as folder:
        name = write(folder + '/list', ''.join('h/%d\n' % number for number in range(100000)))
        with delivering(suite, '--expect', name, '/dev/null') as running:
            os.truncate(name, 0)
            _, ran = end_of(running)
        suite.expect(ran.status == 3, 'exit status %d' % ran.status)
        suite.expect(ran.err == 'urlcheck: the list of --expect has changed\n', ascii(ran.err[:500]))


def signal_ends_the_merge(suite):
    """No file is replaced by half of an answer."""
    with tempfile.TemporaryDirectory() as folder:
        name = write(folder + '/csv', 'before')
        with delivering(suite, '--format', 'csv:' + name, write_many(folder, 100000)) as running:
            running.signal(signal.SIGTERM)
            printed, ran = end_of(running)
        suite.expect(ran.status == 143, 'exit status %d' % ran.status)
        suite.expect(len(printed) < 100000 and read(name) == 'before', 'the merge went on')


def file_that_cannot_be_written_is_reported(suite):
    ran = run(suite, '--merge', '-o', '/dev/full', stdin=result('http://host.test/').encode())
    suite.expect_end('full', ran, 3, None)
    suite.expect('cannot write' in ran.err, ran.err)


if __name__ == '__main__':
    Suite(__doc__).run(run_merged_alone_is_itself, parts_are_the_whole, places_vote, memory_is_constant,
                       long_latencies_take_little_memory,
                       temporary_files_are_needed, failure_of_temporary_files_is_reported_once,
                       changed_list_is_reported_once, signal_ends_the_merge, file_that_cannot_be_written_is_reported)
