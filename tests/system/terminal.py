#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What appears on a terminal, and when: results as they come, and the progress line.

    terminal.py [--urlcheck PATH] [--only WORD]

No test measures time: servers hang until urlcheck is interrupted, and what must be visible before
that is waited for.
"""

import json
import os
import signal
import tempfile

from support.load_server import LoadServer
from support.running import lines
from support.screen import Screen
from support.suite import Suite

HOSTS = 250
HANGS = (1, 123)  # the first host of the list hangs
FAILED = range(2, 244, 12)
ERASE = '\033[K'
PATIENT = ('-m', '3000')


def many_hosts(server):
    """One URL for each host; two of them never answer."""
    def path(number):
        return '/wait/3000' if number in HANGS else '/status/404' if number in FAILED else '/ok'
    return [server.url(path(number), number) for number in range(1, HOSTS + 1)]


def shown(text):
    """The URLs of the results on the screen, in their order."""
    fields = [line.rpartition(ERASE)[2].split() for line in text.split('\n')]
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


def main():
    suite = Suite(__doc__)
    with LoadServer(HOSTS) as suite.server:
        suite.run(failures_are_visible_while_other_hosts_hang,
                  ordered_results_wait_for_those_before_them)


if __name__ == '__main__':
    main()
