#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A fortnight of cron jobs, in some seconds: exactly the mails that a person wants.

    fortnight.py [--urlcheck PATH] [--only WORD]

A run every three hours, from Monday, 16 November 2026, 00:00 CET on, with a clock of its own.
"""

import datetime
import os
import re
import tempfile

from support.cron_job import Mails, ScriptedServer
from support.suite import Suite

BEGIN = datetime.datetime(2026, 11, 16)
INTERVAL = datetime.timedelta(hours=3)
RUNS = 14 * 8

LIST = '''
http://site/site
http://site/flap name="the shop"
http://site/slow max-latency=1s
http://site/gateway name=gateway
http://site/app needs=gateway
http://site/db maintenance='Sat 02:00-08:00'
http://site/old
''' + ''.join('http://api/api/%d\n' % number for number in range(1, 13))

# What is down, and in which runs. Run 41 is on Saturday at 03:00, run 97 on the next one.
SCRIPT = [
    ('site', 503, range(7, 10)),
    ('site', 503, range(13, 20, 2)),
    ('flap', 500, [20, 21, 24, 25, 28, 29]),
    ('slow', 1.1, range(40, 42)),
    ('*', 'gone', range(50, 52)),
    ('api', 502, range(60, 64)),
    ('gateway', 'gone', range(70, 73)),
    ('app', 504, range(70, 74)),
    ('old', 404, range(80, RUNS)),
    ('db', 503, [41, 42, 97, 98, 99]),
]
OLD_LEAVES = 95

NO_NETWORK = ('urlcheck: the network here is down: every canary failed '
              '(http://site/canary: empty: connection closed without a response)\n')

# All mails: {run: text}. Nothing is mailed of what fails in single runs, of the database, which is down in its
# maintenance hours (but when it is still down after them), of the app while its gateway is down, and of the old page once it has left the list.
MAILS = {
    8: 'DOWN since 16 Nov, 21:00 CET (2 runs): http://site/site  '
       'http-5xx: 503 Service Unavailable\n',
    11: 'UP again after 9 h: http://site/site  was http-5xx since 16 Nov, 21:00 CET\n',
    21: 'DOWN since 12:00 CET (2 runs): http://site/flap  (the shop)  '
        'http-5xx: 500 Internal Server Error\n',
    23: 'UP again after 6 h: http://site/flap  (the shop)  was http-5xx since 12:00 CET\n',
    25: 'DOWN since 00:00 CET (2 runs): http://site/flap  (the shop)  '
        'http-5xx: 500 Internal Server Error\n',
    27: 'FLAPPING (4 changes in 21 runs), silent until it is steady: '
        'http://site/flap  (the shop)\n',
    41: 'DOWN since 00:00 CET (2 runs): http://site/slow  slow: _._ s, over 1 s\n',
    43: 'UP again after 6 h: http://site/slow  was slow since 00:00 CET\n',
    49: 'steady again, UP since 19 Nov, 18:00 CET: http://site/flap  (the shop)\n',
    50: NO_NETWORK,
    51: NO_NETWORK,
    61: 'DOWN since 12:00 CET (2 runs): 12 URLs of api: http-5xx\n'
        '  http://api/api/1  502 Bad Gateway\n'
        '  http://api/api/2  502 Bad Gateway\n'
        '  http://api/api/3  502 Bad Gateway\n'
        '  and 9 more\n',
    65: 'UP again after 12 h: 12 URLs of api: was http-5xx since 23 Nov, 12:00 CET\n'
        '  http://api/api/1\n'
        '  http://api/api/2\n'
        '  http://api/api/3\n'
        '  and 9 more\n',
    71: 'DOWN since 18:00 CET (2 runs): http://site/gateway  (gateway)  '
        'empty: connection closed without a response\n',
    74: 'UP again after 9 h: http://site/gateway  (gateway)  '
        'was empty since 24 Nov, 18:00 CET\n',
    81: 'DOWN since 00:00 CET (2 runs): http://site/old  http-4xx: 404 Not Found\n',
    85: 'still DOWN for 15 h, since 00:00 CET: http://site/old  http-4xx: 404 Not Found\n',
    93: 'still DOWN for 1 d 15 h, since 26 Nov, 00:00 CET: http://site/old  '
        'http-4xx: 404 Not Found\n',
    99: 'DOWN since 03:00 CET (3 runs): http://site/db  http-5xx: 503 Service Unavailable\n',
    101: 'UP again after 9 h: http://site/db  was http-5xx since 03:00 CET\n',
}


def script_of(run):
    down = {word: what for word, what, runs in SCRIPT if run in runs}
    if '*' in down:
        names = ['canary', 'api'] + [word for word, _, _ in SCRIPT]
        down = {name: down['*'] for name in names}
    return down


def write_list(path, server, run):
    text = LIST.replace('//site', '//' + server.address()).replace(
        '//api', '//' + server.address('127.0.0.2'))
    if run >= OLD_LEAVES:
        text = '\n'.join(line for line in text.split('\n') if not line.endswith('/old'))
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def a_fortnight(suite):
    with ScriptedServer() as server, tempfile.TemporaryDirectory() as folder:
        urls = os.path.join(folder, 'urls.txt')
        job = Mails([suite.urlcheck, '--state', os.path.join(folder, 'urls.db'), '--changes',
                     '--failure-threshold', '2', '--success-threshold', '2', '--remind', '12h',
                     '--lock=skip', '--exit-on', 'changes',
                     '--canary', 'http://%s/canary' % server.address(), '-i', urls],
                    {server.address(): 'site', server.address('127.0.0.2'): 'api',
                     '127.0.0.1': 'site', '127.0.0.2': 'api'})
        for run in range(RUNS):
            write_list(urls, server, run)
            server.down = script_of(run)
            mail, status = job.run(str(BEGIN + run * INTERVAL))
            mail = re.sub(r'\b\d\.\d+ s\b', '_._ s', mail)
            wanted = MAILS.get(run, '')
            wanted_status = 3 if wanted == NO_NETWORK else 1 if wanted else 0
            suite.expect(mail == wanted, 'run %d, %s:\n%s\nnot:\n%s' % (
                run, BEGIN + run * INTERVAL, mail, wanted))
            suite.expect(status == wanted_status, 'run %d: exit status %d' % (run, status))


def main():
    Suite(__doc__).run(a_fortnight)


if __name__ == '__main__':
    main()
