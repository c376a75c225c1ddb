# SPDX-License-Identifier: MIT
"""A list that many machines share, the recipes of .github/docs/many-machines.md, and whether the answer
is that of one machine."""

import glob
import json
import os
import re
import signal
import subprocess
import tempfile

from .hosts import SERVERS
from .recipes import await_true, recipe

PAGE = 'many-machines.md'
WEB_HOSTS = 100
LIMIT_S = 300
OF_RUN = ('started_at', 'time_total', 'phases', 'place')  # fields that differ from run to run


def long_list(server, count):
    """`count` lines of WEB_HOSTS hosts: most are OK. One is answered when the test says so (/hold).
    The time limits are for busy machines."""
    made = [line(server, number) + ' max-time=100' for number in range(count - 3)]
    made += ['ftp://%s.1/' % SERVERS, made[0]]  # a bad line, and a duplicate
    made.insert(count // 2, url(server, 7, 'hold') + ' max-time=600')
    return made


def line(server, number):
    if number % 50 == 17:
        return 'http://%s.%d:1/%d' % (SERVERS, host(number), number)  # refused
    path = {7: 'status/404/', 11: 'status/503/', 13: 'to/%s.%d:%d/ok/' % (
        SERVERS, host(number + 1), server.about['port'])}.get(number % 50, 'ok/')
    attribute = ' name="number %d"' % number if number % 10 == 3 else ''
    return url(server, number, path + str(number)) + attribute


def url(server, number, path):
    return server.url('/' + path, host(number))


def host(number):
    return number % WEB_HOSTS + 1


class Script:
    """A context manager: a recipe that runs in a folder."""

    def __init__(self, text, folder, environment):
        self.log = tempfile.TemporaryFile('w+', encoding='utf-8')
        self.process = subprocess.Popen(
            ['sh', '-c', text], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Kills what has not ended. parallel has a process group for each job, but no session."""
        for path in glob.glob('/proc/[0-9]*/stat'):
            try:
                with open(path) as file:
                    pid, rest = file.read().split(' (', 1)
                if int(rest.rpartition(')')[2].split()[3]) == self.process.pid:
                    os.kill(int(pid), signal.SIGKILL)
            except (OSError, ValueError):
                pass  # it has ended
        self.process.wait()
        self.log.close()

    def interrupt(self):
        """As Ctrl-C does."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self):
        """Its exit status and what it printed."""
        status = self.process.wait(LIMIT_S)
        self.log.seek(0)
        return status, self.log.read()


class Cluster:
    """A folder with urls.txt, where recipes run, and the answer of one machine."""

    def __init__(self, suite, folder, server, machines, size, **environment):
        self.suite, self.folder, self.server, self.machines = suite, folder, server, machines
        self.environment = dict(environment, HOME=folder, SHELL='/bin/sh',
                                PATH=os.path.join(folder, 'bin') + ':/usr/bin:/bin')
        self.urls = long_list(server, size)
        self.write('urls.txt', ''.join(url + '\n' for url in self.urls))
        server.ask('release')
        self.single = self.records('urlcheck -i urls.txt')
        server.ask('reset')

    def write(self, name, text):
        with open(os.path.join(self.folder, name), 'w', encoding='utf-8') as file:
            file.write(text)

    def script(self, name, again=False):
        """Starts a recipe without the results of earlier ones; `again`: with them."""
        if not again:
            self.server.ask('reset')
            self.remove_results()
        text = recipe(name, PAGE)
        for size in ('-N 1000', '-l 1000000'):
            text = text.replace(size, size[:3] + str(len(self.urls) // 12))
        return Script(text, self.folder, self.environment)

    def remove_results(self):
        for name in ('results', 'results.jsonl', 'jobs.log'):
            subprocess.run(['rm', '-rf', name], cwd=self.folder, check=True)

    def records(self, command):
        """What a command of urlcheck prints, as JSON Lines. Some URLs are FAILED."""
        ran = subprocess.run(['sh', '-c', command + ' --format jsonl'], cwd=self.folder,
                             env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, universal_newlines=True)
        self.suite.expect((ran.returncode, ran.stderr) == (1, ''), '%s: exit status %d, %s' % (
            command, ran.returncode, ran.stderr))
        return [json.loads(text) for text in ran.stdout.splitlines()]

    def await_half(self):
        """Waits until half of the URLs have been requested, and one waits for its answer. Returns the
        machine that has requested it."""
        def is_there():
            stat = self.server.ask('stat')
            return stat['held'] and stat['requests'] > len(self.urls) / 2
        await_true('requests of half of the URLs', is_there, LIMIT_S)
        return self.machines.at(self.server.ask('stat')['held'][0])

    def lose_one(self, unplugs):
        """Kills the machine that waits for an answer."""
        lost = self.await_half()
        if unplugs:
            lost.unplug()
        lost.kill_all()
        self.server.ask('release')
        return lost

    def expect_end(self, script, prints=''):
        """Expects that it ends with 0 and prints what matches."""
        status, printed = script.end()
        self.suite.expect(status == 0 and re.fullmatch(prints, printed),
                          'exit status %d, %s' % (status, printed))

    def expect_same_answer(self, files, places=None):
        """The results in the files that match are, merged, the answer of one machine, line by line.
        Each URL has a result of one place, by default a machine."""
        places = places or [one.name for one in self.machines]
        command = recipe('merge.sh', PAGE).strip().replace('results/*.jsonl', files)
        merged = self.records(command)
        wrong = {record['place'] for record in merged} - {*places}
        self.suite.expect(not wrong, 'results of the places %s' % wrong)
        single, merged = comparable(self.single), comparable(merged)
        wrong = [pair for pair in zip(merged, single) if pair[0] != pair[1]]
        self.suite.expect(not wrong, '%d differ, first %s' % (len(wrong), wrong[:1]))
        self.suite.expect(len(merged) == len(single), '%d results, not %d' % (
            len(merged), len(single)))


def comparable(records):
    """The records without what differs from run to run."""
    return [{field: value for field, value in record.items() if field not in OF_RUN}
            for record in records]
