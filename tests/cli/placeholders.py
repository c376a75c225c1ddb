# SPDX-License-Identifier: MIT
"""Placeholders of cases: replaced in what is run, and put back into its output.

    {urlcheck} {tmp} {ca}     the program, the case's own folder, the CA file
    {certs}                   the folder of certificates and keys
    {NAME}                    a listener's URL: http://127.0.0.1:1234
    {NAME.addr} {NAME.port}   its 127.0.0.1:1234, its 1234
    {\\x1b} {\\xff\\xfe}        bytes
    {65536*a}                 a character, repeated
    {1..300}                  repeats its line, once for each number
    {no newline}              at the end of a block: the block does not end with a newline

In expected output only:

    {...}                     any text within the line
    _.___s                    the time column; `_._ s` is a time in a message
    OK 200                    the blanks after a verdict: any number of them

Other text in braces is left as it is.
"""

import re
import shlex

RUN = re.compile(r'\{(\d+)\*(.)\}')
BYTES = re.compile(r'\{((?:\\x[0-9a-f]{2})+)\}')
RANGE = re.compile(r'\{(\d+)\.\.(\d+)\}')
LONG_RUN = re.compile(r'(.)\1{199,}', re.S)
TIME_COLUMN = re.compile(r'( \d|\d\d+)\.\d{3}s\b')
VERDICT = re.compile(r'^(OK|WARN|FLAKY|FAILED|UNKNOWN) +(?=\S)', re.M)
TIME = re.compile(r'\b\d+(\.\d+)? (ms|s)\b')


class Unavailable(Exception):
    """The listener of a placeholder could not be opened, for example without IPv6."""


class Placeholders:
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
        return CasePlaceholders(dict(self.fixed, tmp=tmp), self.known)


class CasePlaceholders:
    def __init__(self, values, known):
        self.values, self.known = values, known
        self.names = {value: name for name, value in values.items()}
        found = sorted(self.names, key=len, reverse=True)
        self.pattern = re.compile(r'(?<!\d)(?:%s)(?!\d)' % '|'.join(map(re.escape, found)))

    def fill(self, text, quote=str):
        """Replaces placeholders by their values. Bytes that are not UTF-8 are surrogate
        escapes."""
        def value_of(match):
            name = match.group(1)
            if name in self.values:
                return quote(self.values[name])
            if name.partition('.')[0] in self.known:
                raise Unavailable(name)
            return match.group(0)
        text = ''.join(ranged(line) for line in text.splitlines(True))
        text = re.sub(r'\{([a-z0-9.-]+)\}', value_of, text)
        text = RUN.sub(lambda run: run.group(2) * int(run.group(1)), text)
        text = BYTES.sub(lambda run: raw(run.group(1)), text)
        return text.replace('\n{no newline}\n', '')

    def restore(self, text):
        """Replaces values by their placeholders."""
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
    """Replaces times, which differ from run to run, but keeps the width of the column."""
    text = VERDICT.sub(r'\1 ', text)
    return TIME.sub('_._ s', TIME_COLUMN.sub(' _.___s', text))


def expected_lines(text):
    """Expands ranges and bytes in expected output, and nothing else."""
    text = ''.join(ranged(line) for line in text.splitlines(True))
    text = VERDICT.sub(r'\1 ', BYTES.sub(lambda run: raw(run.group(1)), text))
    return text.replace('\n{no newline}\n', '')
