# SPDX-License-Identifier: MIT
"""Placeholders: from cases to what is run, and from output back to cases.

    {urlcheck} {tmp} {ca}     the program, the case's own folder, the CA file
    {certs}                   the folder of all certificates and keys
    {NAME}                    a listener's URL: http://127.0.0.1:1234
    {NAME.addr} {NAME.port}   its 127.0.0.1:1234, its 1234
    {\\x1b} {\\xff\\xfe}        bytes
    {65536*a}                 a run of one character
    {1..300}                  the line it stands in, once for each number
    {no newline}              at the end of a block: its last newline is not there

In expected output only:

    {...}                     anything, up to the end of the line
    _.___s                    the time column; `_._ s` a time in a message

What is in braces and none of these stands for itself.
"""

import re
import shlex

RUN = re.compile(r'\{(\d+)\*(.)\}')
BYTES = re.compile(r'\{((?:\\x[0-9a-f]{2})+)\}')
RANGE = re.compile(r'\{(\d+)\.\.(\d+)\}')
LONG_RUN = re.compile(r'(.)\1{199,}', re.S)
TIME_COLUMN = re.compile(r'( \d|\d\d+)\.\d{3}s\b')
TIME = re.compile(r'\b\d+(\.\d+)? (ms|s)\b')


class Unavailable(Exception):
    """A listener that could not be opened here: no IPv6, say."""


class Places:
    def __init__(self, about, urlcheck):
        self.fixed = {'urlcheck': shlex.join(urlcheck), 'ca': about['ca'],
                      'certs': about['certs']}
        for name, url in about['urls'].items():
            self.fixed[name] = url
            self.fixed[name + '.addr'] = about['addresses'][name]
            if about['ports'][name]:
                self.fixed[name + '.port'] = str(about['ports'][name])
        self.known = set(about['listeners'])

    def of_case(self, tmp):
        return PlacesOfCase(dict(self.fixed, tmp=tmp), self.known)


class PlacesOfCase:
    def __init__(self, values, known):
        self.values, self.known = values, known
        self.names = {value: name for name, value in values.items()}
        found = sorted(self.names, key=len, reverse=True)
        self.pattern = re.compile(r'(?<!\d)(?:%s)(?!\d)' % '|'.join(map(re.escape, found)))

    def fill(self, text, quote=str):
        """Placeholders become what they stand for. Bytes that are no UTF-8
        are surrogate escapes, as everywhere here."""
        def place(match):
            name = match.group(1)
            if name in self.values:
                return quote(self.values[name])
            if name.partition('.')[0] in self.known:
                raise Unavailable(name)
            return match.group(0)
        text = ''.join(ranged(line) for line in text.splitlines(True))
        text = re.sub(r'\{([a-z0-9.-]+)\}', place, text)
        text = RUN.sub(lambda run: run.group(2) * int(run.group(1)), text)
        text = BYTES.sub(lambda run: raw(run.group(1)), text)
        return text.replace('\n{no newline}\n', '')

    def restore(self, text):
        """What was filled in becomes its placeholder again."""
        text = self.pattern.sub(lambda match: '{%s}' % self.names[match.group(0)], text)
        return LONG_RUN.sub(lambda run: '{%d*%s}' % (len(run.group(0)), run.group(1)), text)


def ranged(line):
    match = RANGE.search(line)
    if not match:
        return line
    first, last = map(int, match.groups())
    return ''.join(line.replace(match.group(0), str(number))
                   for number in range(first, last + 1))


def raw(escapes):
    return bytes.fromhex(escapes.replace('\\x', '')).decode('utf-8', 'surrogateescape')


def without_times(text):
    """Times differ from run to run; that there is one, and its width, do not."""
    return TIME.sub('_._ s', TIME_COLUMN.sub(' _.___s', text))


def expected_lines(text):
    """Expected output's lines: ranges and bytes written out, the rest as it is."""
    text = ''.join(ranged(line) for line in text.splitlines(True))
    text = BYTES.sub(lambda run: raw(run.group(1)), text)
    return text.replace('\n{no newline}\n', '')
