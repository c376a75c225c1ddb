# SPDX-License-Identifier: MIT
"""Runs and measures commands: each tool once per round, in changing order."""

import os
import statistics
import subprocess
import time
from collections import namedtuple

from conditions import wait_until_idle

# `cpu_s`: user and system time of the command and of the children it waited for.
# `status`: the exit status, or minus the number of the signal that ended the command.
# `said`: the first line on standard error.
Sample = namedtuple('Sample', 'status cpu_s wall_s rss_kib killed right said')


class Meter:
    """Runs commands with the program `measure`, on that CPU (None: on any), in a
    clean environment: without the user's proxies, certificates and configuration.
    `servers`: process ids; each run begins when these are idle."""

    def __init__(self, program, directory, cpu=None):
        self.program, self.directory, self.servers = program, directory, ()
        self.pinned = [] if cpu is None else ['taskset', '-c', str(cpu)]
        self.out = os.path.join(directory, 'out')
        self.err = os.path.join(directory, 'err')
        self.home = os.path.join(directory, 'home')
        os.mkdir(self.home)

    def environment(self, trust):
        return {'PATH': os.environ.get('PATH', os.defpath), 'HOME': self.home,
                'LC_ALL': 'C', **trust}

    def run(self, argv, limit_s, trust={}, stdin=None, right=None, inside=()):
        """`stdin` is a file or a pipe. `right` is a function that gets the path of the
        output and returns the number of right answers. The next run overwrites the output.
        `inside` is a command that runs another one, for example in a namespace."""
        report = os.path.join(self.directory, 'report')
        wait_until_idle(self.servers)
        with open(self.out, 'wb') as out, open(self.err, 'wb') as err:
            subprocess.run([*inside, *self.pinned, self.program, report, str(limit_s), *argv],
                           stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err,
                           env=self.environment(trust), check=True)
        with open(report) as file:
            status, user, system, wall, rss, killed = map(int, file.read().split())
        return Sample(status, (user + system) / 1e6, wall / 1e6, rss, bool(killed),
                      right(self.out) if right else None, self.first_error_line())

    def first_error_line(self):
        with open(self.err, errors='replace') as file:
            return file.readline().rstrip()


class Figures:
    """The samples of all rounds for one tool and one list of `count` URLs."""

    def __init__(self, count, samples=()):
        self.count, self.samples = count, list(samples)

    def cpu_us(self):
        """Microseconds per check: [least, median, most]."""
        return spread(sample.cpu_s * 1e6 / self.count for sample in self.samples)

    def wall_s(self):
        return spread(sample.wall_s for sample in self.samples)

    def wall_us(self):
        """Microseconds per URL, to compare lists of different length."""
        return spread(sample.wall_s * 1e6 / self.count for sample in self.samples)

    def rss_kib(self):
        return spread(sample.rss_kib for sample in self.samples)

    def ratios(self, other, field):
        """This field of the samples divided by that of another tool's, round by round:
        both of a round were measured under the same conditions."""
        return spread(getattr(ours, field) / getattr(theirs, field)
                      for ours, theirs in zip(self.samples, other.samples))

    def false(self):
        """The number of wrong or missing answers in the worst round."""
        return max(self.count - sample.right for sample in self.samples)

    def killed(self):
        return any(sample.killed for sample in self.samples)

    def said(self):
        """The first line on standard error in the first round that has one."""
        return next((sample.said for sample in self.samples if sample.said), '')


def spread(values):
    values = sorted(values)
    return [values[0], statistics.median(values), values[-1]]


def median(values):
    return values[1]


def interleaved(runs, rounds, budget_s=float('inf')):
    """Calls each function once per round, and starts no further round when budget_s has
    passed. Each round begins with another function, and every other one goes backwards, so
    that none always follows the same one. Returns, for each function, the list of its results."""
    begin = time.monotonic()
    results = [[] for _ in runs]
    for number in range(rounds):
        if number and time.monotonic() - begin > budget_s:
            break
        for place in range(len(runs)):
            which = (number + (-place if number % 2 else place)) % len(runs)
            results[which].append(runs[which]())
    return results
