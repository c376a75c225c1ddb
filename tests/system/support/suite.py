# SPDX-License-Identifier: MIT
"""A test program of this folder: arguments, tests, expectations."""

import argparse
import os
import random
import signal
import sys
import time
import traceback

from . import namespace, records
from .tally import Tally, restore_signals

TESTS = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.append(TESTS)  # for `hazard`

# Without --strict, a promised time may be exceeded by this factor. A broken promise takes far
# longer than that.
SLACK = 5


class Skip(Exception):
    """Raised by a test that cannot run here, with the reason."""


class Suite(Tally):
    """`urlcheck`: the program's path. `outside`: why this program has no namespace of its own;
    None if it has one. `strict`: the machine is quiet, so times are judged exactly."""

    def __init__(self, description):
        super().__init__()
        parser = argparse.ArgumentParser(description=description.splitlines()[0])
        parser.add_argument('--urlcheck', default=os.path.join(TESTS, '..', 'urlcheck'),
                            metavar='PATH')
        parser.add_argument('--timeout-scale', type=float, default=1, metavar='K')
        parser.add_argument('--only', default='', metavar='WORD',
                            help='run the tests whose name contains WORD')
        parser.add_argument('--strict', action='store_true',
                            help='judge times exactly, for a quiet machine')
        parser.add_argument('--seed', type=int, default=random.randrange(10000), metavar='N',
                            help='seed of the random tests')
        parser.add_argument(namespace.OPTION, action='store_true', help=argparse.SUPPRESS)
        args = parser.parse_args()
        self.urlcheck = os.path.abspath(args.urlcheck)
        self.scale = args.timeout_scale
        self.strict = args.strict
        self.only = args.only
        self.seed = args.seed
        self.outside = namespace.enter(args.in_namespace)
        restore_signals()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # runs the cleanup
        self.test = ''

    def expect(self, truth, complaint):
        return super().expect(truth, '%s: %s' % (self.test, complaint))

    def expect_records(self, what, ran, wanted, status=None, err=''):
        """Expects these records in this order, the exit status that follows from them (or
        `status`), and this on standard error (None: anything)."""
        wrong = records.difference(records.parse(ran.out), wanted)
        self.expect(not wrong, '%s: %s' % (what, wrong))
        if status is None:
            status = 1 if any(record.verdict == 'FAILED' for record in wanted) else 0
        self.expect_end(what, ran, status, err)

    def expect_end(self, what, ran, status, err=''):
        self.expect(ran.status == status, '%s: exit status %d, not %d' % (what, ran.status, status))
        if err is not None:
            self.expect(ran.err == err, '%s: standard error: %s' % (what, ascii(ran.err[:300])))

    def allowed(self, promised_s):
        """How long something may take here that is promised to take no longer."""
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
        self.finish(0 if self.skipped else 1)

    def call(self, test):
        begin = time.monotonic()
        try:
            test(self)
        except Skip as reason:
            self.skip('%s: %s' % (self.test, reason))
        except Exception:
            self.expect(False, traceback.format_exc())
        took = time.monotonic() - begin
        if took > 20 * self.scale:
            print('note %s: took %.0f s' % (self.test, took), flush=True)
