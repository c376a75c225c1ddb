# SPDX-License-Identifier: MIT
"""The figures by scenario and tool, and single values by name."""

from measure import median


class Results:
    def __init__(self):
        self.figures = {}   # scenario: {tool: Figures}
        self.values = {}    # name: number
        self.wrong = []     # messages about wrong answers of urlcheck

    def cpu(self, scenario, tool='urlcheck'):
        """Microseconds per check. Raises KeyError if it was not measured."""
        return median(self.of(scenario, tool).cpu_us())

    def wall(self, scenario, tool='urlcheck'):
        """Microseconds per URL of the list."""
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
        """Records a message unless urlcheck's answers are right and it ended in time with
        exit status 0."""
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
                                            '; it printed: ' + ascii(figures.said())))
