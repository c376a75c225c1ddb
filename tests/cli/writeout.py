#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the variables of --write-out with those of the real curl: the same options, the same server.

    writeout.py [--urlcheck COMMAND]

Variables are equal, but for those of JUDGES, each with its own rule. All variables must be in the man
page. Skipped where curl is missing or too old to know them.
"""

import json
import os
import re
import shlex
import shutil
from concurrent.futures import ThreadPoolExecutor

from program import ROOT, arguments, environment, run

from hazard.spawn import HazardServer
from placeholders import Placeholders, Unavailable
from support.tally import Tally

AT_ONCE = 4
LEAST = 20
NAME = re.compile(r'X\([A-Z_]+, "([a-z_.]+)", ')
TIMES = ('namelookup', 'connect', 'appconnect', 'pretransfer', 'starttransfer', 'total')
LONGEST_S = 100

# Variables that this version of curl does not have.
OWN = {'change', 'class', 'message', 'name', 'verdict'}
LATER = {'num_retries', 'proxy_used'}
SEPARATE = {'header_json', 'json', 'onerror'}

# Like `args` of cases. Each line is a combination of options.
COMBINATIONS = r'''
{http}/ok
{http.addr}/ok
{http}/ok?a=b#c
http://name.test:{http.port}/ok --resolve name.test:{http.port}:127.0.0.1
{http}/status/404
{http}/status/204
{http}/say/hello/world?Content-Type=text/html;%20charset=utf-8&X-A=one&X-A=two
{http}/redirect/3
{http}/redirect/3 --no-location
{http}/redirect/3 --max-redirs 1
{http}/to-ftp
{http}/to-relative
{http}/ok -I
{http}/ok -X PUT -d a=1 -e http://from.test/
{http}/ok --json '{"a": 1}' -b k=1 -H 'X-A: 1'
{http}/chunks/hel/lo
{http}/body-truncated
{http}/body-missing
{http}/body-stalled -m 2
{http}/head-silent -m 2
{refused}/
{refused}/ --proxy {proxy}
http://name.test/ok --proxy {proxy}
https://name.test/ok --proxy {proxy} --cacert {ca}
{https}/ok --cacert {ca}
{https}/ok -k --tlsv1.2
{https}/ok --cacert {ca} --http2
{tls-unknown-ca}/ok --cacert {ca}
{tls-expired}/ok -k
http://localhost/ok --unix-socket {unix.addr}
http://localhost:{http6.port}/ok -6
http://no..such.name/
'''


def either(ours, theirs):
    """Both unknown, or both known: ports and speeds differ from run to run, messages are our own."""
    return (ours in ('', '0')) == (theirs in ('', '0'))


def is_time(ours, theirs):
    """Seconds with six decimals, and both 0 or neither."""
    return (re.fullmatch(r'\d+\.\d{6}', ours) and 0 <= float(ours) < LONGEST_S
            and (float(ours) == 0) == (float(theirs) == 0))


def is_remote(ours, theirs):
    """curl takes the path of a Unix socket for an address, with port 80."""
    return ours == theirs or ours in ('', '0') and theirs[0] in '/8'


def no_fewer(ours, theirs):
    """The last check of a host does not keep its connection, not for a redirect either."""
    return int(ours) >= int(theirs) and either(ours, theirs)


def is_method(ours, theirs):
    """If the name does not exist, there is no request."""
    return ours in (theirs, '')


JUDGES = {'errormsg': either, 'local_port': either, 'speed_download': either,
          'speed_upload': either, 'num_connects': no_fewer, 'remote_ip': is_remote,
          'remote_port': is_remote, 'method': is_method,
          'scheme': lambda ours, theirs: ours.lower() == theirs.lower()}
JUDGES.update(('time_' + name, is_time) for name in TIMES + ('redirect',))
JUDGES['time_total'] = lambda ours, theirs: is_time(ours, ours)  # curl says 0 for a wrong name


def names():
    with open(os.path.join(ROOT, 'include/input/write_out.h'), encoding='utf-8') as file:
        return NAME.findall(file.read())


class Comparison:
    def __init__(self, server, urlcheck, curl, shared):
        self.urlcheck, self.curl, self.shared = urlcheck, curl, shared
        self.placeholders = Placeholders(server.about, urlcheck)

    def try_one(self, combination):
        """Returns the complaints about a combination; None if it cannot run here."""
        try:
            fill = self.placeholders.of_case('/').fill
            words = [fill(word) for word in shlex.split(combination)]
        except Unavailable:
            return None
        return list(self.compare(words))

    def compare(self, words):
        form = ''.join('%s=%%{%s}\\n' % (name, name) for name in self.shared)
        form += 'x-a=%header{X-A}\\n%{header_json}\\n'
        ours, ours_json = parse(run(self.urlcheck + ['-A', 'tool', '-w', form] + words).stdout)
        theirs, theirs_json = parse(run(self.curl + ['-A', 'tool', '-w', form] + words).stdout)
        if theirs['exitcode'] not in ('0', '1', '47'):  # the response is not complete
            theirs['http_code'] = theirs['response_code'] = '000'
        if theirs['exitcode'] == '1':  # a redirect that is not followed: curl counts it
            theirs['num_redirects'] = str(int(theirs['num_redirects']) - 1)
        if len(theirs) != len(self.shared) + 1 or ours.keys() != theirs.keys():
            yield '%s, curl: %s' % (ours, theirs)
            return
        for name, value in ours.items():
            if not JUDGES.get(name, str.__eq__)(value, theirs[name]):
                yield '%s: %r, curl: %r' % (name, value, theirs[name])
        # After a redirect that is not followed, curl has no headers.
        if (without_date(ours_json) != without_date(theirs_json)
                and theirs['exitcode'] not in ('1', '47')):
            yield 'header_json: %s, curl: %s' % (ours_json, theirs_json)
        reached = [float(ours['time_' + name]) for name in TIMES]
        reached = [time for time in reached if time]
        if reached != sorted(reached):
            yield 'the times do not add up: %s' % reached


def parse(text):
    """The values, and header_json: it begins with the last line that is only a brace."""
    values, _, headers = text.rpartition('\n{')
    return (dict(line.split('=', 1) for line in values.split('\n')), json.loads('{' + headers))


def without_date(headers):
    return {name: values for name, values in headers.items() if name != 'date'}


def check_man(tally, known):
    with open(os.path.join(ROOT, 'src/urlcheck.1.in'), encoding='utf-8') as file:
        man = file.read()
    described = set(re.findall(r'^\.B %\{([a-z_.]+)\}$', man, re.M))
    tally.expect(described == set(known), 'variables in the man page or in the program alone: %s'
                 % sorted(described ^ set(known)))


def find_curl(urlcheck_names):
    """The command, and the variables that it has; None: there is no such curl."""
    curl = shutil.which('curl')
    if not curl:
        return None, ()
    shared = [name for name in urlcheck_names if name not in OWN | LATER | SEPARATE
              and not name.startswith('url.')]
    form = ''.join('%%{%s}' % name for name in shared) + '%header{a}%{header_json}'
    done = run([curl, '-q', '-s', '-w', form, 'http://127.0.0.1:1/'])
    if 'unknown' in done.stderr or 'header{' in done.stdout:
        return None, ()
    return [curl, '-q', '-gsL', '-o', os.devnull, '--proto-redir', '=http,https'], shared


def main():
    args = arguments(__doc__).parse_args()
    tally = Tally()
    known = names()
    check_man(tally, known)
    combinations = [line for line in COMBINATIONS.splitlines() if line]
    curl, shared = find_curl(known)
    if not curl:
        tally.skip('there is no curl 7.84 or later', len(combinations))
        tally.finish()
    with HazardServer() as server, ThreadPoolExecutor(AT_ONCE) as pool:
        results = pool.map(Comparison(server, args.urlcheck, curl, shared).try_one, combinations)
        for combination, complaints in zip(combinations, results):
            tally.count(combination, complaints)
    tally.finish(LEAST)


if __name__ == '__main__':
    main()
