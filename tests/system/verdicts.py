#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Retries, confirmations, Retry-After and a deadline, against servers that fail at random or limit
rates. The reported attempts must be the requests that the server received.

    verdicts.py [--urlcheck PATH] [--only WORD]
"""

import collections
import itertools
import json

from support import flaky_server
from support.flaky_server import FlakyServer
from support.records import failed, ok
from support.running import Running, lines, run
from support.suite import Suite

from hazard.spawn import HazardServer

HOSTS = 51
MANY = 2000
SEED = 5  # with this seed no URL fails 11 times, which can happen among 2,000
DEADLINE_S = 2
STALLED = 200
END_S = 10  # far less than the -m 30 of stalled URLs, with room for a busy machine


def retries_succeed(suite, connections):
    """Of the requests to 2,000 URLs, 30 % fail. With --retry no URL is FAILED, and each attempt is
    reported."""
    urls = [suite.server.url('/random/30/%s/%d' % (connections, number), number % 20 + 1)
            for number in range(MANY)]
    suite.server.requests()
    ran = run(suite, '--retry', '10', '--retry-delay', '10ms', '--format', 'jsonl',
              stdin=lines(urls))
    expect_all_ok(suite, connections, ran, urls)
    judge_attempts(suite, connections, ran, suite.server.requests())


def expect_all_ok(suite, what, ran, urls):
    suite.expect_records(what, ran, [ok(url) for url in urls])


def judge_attempts(suite, what, ran, requests):
    """The attempts in the records are the requests that the server received."""
    seen = collections.defaultdict(list)
    for request in requests:
        seen[request.path].append(request)
    failed = sum(request.outcome != '200' for request in requests)
    most, wrong = 0, []
    for line in ran.out.splitlines():
        record = json.loads(line)
        reported = [one['class'] for one in record.get('earlier_attempts', [])]
        reported.append(record['class'] or '')
        most = max(most, record['attempts'])
        made = seen['/' + record['url'].split('/', 3)[3]]
        if (reported != flaky_server.attempt_classes(made)
                or record['attempts'] != len(reported)):
            wrong.append('%s: reported %s, received %s' % (record['url'], reported, [
                (request.outcome, request.nth) for request in made]))
    suite.expect(not wrong, '%s: wrong attempts of %d URLs, such as %s' % (
        what, len(wrong), wrong[:1]))
    suite.expect(most > 2, '%s: at most %d attempts per URL: too few failures for this test' % (
        what, most))
    print('%s: %d of %d requests failed, up to %d attempts per URL, %.1f s' % (
        what, failed, len(requests), most, ran.seconds))


def retries_succeed_on_new_connections(suite):
    retries_succeed(suite, 'close')


def retries_succeed_on_reused_connections(suite):
    retries_succeed(suite, 'keep')


def run_confirmed(suite, urls, predicted):
    """Each URL is requested until it succeeds, at most three times, and every attempt is
    reported."""
    ran = run(suite, '--confirm', '2', '--confirm-delay', '10ms', '--format', 'jsonl',
              stdin=lines(urls))
    verdicts, wrong = collections.Counter(), []
    for record, kinds in zip(map(json.loads, ran.out.splitlines()), predicted):
        attempts = [one['class'] for one in record['earlier_attempts']] if len(kinds) > 1 else []
        verdict = 'FAILED' if kinds[-1] else 'FLAKY' if attempts else 'OK'
        message = '(%d of %d failed)' % (len(list(filter(None, kinds))), len(kinds))
        verdicts[record['verdict']] += 1
        if (record['verdict'] != verdict or record['attempts'] != len(kinds)
                or attempts != kinds[:-1] or (record['class'] or '') != (kinds[-1] or kinds[-2:][0])
                or (attempts and message not in record['message'])):
            wrong.append('%s instead of %s' % (record, kinds))
    suite.expect(not wrong, '%d wrong, such as %s' % (len(wrong), wrong[:1]))
    suite.expect(sum(verdicts.values()) == len(urls), '%d records of %d' % (
        sum(verdicts.values()), len(urls)))
    requests = collections.Counter(request.path for request in suite.server.requests())
    suite.expect(sorted(requests.values()) == sorted(map(len, predicted)),
                 'the server received other numbers of requests')
    return ran, verdicts


def confirmations_make_flaky(suite):
    """With --confirm 2, only the 2.7 % of the URLs that fail three times are FAILED. The seed tells
    which these are."""
    good, bad = [], []
    for number in range(MANY):
        path = '/random/30/close/confirmed/%d' % number
        kinds = [flaky_server.KINDS[outcome] for outcome in
                 itertools.islice(flaky_server.random_outcomes(SEED, path, 30), 3)]
        kinds = kinds[:kinds.index('') + 1] if '' in kinds else kinds
        (bad if kinds[-1] else good).append((suite.server.url(path, number % 20 + 1), kinds))
    suite.server.requests()
    ran, verdicts = run_confirmed(suite, *zip(*good))
    suite.expect(ran.status == 0 and verdicts['FLAKY'] > MANY // 5 and verdicts['FAILED'] == 0,
                 'exit status %d, %s' % (ran.status, verdicts))
    print('--confirm 2: %s, exit status %d, %.1f s' % (dict(verdicts), ran.status, ran.seconds))
    ran, verdicts = run_confirmed(suite, *zip(*bad))
    suite.expect(ran.status == 1 and verdicts['FAILED'] == len(bad),
                 'exit status %d, %s' % (ran.status, verdicts))
    print('--confirm 2: %s, exit status %d' % (dict(verdicts), ran.status))


def rate_limited_host_gets_its_pause(suite):
    """A host that sends Retry-After, among 50 good hosts whose URLs are finished before its pause
    ends. It holds its refusals until everything that urlcheck has in flight to it has arrived; a
    request after that comes too early. In flight are 10 at first, then half, then half again,
    plus one more after 16 successes."""
    for groups, at_once, count in (('10.5.3', '10', 3000), ('1.1', '1', 1000)):
        limited = [suite.server.url('/limited/20/2/%s/%d' % (groups, number))
                   for number in range(100)]
        good = [suite.server.url('/wait/0.02/%d' % number, number % 50 + 2)
                for number in range(count)]
        args = ['--retry', '5', '--format', 'jsonl', '--parallel-max-host', at_once]
        suite.server.requests()
        run(suite, *args, stdin=lines(good))
        alone = suite.server.requests()
        urls = limited[:50] + good + limited[50:]
        ran = run(suite, *args, stdin=lines(urls))
        expect_all_ok(suite, groups, ran, urls)
        requests = suite.server.requests()
        judge_refusals(suite, groups, ran, requests)
        judge_pauses(suite, groups, requests, alone)


def judge_refusals(suite, what, ran, requests):
    refused = sum(request.outcome == '429' for request in requests)
    retries = sum(json.loads(line)['attempts'] - 1 for line in ran.out.splitlines())
    wanted = sum(map(int, what.split('.')))
    suite.expect(refused == retries == wanted, '%s: %d refused, %d retries' % (
        what, refused, retries))


def judge_pauses(suite, what, requests, alone):
    """By the server's clock, the next request comes at least 2 s after a refusal was sent. `alone`
    are the requests of a run over the good hosts only."""
    limited = [request for request in requests if request.path.startswith('/limited')]
    good = [request for request in requests if request.path.startswith('/wait')]
    refusals = [request for request in limited if request.outcome == '429']
    waits = []
    for refused in refusals:
        after = [request.time - refused.answered for request in limited
                 if request.time > refused.answered]
        suite.expect(after and min(after) >= 2, '%s: next request %s s after a refusal' % (
            what, after[:1]))
        waits += after[:1]
    first = refusals[0].answered
    resumed = min(request.time for request in limited if request.time > first)
    late = [request for request in good if request.time > resumed]
    during = [request for request in good if request.time > first]
    suite.expect(during, '%s: the other hosts were finished before the first refusal' % what)
    suite.expect(len(good) == len(alone) and not late,
                 '%s: %d requests to other hosts, %d of them late' % (what, len(good), len(late)))
    print('%s: retried after %.3f to %.3f s; %d requests to other hosts since the first refusal; '
          'they took %.2f s, without the limited host %.2f s' % (
              what, min(waits), max(waits), len(during), span(good), span(alone)))


def span(requests):
    return requests[-1].time - requests[0].time


def redirected(suite, to, path):
    """A URL at the first address that redirects to a path at address `to`."""
    return suite.server.url('/to/' + suite.server.url(path, to).partition('://')[2])


def retry_after_on_a_redirect_target_of_the_same_host(suite):
    """All URLs of the host wait."""
    urls = [redirected(suite, 1, '/limited/20/2/10.5/%d' % number) for number in range(60)]
    suite.server.requests()
    ran = run(suite, '--retry', '5', '--format', 'jsonl', '--parallel-max-host', '10',
              stdin=lines(urls))
    expect_all_ok(suite, 'redirected', ran, urls)
    requests = suite.server.requests()
    refusals = [request.answered for request in requests if request.outcome == '429']
    suite.expect(len(refusals) == 15, '%d refused' % len(refusals))
    soonest = min(request.time - answered for answered in refusals for request in requests
                  if request.time > answered)
    suite.expect(soonest >= 2, 'next request %.3f s after a refusal' % soonest)
    print('redirected: retried after %.3f s' % soonest)


def retry_after_on_a_redirect_target_of_another_host(suite):
    """Only the URL that was redirected waits; other URLs of its host do not."""
    target = '/limited/0/2/1/away'
    urls = [redirected(suite, 2, target)] + [suite.server.url('/ok/%d' % n) for n in range(50)]
    suite.server.requests()
    ran = run(suite, '--retry', '5', '--retry-delay', '1ms', '--format', 'jsonl',
              '--parallel-max-host', '1', stdin=lines(urls))
    expect_all_ok(suite, 'redirected to another host', ran, urls)
    requests = suite.server.requests()
    redirects = [request.time for request in requests if request.path.startswith('/to/')]
    refused = next(request.answered for request in requests if request.outcome == '429')
    others = [request.time for request in requests if request.path.startswith('/ok/')]
    suite.expect(len(redirects) == 2 and redirects[1] - refused >= 2,
                 'requests at %s, refused at %s' % (redirects, refused))
    suite.expect(len(others) == 50 and max(others) < redirects[1],
                 'other URLs of the host waited')
    print('redirected to another host: retried after %.3f s, other URLs within %.3f s' % (
        redirects[1] - refused, max(others) - refused))


def deadline(suite):
    """URLs that stall in each phase."""
    stalls = [suite.hazard.about['urls'][on] + path
              for on, path in (('http', '/head-silent?'), ('https', '/tls-stalled?'),
                               ('tls-silent', '/'), ('http', '/head-dripping?'),
                               ('https', '/body-stalled-tls?'))]
    urls = [stalls[number % len(stalls)] + str(number) for number in range(STALLED)]
    args = ['--deadline', '%ds' % DEADLINE_S, '-m', '30', '--parallel-max-host', '0', '--format',
            'jsonl', '--cacert', suite.hazard.about['ca']]
    with Running(suite, *args, stdin=lines(urls)) as running:
        suite.expect(running.has_ended(END_S), 'still running after %d s' % END_S)
        ran = running.end()
    suite.expect_records('deadline', ran, [failed(url, 'deadline') for url in urls], 4)
    suite.expect(ran.seconds >= DEADLINE_S, 'ended after %.2f s' % ran.seconds)
    print('%d stalled, ended after %.2f s' % (len(urls), ran.seconds))


def main():
    suite = Suite(__doc__)
    with FlakyServer(HOSTS, SEED) as suite.server, HazardServer() as suite.hazard:
        suite.run(retries_succeed_on_new_connections, retries_succeed_on_reused_connections,
                  confirmations_make_flaky, rate_limited_host_gets_its_pause,
                  retry_after_on_a_redirect_target_of_the_same_host,
                  retry_after_on_a_redirect_target_of_another_host, deadline)


if __name__ == '__main__':
    main()
