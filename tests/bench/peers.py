# SPDX-License-Identifier: MIT
"""The tools: how to find and call them, and how to read their answers. "floor" is libcurl
alone (floor.c); "go" and "go pool" are two Go programs, and "go seed" the exercise.

`argv` makes the command for a job. `right` reads a tool's output and returns how
many URLs of a job were answered with 200, once each. `users`: each of the tool's
simulated users checks the whole list, so it gets a list that is shorter by the
number of users.
"""

import json
import os
import shutil
from collections import Counter, namedtuple
from urllib.parse import urlsplit

BASELINE = 'baseline'  # the name of another urlcheck program

Peer = namedtuple('Peer', 'name program argv right users', defaults=(False,))

PLUGINS = ('/usr/lib/nagios/plugins', '/usr/lib64/nagios/plugins',
           '/usr/lib/monitoring-plugins', '/usr/libexec/monitoring-plugins')


def right_in_order(job, path):
    """urlcheck prints lines `OK 200 TIME URL` in the order of the list."""
    with open(path, errors='replace') as file:
        answered = [url_of(line) for line in file]
    if len(answered) != len(job.urls):
        return min(right_lines(job, path), len(job.urls) - 1)
    return sum(one == other for one, other in zip(answered, job.urls))


def right_lines(job, path):
    """Lines `OK 200 TIME URL` in any order."""
    with open(path, errors='replace') as file:
        answered = Counter(url_of(line) for line in file)
    return sum(answered[url] == 1 for url in job.urls)


def url_of(line):
    """The URL if the line says that it is OK, else None."""
    words = line.split()
    return words[3] if words[:2] == ['OK', '200'] and len(words) == 4 else None


def right_siege(job, path):
    """siege prints only counts, as JSON, sometimes after other lines."""
    with open(path, errors='replace') as file:
        text = file.read()
    try:
        said = json.loads(text[text.index('{'):])
    except ValueError:
        return 0
    return said['successful_transactions'] - said['failed_transactions']


def right_check_http(job, path):
    """check_http does not print the URL."""
    with open(path, errors='replace') as file:
        return sum(line.startswith('HTTP OK: HTTP/1.1 200 OK') for line in file)


def right_wget(job, path):
    """wget prints a line with URL:... for each body that it read to the end."""
    with open(path, errors='replace') as file:
        answered = Counter(word[4:] for line in file for word in line.split()
                           if word.startswith('URL:'))
    return sum(answered[url] == 1 for url in job.urls)


CURL_FORMAT = 'OK %{http_code} %{time_total} %{url}\\n'


def curl_config(url):
    return 'url = "%s"\noutput = "/dev/null"' % url


def curl_parallel(program, *more):
    return lambda job: [program, '-q', '-s', '--no-progress-meter', '-m', '10', '-Z',
                        '--parallel-max', str(job.k), '-K', job.file('curl', curl_config),
                        '-w', CURL_FORMAT, *more]


def curl_each(program):
    return lambda job: ['xargs', '-a', job.file(), '-P', str(job.k), '-n', '1', program, '-q',
                        '-s', '-m', '10', '-o', '/dev/null', '-w', CURL_FORMAT]


SIEGE_RC = '''verbose = false
quiet = true
color = off
json_output = true
show-logfile = false
logging = false
parser = false
follow-location = true
gmethod = GET
protocol = HTTP/1.1
connection = keep-alive
unique = false
'''


def siege(program):
    def argv(job):
        rc = os.path.join(job.directory, 'siegerc')
        with open(rc, 'w') as file:
            file.write(SIEGE_RC)
        return [program, '-R', rc, '-b', '-c', str(job.k), '-r', 'once', '-f', job.file()]
    return argv


def check_http_words(url):
    parts = urlsplit(url)
    return '-I %s -p %d -u %s' % (parts.hostname, parts.port, parts.path)


def check_http(program):
    return lambda job: ['xargs', '-a', job.file('check_http', check_http_words), '-P',
                        str(job.k), '-L', '1', program, '-t', '10']


def wget(program):
    """wget makes one request at a time and ignores the environment variables for CAs."""
    def argv(job):
        trust = ['--ca-certificate', job.trust['SSL_CERT_FILE']] if job.trust else []
        return [program, '-nv', '-T', '10', '-t', '1', '-O', '/dev/null', '-o', '/dev/stdout',
                *trust, '-i', job.file()]
    return argv


def urlcheck(program, *more):
    return lambda job: [program, '--parallel-max', str(job.k), '--parallel-max-host', '0',
                        '-i', job.file(), *more]


def floor(program):
    return lambda job: [program, *(['-f'] if job.meets_hosts_once else []), str(job.k), job.file()]


def go(program):
    return lambda job: [program, '-k', str(job.k), '-m', '%ds' % max(10, job.limit_s // 2),
                        job.file()]


def find(name, *folders):
    path = os.pathsep.join((os.environ.get('PATH', os.defpath),) + folders)
    return shutil.which(name, path=path)


def all_peers(programs, tools):
    """The urlcheck programs, and all other tools unless there is a baseline to compare
    with. `program` is None if a tool is missing."""
    ours = [Peer(name, program, urlcheck(program), right_in_order)
            for name, program in programs.items()]
    return ours if BASELINE in programs else ours + other_tools(tools)


def other_tools(tools):
    good, pool, seed = (find('go-' + name, tools) for name in ('good', 'pool', 'seed'))
    curl, xargs = find('curl'), find('xargs')
    plugin = find('check_http', *PLUGINS)
    each = curl if xargs else None
    return [
        Peer('floor', find('floor', tools), floor(find('floor', tools)), right_lines),
        Peer('go', good, go(good), right_lines),
        Peer('go pool', pool, go(pool), right_lines),
        Peer('go seed', seed, lambda job: [seed, job.file()], right_lines),
        Peer('curl -Z', curl, curl_parallel(curl), right_lines),
        Peer('curl -Z close', curl, curl_parallel(curl, '-H', 'Connection: close'), right_lines),
        Peer('siege', find('siege'), siege(find('siege')), right_siege, users=True),
        Peer('wget', find('wget'), wget(find('wget')), right_wget),
        Peer('xargs curl', each, curl_each(curl), right_lines),
        Peer('xargs check_http', plugin if xargs else None, check_http(plugin),
             right_check_http),
    ]
