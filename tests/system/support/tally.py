# SPDX-License-Identifier: MIT
"""Counts of a test program."""

import signal
import sys


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def expect(self, truth, complaint):
        """Counts one assertion, and returns whether it holds."""
        if truth:
            self.passed += 1
        else:
            self.failed += 1
            print('FAIL ' + complaint, flush=True)
        return truth

    def count(self, title, complaints):
        """Counts one test: it passes if there are no complaints; None means that it was skipped."""
        if complaints is None:
            self.skipped += 1
        else:
            self.expect(not complaints, '\n'.join([title, *complaints]).rstrip('\n')
                        .replace('\n', '\n    '))

    def skip(self, reason, count=1):
        self.skipped += count
        print('skip ' + reason, flush=True)

    def finish(self, least=1):
        """Prints the closing line, which tests/check.sh reads, and ends the program. That fewer
        than `least` tests passed is a failure too."""
        skipped = ', %d skipped' % self.skipped if self.skipped else ''
        print('%d passed, %d failed%s' % (self.passed, self.failed, skipped))
        sys.exit(1 if self.failed or self.passed < least else 0)


def restore_signals():
    """A background job of a script, or one under nohup, ignores some signals, and its children
    inherit that. A signal that has a handler here is reset to its default in a child."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
