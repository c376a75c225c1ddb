#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What redirects, cookies, netrc files, proxies and certificates mean: tables with curl's values.

    likecurl.py [--urlcheck COMMAND] [--curl COMMAND] [--only PATTERN] [--show]

The tables are in tests/cli/tables; each says what its columns are. With --curl, the tables are
compared with that curl instead of urlcheck. --show prints the values that are seen.
"""

import contextlib
import json
import os
import re
import shlex
import subprocess
import tempfile
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

from program import HERE, LIMIT_S, arguments, environment, run

import likecurl_tables
from likecurl_server import Server
from support.tally import Tally

TABLES = os.path.join(HERE, 'tables')
AT_ONCE = 4
LEAST = 250

Seen = namedtuple('Seen', 'word final_url')


class Urlcheck:
    """Cases without files or variables of their own are lines of one list."""

    name = 'u'

    def __init__(self, command, folder, limit):
        self.command, self.folder, self.limit = command, folder, limit

    def run_all(self, cases, pool):
        shared = [case for case in cases if not case.env and not case.home]
        alone = [case for case in cases if case.env or case.home]
        records = dict(zip([case.name for case in shared], self.check(shared, self.folder, {})))
        for case, found in zip(alone, pool.map(self.run_one, alone)):
            records[case.name] = found
        return records

    def run_one(self, case):
        return self.check([case], case.home or self.folder, case.env)[0]

    def line_of(self, case):
        options = case.options + [('user-agent', '%s-%s' % (self.name, case.name))]
        words = [name if value is None else shlex.quote('%s=%s' % (name, value))
                 for name, value in options]
        return '%s %s' % (case.url, ' '.join(words))

    def check(self, cases, folder, env):
        lines = [self.line_of(case) for case in cases]
        command = self.command + ['--format', 'jsonl', '--trust-list', '-m', '60']
        done = run(command, '\n'.join(lines), self.limit, cwd=folder,
                   env=environment(HOME=folder, **env))
        records = [json.loads(line) for line in done.stdout.splitlines()]
        if len(records) != len(cases):
            raise SystemExit('%d results of %d: %s' % (len(records), len(cases), done.stderr))
        return [Seen(word_of(record), record['final_url']) for record in records]


def word_of(record):
    """"OK", or the class."""
    return record['class'] or record['verdict']


class Curl:
    """One command per case: a curl command would share the cookies of all its URLs."""

    name = 'c'

    def __init__(self, command, folder):
        self.command, self.folder = command, folder

    def run_all(self, cases, pool):
        return dict(zip([case.name for case in cases], pool.map(self.run_one, cases)))

    def run_one(self, case):
        words = self.command + ['-q', '-gsSL', '-o', os.devnull, '-m', '30',
                                '-w', '%{url_effective}', '--proto', '=http,https',
                                '--proto-redir', '=http,https',
                                '-A', '%s-%s' % (self.name, case.name)]
        for name, value in case.options:
            words += ['--' + name] + ([] if value is None else [value])
        folder = case.home or self.folder
        done = subprocess.run(words + [case.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              cwd=folder, env=environment(HOME=folder, **case.env))
        return Seen('OK' if done.returncode == 0 else 'curl %d' % done.returncode,
                    done.stdout.decode('utf-8', 'surrogateescape'))


def is_as_wanted(wanted, found, tool):
    """Whether `found` is one of the values that `wanted` has. A class is urlcheck's word: for curl,
    any exit status but 0 is right."""
    values = wanted.split(' | ')
    if tool.name == 'c' and found.startswith('curl '):
        return any(re.fullmatch('[a-z-]{3,}', value) for value in values)
    return found in values


def observe(tool, folder, pool, only):
    """Runs the cases. Yields each, and the text of what was seen."""
    certificate, key = likecurl_tables.make_certificate(folder)
    replies = {}
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server(replies, certificate, key))
        cases = [case for case in likecurl_tables.read(TABLES, folder, server.port)
                 if re.search(only, '%s: %s' % (case.place, case.title))]
        replies.update((case.name, case.replies) for case in cases)
        for case in cases:
            if case.certificate:
                own = stack.enter_context(Server(replies, case.certificate, key, server.requests))
                case.options.append(('connect-to', '::127.0.0.1:%d' % own.port))
        found = tool.run_all(cases, pool)
        for case in cases:
            requests = server.seen('%s-%s' % (tool.name, case.name))
            yield case, case.show(found[case.name], requests)


def main():
    parser = arguments(__doc__)
    parser.add_argument('--curl', metavar='COMMAND', type=shlex.split)
    parser.add_argument('--only', metavar='PATTERN', default='')
    parser.add_argument('--show', action='store_true')
    args = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix='urlcheck-tables-') as folder, \
            ThreadPoolExecutor(AT_ONCE) as pool:
        limit = LIMIT_S * args.timeout_scale
        tool = Curl(args.curl, folder) if args.curl else Urlcheck(args.urlcheck, folder, limit)
        for case, shown in observe(tool, folder, pool, args.only):
            wanted = args.curl and case.curl or case.wanted
            if args.show:
                print('%s => %s' % (case.title, shown))
            else:
                tally.expect(is_as_wanted(wanted, shown, tool), '%s: %s: %s, not %s'
                             % (case.place, case.title, shown, wanted))
    if not args.show:
        tally.finish(1 if args.only else LEAST)


if __name__ == '__main__':
    main()
