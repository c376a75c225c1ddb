# SPDX-License-Identifier: MIT
"""urlcheck's results as tuples, and what must hold for all of its output."""

import json
import re
from collections import namedtuple

# `status` is 0 without a complete response, `kind` the class, '' for plain OK.
Record = namedtuple('Record', 'url verdict status kind')

# The classes of the verdict UNKNOWN.
OF_RUN = ('local', 'deadline', 'cancelled')

# Groups: verdict, status or phase, URL, class. After the URL: where redirects led.
TEXT_LINE = re.compile(r'(OK|WARN|FLAKY|FAILED|UNKNOWN) +(\S+) +\d+\.\d{3}s  (.*?)'
                       r'(?:  -> \S+)?(?:  ([a-z0-9-]+): .*\S)?$')

# Never printed: control characters other than newline, characters that reorder or hide text, and
# lone surrogates (bytes that are not valid UTF-8).
HOSTILE = re.compile('[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e'
                     '\u2066-\u206f\ufeff\ud800-\udfff]')
SECRET = 'SECRET'  # part of every password in the tests; never printed either


def ok(url):
    return Record(url, 'OK', 200, '')


def failed(url, kind, status=0):
    return Record(url, 'UNKNOWN' if kind in OF_RUN else 'FAILED', status, kind)


def parse(out):
    """The records of text or JSON Lines. Raises ValueError if a line is neither."""
    if out and not out.endswith('\n'):
        raise ValueError('the last line is incomplete')
    from_line = from_json if out.startswith('{') else from_text
    return [from_line(line + '\n') for line in out.split('\n')[:-1]]


def from_text(line):
    match = TEXT_LINE.match(line)
    if not match:
        raise ValueError('not a result: ' + ascii(line))
    verdict, reached, url, kind = match.groups()
    return Record(url, verdict, int(reached) if reached.isdigit() else 0, kind or '')


def from_json(line):
    record = strict_json(line)
    return Record(record['url'], record['verdict'], record['status'] or 0,
                  record['class'] or '')


def strict_json(line):
    """One object in UTF-8 that ends with a newline, without duplicate keys and NaN."""
    if not line.endswith('\n'):
        raise ValueError('no newline at the end')

    def refuse(word):
        raise ValueError(word + ' is not JSON')

    def unique(pairs):
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError('duplicate key')
        return dict(pairs)
    line.encode('utf-8')  # fails on surrogate escapes, which stand for invalid UTF-8
    value = json.loads(line, parse_constant=refuse, object_pairs_hook=unique)
    if not isinstance(value, dict):
        raise ValueError('not an object')
    return value


def difference(found, expected):
    """Describes how two lists differ; None if they are equal."""
    wrong = [number for number, (one, other) in enumerate(zip(found, expected)) if one != other]
    if wrong:
        at = wrong[0]
        return '%d of %d records differ; number %d is %s instead of %s' % (
            len(wrong), len(found), at + 1, ascii(found[at]), ascii(expected[at]))
    if len(found) != len(expected):
        return '%d records instead of %d' % (len(found), len(expected))
    return None


def leak(text):
    """The first hostile character or secret in the text with its surroundings, or None."""
    match = HOSTILE.search(text) or re.search(SECRET, text)
    return match and ascii(text[max(0, match.start() - 60):match.end() + 20])
