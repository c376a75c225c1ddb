# SPDX-License-Identifier: MIT
"""What was measured, by scenario and tool, and single values by name."""

from measure import median


class Results:
    def __init__(self):
        self.figures = {}   # scenario: {tool: Figures}
        self.values = {}    # name: number
        self.wrong = []     # urlcheck's wrong answers, in words

    def cpu(self, scenario, tool='urlcheck'):
        """Microseconds a check. Raises KeyError for what was not measured."""
        return median(self.of(scenario, tool).cpu_us())

    def wall(self, scenario, tool='urlcheck'):
        """Microseconds a URL of the list."""
        return median(self.of(scenario, tool).wall_us())

    def rss_bytes(self, scenario, tool='urlcheck'):
        return median(self.of(scenario, tool).rss_kib()) * 1024

    def false(self, scenario, tool='urlcheck'):
        return self.of(scenario, tool).false()

    def of(self, scenario, tool):
        figures = self.figures[scenario][tool]
        if figures.killed():
            raise KeyError(tool)
        return figures

    def add(self, scenario, tool, figures):
        self.figures.setdefault(scenario, {})[tool] = figures
        if tool == 'urlcheck':
            self.judge(scenario, figures)

    def judge(self, what, figures):
        """urlcheck's own answers: all right, exit status 0, in time."""
        problem = None
        if figures.killed():
            problem = 'urlcheck did not end in time'
        elif figures.false():
            problem = '%d of urlcheck\'s answers wrong or missing' % figures.false()
        elif any(sample.status for sample in figures.samples):
            problem = 'urlcheck ended with exit status %d' % max(
                sample.status for sample in figures.samples)
        if problem:
            self.wrong.append('%s: %s%s' % (what, problem, figures.said() and
                                            '; it said: ' + ascii(figures.said())))
