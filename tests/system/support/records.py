# SPDX-License-Identifier: MIT
"""What urlcheck printed, as tuples, and what has to be true of all of it."""

import json
import re
from collections import namedtuple

# `status` is 0 without a complete response, `kind` the class, '' for plain OK.
Record = namedtuple('Record', 'url verdict status kind')

TEXT_LINE = re.compile(r'(OK|WARN|FLAKY|FAILED) +(\S+) +\d+\.\d{3}s  (.*?)(?:  ([a-z0-9-]+): .*\S)?$')

# Controls but the newline, marks that turn or hide text, and lone surrogates:
# bytes that were no UTF-8.
HOSTILE = re.compile('[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e'
                     '\u2066-\u206f\ufeff\ud800-\udfff]')


def from_text(out):
    """Raises ValueError for what is no result."""
    if out and not out.endswith('\n'):
        raise ValueError('the last line is not whole')
    return [from_line(line) for line in out.split('\n')[:-1]]


def from_line(line):
    match = TEXT_LINE.match(line)
    if not match:
        raise ValueError('no line of a result: ' + ascii(line))
    verdict, reached, url, kind = match.groups()
    return Record(url, verdict, int(reached) if reached.isdigit() else 0, kind or '')


def from_jsonl(out):
    if out and not out.endswith('\n'):
        raise ValueError('the last line is not whole')
    return [from_object(json.loads(line)) for line in out.split('\n')[:-1]]


def from_object(record):
    return Record(record['url'], record['verdict'], record['status'] or 0,
                  record['class'] or '')


def difference(found, expected):
    """How two lists differ, in words; None where they do not."""
    wrong = [number for number, (one, other) in enumerate(zip(found, expected)) if one != other]
    if wrong:
        at = wrong[0]
        return '%d of %d records, as the one in place %d: %s instead of %s' % (
            len(wrong), len(found), at + 1, ascii(tuple(found[at])), ascii(tuple(expected[at])))
    if len(found) != len(expected):
        return '%d records instead of %d' % (len(found), len(expected))
    return None
