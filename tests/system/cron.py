#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The commands of .github/docs/cron.md, five runs each, against a server that dies and comes back: exactly
two mails. systemd reads the units; the container has all libraries.

    cron.py [--urlcheck PATH] [--only WORD]

tests/soak/cron.py does the same with a real cron daemon.
"""

import os
import re
import shutil
import subprocess
import tempfile

from support.cron_job import Mails, ScriptedServer, is_sequence_of_two
from support.recipes import INSTALLED, recipe, write
from support.running import LIMIT_S
from support.suite import Skip, Suite

PAGE = 'cron.md'
TIMES = ['2026-11-30 14:%02d:00' % minute for minute in range(0, 25, 5)]
DEAD = [1, 2]  # in which of the runs

# A mail command that appends to a file, and the subject and the address of the recipe.
MAIL = '#!/bin/sh\n[ "$*" = "-s urlcheck on host.example you@example.com" ] && cat >>"$MAILBOX"\n'


class Scene:
    """A folder with a list, and the server of its URLs."""

    def __init__(self, suite):
        self.suite = suite
        self.server = ScriptedServer()
        self.folder = tempfile.mkdtemp(prefix='urlcheck-cron-')
        write(self.folder, 'urls.txt', 'http://%s/site\nhttp://%s/other name=other\n' % (
            self.server.address(), self.server.address('127.0.0.2')))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.close()
        shutil.rmtree(self.folder)

    def here(self, command):
        for path, mine in [(INSTALLED, self.suite.urlcheck), ('/var/lib/urlcheck', self.folder),
                           ('/etc/urlcheck', self.folder)]:
            command = command.replace(path, mine)
        return command

    def runs(self, command, **env):
        """Runs it five times. Yields each mail and exit status."""
        job = Mails(['/bin/sh', '-c', self.here(command)], {self.server.address(): 'site'})
        for number, now in enumerate(TIMES):
            self.server.down = {'site': 'gone'} if number in DEAD else {}
            yield job.run(now, **env)


def crontab_command(path):
    """The command of the last line, without times and user."""
    return recipe(path, PAGE).splitlines()[-1].split(None, 6)[6]


def expect_mails(suite, mails):
    suite.expect(is_sequence_of_two(mails), 'mails: %s' % mails)


def crontab_line_mails_twice(suite):
    with Scene(suite) as scene:
        ends = list(scene.runs(crontab_command('/etc/cron.d/urlcheck')))
    expect_mails(suite, [mail for mail, _ in ends])
    suite.expect([status for _, status in ends] == [0, 1, 1, 0, 0], 'statuses: %s' % ends)


def watched_line_mails_twice_and_pings(suite):
    with Scene(suite) as scene:
        write(scene.folder, 'ping-url', 'http://%s/ping/uuid\n' % scene.server.address())
        mails, suffixes = [], []
        for mail, _ in scene.runs(crontab_command('/etc/cron.d/urlcheck-watched')):
            mails.append(mail)
            suffixes.append([path.split('/')[3].split('?')[0] for path in scene.server.pings])
            scene.server.pings.clear()
    expect_mails(suite, mails)
    suite.expect(suffixes == 5 * [['start', '0']], 'pings: %s' % suffixes)


def unit_mails_twice(suite):
    unit = recipe('/etc/systemd/system/urlcheck-changes.service', PAGE)
    command = re.search(r"^ExecStart=/bin/sh -c '(.*)'$", unit, re.M).group(1)
    command = command.replace('%S', '/var/lib').replace('%H', 'host.example')
    suite.expect('%' not in command and '$' not in command, 'for systemd: ' + command)
    with Scene(suite) as scene:
        programs = os.path.join(scene.folder, 'bin')
        os.mkdir(programs)
        os.chmod(write(programs, 'mail', MAIL), 0o755)
        mailbox, mails = os.path.join(scene.folder, 'mailbox'), []
        for out, status in scene.runs(command, PATH=programs + ':/usr/bin:/bin',
                                      MAILBOX=mailbox):
            suite.expect((out, status) == ('', 0), 'the unit: %d, %s' % (status, out))
            mails.append('')
            if os.path.exists(mailbox):
                with open(mailbox, encoding='ascii') as file:
                    mails[-1] = file.read().replace(scene.server.address(), 'site')
                os.remove(mailbox)
    expect_mails(suite, mails)


def systemd_knows_the_units(suite):
    if not shutil.which('systemd-analyze'):
        raise Skip('systemd-analyze is missing')
    with tempfile.TemporaryDirectory(prefix='urlcheck-cron-') as folder:
        paths = [write(folder, name, recipe('/etc/systemd/system/' + name, PAGE).replace(
            INSTALLED, suite.urlcheck))
            for name in ('urlcheck-changes.service', 'urlcheck-changes.timer')]
        ran = subprocess.run(['systemd-analyze', 'verify', *paths], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, encoding='utf-8', timeout=LIMIT_S)
        # What is unknown is only a warning. Other units of this machine may be wrong, too.
        complaints = [line for line in ran.stderr.splitlines() if 'urlcheck' in line]
    suite.expect((ran.returncode, complaints) == (0, []), '%s' % ran)


def container_has_the_libraries(suite):
    """For Debian: the packages of the second stage have what the program is linked with."""
    release = '/etc/debian_version'
    if not shutil.which('dpkg-query') or not os.path.exists(release):
        raise Skip('this is not Debian')
    with open(release) as file:
        version = file.read().split('.')[0]
    text = recipe('Dockerfile', PAGE)
    if 'FROM debian:%s-slim\n' % version not in text:
        raise Skip('this is Debian %s' % version)
    packages = set(re.search(r'install -y --no-install-recommends (ca-certificates tzdata .*?) &&',
                             text.replace('\\\n', ''), re.S).group(1).split())
    linked = subprocess.run(['ldd', suite.urlcheck], stdout=subprocess.PIPE, encoding='utf-8',
                            check=True).stdout
    direct = subprocess.run(['objdump', '-p', suite.urlcheck], stdout=subprocess.PIPE,
                            encoding='utf-8', check=True).stdout
    names = set(re.findall(r'NEEDED +(\S+)', direct)) - set(re.findall(
        r'NEEDED +(libc\.\S+|libm\.\S+|ld-\S+)', direct))
    suite.expect(len(names) > 5, 'libraries: %s' % names)
    for name in names:
        path = re.search(r'%s => (\S+)' % re.escape(name), linked).group(1)
        suite.expect(owner(path) in packages, '%s is in %s' % (path, owner(path)))


def owner(path):
    """The package with this file, which may be found under another name of its folder."""
    for name in {path, os.path.realpath(path), re.sub('^/lib/', '/usr/lib/', path)}:
        ran = subprocess.run(['dpkg-query', '-S', name], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, encoding='utf-8')
        if ran.returncode == 0:
            return ran.stdout.split(':')[0]
    return None


def main():
    Suite(__doc__).run(crontab_line_mails_twice, watched_line_mails_twice_and_pings,
                       unit_mails_twice, systemd_knows_the_units, container_has_the_libraries)


if __name__ == '__main__':
    main()
