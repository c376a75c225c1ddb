#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What appears on a terminal, and when: results as they come, and the progress line.

    terminal.py [--urlcheck PATH] [--only WORD]

No test measures time: servers hang until urlcheck is interrupted, and what must be visible before
that is waited for.
"""

import json
import os
import re
import signal
import tempfile

from support.load_server import LoadServer
from support.running import lines
from support.screen import Screen
from support.suite import Suite

HOSTS = 250
HANGS = (1, 123)  # the first host of the list hangs
FAILED = range(2, 244, 12)
ERASE = '\033[J'
PATIENT = ('-m', '3000')


def many_hosts(server):
    """One URL for each host; two of them never answer."""
    def path(number):
        return '/wait/3000' if number in HANGS else '/status/404' if number in FAILED else '/ok'
    return [server.url(path(number), number) for number in range(1, HOSTS + 1)]


def shown(text):
    """The URLs of the results on the screen, in their order."""
    fields = [line.rpartition(ERASE)[2].split() for line in text.split('\n')[:-1]]
    return [words[3] for words in fields if len(words) > 3 and words[3].startswith('http')]


def interrupted(suite, screen):
    """Interrupts urlcheck, which must still be running, and waits for its end."""
    suite.expect(screen.is_running(), 'urlcheck did not wait for the hosts that hang')
    screen.process.send_signal(signal.SIGINT)
    suite.expect(screen.end() == 130, 'exit status %d' % screen.process.returncode)


def failures_are_visible_while_other_hosts_hang(suite):
    urls = many_hosts(suite.server)
    answered = [url for url in urls if '/wait/' not in url]
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 'results.jsonl')
        with Screen(suite, *PATIENT, '--color=never', '--no-progress', '--format', 'text',
                    '--format', 'jsonl:' + path, stdin=lines(urls)) as screen:
            complete = screen.wait_for(lambda text: len(shown(text)) == len(answered))
            suite.expect(complete and set(shown(screen.text)) == set(answered),
                         'on the screen: %s' % ascii(screen.text[-2000:]))
            interrupted(suite, screen)
        with open(path, encoding='utf-8') as file:
            written = [json.loads(line)['url'] for line in file]
    suite.expect(written == urls, 'a file beside the terminal is not in the order of the input')


def ordered_results_wait_for_those_before_them(suite):
    """The first host of the list hangs. Nothing is printed before its result."""
    urls = many_hosts(suite.server)
    with Screen(suite, *PATIENT, '--color=never', '--ordered', stdin=lines(urls)) as screen:
        suite.expect(screen.wait_for_text('248/250'), 'no progress')
        suite.expect(not shown(screen.text), 'printed: %s' % shown(screen.text)[:1])
        interrupted(suite, screen)
    printed = shown(screen.text)
    suite.expect(len(printed) >= 248 and printed == sorted(printed, key=urls.index),
                 'not in the order of the input: %s' % printed)


def drawn(text):
    """The progress lines that are complete, in their order."""
    return re.findall('\r([^\r]+)%s\r' % re.escape(ERASE), text)


def few_hosts_are_named(suite):
    """Once only the two that hang are left, the line names one. No time left is shown then."""
    with Screen(suite, *PATIENT, '-q', stdin=lines(many_hosts(suite.server))) as screen:
        name = ', waiting for ' + suite.server.url('/wait/3000', HANGS[0])
        suite.expect(screen.wait_for_text('248/250' + name), 'the host is not named')
        late = [line for line in drawn(screen.text) if line.startswith('248/250')]
        suite.expect(not any(' left' in line for line in late), 'time left: %s' % late)
        interrupted(suite, screen)
    suite.expect(' checked in ' in screen.text, 'no summary with -q: ' + screen.text[-300:])


def line_fits_the_terminal(suite):
    """Whatever its width is, also after it has changed. Wide characters are not cut in two."""
    urls = [suite.server.url('/wait/3000/' + 60 * '\u6f22'), suite.server.url('/ok', 2)]
    host = 'waiting for ' + urls[0].split('/')[2]
    with Screen(suite, *PATIENT, '-q', columns=70, stdin=lines(urls)) as screen:
        screen.wait_for(lambda text: any(host + '/wait/3000/\u6f22' in line for line in drawn(text)))
        suite.expect(columns(drawn(screen.text)[-1]) in (68, 69), 'not cut: %s' % screen.text)
        screen.resize(40)
        screen.wait_for(lambda text: host + ' (' in drawn(text)[-1])
        suite.expect(columns(drawn(screen.text)[-1]) < 40, 'not cut: %s' % screen.text)
        interrupted(suite, screen)


def columns(line):
    return len(line) + line.count('\u6f22')


def canaries_are_named_while_they_are_asked(suite):
    with Screen(suite, *PATIENT, '--canary', suite.server.url('/wait/3000'),
                suite.server.url('/ok')) as screen:
        suite.expect(screen.wait_for_text('0 done, asking the canaries ('), 'canaries not named')
        interrupted(suite, screen)


def reading_the_list_shows_no_total(suite):
    ours, theirs = os.pipe()
    os.write(theirs, lines([suite.server.url('/ok'), suite.server.url('/status/404')]))
    with Screen(suite, '-q', stdin=ours) as screen:
        suite.expect(screen.wait_for_text('2 done, 1 OK, 1 FAILED, '), 'no progress')
        os.close(theirs)
        suite.expect(screen.end() == 1, 'exit status %d' % screen.process.returncode)
    suite.expect('2/2' not in screen.text.partition('2 done')[0], 'a total: %s' % screen.text)
    os.close(ours)


def draws(suite, stdout=None, options=(), **env):
    """Whether the line appears while a URL hangs. Used where it must."""
    with Screen(suite, *PATIENT, *options, suite.server.url('/wait/3000'), stdout=stdout,
                **env) as screen:
        return screen.wait_for(drawn)


def draws_nothing(suite, stdout=None, options=(), **env):
    """Whether nothing is drawn while a URL takes longer than it would take until the line appears.
    Used where it must not."""
    with Screen(suite, *options, suite.server.url('/wait/0.3'), stdout=stdout, **env) as screen:
        return screen.end() == 0 and not drawn(screen.text)


def line_is_drawn_only_where_it_disturbs_nothing(suite):
    """Not if standard output is a pipe: what reads it writes to the same terminal."""
    ours, theirs = os.pipe()
    with tempfile.TemporaryFile() as file, open(os.devnull, 'w') as null:
        for what, stdout in (('the terminal', None), ('a file', file), ('/dev/null', null)):
            suite.expect(draws(suite, stdout), 'no line if standard output is ' + what)
    suite.expect(draws(suite, options=['-q']), 'no line with -q')
    suite.expect(draws(suite, URLCHECK_NO_PROGRESS=''), 'URLCHECK_NO_PROGRESS is empty')
    suite.expect(draws_nothing(suite, theirs), 'a line although standard output is a pipe')
    suite.expect(draws_nothing(suite, options=['-s']), 'a line with -s')
    suite.expect(draws_nothing(suite, options=['--no-progress']), 'a line with --no-progress')
    suite.expect(draws_nothing(suite, TERM='dumb'), 'a line although TERM=dumb')
    suite.expect(draws_nothing(suite, URLCHECK_NO_PROGRESS='1'), 'URLCHECK_NO_PROGRESS is set')
    os.close(ours)
    os.close(theirs)


def main():
    suite = Suite(__doc__)
    with LoadServer(HOSTS) as suite.server:
        suite.run(failures_are_visible_while_other_hosts_hang,
                  ordered_results_wait_for_those_before_them, few_hosts_are_named,
                  line_fits_the_terminal, canaries_are_named_while_they_are_asked,
                  reading_the_list_shows_no_total,
                  line_is_drawn_only_where_it_disturbs_nothing)


if __name__ == '__main__':
    main()
