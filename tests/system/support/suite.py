# SPDX-License-Identifier: MIT
"""A test program's frame: arguments, counting, the closing line."""

import argparse
import os
import random
import signal
import sys
import time
import traceback

from . import namespace

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.dirname(os.path.dirname(HERE)))

from hazard.spawn import let_signals_through  # noqa: E402

# How many times as long as promised something may take, unless --strict is given: far less than
# what would not keep the promise takes.
SLACK = 5


class Skip(Exception):
    """Raised by a test that cannot be had here, with the reason."""


class Suite:
    """`urlcheck` is the program. `outside` says why this program has no
    namespace of its own; None where it has one. `strict`: the machine is quiet,
    and keeps no test waiting."""

    def __init__(self, description):
        parser = argparse.ArgumentParser(description=description.splitlines()[0])
        parser.add_argument('--urlcheck', default=os.path.join(HERE, *['..'] * 3, 'urlcheck'),
                            metavar='PATH')
        parser.add_argument('--timeout-scale', type=float, default=1, metavar='K')
        parser.add_argument('--only', default='', metavar='WORD', help='tests so named')
        parser.add_argument('--strict', action='store_true',
                            help='judge times, as on a quiet machine')
        parser.add_argument('--seed', type=int, default=random.randrange(10000), metavar='N',
                            help='for what is random')
        parser.add_argument(namespace.OPTION, action='store_true', help=argparse.SUPPRESS)
        args = parser.parse_args()
        self.urlcheck = os.path.abspath(args.urlcheck)
        self.scale = args.timeout_scale
        self.strict = args.strict
        self.only = args.only
        self.seed = args.seed
        self.outside = namespace.enter(args.in_namespace)
        let_signals_through()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # past all that cleans up
        self.passed = self.failed = self.skipped = 0
        self.test = ''

    def expect(self, truth, complaint):
        if truth:
            self.passed += 1
        else:
            self.failed += 1
            print('FAIL %s: %s' % (self.test, complaint), flush=True)
        return truth

    def allowed(self, promised_s):
        """How long that may take here which is promised to take no longer."""
        return promised_s if self.strict else promised_s * SLACK

    def expect_within(self, promised_s, seconds, what):
        return self.expect(seconds < self.allowed(promised_s), '%s: took %.2f s, not %g' % (
            what, seconds, promised_s))

    def run(self, *tests):
        """Calls each test with this suite, and ends the program."""
        for test in tests:
            self.test = test.__name__
            if self.only in self.test:
                self.call(test)
        skipped = ', %d skipped' % self.skipped if self.skipped else ''
        print('%d passed, %d failed%s' % (self.passed, self.failed, skipped))
        sys.exit(1 if self.failed or not self.passed + self.skipped else 0)

    def call(self, test):
        begin = time.monotonic()
        try:
            test(self)
        except Skip as reason:
            self.skipped += 1
            print('skip %s: %s' % (self.test, reason), flush=True)
        except Exception:
            self.failed += 1
            print('FAIL %s: %s' % (self.test, traceback.format_exc()), flush=True)
        self.took = time.monotonic() - begin
        if self.took > 20 * self.scale:
            print('note %s: took %.0f s' % (self.test, self.took), flush=True)
