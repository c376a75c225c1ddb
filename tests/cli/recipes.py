#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The recipes in .github/docs/ci.md: their YAML is valid, GitHub's workflows have what GitHub requires, and
urlcheck takes the options of each command.

    recipes.py [--urlcheck COMMAND]
"""

import json
import os
import re
import shlex
import sys
import tempfile

from program import ROOT, TESTS, arguments, run

sys.path.insert(1, TESTS)
import check_workflow  # starts the Python that has yaml, if this one has not
from support.tally import Tally

PAGE = os.path.join(ROOT, '.github', 'docs', 'ci.md')
BLOCK = re.compile(r'^```(\w+)\n(.*?)^```$', re.M | re.S)
# A command of urlcheck in a line of a shell, without a redirection.
COMMAND = re.compile(r'(?<![\w./-])(?:\.urlcheck/)?urlcheck (-[^&|;<>\n\']*)')
FILES = {'urls.txt': 'https://host.example/\n', 'README.md': 'See <https://host.example/>.\n',
         'docs/a.md': '[a](https://host.example/a)\n'}


def shell_lines(document):
    """The lines for a shell in a workflow of GitHub, or in the jobs of GitLab."""
    for job in document.get('jobs', document).values():
        for step in job.get('steps', []):
            yield from step.get('run', '').splitlines()
        yield from job.get('before_script', []) + job.get('script', [])


def check_yaml(tally, text):
    """Returns the commands of urlcheck."""
    document = check_workflow.yaml.safe_load(text)
    problems = []
    if 'jobs' in document:  # YAML 1.1 reads the key "on" as true.
        problems = [] if document.get('on', document.get(True)) else ['no events']
        problems += [problem for job in document['jobs'].values()
                     for problem in check_workflow.job_problems(job)]
    tally.expect(not problems, '%s: %s' % (text.split('\n')[0], problems))
    return [found for line in shell_lines(document) for found in COMMAND.findall(line)]


def check_command(tally, urlcheck, options, folder):
    command = '%s %%s %%s' % ' '.join(map(shlex.quote, urlcheck))
    done = run(['sh', '-c', command % (options, '--help')], cwd=folder)
    tally.expect(done.returncode == 0 and not done.stderr, '%s: %s' % (options, done.stderr))
    without_formats = re.sub(r'--format \S+', '', options)
    done = run(['sh', '-c', command % (without_formats, '--dump')], cwd=folder)
    urls = [json.loads(line)['url'] for line in done.stdout.splitlines() if line.startswith('{')]
    tally.expect(done.returncode == 0 and not done.stderr and urls
                 and all(url.startswith('https://host.example/') for url in urls),
                 '%s: exit status %d, %s%s' % (options, done.returncode, done.stderr, urls))


def main():
    args = arguments(__doc__).parse_args()
    tally = Tally()
    if not check_workflow.yaml:
        tally.skip('the Python module yaml is missing: `make test-deps` installs it')
        tally.finish(0)
    with open(PAGE, encoding='utf-8') as file:
        page = file.read()
    commands = []
    for language, text in BLOCK.findall(page):
        found = check_yaml(tally, text) if language == 'yaml' else COMMAND.findall(text)
        tally.expect(found or language == 'markdown', 'no command in ' + text[:60])
        commands += found
    # None is overlooked: each command has options.
    tally.expect(len(commands) == len(re.findall(r'urlcheck -', page)),
                 '%d commands' % len(commands))
    with tempfile.TemporaryDirectory(prefix='urlcheck-recipes-') as folder:
        os.mkdir(os.path.join(folder, 'docs'))
        for name, text in FILES.items():
            with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                file.write(text)
        for options in commands:
            check_command(tally, args.urlcheck, options, folder)
    tally.finish(1)


if __name__ == '__main__':
    main()
