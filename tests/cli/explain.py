#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the commands that --explain prints, with a shell and the real curl. curl must reach the same
status and final URL, and the server must receive the same requests.

    explain.py [--urlcheck COMMAND]

SEEN is replaced by a different name for each combination: the server records the bytes of the
requests to /seen/SEEN.
"""

import json
import os
import shlex
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor

from program import arguments, environment, run

from execute import encode
from hazard.spawn import HazardServer
from placeholders import Placeholders, Unavailable
from support.tally import Tally

AT_ONCE = 4
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

# Like `args` of cases. Each line is a combination of options.
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
{http}/seen/SEEN/302/http%3A%2F%2Flocalhost%3A{http.port}%2Fseen%2FSEEN -u me:word
{http}/seen/SEEN/302/http%3A%2F%2Flocalhost%3A{http.port}%2Fseen%2FSEEN -u me:word -b a=1 -H 'X: 1' --location-trusted
{http}/seen/SEEN/307/http%3A%2F%2Flocalhost%3A{http.port}%2Fseen%2FSEEN -d a=1 --location-trusted
{http}/seen/SEEN --oauth2-bearer abc --compressed
{http}/digest/me/word?SEEN --digest -u me:word
{http}/digest/me/word?SEEN --anyauth -u me:word -d a=1
{http}/seen/SEEN --digest -u me:word
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
https://name.test/seen/SEEN -x {proxy-tls-good} --cacert {ca} --proxy-cacert {ca}
https://name.test/seen/SEEN -x {proxy-tls-expired} --cacert {ca} --proxy-insecure
http://name.test/seen/SEEN -x {proxy-tls-unknown-ca} --proxy-cacert {ca}
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


class Comparison:
    def __init__(self, server, urlcheck):
        self.server, self.urlcheck = server, urlcheck
        self.placeholders = Placeholders(server.about, urlcheck)

    def try_one(self, combination, number):
        """Returns the complaints about a combination; None if it cannot run here."""
        name = 'explain%d' % number
        tmp = tempfile.mkdtemp(prefix='urlcheck-explain-')
        try:
            mine = self.placeholders.of_case(tmp)

            def fill(text):
                return encode(mine.fill(text.replace('SEEN', name)))
            for path, text in FILES.items():
                with open(os.path.join(tmp, path), 'wb') as file:
                    file.write(fill(text))
            words = [fill(word) for word in shlex.split(combination)]
            return list(self.compare(words, tmp, name))
        except Unavailable:
            return None
        finally:
            shutil.rmtree(tmp)

    def compare(self, words, tmp, name):
        how = {'cwd': tmp, 'env': environment(HOME=tmp)}
        ours = run(self.urlcheck + ['--format', 'jsonl', '--parallel-max', '1'] + words, **how)
        ours_seen = self.seen(name)
        commands = run(self.urlcheck + ['--explain'] + words, **how).stdout.splitlines()
        if self.seen(name) != []:
            yield '--explain sent a request'
        curls = [run(['sh', '-c', command], **how) for command in commands]
        curls_seen = self.seen(name)
        records = [json.loads(line) for line in ours.stdout.splitlines()]
        if not records or len(records) != len(curls):
            yield '%d results, %d commands: %r' % (len(records), len(curls), ours.stderr)
        for record, command, curl in zip(records, commands, curls):
            yield from compare_one(record, command, curl)
        if ours_seen != curls_seen:
            yield 'urlcheck sent\n%s\nand curl\n%s' % (ours_seen, curls_seen)

    def seen(self, name):
        return json.loads(self.server.ask('/_seen/' + name))


def compare_one(record, command, curl):
    """curl prints `STATUS URL`; the status counts only if the response was complete."""
    status, _, url = curl.stdout.rstrip('\n').partition(' ')
    status = int(status) if status.isdigit() and curl.returncode == 0 else 0
    shown = encode(url).decode('utf-8', 'backslashreplace').replace('me:word@', '***@')
    # urlcheck also reports the status of the last redirect.
    is_redirect_limit = record['class'] == 'too-many-redirects' and curl.returncode == 47
    if (record['status'] or 0) != status and not is_redirect_limit:
        yield '%s, curl: %s\n%s\n%s' % (record['status'], status, command, curl.stderr)
    if record['final_url'] != shown:
        yield '%s, curl: %s\n%s' % (record['final_url'], shown, command)


def main():
    args = arguments(__doc__).parse_args()
    combinations = [line for line in COMBINATIONS.splitlines() if line]
    tally = Tally()
    with HazardServer() as server, ThreadPoolExecutor(AT_ONCE) as pool:
        results = pool.map(Comparison(server, args.urlcheck).try_one, combinations,
                           range(len(combinations)))
        for combination, complaints in zip(combinations, results):
            tally.count(combination, complaints)
    tally.finish(LEAST)


if __name__ == '__main__':
    main()
