#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make check-workflow: the files in .github/workflows are valid YAML, have what
GitHub Actions requires, and run the two commands that the README promises."""

import os
import pathlib
import re
import sys

try:
    import yaml
except ImportError:
    # Packages install modules for the system's Python, which may not be the first in PATH.
    SYSTEM_PYTHON = '/usr/bin/python3'
    if os.path.exists(SYSTEM_PYTHON) and os.path.realpath(sys.executable) != os.path.realpath(
            SYSTEM_PYTHON):
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON] + sys.argv)
    yaml = None

COMMANDS = ['make deps demo', 'make test-deps check']
ACTION = re.compile(r'[\w.-]+/[\w./-]+@[\w.-]+$')


def step_problems(step):
    if not isinstance(step, dict) or ('run' in step) == ('uses' in step):
        yield 'needs either run or uses'
    elif 'run' in step and not isinstance(step['run'], str):
        yield 'run is not text'
    elif 'uses' in step and not ACTION.match(str(step['uses'])):
        yield 'uses %s, which is not OWNER/NAME@VERSION' % step['uses']


def commands_of(step):
    return {line.strip() for line in step.get('run', '').splitlines()}


def job_problems(job):
    if not isinstance(job, dict) or not job.get('runs-on'):
        yield 'has no runs-on'
        return
    steps = job.get('steps')
    if not isinstance(steps, list) or not steps:
        yield 'has no steps'
        return
    checked_out = False
    for number, step in enumerate(steps, 1):
        problems = list(step_problems(step))
        for problem in problems:
            yield 'step %d %s' % (number, problem)
        if not problems:
            checked_out = checked_out or step.get('uses', '').startswith('actions/checkout@')
            if not checked_out and commands_of(step) & set(COMMANDS):
                yield 'step %d needs actions/checkout before it' % number


def file_problems(workflow):
    if not isinstance(workflow, dict):
        yield 'is not a mapping'
        return
    # YAML 1.1 reads the key "on" as true.
    events = workflow.get('on', workflow.get(True)) or []
    for event in ('push', 'pull_request'):
        if event not in events:
            yield 'does not run on ' + event
    jobs = workflow.get('jobs')
    if not isinstance(jobs, dict) or not jobs:
        yield 'has no jobs'
        return
    for name, job in jobs.items():
        for problem in job_problems(job):
            yield 'job %s: %s' % (name, problem)


def check(root):
    """(number of checks, problems)"""
    paths = sorted(root.glob('.github/workflows/*.y*ml'))
    problems, commands = [], set()
    if not paths:
        problems.append('no workflow in .github/workflows')
    for path in paths:
        try:
            workflow = yaml.safe_load(path.read_text())
        except yaml.YAMLError as error:
            problems.append('%s: %s' % (path.name, error))
            continue
        found = ['%s: %s' % (path.name, problem) for problem in file_problems(workflow)]
        problems += found
        if not found:
            commands |= {command for job in workflow['jobs'].values() for step in job['steps']
                         for command in commands_of(step)}
    readme = (root / 'README.md').read_text()
    for command in COMMANDS:
        if command not in commands:
            problems.append('no step runs `%s`' % command)
        if command not in readme:
            problems.append('README.md does not mention `%s`' % command)
    return len(paths) + 2 * len(COMMANDS), problems


def main():
    if not yaml:
        print('skipped: the Python module yaml is missing: `make test-deps` installs it')
        print('0 passed, 0 failed, 1 skipped')
        return 0
    count, problems = check(pathlib.Path(__file__).resolve().parent.parent)
    for problem in problems:
        print('FAILED ' + problem)
    print('%d passed, %d failed' % (max(0, count - len(problems)), len(problems)))
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
