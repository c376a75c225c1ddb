#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What --explain prints is run, by a shell and the real curl: it reaches the
same status and last URL, and the server sees the same requests.

    explain.py [--urlcheck COMMAND]

SEEN stands for a name of the combination's own: below /seen/SEEN the server
keeps what it is asked, to the byte.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from execute import environment_of_tests  # noqa: E402
from hazard.spawn import HazardServer  # noqa: E402
from places import Places, Unavailable  # noqa: E402
from run import words_of  # noqa: E402

AT_ONCE = 4
LIMIT_S = 60
LEAST = 30

FILES = {
    'body': 'a=1\nb=2\n',
    'body.json': '{"a":\n1}\n',
    'headers': 'X-One: 1\nX-Two: two words\n',
    'jar': '127.0.0.1\tFALSE\t/\tFALSE\t0\ta\t1\nSet-Cookie: b=2\n',
    'list': '{http}/seen/SEEN/200 header="X: a b" data=@body max-time=3\n'
            '{http}/seen/SEEN/404 request=PATCH user=@login\n'
            '{http}/seen/SEEN/302 compressed referer=";auto" user-agent=""\n',
    'login': 'me:pass word\'"$HOME\n',
    '.netrc': 'machine 127.0.0.1 login me password word\n',
    'token': 'abc.def\r\n',
    'awkward': '{http}/seen/SEEN{\\x00}',
}

# As `args` of cases. Each is one combination of options.
COMBINATIONS = r'''
{http}/seen/SEEN
{http}/seen/SEEN/404
{http}/seen/SEEN/302
{http}/seen/SEEN/302 --no-location
{http}/seen/SEEN/301 -d a=1
{http}/seen/SEEN/307 --json '{"a": 1}'
{http}/seen/SEEN/303 -X PUT -d @body
{http}/redirect/3?SEEN --max-redirs 2
{http}/redirect/3?SEEN --max-redirs -1
{http}/seen/SEEN -I
{http}/seen/SEEN/302 -I -A ''
{http}/seen/SEEN -X DELETE -A 'agent 1'
{http}/seen/SEEN -H 'Accept: text/html' -H 'User-Agent:' -H 'X-Empty;' -H @headers
{http}/seen/SEEN -d a -d 'b c' -d @body -d '' -d '$HOME%'
{http}/seen/SEEN -d '{\x1b}[1m'\''-{\xff}{\x09}%s\n' -H 'Content-Type: text/plain'
{http}/seen/SEEN -d 'one{\x0a}two{\x0a}{\x0a}' -d three
{http}/seen/SEEN --json '[1,' --json @body.json -H 'accept: */*'
{http}/seen/SEEN --json '[1]{\x0a}'
{http}/seen/SEEN -u 'me:p"a$s'\''s' -e http://from.test/ -b a=1 -b 'b=2; c=3'
{http}/seen/SEEN -u @login
{http}/seen/SEEN --oauth2-bearer @token -H 'X-Two:  2'
{http}/seen/SEEN/302/http%3A%2F%2Flocalhost%3A{http.port}%2Fseen%2FSEEN -u me:word -b a=1
{http}/seen/SEEN --oauth2-bearer abc --compressed
{http}/seen/SEEN -n
{http}/seen/SEEN/302 -b jar -e ';auto'
{http}/sets-cookie/seen/SEEN -b '' -e 'http://a.test/;auto'
http://me:word@{http.addr}/seen/SEEN/302?a&b;c=(d)'e'
'{http}/seen/SEEN/302?a={b,c}[1-3]|$HOME`#here'
'{http}/seen/SEEN?{\xc3\xbc}{\xff}'
http://name.test:{http.port}/seen/SEEN --resolve name.test:{http.port}:127.0.0.1
http://name.test/seen/SEEN/302 --connect-to name.test:80:{http.addr}
http://a.test/seen/SEEN http://b.test/seen/SEEN --connect-to ::{http.addr}
http://name.test/seen/SEEN -x {proxy}
http://name.test/seen/SEEN -x http://me:word@{proxy.addr} --noproxy other.test
{http}/seen/SEEN -x {refused} --noproxy '*'
https://name.test/seen/SEEN -x {proxy} --cacert {ca}
http://localhost/seen/SEEN/302 --unix-socket {unix.addr}
http://localhost:{http.port}/seen/SEEN --interface 127.0.0.5 -4
http://localhost:{http6.port}/seen/SEEN -6
http://name.test:{http.port}/seen/SEEN --doh-url {https}/dns-query --cacert {ca}
{https}/seen/SEEN
{https}/seen/SEEN/302 --cacert {ca} --tlsv1.2
{https}/seen/SEEN --capath {certs}/folder --http2
{tls-unknown-ca}/seen/SEEN --cacert {ca}
{tls-expired}/seen/SEEN -k --tlsv1.3
{tls-1.2}/seen/SEEN -k --tlsv1.3
{tls-client-cert-1.2}/seen/SEEN --cacert {ca} -E {certs}/client-both.pem
{tls-client-cert-1.3}/seen/SEEN --cacert {ca} -E {certs}/client.pem:SECRET --key {certs}/client-locked.key
{tls-client-cert-1.2}/seen/SEEN --cacert {ca}
{https}/seen/SEEN --cacert {ca} --pinnedpubkey {certs}/leaf.pub
{https}/seen/SEEN -k --pinnedpubkey sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
{http}/head-silent?SEEN -m 0.5
{never-accepts}/ --connect-timeout 500ms
{refused}/ http://no..such.name/
-d outer -m 5s -i list
-0 -i awkward --proto-default https -L --http1.1
{http.addr}/seen/SEEN --accept 2xx --contains ok --max-latency 9 --max-filesize 1k
'''


class Tests:
    def __init__(self, server, urlcheck):
        self.server, self.urlcheck = server, urlcheck
        self.places = Places(server.about, urlcheck)

    def run(self, combination, number):
        """The complaints about one of them; None where it cannot be tried here."""
        tmp = tempfile.mkdtemp(prefix='urlcheck-explain-')
        try:
            mine = self.places.of_case(tmp)

            def fill(text):
                filled = mine.fill(text.replace('SEEN', 'explain%d' % number))
                return filled.encode('utf-8', 'surrogateescape')
            for name, text in FILES.items():
                with open(os.path.join(tmp, name), 'wb') as file:
                    file.write(fill(text))
            words = [fill(word) for word in shlex.split(combination)]
            return list(self.compare(words, tmp, 'explain%d' % number))
        except Unavailable:
            return None
        finally:
            shutil.rmtree(tmp)

    def compare(self, words, tmp, name):
        def run(command):
            return subprocess.run(command, cwd=tmp, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT_S,
                                  env=dict(environment_of_tests(), HOME=tmp))
        ours = run(self.urlcheck + ['--format', 'jsonl', '--parallel-max', '1'] + words)
        ours_seen = self.seen(name)
        commands = run(self.urlcheck + ['--explain'] + words).stdout.splitlines()
        if self.seen(name) != []:
            yield '--explain asked'
        theirs = [run(['sh', '-c', command]) for command in commands]
        theirs_seen = self.seen(name)
        records = [json.loads(line) for line in ours.stdout.splitlines()]
        if not records or len(records) != len(theirs):
            yield '%d results, %d commands: %r' % (len(records), len(theirs), ours.stderr)
        for record, command, their in zip(records, commands, theirs):
            yield from compare_one(record, command, their)
        if ours_seen != theirs_seen:
            yield 'the server saw\n%s\nand of curl\n%s' % (ours_seen, theirs_seen)

    def seen(self, name):
        return json.loads(self.server.ask('/_seen/' + name))


def compare_one(record, command, their):
    """`status URL`, as both tell it; a status counts only if all of it came."""
    status, _, url = their.stdout.decode('utf-8', 'backslashreplace').rstrip('\n').partition(' ')
    status = int(status) if status.isdigit() and their.returncode == 0 else 0
    shown = (url.replace('me:word@', '***@').encode('utf-8', 'surrogateescape').decode())
    if (record['status'] or 0) != status and not is_redirect_bound(record, their):
        yield '%s, curl: %s\n%s\n%s' % (record['status'], status, command, their.stderr)
    if record['final_url'] != shown:
        yield '%s, curl: %s\n%s' % (record['final_url'], shown, command)


def is_redirect_bound(record, their):
    """Here the last redirect is an answer as well as a failure."""
    return record['class'] == 'too-many-redirects' and their.returncode == 47


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urlcheck', default=os.path.join(HERE, '..', '..', 'urlcheck'),
                        metavar='COMMAND')
    parser.add_argument('--timeout-scale', type=float, default=1, help='taken, and not needed')
    urlcheck = words_of(parser.parse_args().urlcheck)
    combinations = [line for line in COMBINATIONS.splitlines() if line]
    counts = {'passed': 0, 'failed': 0, 'skipped': 0}
    with HazardServer() as server, ThreadPoolExecutor(AT_ONCE) as pool:
        tests = Tests(server, urlcheck)
        results = pool.map(tests.run, combinations, range(len(combinations)))
        for combination, complaints in zip(combinations, results):
            for complaint in complaints or ():
                print('FAIL %s\n    %s' % (combination, complaint.replace('\n', '\n    ')))
            counts['skipped' if complaints is None else 'failed' if complaints else 'passed'] += 1
    print('%(passed)d passed, %(failed)d failed' % counts
          + (', %d skipped' % counts['skipped'] if counts['skipped'] else ''))
    sys.exit(1 if counts['failed'] or counts['passed'] < LEAST else 0)


if __name__ == '__main__':
    main()
