# SPDX-License-Identifier: MIT
"""Writes files for --state that have as many results as a test wants. urlcheck itself makes their
tables; this packs results as src/state/samples.c explains."""

import sqlite3
from collections import namedtuple

from .running import run

DAY_S = 86400
VERDICTS = {'OK': 0, 'WARN': 1, 'FLAKY': 2, 'FAILED': 3}

# `second` is since 1970; latency is in microseconds.
Sample = namedtuple('Sample', 'second verdict latency is_maintenance', defaults=('OK', 0, False))


def pack_latency(latency):
    if latency < 256:
        return latency
    exponent = latency.bit_length() - 8
    fraction = round(latency / 2 ** (exponent - 1))
    if fraction == 512:
        exponent, fraction = exponent + 1, 256
    return exponent << 8 | fraction - 256


def pack(day, samples):
    blob, second = bytearray(), day * DAY_S
    for sample in samples:
        gap, second = sample.second - second, sample.second
        while gap > 127:
            blob.append(gap & 127 | 128)
            gap >>= 7
        blob.append(gap)
        blob += (VERDICTS[sample.verdict] << 14 | sample.is_maintenance << 13
                 | pack_latency(sample.latency)).to_bytes(2, 'big')
    return bytes(blob)


class StateFile:
    """A context manager: `database` is a connection, committed at the end."""

    def __init__(self, suite, path):
        run(suite, '-s', '--state', path, 'http://127.0.0.1:1/')
        self.database = sqlite3.connect(path)
        for table in ('outage', 'day', 'url'):
            self.database.execute('DELETE FROM ' + table)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.database.commit()
        self.database.close()

    def add_url(self, number, first, last, url=None, name=None):
        self.database.execute(
            'INSERT INTO url(id, key, url, name, host, first_us, last_us, verdict)'
            ' VALUES(?, ?, ?, ?, ?, ?, ?, "OK")',
            (number, str(number), url or 'http://host/%d' % number, name, 'host', first * 10 ** 6,
             last * 10 ** 6))

    def add_blob(self, number, day, blob):
        self.database.execute('INSERT INTO day(url, day, samples) VALUES(?, ?, ?)',
                              (number, day, blob))

    def add_samples(self, number, samples):
        days = {}
        for sample in samples:
            days.setdefault(sample.second // DAY_S, []).append(sample)
        for day, of_day in days.items():
            self.add_blob(number, day, pack(day, of_day))

    def add_outage(self, number, begin, end, cause='http-5xx', message='503 Service Unavailable'):
        """Seconds since 1970; end None: it goes on."""
        self.database.execute(
            'INSERT INTO outage(url, begin_us, end_us, class, message) VALUES(?, ?, ?, ?, ?)',
            (number, begin * 10 ** 6, end and end * 10 ** 6, cause, message))
