#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""node_exporter and promtool read the format prometheus and the configurations of the documentation. What
is missing is skipped.

    prometheus.py [--urlcheck PATH] [--only WORD]
"""

import os
import random
import re
import shutil
import signal
import socket
import tempfile
import threading
import urllib.request

from readers import Files, expect_equal, need, read
from support.recipes import Started, await_true, recipe, write
from support.running import LIMIT_S, Running, lines, run
from support.suite import Suite

from hazard.spawn import HazardServer

COUNT = 2000  # URLs of the file that is read while it is written
RUNS = 10

SERIES = re.compile(r'(\w+)\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\} (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"(?:,|$)')

ALERTS = '''
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'probe_success{instance="a",name=""}', values: '0x30'}
      - {series: 'probe_success{instance="b",name="x"}', values: '1x30'}
      - {series: 'urlcheck_run_end_timestamp_seconds{list="l"}', values: '0x30'}
      - {series: 'urlcheck_network_up{list="l"}', values: '0x30'}
      - {series: 'probe_ssl_earliest_cert_expiry{instance="b",name="x"}', values: '2000000x30'}
    alert_rule_test:
      - eval_time: 10m
        alertname: UrlDown
        exp_alerts: [{exp_labels: {instance: a}, exp_annotations: {summary: 'a  is down'}}]
      - {eval_time: 10m, alertname: UrlcheckStale}
      - eval_time: 20m
        alertname: UrlcheckStale
        exp_alerts:
          - {exp_labels: {list: l}, exp_annotations: {summary: 'The last run of l ended 20m 0s ago'}}
      - eval_time: 10m
        alertname: NetworkDown
        exp_alerts: [{exp_labels: {list: l}}]
      - {eval_time: 10m, alertname: CertificateExpires}
'''


def parse_series(text):
    """[(name, {label: value}, number)] of the lines that are no comments. Empty labels are left out."""
    series = []
    for line in text.splitlines():
        if line.startswith('#'):
            continue
        name, labels, number = SERIES.match(line).groups()
        values = {key: re.sub(r'\\(.)', r'\1', value) for key, value in LABEL.findall(labels)}
        series.append((name, {key: value for key, value in values.items() if value},
                       float(number)))
    return series


def sorted_series(series):
    return sorted((name, sorted(labels.items()), number) for name, labels, number in series)


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def fetch(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=LIMIT_S) as reply:
            return reply.read().decode()
    except OSError:
        return None


def node_exporter_reads_it(suite):
    """It serves every series of the file, and reports no error."""
    need('prometheus-node-exporter')
    address = '127.0.0.1:%d' % free_port()
    served = []
    with tempfile.TemporaryDirectory(prefix='urlcheck-monitors-') as folder:
        shutil.copy(suite.files.path('prometheus'), os.path.join(folder, 'urls.prom'))
        with Started(suite.folder, 'prometheus-node-exporter', '--collector.disable-defaults',
                     '--collector.textfile', '--collector.textfile.directory=' + folder,
                     '--web.listen-address=' + address,
                     '--web.disable-exporter-metrics') as exporter:
            await_true('node_exporter', lambda: served.append(
                fetch('http://%s/metrics' % address)) or served[-1])
            log = exporter.text()
    suite.expect('\nnode_textfile_scrape_error 0\n' in served[-1], 'not read: %s' % log[-500:])
    suite.expect(not re.search('level=error', log), 'log: %s' % log[-500:])
    ours = re.findall('^(?:# (?:HELP|TYPE) )?(?:probe|urlcheck)_.*$', served[-1], re.M)
    expect_equal(suite, 'series', sorted_series(parse_series('\n'.join(
        line for line in ours if line[0] != '#'))),
        sorted_series(parse_series(suite.files.text('prometheus'))))


def every_record_has_its_series(suite):
    series = parse_series(suite.files.text('prometheus'))
    wanted = [[one['url'] or "''", one['name'] or None, float(one['verdict'] != 'FAILED')]
              for one in suite.files.records]
    got = [[labels['instance'], labels.get('name'), number]
           for name, labels, number in series if name == 'probe_success']
    expect_equal(suite, 'probe_success', got, wanted)
    got = [[labels['verdict'], labels.get('class')] for name, labels, _ in series
           if name == 'urlcheck_result_info']
    expect_equal(suite, 'info', got, [[one['verdict'], one['class']]
                                      for one in suite.files.records])
    keys = {(name, *sorted(labels.items())) for name, labels, _ in series}
    suite.expect(len(keys) == len(series), 'duplicate series')


def promtool_reads_it(suite):
    need('promtool')
    with open(suite.files.path('prometheus'), 'rb') as file:
        read('promtool', 'check', 'metrics', stdin=file)


def alerts_fire(suite):
    need('promtool')
    rules = '/etc/prometheus/urlcheck.rules.yml'
    with tempfile.TemporaryDirectory(prefix='urlcheck-monitors-') as folder:
        path = write(folder, 'rules.yml', recipe(rules))
        write(folder, 'tests.yml', ALERTS)
        config = recipe('/etc/prometheus/prometheus.yml')
        suite.expect('honor_labels: true' in config and rules in config, 'the rules are not used')
        read('promtool', 'check', 'config', write(folder, 'prometheus.yml',
                                                  config.replace(rules, path)))
        read('promtool', 'test', 'rules', os.path.join(folder, 'tests.yml'))


# The file of node_exporter while it is written

class ReadAllTheTime(threading.Thread):
    """Reads D/*.prom as fast as it can. `wrong`: what was no complete file."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder
        self.wrong = []
        self.count = 0
        self.is_over = False
        self.start()

    def run(self):
        while not self.is_over and not self.wrong:
            self.wrong += look_at(self.folder)
            self.count += 1

    def end(self):
        self.is_over = True
        self.join()


def look_at(folder):
    """What is wrong with the files that node_exporter would read now."""
    names = [name for name in os.listdir(folder) if name.endswith('.prom')]
    if names != ['urls.prom']:
        return ['files: %s' % names]
    with open(os.path.join(folder, 'urls.prom'), encoding='utf-8') as file:
        text = file.read()
    last = text.splitlines()[-1] if text else ''
    if (not text.startswith('# HELP probe_success ') or text.count('\nprobe_success{') != COUNT
            or not last.startswith('urlcheck_run_end_timestamp_seconds{')
            or not text.endswith('\n')):
        return ['%d bytes, which end with %a' % (len(text), text[-100:])]
    return []


class PrometheusFile:
    """A folder with the file of a complete run."""

    def __init__(self, suite):
        self.suite = suite
        self.folder = tempfile.TemporaryDirectory(prefix='urlcheck-monitors-')
        self.path = os.path.join(self.folder.name, 'urls.prom')
        self.args = ['-s', '--format', 'prometheus:' + self.path]
        self.stdin = lines('ftp://host/%d' % number for number in range(COUNT))
        self.seconds = run(suite, *self.args, stdin=self.stdin).seconds

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def expect_complete(self, what, wrong):
        self.suite.expect(not wrong, '%s: %s' % (what, wrong))


def file_is_always_complete(suite):
    with PrometheusFile(suite) as file:
        reader = ReadAllTheTime(file.folder.name)
        for _ in range(RUNS):
            run(suite, *file.args, stdin=file.stdin)
        reader.end()
        file.expect_complete('read %d times' % reader.count, reader.wrong)
        suite.expect(sorted(os.listdir(file.folder.name)) == ['urls.prom'], 'files are left')


def file_survives_kill(suite):
    """SIGKILL at some moment of a run leaves the old file, or the new one."""
    moments = random.Random(suite.seed)
    with PrometheusFile(suite) as file:
        for _ in range(2 * RUNS):
            with Running(suite, *file.args, stdin=file.stdin) as running:
                running.has_ended(moments.uniform(0, 1.2 * file.seconds))
                running.signal(signal.SIGKILL)
                running.end()
            file.expect_complete('after SIGKILL (--seed %d)' % suite.seed,
                                 look_at(file.folder.name))


def main():
    suite = Suite(__doc__)
    with HazardServer() as server, tempfile.TemporaryDirectory(prefix='urlcheck-monitors-') as folder:
        suite.folder = folder
        suite.files = Files(suite, folder, server)
        suite.run(every_record_has_its_series, node_exporter_reads_it, promtool_reads_it, alerts_fire,
                  file_is_always_complete, file_survives_kill)


if __name__ == '__main__':
    main()
