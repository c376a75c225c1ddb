# SPDX-License-Identifier: MIT
"""Compares the result of a case with what it expects. Complaints are texts."""

import difflib
import json
import os
import re

from placeholders import expected_lines, without_times
from support.records import strict_json

ANYTHING = '{...}'
KINDS = {'{number}': (int, float), '{string}': str, '{any}': object}


def judge(case, ran, placeholders, tmp, server, limit):
    if ran.hung:
        yield 'still running after %g s' % limit
    sections = case.sections
    wanted = int(sections.get('exit', 0))
    if ran.exit != wanted and not ran.hung:
        yield 'exit status %d, not %d' % (ran.exit, wanted)
    for name, text in (('stdout', ran.stdout), ('stderr', ran.stderr)):
        yield from check_stream(sections, name, placeholders.restore(text))
    if 'jsonl' in sections:
        yield from check_jsonl('stdout', sections['jsonl'], ran.stdout, placeholders)
    yield from check_files(sections, placeholders, tmp)
    yield from check_server(sections, placeholders, server)


def check_stream(sections, name, text):
    partial = name + ' has' in sections or name + ' lacks' in sections
    for line in block(sections, name + ' has'):
        if not found(line, text):
            yield '%s lacks: %s\n%s' % (name, line, visible(text))
    for line in block(sections, name + ' lacks'):
        if found(line, text):
            yield '%s has: %s\n%s' % (name, line, visible(text))
    whole = sections.get(name)
    ordered = name + ' unordered' not in sections
    if not ordered:
        whole = sections[name + ' unordered']
    if whole == 'any' or whole is None and (partial or name == 'stdout' and 'jsonl' in sections):
        return
    yield from compare(name, whole or '', text, ordered)


def block(sections, name):
    return [line for line in expected_lines(sections.get(name, '')).split('\n') if line]


def found(line, text):
    return re.search(pattern(line), without_times(text)) or re.search(pattern(line), text)


def pattern(line):
    return '.*'.join(map(re.escape, line.split(ANYTHING)))


def compare(name, expected, text, ordered=True):
    wanted = expected_lines(expected).splitlines(True)
    got = without_times(text).splitlines(True)
    if not ordered:
        wanted.sort()
        got.sort()
    wild = [line for line in wanted if ANYTHING in line]
    for i, line in enumerate(got):
        candidates = ([wanted[i]] if i < len(wanted) and wanted[i] in wild else []) + wild
        got[i] = next((want for want in candidates if re.fullmatch(pattern(want), line)), line)
    if not ordered:
        got.sort()
    if got != wanted:
        diff = difflib.unified_diff(wanted, got, 'expected ' + name, 'actual ' + name, n=2)
        yield ''.join(visible(line) + ('' if line.endswith('\n') else '\n(no newline)\n')
                      for line in diff)


def visible(text):
    return ''.join(c if c == '\n' or c.isprintable() else
                   '{%s}' % ''.join('\\x%02x' % byte
                                    for byte in c.encode('utf-8', 'surrogateescape'))
                   for c in text)


def check_jsonl(name, expected, text, placeholders):
    wanted = [json.loads(line) for line in expected_lines(expected).splitlines()]
    got = []
    for number, line in enumerate(text.splitlines(True), 1):
        try:
            got.append(strict_json(line))
        except ValueError as error:
            yield '%s, line %d: %s: %s' % (name, number, error, visible(line))
            return
    if len(got) != len(wanted):
        yield '%s: %d records, not %d:\n%s' % (name, len(got), len(wanted), visible(text))
        return
    for number, (want, have) in enumerate(zip(wanted, got), 1):
        for key, value in want.items():
            if key not in have:
                yield '%s, record %d: no %s' % (name, number, key)
            elif not matches(value, restored(have[key], placeholders)):
                yield '%s, record %d: %s\n-%s\n+%s' % (
                    name, number, key, json.dumps(value),
                    json.dumps(restored(have[key], placeholders)))


def restored(value, placeholders):
    if isinstance(value, str):
        return placeholders.restore(value)
    if isinstance(value, dict):
        return {key: restored(member, placeholders) for key, member in value.items()}
    if isinstance(value, list):
        return [restored(member, placeholders) for member in value]
    return value


def matches(want, have):
    if isinstance(want, dict):
        return isinstance(have, dict) and all(
            key in have and matches(value, have[key]) for key, value in want.items())
    if isinstance(want, str):
        if want in KINDS:
            return isinstance(have, KINDS[want]) and not isinstance(have, bool)
        return isinstance(have, str) and bool(
            re.fullmatch(pattern(want), have) or re.fullmatch(pattern(want), without_times(have)))
    return type(want) is type(have) and want == have


def check_files(sections, placeholders, tmp):
    for section, expected in sections.items():
        kind, _, name = section.partition(' ')
        path = os.path.join(tmp, name)
        if kind == 'written' or kind == 'jsonl' and name:
            try:
                with open(path, encoding='utf-8', errors='surrogateescape', newline='\n') as file:
                    text = file.read()
            except OSError as error:
                yield 'no file %s: %s' % (name, error.strerror)
                continue
            if kind == 'jsonl':
                yield from check_jsonl(name, expected, text, placeholders)
            else:
                yield from compare(name, expected, placeholders.restore(text))
    for name in sections.get('absent', ()):
        if os.path.exists(os.path.join(tmp, name)):
            yield 'the file %s exists' % name


def check_server(sections, placeholders, server):
    for line in sections.get('requests', ()):
        number, path = placeholders.fill(line).split(' ')
        got = server.number('requests', path)
        if got != int(number):
            yield '%d requests for %s, not %s' % (got, path, number)
    for line in sections.get('peak', ()):
        number, group = line.split(' ')
        got = server.number('peak', group)
        fits = got <= int(number[2:]) if number.startswith('<=') else got == int(number)
        if not fits:
            yield '%d at once in %s, not %s' % (got, group, number)
