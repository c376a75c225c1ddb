#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--ping-url: what a server like healthchecks.io gets, and what urlcheck makes of its replies.

    pings.py [--urlcheck COMMAND]

The path of the ping URL says how the server replies. Everything else is a URL that is checked.
"""

import http.server
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections import namedtuple
from urllib.parse import parse_qs, urlsplit

from program import LIMIT_S, arguments, environment, run

from support.tally import Tally, restore_signals

SECRET = '5f1e9d3c-secret'
UUID = re.compile(r'[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')

Ping = namedtuple('Ping', 'method suffix query type body')


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def answer(self):
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0)).decode()
        words = url.path.split('/')
        if words[1] != 'ping':
            self.server.checked.set()
            return self.check(words)
        with self.server.lock:
            ping = Ping(self.command, words[-1], parse_qs(url.query),
                        self.headers.get('Content-Type'), body)
            self.server.pings.append(ping)
            number = len(self.server.pings)
        if number == 3:
            self.server.third.set()
        return getattr(self, 'reply_' + words[2])(ping, number)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass

    def reply(self, status=200, body='OK', *headers):
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def check(self, words):
        if words[1] == 'hang':
            self.server.hung.set()
            self.server.closing.wait(LIMIT_S)
        elif words[1] == 'third':
            self.server.third.wait(LIMIT_S)
        self.reply(int(words[1]) if words[1].isdigit() else 200)

    def reply_ok(self, ping, number):
        self.reply()

    def reply_newline(self, ping, number):
        self.reply(200, 'OK\r\n')

    def reply_limit(self, ping, number):
        self.reply(200, 'OK', ('Ping-Body-Limit', '80'))

    def reply_unknown(self, ping, number):
        self.reply(200, 'OK (not found)')

    def reply_gone(self, ping, number):
        self.reply(404, 'not found')

    def reply_elsewhere(self, ping, number):
        self.reply(301, '', ('Location', self.path + '/moved'))

    def reply_busy(self, ping, number):
        """Every third try succeeds."""
        self.reply(*((200, 'OK') if number % 3 == 0 else (503, 'busy')))

    def reply_after(self, ping, number):
        """The begin is confirmed only once a URL was checked."""
        if ping.suffix == 'start':
            self.server.checked.wait(LIMIT_S)
        self.reply()

    def reply_silent(self, ping, number):
        """There is no reply to the end."""
        if ping.suffix == 'start':
            return self.reply()
        self.server.hung.set()
        self.server.closing.wait(LIMIT_S)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Handler)
        self.url = 'http://127.0.0.1:%d' % self.server_port
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.reset()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def reset(self):
        self.pings = []
        self.checked, self.hung, self.third = (threading.Event() for _ in range(3))

    def handle_error(self, *_):
        """A client has gone away."""

    def ping_url(self, kind):
        return '%s/ping/%s/%s' % (self.url, kind, SECRET)


class Tests:
    def __init__(self, tally, server, urlcheck):
        self.tally, self.server, self.urlcheck = tally, server, urlcheck

    def expect(self, what, got, wanted):
        self.tally.expect(got == wanted, '%s: %r, not %r' % (what, got, wanted))

    def run(self, kind, *args, text=''):
        self.server.reset()
        ran = run([*self.urlcheck, '--ping-url', self.server.ping_url(kind), *args], text)
        self.tally.expect(SECRET not in ran.stdout + ran.stderr, '%s: the secret is shown' % kind)
        return ran

    def expect_run(self, kind, *args, status=0, err='', suffixes, text=''):
        ran = self.run(kind, *args, text=text)
        self.expect(kind + ': exit status', ran.returncode, status)
        self.expect(kind + ': standard error', ran.stderr, err)
        self.expect(kind + ': pings', [ping.suffix for ping in self.server.pings], suffixes)
        return self.server.pings

    def message(self, reason):
        return 'urlcheck: --ping-url %s/***: %s\n' % (self.server.url, reason)

    def begin_and_end(self):
        start, end = self.expect_run('ok', self.server.url + '/a', suffixes=['start', '0'])
        self.expect('begin', (start.method, start.body, start.type), ('GET', '', None))
        self.expect('end', (end.method, end.type), ('POST', 'text/plain; charset=utf-8'))
        self.tally.expect(re.match(r'1 checked in .*: 1 OK\n$', end.body), 'body: ' + end.body)
        self.expect('ID', start.query, end.query)
        self.tally.expect(UUID.match(start.query['rid'][0]), 'ID: %s' % start.query)

    def suffix_is_in_the_path(self):
        self.server.reset()
        url = self.server.ping_url('ok') + '/?create=1#part'
        run([*self.urlcheck, '--ping-url', url, self.server.url + '/a'])
        self.expect('suffixes', [ping.suffix for ping in self.server.pings], ['start', '0'])
        self.expect('query', self.server.pings[0].query['create'], ['1'])

    def failures_come_after_the_counts(self):
        url = self.server.url
        end = self.expect_run('ok', '-q', url + '/500', 'ftp://x/', url + '/a', status=1,
                              suffixes=['start', '1'])[1]
        self.tally.expect(
            re.match(r'3 checked in .*: 1 OK; 2 FAILED: 1 bad-input, 1 http-5xx\n'
                     r'FAILED, by class:\nbad-input: 1\n  ftp://x/  .*\n'
                     r'http-5xx: 1\n  http://.*/500  500 Internal Server Error\n$', end.body),
            'body: ' + end.body)

    def body_has_what_the_server_keeps(self):
        end = self.expect_run('limit', self.server.url + '/500', status=1,
                              suffixes=['start', '1'])[1]
        self.tally.expect(re.match(r'1 checked .*\nFAILED, by class:\n(http-5xx: 1\n)?$', end.body)
                          and len(end.body) <= 80, 'body: ' + end.body)
        lines = ''.join('http://h%d.test:x/%s\n' % (number, number * 'x') for number in range(400))
        end = self.expect_run('ok', text=lines, status=1, suffixes=['start', '1'])[1]
        self.tally.expect(len(end.body) <= 10000 and end.body.endswith('\n'),
                          '%d bytes' % len(end.body))

    def body_has_the_summary_of_a_merge(self):
        def line(url, start, place):
            return ('{"url":"%s","verdict":"OK","time_total":5,"place":"%s",'
                    '"started_at":"2026-11-30T02:%s:00Z"}\n' % (url, place, start))

        text = ''.join(line('http://%s/' % host, start, 'p')
                       for host, start in (('a', '10'), ('a', '20'), ('b', '25')))
        end = self.expect_run('ok', '--merge', '-s', text=text, suffixes=['start', '0'])[1]
        self.expect('body', end.body, '2 checked in 5 min 5 s: 2 OK; 1 duplicate folded\n')

    def body_says_what_could_not_be_read_or_stored(self):
        text = '{"url":"http://x/","verdict":"OK"}\nx\n'
        reason = 'stdin:2: no result of urlcheck: no JSON (--merge takes files of --format jsonl)\n'
        end = self.expect_run('ok', '--merge', '-s', text=text, status=3, suffixes=['start', '3'],
                              err='urlcheck: ' + reason)[1]
        self.tally.expect(end.body.startswith(reason + '1 checked'), end.body)
        reason = "state file 'missing/s': No such file or directory\n"
        end = self.expect_run('ok', '-s', '--state', 'missing/s', self.server.url + '/200', status=3,
                              suffixes=['start', '3'], err='urlcheck: ' + reason)[1]
        self.tally.expect(end.body.startswith(reason + '1 checked'), end.body)

    def status_is_that_of_the_run(self):
        url = self.server.url
        self.expect_run('ok', '--exit-on', 'trouble', url + '/404', suffixes=['start', '0'])
        end = self.expect_run('ok', '-i', '/nowhere', status=2, suffixes=['start', '2'],
                              err="urlcheck: cannot read '/nowhere': No such file or directory\n")
        self.expect('body', end[1].body, "cannot read '/nowhere': No such file or directory\n")

        end = self.expect_run('ok', '--canary', url + '/503', url + '/a', status=3,
                              suffixes=['start', '3'],
                              err='urlcheck: the network here is down: every canary failed '
                                  '(%s/503: http-5xx: 503 Service Unavailable)\n' % url)
        self.expect('body', end[1].body, 'the network here is down: every canary failed '
                    '(%s/503: http-5xx: 503 Service Unavailable)\n' % url)

    def replies_that_are_not_ok(self):
        url = self.server.url + '/500'
        self.expect_run('newline', url, status=1, suffixes=['start', '1'])
        self.expect_run('unknown', url, status=1, suffixes=['start', '1'],
                        err=self.message('the reply is "OK (not found)", not "OK"'))
        self.expect_run('gone', url, status=1, suffixes=['start', '1'],
                        err=self.message('404 Not Found, not 200'))
        self.expect_run('elsewhere', url, status=1, suffixes=['start', '1'],
                        err=self.message('301 Moved Permanently, not 200'))

    def three_tries(self):
        """The run lasts until the third ping, as the begin has no more tries once it has ended."""
        self.expect_run('busy', '-m', str(LIMIT_S), self.server.url + '/third',
                        suffixes=3 * ['start'] + 3 * ['0'])

    def no_server(self):
        server = Server()
        url = server.ping_url('ok')
        server.shutdown()
        server.server_close()
        ran = run([*self.urlcheck, '--ping-url', url, self.server.url + '/a'])
        self.expect('exit status', ran.returncode, 0)
        self.expect('standard error', ran.stderr, 'urlcheck: --ping-url %s/***: '
                    'refused: connection refused\n' % server.url)

    def checks_do_not_wait_for_the_begin(self):
        self.expect_run('after', self.server.url + '/a', suffixes=['start', '0'])

    def started(self, kind, *args):
        self.server.reset()
        process = subprocess.Popen(
            [*self.urlcheck, '--ping-url', self.server.ping_url(kind), *args],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding='utf-8', env=environment())
        self.server.hung.wait(LIMIT_S)
        return process

    def a_signal_is_reported(self):
        with self.started('ok', self.server.url + '/hang') as process:
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=LIMIT_S)
        self.expect('exit status', (process.returncode, err), (143, ''))
        self.expect('pings', [ping.suffix for ping in self.server.pings], ['start', '143'])

    def a_signal_ends_a_ping(self):
        with self.started('silent', self.server.url + '/a') as process:
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=LIMIT_S)
        self.expect('exit status', process.returncode, 0)
        self.expect('standard error', err, self.message('no reply in time'))
        self.tally.expect(out.startswith('OK '), 'standard output: ' + out)

    def a_second_signal_ends_at_once(self):
        with self.started('silent', self.server.url + '/hang') as process:
            self.server.hung.clear()
            process.send_signal(signal.SIGTERM)
            self.server.hung.wait(LIMIT_S)  # the ping of the end
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=LIMIT_S)
        self.expect('exit status', process.returncode, 143)

    def secrets_may_be_elsewhere(self):
        for kind in ('file', 'env'):
            self.server.reset()
            with tempfile.NamedTemporaryFile('w', suffix='.url') as file:
                print(self.server.ping_url('ok'), file=file, flush=True)
                place = file.name if kind == 'file' else 'env:PING_URL'
                run([*self.urlcheck, '--ping-url', '@' + place, self.server.url + '/a'],
                    env=environment(PING_URL=self.server.ping_url('ok')))
            self.expect(kind, [ping.suffix for ping in self.server.pings], ['start', '0'])

    def wrong_urls(self):
        for url in ('ftp://%s/' % SECRET, SECRET, 'http://:x/%s' % SECRET, ''):
            ran = run([*self.urlcheck, '--ping-url', url, self.server.url + '/a'])
            self.expect(repr(url), (ran.returncode, ran.stderr),
                        (2, 'urlcheck: --ping-url: not an http or https URL '
                            '(try https://hc-ping.com/...)\n'))

    def a_skipped_run_sends_none(self):
        with tempfile.TemporaryDirectory() as folder:
            state = os.path.join(folder, 'state')
            self.server.reset()
            ran = run(['flock', state + '.lock', *self.urlcheck, '--state', state, '--lock=skip',
                       '--ping-url', self.server.ping_url('ok'), self.server.url + '/a'])
        self.expect('end', (ran.returncode, ran.stdout, ran.stderr), (0, '', ''))
        self.expect('pings', self.server.pings, [])
        self.expect('checked', self.server.checked.is_set(), False)

    def a_signal_ends_the_wait_for_another_run(self):
        with tempfile.TemporaryDirectory() as folder:
            state = os.path.join(folder, 'state')
            holder = subprocess.Popen(['flock', state + '.lock', 'sh', '-c', 'echo; exec cat'],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            holder.stdout.readline()  # it has the lock
            with subprocess.Popen([*self.urlcheck, '--state', state, '--lock', 'http://127.0.0.1/'],
                                  stderr=subprocess.PIPE, encoding='utf-8') as process:
                await_block(process, signal.SIGTERM)
                process.send_signal(signal.SIGTERM)
                _, err = process.communicate(timeout=LIMIT_S)
            holder.communicate()
        self.expect('end', (process.returncode, err), (
            143, "urlcheck: interrupted while waiting for another run with '%s'\n" % state))


def await_block(process, number):
    """Returns when the process has blocked the signal: it handles it from then on."""
    while process.poll() is None:
        with open('/proc/%d/status' % process.pid) as file:
            mask = [line.split()[1] for line in file if line.startswith('SigBlk')][0]
        if int(mask, 16) >> (number - 1) & 1:
            return


def main():
    args = arguments(__doc__).parse_args()
    restore_signals()
    tally = Tally()
    server = Server()
    tests = Tests(tally, server, args.urlcheck)
    for test in (tests.begin_and_end, tests.suffix_is_in_the_path,
                 tests.failures_come_after_the_counts, tests.body_has_what_the_server_keeps,
                 tests.body_has_the_summary_of_a_merge,
                 tests.body_says_what_could_not_be_read_or_stored, tests.status_is_that_of_the_run,
                 tests.replies_that_are_not_ok,
                 tests.three_tries, tests.no_server, tests.checks_do_not_wait_for_the_begin,
                 tests.a_signal_is_reported, tests.a_signal_ends_a_ping,
                 tests.a_second_signal_ends_at_once, tests.secrets_may_be_elsewhere,
                 tests.wrong_urls, tests.a_skipped_run_sends_none,
                 tests.a_signal_ends_the_wait_for_another_run):
        test()
    server.closing.set()
    server.shutdown()
    tally.finish()


if __name__ == '__main__':
    main()
