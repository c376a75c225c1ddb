# SPDX-License-Identifier: MIT
"""Compares what came with what a case expects. Complaints are texts."""

import difflib
import json
import os
import re

from places import expected_lines, without_times

ANYTHING = '{...}'
KINDS = {'{number}': (int, float), '{string}': str, '{any}': object}


def check(case, ran, places, tmp, server, limit):
    if ran.hung:
        yield 'still running after %g s' % limit
    sections = case.sections
    wanted = int(sections.get('exit', 0))
    if ran.exit != wanted and not ran.hung:
        yield 'exit status %d, not %d' % (ran.exit, wanted)
    for name, text in (('stdout', ran.stdout), ('stderr', ran.stderr)):
        yield from check_stream(sections, name, places.restore(text))
    if 'jsonl' in sections:
        yield from check_jsonl('stdout', sections['jsonl'], ran.stdout, places)
    yield from check_files(sections, places, tmp)
    yield from check_server(sections, places, server)


def check_stream(sections, name, text):
    partial = name + ' has' in sections or name + ' lacks' in sections
    for line in block(sections, name + ' has'):
        if not find(line, text):
            yield '%s lacks: %s\n%s' % (name, line, visible(text))
    for line in block(sections, name + ' lacks'):
        if find(line, text):
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


def find(line, text):
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


def check_jsonl(name, expected, text, places):
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
            elif not matches(value, restored(have[key], places)):
                yield '%s, record %d: %s\n-%s\n+%s' % (
                    name, number, key, json.dumps(value),
                    json.dumps(restored(have[key], places)))


def strict_json(line):
    """One object, in UTF-8, ended by a newline, no key twice, no NaN."""
    if not line.endswith('\n'):
        raise ValueError('no newline at the end')

    def refuse(word):
        raise ValueError(word + ' is no JSON')

    def unique(pairs):
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError('a key stands there twice')
        return dict(pairs)
    line.encode('utf-8')  # fails on surrogate escapes: it was no UTF-8
    value = json.loads(line, parse_constant=refuse, object_pairs_hook=unique)
    if not isinstance(value, dict):
        raise ValueError('no object')
    return value


def restored(value, places):
    if isinstance(value, str):
        return places.restore(value)
    if isinstance(value, dict):
        return {key: restored(member, places) for key, member in value.items()}
    if isinstance(value, list):
        return [restored(member, places) for member in value]
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


def check_files(sections, places, tmp):
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
                yield from check_jsonl(name, expected, text, places)
            else:
                yield from compare(name, expected, places.restore(text))
    for name in sections.get('absent', ()):
        if os.path.exists(os.path.join(tmp, name)):
            yield '%s should not be there' % name


def check_server(sections, places, server):
    for line in sections.get('requests', ()):
        number, path = places.fill(line).split(' ')
        got = server.number('requests', path)
        if got != int(number):
            yield '%d requests for %s, not %s' % (got, path, number)
    for line in sections.get('peak', ()):
        number, group = line.split(' ')
        got = server.number('peak', group)
        fits = got <= int(number[2:]) if number.startswith('<=') else got == int(number)
        if not fits:
            yield '%d at once in %s, not %s' % (got, group, number)
