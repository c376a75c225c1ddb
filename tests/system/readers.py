#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every format, read back by readers that others wrote: a hostile list comes out as one record for each
item, none of them changed, doubled or dropped. A reader that is missing is skipped.

    readers.py [--urlcheck PATH] [--only WORD]
"""

import csv
import json
import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

from support import hostile_list, records
from support.running import LIMIT_S, lines, run
from support.suite import Skip, Suite

from hazard.spawn import HazardServer

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, 'support', 'junit.xsd')
FORMATS = ['jsonl', 'json', 'csv', 'junit', 'tap', 'prometheus', 'nagios', 'github', 'markdown',
           'badge', 'html']
LONG = 10000
# Where Debian's modules for node are; other builds of node do not look there by themselves.
NODE_PATH = '/usr/share/nodejs'
# The system's Python, which has the modules of the system's packages.
PYTHON = '/usr/bin/python3'

JUNITPARSER = r'''
import json, sys
from junitparser import JUnitXml
cases = [case for suite in JUnitXml.fromfile(sys.argv[1]) for case in suite]
json.dump([{'classname': case.classname, 'name': case.name,
            'results': [[type(one).__name__, one.type, one.message, one.text]
                        for one in case.result],
            'out': case.system_out} for case in cases], sys.stdout)
'''
TAP_PARSER = r'''
use TAP::Parser; use JSON::PP;
my $parser = TAP::Parser->new({source => $ARGV[0]});
my @points;
while (my $result = $parser->next) {
    push @points, {ok => $result->is_ok ? 1 : 0, description => $result->description,
                   directive => $result->directive} if $result->is_test;
    $points[-1]{yaml} = $result->data if $result->is_yaml;
    push @points, {unknown => $result->as_string} if $result->is_unknown;
}
print JSON::PP->new->utf8(0)->encode({points => \@points, errors => [$parser->parse_errors]});
'''


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Skip(program + ' is missing')


def need_module(command, what):
    if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        raise Skip(what + ' is missing')


def read(*command, stdin=None, status=0):
    """What a reader prints. Another exit status than that fails the test."""
    ran = subprocess.run(command, stdin=stdin, capture_output=True, timeout=LIMIT_S,
                         env=dict(os.environ, NODE_PATH=NODE_PATH, LC_ALL='C.UTF-8'))
    out = ran.stdout.decode()
    if ran.returncode != status or ran.stderr:
        raise ValueError('%s: exit status %d, %s' % (command[0], ran.returncode,
                                                     (ran.stderr.decode() or out)[-500:]))
    return out


class Files:
    """One run with all formats. `records` are those of jsonl, by Python."""

    def __init__(self, suite, folder, server):
        self.folder = folder
        items, self.count = hostile_list.make(server.about['urls'])
        with open(os.path.join(folder, 'list'), 'wb') as file:
            file.write(items)
        options = [word for name in FORMATS for word in ('--format', name + ':' + self.path(name))]
        self.ran = run(suite, '-0', '-i', os.path.join(folder, 'list'), '--warn', '418', '--confirm',
                       '1', '--confirm-delay', '1ms', *options)
        with open(self.path('jsonl'), encoding='utf-8', newline='\n') as file:
            self.records = [records.strict_json(line) for line in file]

    def path(self, name):
        return os.path.join(self.folder, 'out.' + name)

    def text(self, name):
        with open(self.path(name), encoding='utf-8', newline='') as file:
            return file.read()


def expect_equal(suite, what, got, wanted):
    """Compares two lists, and names the first difference."""
    for number, (one, other) in enumerate(zip(got, wanted), 1):
        if one != other:
            suite.expect(False, '%s: record %d is %a, not %a' % (what, number, one, other))
            return
    suite.expect(len(got) == len(wanted), '%s: %d records, not %d' % (what, len(got), len(wanted)))


def every_item_is_one_record(suite):
    files = suite.files
    suite.expect(files.ran.status == 1, 'exit status %d' % files.ran.status)
    expect_equal(suite, 'lines', [one['source']['line'] for one in files.records],
                 list(range(1, files.count + 1)))
    suite.expect(files.ran.out.count('\n') == files.count,
                 'text: %d lines' % files.ran.out.count('\n'))
    verdicts = {one['verdict'] for one in files.records}
    suite.expect(verdicts == {'OK', 'WARN', 'FLAKY', 'FAILED'}, 'verdicts: %s' % verdicts)


def nothing_hostile_is_printed(suite):
    texts = {name: suite.files.text(name) for name in FORMATS}
    texts['csv'] = texts['csv'].replace('\r\n', '\n')
    # github's commands are no text of a server: readers_ci.py reads them.
    commands = re.findall('^::.*', texts['github'], re.M)
    suite.expect(commands, 'github: no annotations')
    texts['github'] = re.sub('^::', '', texts['github'], flags=re.M)
    for name, text in dict(texts, text=suite.files.ran.out).items():
        found = records.HOSTILE.findall(text) + re.findall('##|^::|\ufffe|\uffff', text, re.M)
        suite.expect(not found, '%s: %a' % (name, found[:5]))
        suite.expect(records.SECRET not in text, '%s: a password' % name)


def long_documents_are_complete(suite):
    """What does not fit into memory is kept in a file until the end."""
    urls = ['ftp://host/%d' % number for number in range(LONG)]
    with tempfile.TemporaryDirectory(prefix='urlcheck-readers-') as folder:
        paths = [os.path.join(folder, name) for name in ('json', 'junit')]
        ran = run(suite, '-s', '--format', 'json:' + paths[0], '--format', 'junit:' + paths[1],
                  stdin=lines(urls))
        suite.expect_end('long', ran, 1)
        with open(paths[0]) as file:
            expect_equal(suite, 'json', [one['url'] for one in json.load(file)['results']], urls)
        cases = ElementTree.parse(paths[1]).getroot().findall('testsuite/testcase')
        expect_equal(suite, 'junit', [case.get('name') for case in cases], urls)
        suite.expect(sorted(os.listdir(folder)) == ['json', 'junit'], 'files: %s' %
                     os.listdir(folder))


# JSON

def json_by_python(suite):
    document = json.loads(suite.files.text('json'))
    expect_equal(suite, 'json', document['results'], suite.files.records)
    suite.expect(document['count'] == suite.files.count, 'count: %d' % document['count'])


def json_by_jq(suite):
    need('jq')
    rows = read('jq', '-c', '.', suite.files.path('jsonl')).splitlines()
    expect_equal(suite, 'jsonl', [json.loads(row) for row in rows], suite.files.records)
    rows = read('jq', '-c', '.results[]', suite.files.path('json')).splitlines()
    expect_equal(suite, 'json', [json.loads(row) for row in rows], suite.files.records)


# CSV

def cell(text):
    """Text as a cell has it: formulas are marked."""
    return "'" + text if text and text[0] in '=+-@' else text or ''


def bare_message(record):
    """The message without the place of a bad item: other columns have it."""
    message = record['message'] or ''
    place = '%s:%d: ' % (record['source']['file'], record['source']['line'])
    return message[len(place):] if message.startswith(place) else message


def expect_rows(suite, rows):
    """Rows are dictionaries; an empty cell may be None, and a number a number."""
    wanted = [[cell(one['url']), cell(one['name']), one['verdict'], one['class'] or '',
               cell(bare_message(one)), str(one['status'] or ''), cell(one['final_url']),
               str(one['source']['line'])] for one in suite.files.records]
    columns = ['url', 'name', 'verdict', 'class', 'message', 'status', 'final_url', 'source_line']
    got = [['' if row[name] is None else str(row[name]) for name in columns] for row in rows]
    expect_equal(suite, 'csv', got, wanted)


def csv_by_python(suite):
    with open(suite.files.path('csv'), encoding='utf-8', newline='') as file:
        rows = list(csv.DictReader(file, strict=True))
    expect_rows(suite, rows)
    suite.expect(not any(None in row or None in row.values() for row in rows), 'ragged')


def csv_by_csvkit(suite):
    need('csvclean', 'csvjson')
    out = read('csvclean', '-n', suite.files.path('csv'))
    suite.expect(out == 'No errors.\n', 'csvclean: ' + out)
    expect_rows(suite, json.loads(read('csvjson', '-I', '--blanks', '-y', '0',
                                       suite.files.path('csv'))))


def csv_by_miller(suite):
    need('mlr')
    expect_rows(suite, json.loads(read('mlr', '--icsv', '--ojson', '-S', 'cat',
                                       suite.files.path('csv'))))


def csv_by_sqlite(suite):
    need('sqlite3')
    expect_rows(suite, json.loads(read('sqlite3', ':memory:', '.mode json', '.import --csv %s t'
                                       % suite.files.path('csv'), 'select * from t')))


# JUnit

def case_name(record):
    url = record['url'] or "''"
    return '%s (%s)' % (record['name'], url) if record['name'] else url


def outcome(record, failed):
    return {'OK': 'passed', 'WARN': 'passed', 'FLAKY': 'passed'}.get(record['verdict'], failed)


def junit_by_xmllint(suite):
    need('xmllint')
    ran = subprocess.run(['xmllint', '--noout', '--schema', SCHEMA, suite.files.path('junit')],
                         capture_output=True, timeout=LIMIT_S)
    suite.expect(ran.returncode == 0, ran.stderr.decode())


def junit_by_python(suite):
    """Counts, places, texts."""
    root = ElementTree.parse(suite.files.path('junit')).getroot()
    cases = root.findall('testsuite/testcase')
    expect_equal(suite, 'cases', [int(case.get('line')) for case in cases],
                 [one['source']['line'] for one in suite.files.records])
    for suite_element in (root, root.find('testsuite')):
        for name, element in (('tests', 'testcase'), ('failures', 'failure'), ('errors', 'error')):
            counted = len(list(suite_element.iter(element)))
            suite.expect(int(suite_element.get(name)) == counted, '%s: %d' % (name, counted))


def junit_by_junitparser(suite):
    need_module([PYTHON, '-c', 'import junitparser'], 'junitparser')
    cases = json.loads(read(PYTHON, '-c', JUNITPARSER, suite.files.path('junit')))
    expect_equal(suite, 'names', [re.sub(' #[23]$', '', case['name']) for case in cases],
                 [case_name(one) for one in suite.files.records])
    names = {(case['classname'], case['name']) for case in cases}
    suite.expect(len(names) == len(cases), '%d names of %d cases' % (len(names), len(cases)))
    for case, record in zip(cases, suite.files.records):
        place = '%s:%d: ' % (record['source']['file'], record['source']['line'])
        wanted = []
        if record['verdict'] == 'FAILED':
            kind = 'Failure' if record['status'] else 'Error'
            wanted = [[kind, record['class'], bare_message(record),
                       place + record['class'] + ': ' + bare_message(record)]]
        got = [one for one in case['results'] if one[0] in ('Failure', 'Error', 'Skipped')]
        if got != wanted:
            suite.expect(False, '%s: %a, not %a' % (case['name'], got, wanted))
    flaky = [case['out'] for case in cases if (case['out'] or '').startswith('FLAKY')]
    suite.expect(len(flaky) == 1, 'flaky: %s' % flaky)


# TAP

def tap_by_prove(suite):
    """Perl's TAP::Parser, which prove uses, and prove itself."""
    need('prove', 'perl')
    need_module(['perl', '-MTAP::Parser', '-MJSON::PP', '-e', '1'], 'TAP::Parser')
    parsed = json.loads(read('perl', '-e', TAP_PARSER, suite.files.path('tap')))
    suite.expect(not parsed['errors'], 'errors: %s' % parsed['errors'])
    expect_equal(suite, 'points', [re.sub(r'\\([\\#])', r'\1', point.get('description', '?'))
                                   for point in parsed['points']],
                 ['- ' + case_name(one) for one in suite.files.records])
    for point, record in zip(parsed['points'], suite.files.records):
        expect_point(suite, point['ok'], point.get('yaml'), record)
        suite.expect(not point['directive'], 'a directive: %s' % point['directive'])
    failed = sum(one['verdict'] == 'FAILED' for one in suite.files.records)
    ran = subprocess.run(['prove', '--exec', 'cat', suite.files.path('tap')], capture_output=True,
                         timeout=LIMIT_S)
    suite.expect(b'(Wstat: 0 Tests: %d Failed: %d)' % (suite.files.count, failed) in ran.stdout,
                 'prove: %s' % ran.stdout.decode())


def expect_point(suite, is_ok, yaml, record):
    truth = bool(is_ok) == (record['verdict'] != 'FAILED')
    if record['verdict'] == 'OK':
        truth = truth and yaml is None
    else:
        truth = (truth and yaml['class'] == record['class']
                 and yaml['message'] == bare_message(record)
                 and int(yaml['at']['line']) == record['source']['line'])
    if not truth:
        suite.expect(False, '%s: %a' % (case_name(record), yaml))


def tap_by_tap_parser(suite):
    """npm's tap-parser. Its exit status is 1 as some points failed."""
    need('tap-parser', 'node')
    with open(suite.files.path('tap'), 'rb') as file:
        events = json.loads(read('tap-parser', '--json', stdin=file, status=1))
    points = [event[1] for event in events if event[0] == 'assert']
    expect_equal(suite, 'points', [point['name'] for point in points],
                 [case_name(one).strip() for one in suite.files.records])
    for point, record in zip(points, suite.files.records):
        expect_point(suite, point['ok'], point.get('diag'), record)
        suite.expect('skip' not in point and 'todo' not in point, 'a directive: %s' % point)
    final = [event[1] for event in events if event[0] == 'complete'][0]
    suite.expect(final['count'] == suite.files.count and not final.get('bailout')
                 and not final['failures'] == [], 'complete: %s' % final)
    others = {event[0] for event in events} - {'version', 'assert', 'plan', 'comment', 'complete'}
    suite.expect(not others, 'also read: %s' % others)


# UNKNOWN

def unknown_is_skipped(suite):
    """The server never answers, so that the deadline leaves nothing known of any URL."""
    need('perl')
    need_module([PYTHON, '-c', 'import junitparser'], 'junitparser')
    need_module(['perl', '-MTAP::Parser', '-MJSON::PP', '-e', '1'], 'TAP::Parser')
    urls = [suite.silent + '?%d#%%#' % number for number in range(3)]
    with tempfile.TemporaryDirectory(prefix='urlcheck-readers-') as folder:
        tap, junit = os.path.join(folder, 'out.tap'), os.path.join(folder, 'out.xml')
        ran = run(suite, '--deadline', '200ms', '--format', 'tap:' + tap, '--format',
                  'junit:' + junit, *urls)
        suite.expect(ran.status == 4, 'exit status %d' % ran.status)
        points = json.loads(read('perl', '-e', TAP_PARSER, tap))
        cases = json.loads(read(PYTHON, '-c', JUNITPARSER, junit))
    suite.expect(not points['errors'], 'errors: %s' % points['errors'])
    expect_equal(suite, 'tap', [[point['ok'], point['directive']] for point in points['points']],
                 [[1, 'SKIP']] * len(urls))
    expect_equal(suite, 'junit', [[case['name'], *case['results'][0][:2]] for case in cases],
                 [[url, 'Skipped', 'deadline'] for url in urls])


# --changes

def changes_are_read(suite):
    """Three URLs go down and come up again: --accept of the command line decides."""
    need('perl', 'xmllint')
    need_module([PYTHON, '-c', 'import junitparser'], 'junitparser')
    need_module(['perl', '-MTAP::Parser', '-MJSON::PP', '-e', '1'], 'TAP::Parser')
    urls = ['%s?%d#%%#|,"' % (suite.ok, number) for number in range(3)]
    for accept, change, words in (('404', 'down', 'DOWN (first check)'), ('200', 'up', 'UP again after')):
        with tempfile.TemporaryDirectory(prefix='urlcheck-readers-') as folder:
            files = {name: os.path.join(folder, 'out.' + name) for name in ('tap', 'junit', 'csv')}
            run(suite, '--state', os.path.join(suite.files.folder, 'state'), '--changes', '--accept', accept,
                *[word for name in files for word in ('--format', '%s:%s' % (name, files[name]))], *urls)
            points = json.loads(read('perl', '-e', TAP_PARSER, files['tap']))
            cases = json.loads(read(PYTHON, '-c', JUNITPARSER, files['junit']))
            schema = subprocess.run(['xmllint', '--noout', '--schema', SCHEMA, files['junit']],
                                    capture_output=True, timeout=LIMIT_S)
            with open(files['csv'], encoding='utf-8', newline='') as file:
                rows = list(csv.DictReader(file, strict=True))
        suite.expect(schema.returncode == 0, schema.stderr.decode())
        suite.expect(not points['errors'], 'errors: %s' % points['errors'])
        expect_equal(suite, 'tap', [[point['ok'], point['yaml']['change']] for point in points['points']],
                     [[int(change == 'up'), change]] * len(urls))
        expect_equal(suite, 'csv', [[row['change'], row['runs']] for row in rows],
                     [[change, '1']] * len(urls))
        texts = [case['out'] if change == 'up' else case['results'][0][3] for case in cases]
        suite.expect(len(texts) == len(urls) and all(words in text for text in texts),
                     'junit: %s' % texts)


def main():
    suite = Suite(__doc__)
    with HazardServer() as server, tempfile.TemporaryDirectory(prefix='urlcheck-readers-') as folder:
        suite.files = Files(suite, folder, server)
        suite.silent = server.about['urls']['http'] + '/head-silent'
        suite.ok = server.about['urls']['http'] + '/ok'
        suite.run(every_item_is_one_record, nothing_hostile_is_printed,
                  long_documents_are_complete, json_by_python, json_by_jq,
                  csv_by_python, csv_by_csvkit, csv_by_miller, csv_by_sqlite, junit_by_xmllint,
                  junit_by_python, junit_by_junitparser, tap_by_prove, tap_by_tap_parser,
                  unknown_is_skipped, changes_are_read)


if __name__ == '__main__':
    main()
