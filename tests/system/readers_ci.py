#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The formats of CI systems, read back as readers.py does it: github as GitHub's runner reads it, markdown
by cmark-gfm, badge by the schema of shields.io.

    readers_ci.py [--urlcheck PATH] [--only WORD]
"""

import json
import os
import re
import tempfile
import xml.etree.ElementTree as ElementTree

from readers import Files, bare_message, expect_equal, need, read
from support import hostile_list, records
from support.running import run
from support.suite import Suite

from hazard.spawn import HazardServer

HERE = os.path.dirname(os.path.abspath(__file__))
# What npm's @actions/core printed; support/actions_core.mjs made it.
ACTIONS_CORE = os.path.join(HERE, 'support', 'actions_core.json')
# A name that needs escapes.
LIST = 'a,b:c%=d.txt'
COMMANDS = ('error', 'warning', 'notice')
SEVERITY = {'FAILED': 'error', 'WARN': 'warning', 'FLAKY': 'notice', 'UNKNOWN': 'notice'}
MARKDOWN_ORDER = ['FAILED', 'UNKNOWN', 'FLAKY', 'WARN', 'OK']
NAMESPACE = '{http://commonmark.org/xml/1.0}'


# GitHub

def escape(text, characters):
    """As the toolkit's escapeData() and escapeProperty()."""
    for one in '%' + characters:
        text = text.replace(one, '%%%02X' % ord(one))
    return text


def issue(command, properties, message):
    """As the toolkit's issueCommand(): packages/core/src/command.ts of actions/toolkit."""
    values = ','.join('%s=%s' % (name, escape(str(value), '\r\n:,'))
                      for name, value in properties.items() if value)
    return '::%s %s::%s\n' % (command, values, escape(message, '\r\n'))


def unescape(text, characters):
    for one in characters + '%':
        text = text.replace('%%%02X' % ord(one), one)
    return text


def parse(line):
    """A line as the runner reads it, or None: TryParseV2() in ActionCommand.cs of actions/runner."""
    text = line.lstrip()
    end = text.find('::', 2)
    if not text.startswith('::') or end < 0:
        return None
    command, _, rest = text[2:end].partition(' ')
    pairs = [[part for part in one.split('=', 1) if part] for one in rest.strip().split(',') if one]
    properties = {pair[0]: unescape(pair[1], '\r\n:,') for pair in pairs if len(pair) == 2}
    return command, properties, unescape(text[end + 2:], '\r\n')


def annotation(record):
    """The command that a record should be, or None."""
    verdict = record['verdict']
    if verdict == 'OK':
        return None
    title = record['class'] if verdict in ('FAILED', 'WARN') else verdict + ' ' + record['class']
    url = record['url'] or "''"
    label = ' (%s)' % record['name'] if record['name'] else ''
    return (SEVERITY[verdict], {'title': title, 'file': record['source']['file'],
                                'line': str(record['source']['line'])},
            '%s%s: %s' % (url, label, bare_message(record)))


def check(suite, folder, items, *options, summary=None):
    """Runs a list with github on standard output. Returns the records and the output."""
    paths = [os.path.join(folder, name) for name in (LIST, 'out.jsonl')]
    with open(paths[0], 'wb') as file:
        file.write(b''.join(item + b'\0' for item in items))
    ran = run(suite, 'GITHUB_STEP_SUMMARY=' + (summary or ''), suite.urlcheck, '-0', '-i', paths[0],
              '--format', 'github', '--format', 'jsonl:' + paths[1], *options, program='/usr/bin/env')
    with open(paths[1], encoding='utf-8', newline='\n') as file:
        found = [records.strict_json(line) for line in file]
    suite.expect_end('github', ran, int(any(one['verdict'] == 'FAILED' for one in found)))
    suite.expect(len(found) == len(items), '%d records of %d items' % (len(found), len(items)))
    return found, ran.out


def issue_prints_what_actions_core_prints(suite):
    """So that the test below compares urlcheck with it, byte for byte."""
    with open(ACTIONS_CORE, encoding='utf-8') as file:
        commands = json.load(file)['commands']
    expect_equal(suite, 'issue()', [issue(one['command'], one['properties'], one['message'])
                                    for one in commands], [one['printed'] for one in commands])
    suite.expect(len(commands) > 5, '%d commands' % len(commands))


def every_item_is_one_annotation(suite):
    """Nine items at a time, as GitHub takes no more than ten annotations of a severity."""
    items, _ = hostile_list.make(suite.urls)
    items = items.split(b'\0')[:-1]
    for first in range(0, len(items), 9):
        with tempfile.TemporaryDirectory(prefix='urlcheck-readers-') as folder:
            found, out = check(suite, folder, items[first:first + 9], '--warn', '418', '--confirm', '1',
                               '--confirm-delay', '1ms')
        lines = out.split('\n')[:-1]
        got = [line for line in lines if parse(line)]
        wanted = [one for one in map(annotation, found) if one]
        wanted.sort(key=lambda one: COMMANDS.index(one[0]))
        what = 'items from %d on' % (first + 1)
        expect_equal(suite, what, [parse(line) for line in got], wanted)
        expect_equal(suite, what, [line + '\n' for line in got], [issue(*one) for one in wanted])
        suite.expect(len(lines) == len(found) + len(wanted), '%s: %d lines' % (what, len(lines)))
        suite.expect('##' not in out, what + ': a command of the old form')


# Markdown

def code(text):
    return re.sub(r'(?<=\\)\|', r'\\x7c', text)


def row(record):
    """[verdict, status, code spans of the URL's cell, those of the reason's cell]"""
    spans = [record['name']] if record['name'] else []
    reason = ['%s: %s' % (record['class'], bare_message(record))] if record['class'] else []
    return [record['verdict'], str(record['status'] or ''),
            [code(one) for one in spans + [record['url'] or "''"]], [code(one) for one in reason]]


def expect_table(suite, text, wanted):
    need('cmark-gfm')
    with tempfile.NamedTemporaryFile('w', encoding='utf-8', newline='') as file:
        file.write(text)
        file.flush()
        root = ElementTree.fromstring(read('cmark-gfm', '-e', 'table', '-e', 'autolink', '-t', 'xml',
                                           file.name))
    tables = root.findall(NAMESPACE + 'table')
    got = []
    for cells in [list(one) for table in tables for one in table.findall(NAMESPACE + 'table_row')]:
        texts = [''.join(cell.itertext()).strip() for cell in cells]
        got.append([texts[0].split()[-1], texts[1], [one.text for one in
                    cells[3].findall(NAMESPACE + 'code')],
                    [one.text for one in cells[4].findall(NAMESPACE + 'code')]])
        suite.expect(len(cells) == 5, 'a row of %d cells' % len(cells))
    expect_equal(suite, 'rows', got, [row(one) for verdict in MARKDOWN_ORDER for one in wanted
                                      if one['verdict'] == verdict])
    kinds = {one.tag[len(NAMESPACE):] for one in root.iter()}
    suite.expect(len(tables) == 1 and not kinds & {'link', 'html_inline', 'html_block', 'emph'},
                 '%d tables, %s' % (len(tables), sorted(kinds)))


def markdown_by_cmark_gfm(suite):
    expect_table(suite, suite.files.text('markdown'), suite.files.records)


def summary_by_cmark_gfm(suite):
    items, _ = hostile_list.make(suite.urls)
    with tempfile.TemporaryDirectory(prefix='urlcheck-readers-') as folder:
        summary = os.path.join(folder, 'summary.md')
        with open(summary, 'w') as file:
            file.write('- of another program')
        found, _ = check(suite, folder, items.split(b'\0')[:-1], summary=summary)
        with open(summary, encoding='utf-8', newline='') as file:
            expect_table(suite, file.read(), found)


# Badge

def badge_by_its_schema(suite):
    """endpoint-common.js of badges/shields: these members are required, others are refused."""
    badge = json.loads(suite.files.text('badge'))
    down = sum(one['verdict'] == 'FAILED' for one in suite.files.records)
    count = len(suite.files.records)
    expect_equal(suite, 'badge', [badge], [{
        'schemaVersion': 1, 'label': 'urls', 'message': '%d of %d up' % (count - down, count),
        'color': 'red'}])


def main():
    suite = Suite(__doc__)
    with HazardServer() as server, tempfile.TemporaryDirectory(prefix='urlcheck-readers-') as folder:
        suite.files = Files(suite, folder, server)
        suite.urls = server.about['urls']
        suite.run(issue_prints_what_actions_core_prints, every_item_is_one_annotation,
                  markdown_by_cmark_gfm, summary_by_cmark_gfm, badge_by_its_schema)


if __name__ == '__main__':
    main()
