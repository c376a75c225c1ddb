#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs against the hazard server: a long mixed list, endless responses, secrets, hostile text.

    marks.py [--urlcheck PATH] [--only WORD]
"""

import json
import os
import random
import re
import tempfile

from support import records
from support.records import SECRET, Record
from support.running import lines, run
from support.suite import Suite

from hazard.spawn import SENT_LIMIT, HazardServer  # Suite's module makes it importable

STATUSES = {201: '', 204: '', 304: '', 400: 'http-4xx', 401: 'http-4xx', 404: 'http-4xx',
            410: 'http-4xx', 429: 'rate-limited', 500: 'http-5xx', 503: 'http-5xx',
            999: 'blocked'}

# Lines, and a part of their messages.
MALFORMED = [
    ('ftp://127.0.0.1/file', "scheme 'ftp'"),
    ('http://', 'no host'),
    ('http://127.0.0.1:99999/', 'port'),
    ('http://[::1/', 'not a URL'),
    ('http://one@two@127.0.0.1/', 'not a URL'),
    ('http://127.0.0.1/a b', "unexpected text after the URL"),
    ('http://127.0.0.1/a\x07b', 'control character'),
    ('http://127.0.0.1/a\0b', 'NUL'),
    ('http://127.0.0.1/' + 'a' * 65536, '64 KiB'),
]

FLOODS_AT_ONCE = 16
RSS_LIMIT_KIB = 64 * 1024


class Line:
    """A line of the list and its expected result."""

    def __init__(self, text, verdict, status, kind, message=''):
        self.text, self.message = text, message
        self.record = Record(text, verdict, status, kind)


def mixed_list(server):
    """300 good URLs, 11 statuses, a refused port and nine malformed lines in random order; then
    the first line once more."""
    http = server.about['urls']['http']
    made = [Line('%s/ok?%d' % (http, n), 'OK', 200, '') for n in range(300)]
    made += [Line('%s/status/%d' % (http, status), 'FAILED' if kind else 'OK', status, kind)
             for status, kind in STATUSES.items()]
    made.append(Line(server.about['urls']['refused'] + '/', 'FAILED', 0, 'refused'))
    made += [Line(text, 'FAILED', 0, 'bad-input', message) for text, message in MALFORMED]
    random.Random(1).shuffle(made)
    return made, lines([line.text for line in made] + [made[0].text])


def mixed_list_has_one_record_per_line(suite):
    made, stdin = mixed_list(suite.server)
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 'results.jsonl')
        text = run(suite, '--format', 'text', '--format', 'jsonl:' + path, '--summary',
                   '--no-progress', stdin=stdin)
        with open(path, encoding='utf-8', newline='\n') as file:
            written = file.read()
    jsonl = run(suite, '--format', 'jsonl', stdin=stdin)
    for what, ran, err in (('text', text, None), ('jsonl', jsonl, '')):
        suite.expect_end(what, ran, 1, err)
        expect_clean(suite, what, ran.out, ran.err)
    suite.expect('321 ' in text.err, 'the summary does not say 321: ' + ascii(text.err))
    for what, out in (('text', text.out), ('jsonl', jsonl.out), ('jsonl in a file', written)):
        expect_lines(suite, what, made, records.parse(out))
    for number, (line, out) in enumerate(zip(made, jsonl.out.splitlines()), 1):
        found = json.loads(out)
        wanted = 'stdin:%d: ' % number if line.message else ''
        if found['source'] != {'file': 'stdin', 'line': number} or \
                not (found['message'] or '').startswith(wanted) or \
                line.message not in (found['message'] or ''):
            suite.expect(False, 'line %d: %s' % (number, out))


def expect_lines(suite, what, made, found):
    """Does not compare malformed lines, which each format escapes and shortens in its own way."""
    shown = [record._replace(url='') if record.kind == 'bad-input' else record
             for record in found]
    wanted = [line.record._replace(url='') if line.message else line.record for line in made]
    wrong = records.difference(shown, wanted)
    suite.expect(not wrong, '%s: %s' % (what, wrong))


def expect_clean(suite, what, *texts):
    for text in texts:
        leaked = records.leak(text)
        suite.expect(not leaked, '%s: printed %s' % (what, leaked))


def flood(name, kind, on='http', status=0):
    """A test with 16 endless responses of one kind at once."""
    def test(suite):
        paths = ['/%s?%s%d' % (name, on, number) for number in range(FLOODS_AT_ONCE)]
        url = suite.server.about['urls'][on]
        ran = run(suite, '--parallel-max-host', '0', '-m', '60', '--format', 'jsonl', '--cacert',
                  suite.server.about['ca'], stdin=lines([url + path for path in paths]))
        suite.expect_records('floods', ran, [
            Record(url + path, 'FAILED' if kind else 'OK', status, kind) for path in paths])
        suite.expect(ran.rss_kib < RSS_LIMIT_KIB, '%d KiB resident' % ran.rss_kib)
        suite.expect_within(4, ran.seconds, 'floods')
        sent = [suite.server.number('sent', path) for path in paths]
        suite.expect(0 < min(sent) and max(sent) < SENT_LIMIT,
                     'the server could send %d to %d bytes' % (min(sent), max(sent)))
        print('%s %s: %d at once, at most %d KiB left the server' % (
            name, on, len(paths), max(sent) // 1024))
    test.__name__ = 'flood_of_%s_%s' % (name.replace('-', '_'), on)
    return test


FLOODS = [
    flood('body-endless', '', status=200),
    flood('body-endless', '', on='https', status=200),
    flood('body-endless-chunked', '', status=200),
    flood('body-endless-404', 'http-4xx', status=404),
    flood('head-lines-endless', 'protocol'),
    flood('head-lines-endless', 'protocol', on='https'),
    flood('head-line-endless', 'protocol'),
    flood('head-100-flood', 'protocol'),
    flood('redirect-body-endless-length', 'protocol'),
    flood('redirect-body-endless-chunked', 'protocol'),
]


def hostile_list(server):
    """Secrets and hostile bytes wherever a list can contain them."""
    about = server.about
    http, tls = about['addresses']['http'], about['addresses']['https']
    user = 'user:%s@' % SECRET
    made = ['http://' + user + http + path for path in
            ('/ok', '/status/404', '/status/500', '/head-silent', '/body-truncated',
             '/to-ftp', '/to-credentials', '/to-credentials-404', '/redirect-loop',
             '/a@b', '/ok?mail=me@example.test#@')]
    made += ['https://' + user + tls + '/ok', 'https://' + user + about['addresses']['refused'],
             user + http + '/ok?bare', 'http://' + user + about['addresses']['refused'] + '/',
             'http:/' + user + http + '/ok?one', 'http:///' + user + http + '/ok?three',
             'HTTP://' + user + http + '/ok?upper',
             'http://%s@%s/ok?only' % (SECRET, http), 'http://:%s@%s/ok' % (SECRET, http),
             'http://u:%%53ECRET%%1b@%s/ok' % http, 'http://u:p@ss%s@%s/' % (SECRET, http)]
    made += ['ftp://' + user + 'host/', 'gopher:' + user + 'host', 'http://' + user,
             'http://' + user + '[::1/', 'http://' + user + 'host:99999/',
             'http://' + user + 'ho st/', 'http://' + user + 'host/ name=' + user + 'host',
             'http://' + user + 'host/\0', 'http://' + user + 'host/' + 'a' * 65536,
             'http://one@' + user + 'host/', 'http://' + user + 'host/\x1b[31m',
             'mailto:' + user + 'host', '//' + user + 'host/', 'http:\\\\' + user + http + '/',
             'x://' + user + 'y://' + user + 'z', '\u202ehttp://' + user + http + '/',
             'http://127.0.0.1/\x1b]0;title\x07', '\x1b[2J', '\x85\x9b31m\u2028', '\x00', '\x7f']
    made += ['http://%s/ok?%s' % (http, text) for text in
             ('\u202egnp.exe', '\u2066\u2069', '\u2028', '\udcff\udcfe', '\x9b31m', '\ufeff',
              '\u200f', '%1b[31m', '%0a')]
    made += ['http://' + http + path for path in
             ('/head-hostile-bytes', '/head-hostile-reason', '/unauthorized', '/to-bidi',
              '/to-broken-utf8', '/to-escape-bytes', '/to-bidi-404', '/to-c1', '/to-two-at-signs',
              '/to-credentials-refused', '/to-credentials-silent', '/to-credentials-ftp',
              '/to-credentials-expired', '/to-credentials-escaped', '/head-garbage')]
    return made


def hostile_list_prints_nothing_hostile(suite):
    made = hostile_list(suite.server)
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 'results.jsonl')
        plain = run(suite, '-v', '--summary', '-m', '1', '--format', 'text',
                    '--format', 'jsonl:' + path, stdin=lines(made))
        with open(path, encoding='utf-8', errors='surrogateescape', newline='\n') as file:
            written = file.read()
    operands = run(suite, '-m', '1', '--format', 'jsonl',
                   *[text.encode('utf-8', 'surrogateescape') for text in made
                     if '\0' not in text and len(text) < 65536])
    expect_clean(suite, 'the list', plain.out, plain.err, written)
    expect_clean(suite, 'operands', operands.out, operands.err)
    count = len(set(made))
    results = re.sub(r'^ .*\n', '', plain.out, flags=re.M)  # without the lines of -v
    for what, out in (('text', results), ('jsonl', written)):
        suite.expect(out.count('\n') == count, '%s: %d records for %d lines' % (
            what, out.count('\n'), count))
    for out in written.splitlines() + operands.out.splitlines():
        found = json.loads(out)
        values = [found['url'], found['final_url'], found['message'], found['remote_ip']]
        expect_clean(suite, 'a string of a record', ' '.join(value or '' for value in values))


def usage_errors_print_nothing_hostile(suite):
    """Messages about hostile or secret arguments do not contain them."""
    url = suite.server.about['urls']['http'] + '/ok'
    proxy = suite.server.about['addresses']['refused']
    user = 'user:%s@' % SECRET
    for args in (['-i', '/no/such/\x1b[31m\u202e'], ['-o', '/no/such/\x1b]0;', url],
                 ['--format', '\x1b[31m', url], ['--format', 'jsonl:/no/such/\udcff', url],
                 ['--no-such-option\x1b[31m', url], ['-m', '\x1b[31m', url],
                 ['--max-redirs', '\u202e1', url], ['--cacert', '/no/\x9b31m', url],
                 ['-x', 'http://%s%s' % (user, proxy), url],
                 ['-x', 'http://%s[::1' % user, url],
                 ['-x', 'bad://%s%s' % (user, proxy), url],
                 ['-x', user + proxy, url],
                 ['-H', 'Authorization: Bearer ' + SECRET, url],
                 ['-H', 'X: \x1b[31m', url], ['-H', SECRET, url], ['-A', '\x1b[31m', url],
                 ['--resolve', 'a:\x1b:127.0.0.1', url], ['--noproxy', '\x1b', url]):
        ran = run(suite, '-v', '-m', '2', *[arg.encode('utf-8', 'surrogateescape')
                                           for arg in args])
        expect_clean(suite, ascii(args[:2]), ran.out, ran.err)
        suite.expect(ran.out or ran.err or ran.status == 0,
                     '%s: exit status %d without a message' % (ascii(args[:2]), ran.status))


def main():
    suite = Suite(__doc__)
    with HazardServer() as suite.server:
        suite.run(mixed_list_has_one_record_per_line, *FLOODS,
                  hostile_list_prints_nothing_hostile, usage_errors_print_nothing_hostile)


if __name__ == '__main__':
    main()
