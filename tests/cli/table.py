#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every option of the program's table is where it should be, and every class.

    table.py [--urlcheck COMMAND] --man FILE

--help shows the table: whatever stands there must stand in the man page, in
each shell's completions, and be used, rightly and wrongly, by some case; as an
attribute too, if it may be one.
The man page's hints name the classes: it must say what each means, and the
README must name each.
"""

import argparse
import glob
import os
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import casefile  # noqa: E402
from execute import environment_of_tests  # noqa: E402
from run import words_of  # noqa: E402

OPTION = re.compile(r'^  (?:-(.), |    )--([a-z0-9.-]+)(?: (\S+))?', re.M)
NONSENSE = '\x01'
COMPLETED = {'bash': r'[ \']--%s[ \']', 'zsh': r'--%s[=}\[]', 'fish': r' -l %s '}


class Option:
    def __init__(self, letter, name, argument):
        self.letter, self.name, self.argument = letter, name, argument


class Tests:
    passed = failed = 0

    def that(self, right, what):
        if right:
            self.passed += 1
        else:
            self.failed += 1
            print('FAIL ' + what)


def run(command, text=''):
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True, env=environment_of_tests(), timeout=60)


def read_man(path):
    """The page without its fonts and escapes."""
    with open(path, encoding='utf-8') as file:
        return re.sub(r'\\f[BIR]', '', file.read()).replace('\\-', '-')


def read_readme():
    with open(os.path.join(HERE, '..', '..', 'README.md'), encoding='utf-8') as file:
        return file.read()


def attributes_of(man):
    part = man[man.index('may be repeated:\n'):]
    return set(re.split(r',\n', part[part.index('\n') + 1:part.index('.\n')]))


def hints_of(man):
    """{class: hint}"""
    part = man[man.index('\n.SS Hints\n'):man.index('\n.SH EXIT STATUS\n')]
    return dict(re.findall(r'^\.TP\n(\S+)\n(.*)$', part.replace('\\(aq', "'"), re.M))


def check_classes(tests, man, readme):
    hints = hints_of(man)
    meanings = man[man.index('\n.SH CLASSES\n'):man.index('\n.SS Hints\n')]
    meant = {word for line in re.findall(r'^\.TP\n\.BR? (.*)$', meanings, re.M)
             for word in re.split(r' ", " |, ', line)}
    named = set(re.findall(r'`([a-z0-9-]+)`', readme))
    tests.that(len(hints) > 30, 'the man page has hints for %d classes' % len(hints))
    tests.that(meant == set(hints), 'the man page does not say what these mean, or they have no '
               'hint: %s' % sorted(meant ^ set(hints)))
    for word in hints:
        tests.that(word in named, 'the README does not name the class %s' % word)


class Cases:
    """What the cases run, and what they expect to be told."""

    def __init__(self):
        cases = [case for path in glob.glob(os.path.join(HERE, 'cases', '*.case'))
                 for case in casefile.read(path)]
        self.words = set()
        self.lines = []
        self.told = ''
        for case in cases:
            self.words.update(self.words_of(case.sections.get('args', '')
                                            + '\n' + case.sections.get('sh', '')))
            for name, text in case.sections.items():
                if name == 'stdin' or name.startswith('file '):
                    self.lines += text.splitlines()
                elif name.startswith(('stdout', 'stderr', 'jsonl')):
                    self.told += text + '\n'

    @staticmethod
    def words_of(text):
        return re.split(r'[\s;|&"\']+', text)

    def uses(self, option):
        name = '--' + option.name
        return any(word == name or word.startswith(name + '=')
                   or option.letter and re.match('-[A-Za-z0-9]*%s' % option.letter, word)
                   for word in self.words)

    def uses_attribute(self, option):
        pattern = re.compile(r'^\S+://.*\s["\']?%s%s' % (
            re.escape(option.name), '=' if option.argument else r'(\s|$)'))
        placed = re.compile(r'^(\{[\w.-]+\})\S*')
        return any(pattern.match(placed.sub('http://host/', line.strip()))
                   for line in self.lines)


def check_option(tests, urlcheck, option, man, scripts, cases):
    name = '--' + option.name
    tests.that('\n%s%s' % ('-%s, ' % option.letter if option.letter else '', name) in man,
               '%s is not in the man page' % name)
    for shell, script in scripts.items():
        tests.that(re.search(COMPLETED[shell] % re.escape(option.name), script),
                   '%s is not in the completions for %s' % (name, shell))
    tests.that(cases.uses(option), 'no case uses %s' % name)
    if option.argument:
        told = run(urlcheck + ['--dump', name, NONSENSE, 'http://host/']).stderr
        if told.startswith('urlcheck: %s: ' % name):
            tests.that('%s: ' % name in cases.told, 'no case uses %s wrongly' % name)


def check_attribute(tests, urlcheck, option, attributes, cases):
    name = option.name
    line = 'http://host/ %s%s' % (name, '=' + NONSENSE if option.argument else '')
    told = run(urlcheck + ['--dump'], line).stdout
    is_attribute = 'is only for the command line' not in told
    tests.that((name in attributes) == is_attribute,
               '%s and the man page\'s list of attributes: one is wrong' % name)
    if not is_attribute:
        return
    tests.that(cases.uses_attribute(option), 'no case uses %s as an attribute' % name)
    if ' %s: ' % name in told:
        tests.that(' %s: ' % name in cases.told, 'no case uses %s as a wrong attribute' % name)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urlcheck', default=os.path.join(HERE, '..', '..', 'urlcheck'),
                        metavar='COMMAND')
    parser.add_argument('--man', required=True, metavar='FILE')
    args = parser.parse_args()
    urlcheck = words_of(args.urlcheck)
    options = [Option(*found) for found in OPTION.findall(run(urlcheck + ['--help']).stdout)]
    man = read_man(args.man)
    attributes = attributes_of(man)
    scripts = {shell: run(urlcheck + ['--completion', shell]).stdout for shell in COMPLETED}
    cases = Cases()
    tests = Tests()
    tests.that(len(options) > 30, '--help shows %d options' % len(options))
    tests.that(attributes <= {option.name for option in options},
               'the man page\'s attributes are no options: %s' % attributes)
    check_classes(tests, man, read_readme())
    for option in options:
        check_option(tests, urlcheck, option, man, scripts, cases)
        check_attribute(tests, urlcheck, option, attributes, cases)
    print('%d passed, %d failed' % (tests.passed, tests.failed))
    sys.exit(1 if tests.failed else 0)


if __name__ == '__main__':
    main()
