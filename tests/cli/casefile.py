# SPDX-License-Identifier: MIT
"""Reads case files: a command and its expected output, as text.

To add a case:

1. Find the file in tests/cli/cases whose topic fits. To it add `== ` and what the case shows.
2. `args:` with the arguments, and blocks such as `stdin:` and `file NAME:` with the input.
3. `exit:` with the exit status if it is not 0, `stdout:` and `stderr:` with the output.
4. Use the placeholders of placeholders.py: {http}/NAME is a hazard, _.___s a time.
5. Run `tests/cli/run.py --only 'TITLE'`. If it fails, it prints the difference.

A case begins with `== title`. Its sections follow, each `name: value` on one line, or `name:` and
a block indented by four spaces. Lines that begin with # are comments.

    args: {http}/ok -v          arguments of urlcheck, quoted as in a shell
    sh: {urlcheck} -s | head    a shell command instead; both run in the folder {tmp}
    stdin:                      standard input: a block, or `open` (a pipe that stays open and
                                silent), `closed` or `terminal`; by default, an empty pipe
    terminal: stdout stderr     these streams are terminals, not pipes
    columns: 80                 how wide they are; by default 120
    file NAME:                  a file to write into {tmp} first
    env: NAME=value             an environment variable; repeatable
    signal: INT after 1 PATH    a signal to send after that many requests for PATH; with INT INT,
                                a second one follows at once

    exit: 1                     exit status; by default 0
    stdout:                     the whole standard output; by default, nothing
    stdout unordered:           the whole output, its lines in any order
    stdout has:                 lines that must be somewhere in the output
    stdout lacks:               lines that must not be in it
    stderr: ...                 the same four for standard error
    jsonl:                      standard output as JSON Lines: one object per line, each with
                                at least these members
    written NAME:               the whole content of a file in {tmp}
    jsonl NAME:                 a file as JSON Lines
    absent: NAME                a file that must not exist; repeatable
    requests: N PATH            the number of requests for a path; repeatable
    peak: <=N GROUP             the most concurrent requests in a group of /slow, /hold or
                                /gather; repeatable

`stdout: any` and `stderr: any` accept everything. Cases do not measure time: what must not be
waited for takes longer than the time limit of a case, so that a case that waits fails as hanging.
"""

import re
from collections import namedtuple

Case = namedtuple('Case', 'file line title sections')

SECTION = re.compile(r'(args|sh|stdin|terminal|columns|env|signal|exit|jsonl|absent|requests|peak'
                     r'|(?:file|written|jsonl) \S+'
                     r'|(?:stdout|stderr)(?: has| lacks| unordered)?):(?: (.*))?$')
STDIN_WORDS = ('open', 'closed', 'terminal')
REPEATABLE = {'env', 'absent', 'requests', 'peak'}


class BadCase(Exception):
    pass


def read(path):
    """Returns the cases of a file, in order."""
    with open(path, encoding='utf-8', newline='\n') as file:
        lines = file.read().split('\n')
    cases, block = [], None
    for number, line in enumerate(lines, 1):
        where = '%s:%d' % (path, number)
        if line.startswith('== '):
            cases.append(Case(path, number, line[3:].strip(), {}))
            block = None
        elif line.startswith('    ') or not line:
            if block is not None:
                block.append(line[4:])
            elif line.strip():
                raise BadCase(where + ': text outside of a section')
        elif line.startswith('#'):
            block = None
        else:
            block = begin_section(where, cases, line)
    for case in cases:
        finish(case)
    return cases


def begin_section(where, cases, line):
    match = SECTION.match(line)
    if not match or not cases:
        raise BadCase('%s: not a section: %s' % (where, line))
    name, value = match.groups()
    sections = cases[-1].sections
    if name in sections and name not in REPEATABLE:
        raise BadCase('%s: second section %s' % (where, name))
    if name in REPEATABLE:
        sections.setdefault(name, []).append(value)
        return None
    sections[name] = value if value is not None else []
    return sections[name] if value is None else None


def finish(case):
    """Joins blocks to texts, without the blank lines that separate cases."""
    for name, value in case.sections.items():
        if isinstance(value, list) and name not in REPEATABLE:
            while value and not value[-1]:
                value.pop()
            case.sections[name] = ''.join(line + '\n' for line in value)
    stdin = case.sections.get('stdin', '')
    if stdin and not stdin.endswith('\n') and stdin not in STDIN_WORDS:
        raise BadCase('%s:%d: stdin must be a block or one of %s'
                      % (case.file, case.line, ', '.join(STDIN_WORDS)))
    if ('args' in case.sections) == ('sh' in case.sections):
        raise BadCase('%s:%d: needs either args or sh' % (case.file, case.line))
