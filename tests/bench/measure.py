# SPDX-License-Identifier: MIT
"""Commands measured: each tool once a round, in rotating order."""

import os
import statistics
import subprocess
import time
from collections import namedtuple

# `cpu_s` is user and system time of the command and of what it waited for;
# `status` minus the signal's number where one ended it; `said` is the first line
# of standard error.
Sample = namedtuple('Sample', 'status cpu_s wall_s rss_kib killed right said')


class Meter:
    """Runs commands by way of the program `measure`, in an environment of their
    own: nobody's proxies, certificates or configuration."""

    def __init__(self, program, directory):
        self.program, self.directory = program, directory
        self.out = os.path.join(directory, 'out')
        self.err = os.path.join(directory, 'err')
        self.home = os.path.join(directory, 'home')
        os.mkdir(self.home)

    def environment(self, trust):
        return {'PATH': os.environ.get('PATH', os.defpath), 'HOME': self.home,
                'LC_ALL': 'C', **trust}

    def run(self, argv, limit_s, trust={}, stdin=None, right=None):
        """`stdin` is a file or a pipe. `right` tells from the path of what was
        printed how many answers are right. The output stays until the next run."""
        report = os.path.join(self.directory, 'report')
        with open(self.out, 'wb') as out, open(self.err, 'wb') as err:
            subprocess.run([self.program, report, str(limit_s), *argv],
                           stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err,
                           env=self.environment(trust), check=True)
        with open(report) as file:
            status, user, system, wall, rss, killed = map(int, file.read().split())
        return Sample(status, (user + system) / 1e6, wall / 1e6, rss, bool(killed),
                      right(self.out) if right else None, self.complaint())

    def complaint(self):
        with open(self.err, errors='replace') as file:
            return file.readline().rstrip()


class Figures:
    """What the rounds gave for one tool and one list of `count` URLs."""

    def __init__(self, count, samples=()):
        self.count, self.samples = count, list(samples)

    def cpu_us(self):
        """A check, in microseconds: [least, median, most]."""
        return spread(sample.cpu_s * 1e6 / self.count for sample in self.samples)

    def wall_s(self):
        return spread(sample.wall_s for sample in self.samples)

    def wall_us(self):
        """The same for each URL, to compare lists of different length."""
        return spread(sample.wall_s * 1e6 / self.count for sample in self.samples)

    def rss_kib(self):
        return spread(sample.rss_kib for sample in self.samples)

    def false(self):
        """The most wrong or missing answers of a round."""
        return max(self.count - sample.right for sample in self.samples)

    def killed(self):
        return any(sample.killed for sample in self.samples)

    def said(self):
        """What any of the rounds said first on standard error."""
        return next((sample.said for sample in self.samples if sample.said), '')


def spread(values):
    values = sorted(values)
    return [values[0], statistics.median(values), values[-1]]


def median(values):
    return values[1]


def interleaved(runs, rounds, budget_s=float('inf')):
    """Calls each of the functions once a round, in an order that rotates, and
    begins no round once that time is spent. Returns the list of what each returned."""
    begin = time.monotonic()
    results = [[] for _ in runs]
    for number in range(rounds):
        if number and time.monotonic() - begin > budget_s:
            break
        for place in range(len(runs)):
            which = (place + number) % len(runs)
            results[which].append(runs[which]())
    return results
