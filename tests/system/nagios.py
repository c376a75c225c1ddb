#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Nagios, Icinga and Monitoring::Plugin read the format nagios, and systemd, Nagios and Icinga the
configurations of the documentation. What is missing is skipped.

    nagios.py [--urlcheck PATH] [--only WORD]
"""

import grp
import json
import os
import pwd
import re
import shutil
import subprocess
import tempfile

from readers import Files, expect_equal, need, need_module, read
from support.recipes import INSTALLED, Started, await_true, recipe, write
from support.running import LIMIT_S
from support.suite import Skip, Suite

from hazard.spawn import HazardServer

ICINGA_TYPES = '/usr/share/icinga2/include/itl'

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


def output_fits(suite):
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


def monitoring_plugin_reads_it(suite):
    need_module(['perl', '-MMonitoring::Plugin::Performance', '-MJSON::PP', '-e', '1'],
                'Monitoring::Plugin')
    parsed = json.loads(read('perl', '-e', PERFORMANCE, performance(suite)))
    expect_performance(suite, 'Monitoring::Plugin',
                       {one['label']: float(one['value']) for one in parsed})
    count = str(suite.files.count)
    failed = [one for one in parsed if one['label'] == 'failed']
    suite.expect(len(parsed) == 7 and (failed[0]['critical'], failed[0]['max']) == ('0', count),
                 'failed: %s' % failed)


def icinga_reads_it(suite):
    need('icinga2')
    values = {}
    for item in performance(suite).split():
        parsed = json.loads(read('icinga2', 'console', '--eval',
                                 'parse_performance_data(%s)' % json.dumps(item)))
        values[parsed['label']] = parsed['value']
    expect_performance(suite, 'icinga2', values)


def icinga_knows_the_command(suite):
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


def nagios_reads_it(suite):
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

def systemd_knows_the_units(suite):
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
        suite.run(output_fits, monitoring_plugin_reads_it, icinga_reads_it, icinga_knows_the_command,
                  nagios_reads_it, systemd_knows_the_units)


if __name__ == '__main__':
    main()
