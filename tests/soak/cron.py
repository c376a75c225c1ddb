#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A real cron daemon, Debian's, runs the crontab line of .github/docs/cron.md every minute, for five minutes,
while a server dies and comes back: the mailbox gets exactly two mails. Needs root, for namespaces.

    cron.py [--urlcheck PATH]
"""

import email
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))

from support import namespace  # noqa: E402
from support.cron_job import ScriptedServer, is_sequence_of_two  # noqa: E402
from support.recipes import INSTALLED, recipe, write  # noqa: E402
from support.suite import Skip, Suite  # noqa: E402

CRON = '/usr/sbin/cron'
MINUTE_S = 60
SETTLE_S = 10  # a run takes far less
DEAD = [2, 3]

SENDMAIL = '#!/bin/sh\nexec cat >"$(mktemp %s/mail.XXXXXX)"\n'


def bind(folder, place):
    subprocess.run(['mount', '--bind', folder, place], check=True)


def make_folder(folder, name, **files):
    path = os.path.join(folder, name)
    os.mkdir(path)
    for file, text in files.items():
        write(path, file, text)
    return path


def hide_system(folder, crontab):
    """In this mount namespace there is one crontab, a mail command that writes files, and no other job."""
    programs = make_folder(folder, 'programs', sendmail=SENDMAIL % folder)
    shutil.copy(CRON, programs)
    os.chmod(os.path.join(programs, 'sendmail'), 0o755)
    namespace.replace('/etc/crontab', '')
    bind(make_folder(folder, 'cron.d', urlcheck=crontab), '/etc/cron.d')
    bind(make_folder(folder, 'crontabs'), '/var/spool/cron/crontabs')
    bind(make_folder(folder, 'run'), '/run')
    bind(programs, os.path.dirname(CRON))


def crontab_here(suite, folder):
    """The recipe: every minute, by root, with the state and the list in the folder."""
    text = recipe('/etc/cron.d/urlcheck', 'cron.md')
    for old, new in [('*/5 * * * * urlcheck ', '* * * * * root '), (INSTALLED, suite.urlcheck),
                     ('/var/lib/urlcheck', folder), ('/etc/urlcheck', folder)]:
        if old not in text:
            raise ValueError('the recipe lacks ' + old)
        text = text.replace(old, new)
    return text


def await_run(witness, number):
    end = time.monotonic() + MINUTE_S + SETTLE_S
    while witness.requests['witness'] < number:
        if time.monotonic() > end:
            raise ValueError('run %d does not come' % number)
        time.sleep(0.1)
    time.sleep(SETTLE_S)


def read_mails(folder, site):
    """The texts of new mails, which are removed."""
    texts = []
    for path in sorted(glob.glob(os.path.join(folder, 'mail.*'))):
        with open(path, encoding='ascii') as file:
            mail = email.message_from_file(file)
        texts.append(mail.get_payload().replace(site, 'site'))
        os.remove(path)
    return texts


def two_mails(suite):
    if os.geteuid() != 0 or suite.outside or not os.path.exists(CRON):
        raise Skip('this needs root, namespaces and Debian\'s cron')
    with tempfile.TemporaryDirectory(prefix='urlcheck-soak-') as folder, \
            ScriptedServer() as witness:
        server = ScriptedServer()
        port, site, mails = server.server_port, server.address(), []
        write(folder, 'urls.txt', 'http://%s/site\nhttp://%s/witness\n' % (
            site, witness.address()))
        hide_system(folder, crontab_here(suite, folder))
        daemon = subprocess.Popen([CRON, '-f'])
        try:
            for number in range(1, 6):
                await_run(witness, number)
                new = read_mails(folder, site)
                print('run %d: %s' % (number, new), flush=True)
                suite.expect(len(new) <= 1, '%d mails of run %d' % (len(new), number))
                mails.append(''.join(new))
                if number + 1 == DEAD[0]:
                    server.close()
                if number == DEAD[-1]:
                    server = ScriptedServer(port)
        finally:
            daemon.terminate()
            daemon.wait()
            server.close()
        suite.expect(is_sequence_of_two(mails), 'mails: %s' % mails)


def main():
    Suite(__doc__).run(two_mails)


if __name__ == '__main__':
    main()
