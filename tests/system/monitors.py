#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Monitoring systems read what urlcheck prints for them, and the configurations of the documentation.
A system that is missing is skipped.

    monitors.py [--urlcheck PATH] [--only WORD]
"""

import grp
import json
import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

from readers import HERE, Files, expect_equal, need, need_module, read
from support.running import LIMIT_S, Running, lines, run
from support.suite import Skip, Suite

from hazard.spawn import HazardServer

RECIPES = os.path.join(HERE, '..', '..', '.github', 'docs', 'monitoring.md')
INSTALLED = '/usr/local/bin/urlcheck'
ICINGA_TYPES = '/usr/share/icinga2/include/itl'
COUNT = 2000  # URLs of the file that is read while it is written
RUNS = 10

SERIES = re.compile(r'(\w+)\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\} (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"(?:,|$)')

PERFORMANCE = r'''
use Monitoring::Plugin::Performance; use JSON::PP;
my @parsed = Monitoring::Plugin::Performance->parse_perfstring($ARGV[0]);
print JSON::PP->new->canonical->encode([map { {label => $_->label, value => $_->value,
    uom => $_->uom, critical => $_->critical, min => $_->min, max => $_->max} } @parsed]);
'''
NAGIOS = '''
cfg_file={folder}/objects.cfg
log_file={folder}/log
object_cache_file={folder}/objects.cache
status_file={folder}/status
status_update_interval=1
check_result_path={folder}/results
command_file={folder}/command
query_socket={folder}/socket
lock_file={folder}/lock
temp_file={folder}/temp
temp_path={folder}
retain_state_information=0
check_for_updates=0
nagios_user={user}
nagios_group={group}
execute_host_checks=0
check_result_reaper_frequency=1
service_inter_check_delay_method=n
service_interleave_factor=1
illegal_macro_output_chars=`~$&|'"<>
'''
OBJECTS = '''
define timeperiod {{
    timeperiod_name  always
    alias            always
    {days}
}}
define command {{
    command_name  nothing
    command_line  /bin/true
}}
define command {{
    command_name  replay
    command_line  /bin/cat {folder}/out.nagios; exit 2
}}
define contact {{
    contact_name                   admin
    host_notification_period       always
    service_notification_period    always
    host_notification_commands     nothing
    service_notification_commands  nothing
}}
define host {{
    host_name            localhost
    address              127.0.0.1
    max_check_attempts   1
    check_period         always
    notification_period  always
    contacts             admin
}}
define service {{
    name                 generic-service
    register             0
    check_period         always
    notification_period  always
    max_check_attempts   1
    check_interval       1
    retry_interval       1
    contacts             admin
}}
define service {{
    use                  generic-service
    host_name            localhost
    service_description  replay
    check_command        replay
}}
'''
ICINGA = '''
include <itl>
const NodeName = "localhost"
object CheckCommand "none" {{ command = [ "/bin/true" ] }}
object Host NodeName {{ check_command = "none" }}
{recipe}
'''
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


def recipe(path):
    """The block of the documentation that shows this file."""
    with open(RECIPES, encoding='utf-8') as file:
        blocks = re.findall(r'^```\w+\n# (\S+)\n(.*?)^```', file.read(), re.M | re.S)
    found = [text for name, text in blocks if name == path]
    if len(found) != 1:
        raise ValueError('%d blocks for %s in %s' % (len(found), path, RECIPES))
    return found[0]


def write(folder, name, text):
    with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
        file.write(text)
    return file.name


def await_true(what, question):
    """Asks again and again, until it is true."""
    end = time.monotonic() + LIMIT_S
    while not question():
        if time.monotonic() > end:
            raise ValueError('in vain: ' + what)
        time.sleep(0.05)


class Started:
    """A program in the background, which writes to a log."""

    def __init__(self, folder, *command):
        self.log = os.path.join(folder, 'log of ' + os.path.basename(command[0]))
        with open(self.log, 'w') as file:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file,
                                            stderr=file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def text(self):
        with open(self.log, encoding='utf-8') as file:
            return file.read()


# Prometheus

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


def prometheus_by_node_exporter(suite):
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


def prometheus_has_every_record(suite):
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


def prometheus_by_promtool(suite):
    need('promtool')
    with open(suite.files.path('prometheus'), 'rb') as file:
        read('promtool', 'check', 'metrics', stdin=file)


def prometheus_alerts(suite):
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


def prometheus_file_is_always_complete(suite):
    with PrometheusFile(suite) as file:
        reader = ReadAllTheTime(file.folder.name)
        for _ in range(RUNS):
            run(suite, *file.args, stdin=file.stdin)
        reader.end()
        file.expect_complete('read %d times' % reader.count, reader.wrong)
        suite.expect(sorted(os.listdir(file.folder.name)) == ['urls.prom'], 'files are left')


def prometheus_file_survives_kill(suite):
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


# Nagios and Icinga

def performance(suite):
    first = suite.files.text('nagios').splitlines()[0]
    return first.split(' | ')[1]


def expect_performance(suite, what, values):
    verdicts = [one['verdict'] for one in suite.files.records]
    for verdict in ('OK', 'WARN', 'FLAKY', 'FAILED', 'UNKNOWN'):
        wanted = verdicts.count(verdict)
        got = values.pop(verdict.lower(), None)
        suite.expect(got == wanted, '%s: %s is %s, not %d' % (what, verdict, got, wanted))
    suite.expect(set(values) == {'time', 'p95'} and all(value > 0 for value in values.values()),
                 '%s: %s' % (what, values))


def nagios_fits(suite):
    text = suite.files.text('nagios')
    first, *others = text.splitlines()
    suite.expect(len(text.encode()) <= 4096, '%d bytes' % len(text.encode()))
    suite.expect(len(first.split(' | ')[0]) < 80, 'long: ' + first)
    suite.expect(first.count('|') == 1 and '|' not in ''.join(others), 'a | in the text')
    shown = [line for line in others if re.match('(FAILED|WARN|FLAKY) ', line)]
    more = [int(number) for number in re.findall(r'^and (\d+) more$', text, re.M)]
    wanted = sum(one['verdict'] != 'OK' for one in suite.files.records)
    suite.expect(len(shown) + sum(more) == wanted, '%d of %d lines, and %s more'
                 % (len(shown), wanted, more))


def nagios_by_monitoring_plugin(suite):
    need_module(['perl', '-MMonitoring::Plugin::Performance', '-MJSON::PP', '-e', '1'],
                'Monitoring::Plugin')
    parsed = json.loads(read('perl', '-e', PERFORMANCE, performance(suite)))
    expect_performance(suite, 'Monitoring::Plugin',
                       {one['label']: float(one['value']) for one in parsed})
    count = str(suite.files.count)
    failed = [one for one in parsed if one['label'] == 'failed']
    suite.expect(len(parsed) == 7 and (failed[0]['critical'], failed[0]['max']) == ('0', count),
                 'failed: %s' % failed)


def nagios_by_icinga(suite):
    need('icinga2')
    values = {}
    for item in performance(suite).split():
        parsed = json.loads(read('icinga2', 'console', '--eval',
                                 'parse_performance_data(%s)' % json.dumps(item)))
        values[parsed['label']] = parsed['value']
    expect_performance(suite, 'icinga2', values)


def icinga_by_icinga(suite):
    """The configuration."""
    need('icinga2')
    if not os.path.exists(ICINGA_TYPES):
        raise Skip('the templates of icinga2 are missing')
    with tempfile.TemporaryDirectory(prefix='urlcheck-monitors-') as folder:
        path = write(folder, 'icinga2.conf',
                     ICINGA.format(recipe=recipe('/etc/icinga2/conf.d/urlcheck.conf')))
        places = {'DataDir': folder, 'CacheDir': folder,
                  'RunAsUser': pwd.getpwuid(os.geteuid()).pw_name,
                  'RunAsGroup': grp.getgrgid(os.getegid()).gr_name}
        defines = [word for item in places.items()
                   for word in ('--define', 'Configuration.%s=%s' % item)]
        out = read('icinga2', 'daemon', '-C', '-c', path, *defines)
    suite.expect('Instantiated 1 Service.' in out and 'critical' not in out, out[-1000:])


def status_of_services(path):
    """{description: {field: value}} of Nagios' status file; only of those that were checked."""
    try:
        with open(path, encoding='utf-8') as file:
            text = file.read()
    except OSError:
        return {}
    services = {}
    for block in re.findall(r'^servicestatus \{\n(.*?)^\t\}', text, re.M | re.S):
        fields = dict(line.strip().split('=', 1) for line in block.splitlines() if '=' in line)
        if fields.get('has_been_checked') == '1':
            services[fields['service_description']] = fields
    return services


def nagios_by_nagios(suite):
    """The output and the configuration."""
    need('nagios4')
    days = ('sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday')
    with tempfile.TemporaryDirectory(prefix='urlcheck-monitors-') as folder:
        os.mkdir(os.path.join(folder, 'results'))
        shutil.copy(suite.files.path('nagios'), folder)
        urls = write(folder, 'urls.txt', suite.closed + '?a=1|b=2\n')
        config = write(folder, 'nagios.cfg', NAGIOS.format(
            folder=folder, user=os.geteuid(), group=os.getegid()))
        objects = recipe('/etc/nagios4/conf.d/urlcheck.cfg')
        objects = objects.replace(INSTALLED, suite.urlcheck).replace('/etc/urlcheck/urls.txt', urls)
        write(folder, 'objects.cfg', objects + OBJECTS.format(
            folder=folder, days='\n'.join(day + ' 00:00-24:00' for day in days)))
        checked = read('nagios4', '-v', config)
        suite.expect('Total Errors:   0' in checked, checked[-1000:])
        status = os.path.join(folder, 'status')
        with Started(suite.folder, 'nagios4', config) as nagios:
            try:
                await_true('Nagios', lambda: len(status_of_services(status)) == 2)
            except ValueError:
                suite.expect(False, nagios.text()[-1000:])
            services = status_of_services(status)
    first, *others = suite.files.text('nagios').splitlines()
    replay = services['replay']
    suite.expect(' | '.join([replay['plugin_output'], replay['performance_data']]) == first,
                 'the first line: %a, %a' % (replay['plugin_output'], replay['performance_data']))
    got = re.sub(r'\\(.)', lambda match: {'n': '\n'}.get(match[1], match[1]),
                 replay['long_plugin_output'])
    expect_equal(suite, 'lines', got.splitlines(), others)
    suite.expect(services['URLs']['current_state'] == '2' and
                 services['URLs']['plugin_output'] ==
                 'URLCHECK CRITICAL - 1 of 1 failed: refused 1', 'URLs: %s' % services['URLs'])


# systemd

def units_by_systemd(suite):
    need('systemd-analyze')
    with tempfile.TemporaryDirectory(prefix='urlcheck-monitors-') as folder:
        paths = [write(folder, name, recipe('/etc/systemd/system/' + name).replace(
            INSTALLED, suite.urlcheck)) for name in ('urlcheck.service', 'urlcheck.timer')]
        ran = subprocess.run(['systemd-analyze', 'verify', *paths], capture_output=True,
                             timeout=LIMIT_S)
    # For what is unknown, it prints a warning, and exits with 0.
    suite.expect(ran.returncode == 0 and b'urlcheck' not in ran.stderr, '%s' % ran)


def main():
    suite = Suite(__doc__)
    with HazardServer() as server, tempfile.TemporaryDirectory(prefix='urlcheck-monitors-') as folder:
        suite.folder = folder
        suite.files = Files(suite, folder, server)
        suite.closed = server.about['urls']['refused'] + '/'
        suite.run(prometheus_has_every_record, prometheus_by_node_exporter, prometheus_by_promtool,
                  prometheus_alerts, prometheus_file_is_always_complete,
                  prometheus_file_survives_kill, nagios_fits, nagios_by_monitoring_plugin,
                  nagios_by_icinga, icinga_by_icinga, nagios_by_nagios, units_by_systemd)


if __name__ == '__main__':
    main()
