#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Verdicts that people can trust: servers that fail now and then, or want to be
left alone, and a deadline. What was asked is what the server saw.

    verdicts.py [--urlcheck PATH] [--only WORD]
"""

import collections
import itertools
import json

from support import moody, records
from support.moody import Moody
from support.records import Record
from support.running import Running, lines, run
from support.suite import Suite

from hazard.spawn import HazardServer

HOSTS = 51
MANY = 2000
SEED = 5  # one that lets no URL fail 11 times: a run of 2,000 may
DEADLINE_S = 2
STALLED = 200
# Far less than the -m 30 that a stalled URL is given: clocks of busy machines are not trusted.
END_S = 10


def at_random(suite, connections):
    """2,000 URLs, of which 30 % of the requests fail: none is FAILED in the end, and each
    attempt is known."""
    urls = [suite.moody.url('/random/30/%s/%d' % (connections, number), number % 20 + 1)
            for number in range(MANY)]
    suite.moody.requests()
    ran = run(suite, '--retry', '10', '--retry-delay', '10ms', '--format', 'jsonl',
              stdin=lines(urls))
    judge_all_ok(suite, connections, ran, urls)
    judge_attempts(suite, connections, ran, suite.moody.requests())


def judge_all_ok(suite, what, ran, urls):
    wrong = records.difference(records.from_jsonl(ran.out),
                               [Record(url, 'OK', 200, '') for url in urls])
    suite.expect(not wrong, '%s: %s' % (what, wrong))
    suite.expect(ran.status == 0, '%s: exit status %d' % (what, ran.status))
    suite.expect(ran.err == '', '%s: on standard error: %s' % (what, ascii(ran.err[:300])))


def judge_attempts(suite, what, ran, requests):
    """What the records say of attempts is what the server saw of their URLs."""
    seen = collections.defaultdict(list)
    for request in requests:
        seen[request.path].append(request)
    failed = sum(request.outcome != '200' for request in requests)
    most, wrong = 0, []
    for line in ran.out.splitlines():
        record = json.loads(line)
        told = [one['class'] for one in record.get('earlier_attempts', [])]
        told.append(record['class'] or '')
        most = max(most, record['attempts'])
        made = seen['/' + record['url'].split('/', 3)[3]]
        if told != moody.outcomes(made) or record['attempts'] != len(told):
            wrong.append('%s: told %s, seen %s' % (record['url'], told, [
                (request.outcome, request.nth) for request in made]))
    suite.expect(not wrong, '%s: attempts of %d URLs, as %s' % (what, len(wrong), wrong[:1]))
    suite.expect(most > 2, '%s: at most %d attempts at a URL: too good' % (what, most))
    print('%s: %d of %d requests failed, up to %d attempts at a URL, %.1f s' % (
        what, failed, len(requests), most, ran.seconds))


def none_fails_of_those_that_fail_at_random(suite):
    at_random(suite, 'close')


def none_fails_on_kept_connections(suite):
    at_random(suite, 'keep')


def confirmed(suite, urls, foreseen):
    """Each URL is asked until it does well, three times at most, and all of that is told."""
    ran = run(suite, '--confirm', '2', '--confirm-delay', '10ms', '--format', 'jsonl',
              stdin=lines(urls))
    told, wrong = collections.Counter(), []
    for record, kinds in zip(map(json.loads, ran.out.splitlines()), foreseen):
        attempts = [one['class'] for one in record['earlier_attempts']] if len(kinds) > 1 else []
        verdict = 'FAILED' if kinds[-1] else 'FLAKY' if attempts else 'OK'
        message = '(%d of %d failed)' % (len(list(filter(None, kinds))), len(kinds))
        told[record['verdict']] += 1
        if (record['verdict'] != verdict or record['attempts'] != len(kinds)
                or attempts != kinds[:-1] or (record['class'] or '') != (kinds[-1] or kinds[-2:][0])
                or (attempts and message not in record['message'])):
            wrong.append('%s instead of %s' % (record, kinds))
    suite.expect(not wrong, '%d wrong, as %s' % (len(wrong), wrong[:1]))
    suite.expect(sum(told.values()) == len(urls), '%d records of %d' % (
        sum(told.values()), len(urls)))
    requests = collections.Counter(request.path for request in suite.moody.requests())
    suite.expect(sorted(requests.values()) == sorted(map(len, foreseen)),
                 'the server saw other numbers of requests')
    return ran, told


def flaky_ones_are_no_failure(suite):
    """The same without retries: 2.7 % of them fail three times, as is known in advance."""
    good, bad = [], []
    for number in range(MANY):
        path = '/random/30/close/confirmed/%d' % number
        kinds = [moody.KINDS[mood] for mood in
                 itertools.islice(moody.moods(SEED, path, 30), 3)]
        kinds = kinds[:kinds.index('') + 1] if '' in kinds else kinds
        (bad if kinds[-1] else good).append((suite.moody.url(path, number % 20 + 1), kinds))
    suite.moody.requests()
    ran, told = confirmed(suite, *zip(*good))
    suite.expect(ran.status == 0 and told['FLAKY'] > MANY // 5 and told['FAILED'] == 0,
                 'exit status %d, %s' % (ran.status, told))
    print('--confirm 2: %s, exit status %d, %.1f s' % (dict(told), ran.status, ran.seconds))
    ran, told = confirmed(suite, *zip(*bad))
    suite.expect(ran.status == 1 and told['FAILED'] == len(bad),
                 'exit status %d, %s' % (ran.status, told))
    print('--confirm 2: %s, exit status %d' % (dict(told), ran.status))


def one_that_wants_to_be_left_alone(suite):
    """Among 50 good hosts, whose URLs are done before it may be asked again. It waits until all
    that urlcheck has in flight to it are there before it refuses them: what comes then came too
    soon. That is 10 at first, half of it after that, and half again, and one more since 16 went
    well."""
    for groups, at_once, count in (('10.5.3', '10', 3000), ('1.1', '1', 1000)):
        held = [suite.moody.url('/limited/20/2/%s/%d' % (groups, number)) for number in range(100)]
        good = [suite.moody.url('/wait/0.02/%d' % number, number % 50 + 2)
                for number in range(count)]
        args = ['--retry', '5', '--format', 'jsonl', '--parallel-max-host', at_once]
        suite.moody.requests()
        run(suite, *args, stdin=lines(good))
        alone = suite.moody.requests()
        urls = held[:50] + good + held[50:]
        ran = run(suite, *args, stdin=lines(urls))
        judge_all_ok(suite, groups, ran, urls)
        requests = suite.moody.requests()
        judge_attempts_of_held(suite, groups, ran, requests)
        judge_left_alone(suite, groups, requests, alone)


def judge_attempts_of_held(suite, what, ran, requests):
    refused = sum(request.outcome == '429' for request in requests)
    again = sum(json.loads(line)['attempts'] - 1 for line in ran.out.splitlines())
    wanted = sum(map(int, what.split('.')))
    suite.expect(refused == again == wanted, '%s: %d refused, %d tried again' % (
        what, refused, again))


def judge_left_alone(suite, what, requests, alone):
    """By the server's clock: who is told to stay away for 2 s is told after `answered`, and so
    comes 2 s after that, or later."""
    held = [request for request in requests if request.path.startswith('/limited')]
    good = [request for request in requests if request.path.startswith('/wait')]
    refusals = [request for request in held if request.outcome == '429']
    waits = []
    for refused in refusals:
        after = [request.time - refused.answered for request in held
                 if request.time > refused.answered]
        suite.expect(after and min(after) >= 2, '%s: it was asked %s s after it had refused' % (
            what, after[:1]))
        waits += after[:1]
    first = refusals[0].answered
    again = min(request.time for request in held if request.time > first)
    late = [request for request in good if request.time > again]
    behind = [request for request in good if request.time > first]
    suite.expect(behind, '%s: all of the others were done when it first refused' % what)
    suite.expect(len(good) == len(alone) and not late,
                 '%s: %d requests to others, %d of them late' % (what, len(good), len(late)))
    print('%s: asked again after %.3f to %.3f s; %d requests to others since its first refusal; '
          'all of theirs within %.2f s, without it %.2f s' % (
              what, min(waits), max(waits), len(behind), span(good), span(alone)))


def span(requests):
    return requests[-1].time - requests[0].time


def redirected(suite, to, path):
    """A URL of the first address that leads to a path of another, or of its own."""
    return suite.moody.url('/to/' + suite.moody.url(path, to).partition('://')[2])


def one_that_is_asked_through_redirects(suite):
    """The same host says so behind its redirects: none of its URLs is asked before that."""
    urls = [redirected(suite, 1, '/limited/20/2/10.5/%d' % number) for number in range(60)]
    suite.moody.requests()
    ran = run(suite, '--retry', '5', '--format', 'jsonl', '--parallel-max-host', '10',
              stdin=lines(urls))
    judge_all_ok(suite, 'redirected', ran, urls)
    requests = suite.moody.requests()
    refusals = [request.answered for request in requests if request.outcome == '429']
    suite.expect(len(refusals) == 15, '%d refused' % len(refusals))
    soonest = min(request.time - answered for answered in refusals for request in requests
                  if request.time > answered)
    suite.expect(soonest >= 2, 'a URL was asked %.3f s after the host had refused' % soonest)
    print('redirected: asked again after %.3f s' % soonest)


def one_that_leads_to_another_host(suite):
    """That host says so: who was led there waits, and the neighbours of that URL do not."""
    away = '/limited/0/2/1/away'
    urls = [redirected(suite, 2, away)] + [suite.moody.url('/ok/%d' % n) for n in range(50)]
    suite.moody.requests()
    ran = run(suite, '--retry', '5', '--retry-delay', '1ms', '--format', 'jsonl',
              '--parallel-max-host', '1', stdin=lines(urls))
    judge_all_ok(suite, 'led to another host', ran, urls)
    requests = suite.moody.requests()
    led = [request.time for request in requests if request.path.startswith('/to/')]
    refused = next(request.answered for request in requests if request.outcome == '429')
    others = [request.time for request in requests if request.path.startswith('/ok/')]
    suite.expect(len(led) == 2 and led[1] - refused >= 2, 'asked at %s, refused at %s' % (
        led, refused))
    suite.expect(len(others) == 50 and max(others) < led[1], 'the neighbours waited')
    print('led to another host: asked again after %.3f s, its neighbours within %.3f s' % (
        led[1] - refused, max(others) - refused))


def the_deadline_comes_first(suite):
    """URLs that stall in each phase."""
    stalls = [suite.hazard.about['urls'][on] + path
              for on, path in (('http', '/head-silent?'), ('https', '/tls-stalled?'),
                               ('tls-silent', '/'), ('http', '/head-dripping?'),
                               ('https', '/body-stalled-tls?'))]
    urls = [stalls[number % len(stalls)] + str(number) for number in range(STALLED)]
    args = ['--deadline', '%ds' % DEADLINE_S, '-m', '30', '--parallel-max-host', '0', '--format',
            'jsonl', '--cacert', suite.hazard.about['ca']]
    with Running(suite, *args, stdin=lines(urls)) as running:
        suite.expect(running.has_ended(END_S), 'it goes on after %d s' % END_S)
        ran = running.end()
    wrong = records.difference(records.from_jsonl(ran.out),
                               [Record(url, 'FAILED', 0, 'deadline') for url in urls])
    suite.expect(not wrong, str(wrong))
    suite.expect(ran.status == 4, 'exit status %d' % ran.status)
    suite.expect(ran.err == '', 'on standard error: ' + ascii(ran.err))
    suite.expect(ran.seconds >= DEADLINE_S, 'over after %.2f s' % ran.seconds)
    print('%d stalled, over after %.2f s' % (len(urls), ran.seconds))


def main():
    suite = Suite(__doc__)
    with Moody(HOSTS, SEED) as suite.moody, HazardServer() as suite.hazard:
        suite.run(none_fails_of_those_that_fail_at_random, none_fails_on_kept_connections,
                  flaky_ones_are_no_failure, one_that_wants_to_be_left_alone,
                  one_that_is_asked_through_redirects, one_that_leads_to_another_host,
                  the_deadline_comes_first)


if __name__ == '__main__':
    main()
