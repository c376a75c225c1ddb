# SPDX-License-Identifier: MIT
"""Case files: what is run and what must come of it, as text.

A case begins with `== title`. Then sections, each `name: value` on one line, or
`name:` and an indented block below it (four spaces; they are taken off):

    args: {http}/ok -v          the command's arguments, quoted as for a shell
    sh: {urlcheck} -s | head    a shell line instead (in {tmp}, as the others)
    stdin:                      standard input: a block, or one of
                                `open` (a pipe that never says anything),
                                `closed`, `terminal`; without it, empty
    terminal: stdout stderr     these are terminals, not pipes
    file NAME:                  written into {tmp} before
    env: NAME=value             set before; repeatable
    signal: INT after 1 PATH    sent once the server saw that many requests for
                                it; a second INT there is sent right behind it

    exit: 1                     the exit status; without it, 0
    stdout:                     all of standard output; without it, nothing
    stdout unordered:           the same, in whatever order
    stdout has:                 each line must stand in the output
    stdout lacks:               no line may
    stderr: ...                 all the same for standard error
    jsonl:                      standard output as JSON Lines: an object a line,
                                each with at least these members
    written NAME:               the whole of a file in {tmp}
    jsonl NAME:                 a file as JSON Lines
    absent: NAME                a file that may not be there; repeatable
    requests: N PATH            how often the server was asked for a path
    peak: <=N GROUP             how many were at once in a group of /slow, /hold, /gather

No case is about seconds: what must not be waited for takes longer than the time
that is left to a case (run.py), and then it is said to hang.

`stdout: any` and `stderr: any` ask for nothing. Lines between cases that begin
with # are comments. See places.py for the placeholders.
"""

import re
from collections import namedtuple

Case = namedtuple('Case', 'file line title sections')

SECTION = re.compile(r'(args|sh|stdin|terminal|env|signal|exit|jsonl|absent|requests|peak'
                     r'|(?:file|written|jsonl) \S+'
                     r'|(?:stdout|stderr)(?: has| lacks| unordered)?):(?: (.*))?$')
STDIN_WORDS = ('open', 'closed', 'terminal')
REPEATABLE = {'env', 'absent', 'requests', 'peak'}


class BadCase(Exception):
    pass


def read(path):
    """The cases of a file, in order."""
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
        raise BadCase('%s: no section: %s' % (where, line))
    name, value = match.groups()
    sections = cases[-1].sections
    if name in sections and name not in REPEATABLE:
        raise BadCase('%s: %s stands there twice' % (where, name))
    if name in REPEATABLE:
        sections.setdefault(name, []).append(value)
        return None
    sections[name] = value if value is not None else []
    return sections[name] if value is None else None


def finish(case):
    """Blocks become texts: the blank lines that part cases are not theirs."""
    for name, value in case.sections.items():
        if isinstance(value, list) and name not in REPEATABLE:
            while value and not value[-1]:
                value.pop()
            case.sections[name] = ''.join(line + '\n' for line in value)
    stdin = case.sections.get('stdin', '')
    if stdin and not stdin.endswith('\n') and stdin not in STDIN_WORDS:
        raise BadCase('%s:%d: stdin: a block, or one of %s'
                      % (case.file, case.line, ', '.join(STDIN_WORDS)))
    if ('args' in case.sections) == ('sh' in case.sections):
        raise BadCase('%s:%d: args or sh, one of them' % (case.file, case.line))
