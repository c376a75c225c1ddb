#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that each option and each class is documented and tested.

    table.py [--urlcheck COMMAND] --man FILE

Every option that --help shows must be in the man page and in the completions of each shell. Some
case must use it, and some case must use it wrongly; as an attribute too, if it can be one.
The man page's hints name the classes: it must describe each of them, and the README must name each.
"""

import glob
import os
import re
from collections import namedtuple

from program import HERE, ROOT, arguments, run

import casefile
from support.tally import Tally

OPTION = re.compile(r'^  (?:-(.), |    )--([a-z0-9.-]+)(?: (\S+)|\[=(\S+)\])?', re.M)
NONSENSE = '\x01'
COMPLETED = {'bash': r'[ \']--%s[ \']', 'zsh': r'--%s[=}\[]', 'fish': r' -l %s '}

Option = namedtuple('Option', 'letter name argument optional')


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def attributes_of(man):
    """The names in the man page's list of attributes."""
    part = man[man.index('one of the options below:\n'):]
    return set(re.split(r',\n', part[part.index('\n') + 1:part.index('.\n')]))


def hints_of(man):
    """{class: hint}"""
    part = man[man.index('\n.SS Hints\n'):man.index('\n.SH EXIT STATUS\n')]
    return dict(re.findall(r'^\.TP\n(\S+)\n(.*)$', part.replace('\\(aq', "'"), re.M))


def check_classes(tally, man, readme):
    hints = hints_of(man)
    meanings = man[man.index('\n.SH CLASSES\n'):man.index('\n.SS Hints\n')]
    described = {word for line in re.findall(r'^\.TP\n\.BR? (.*)$', meanings, re.M)
                 for word in re.split(r' ", " |, ', line)}
    named = set(re.findall(r'`([a-z0-9-]+)`', readme))
    tally.expect(len(hints) > 30, 'the man page has hints for %d classes' % len(hints))
    tally.expect(described == set(hints), 'classes in the man page without a description '
                 'or a hint: %s' % sorted(described ^ set(hints)))
    for word in hints:
        tally.expect(word in named, 'the README does not name the class %s' % word)


class Cases:
    """The words and the lists that the cases use, and the output that they expect."""

    def __init__(self):
        paths = set(glob.glob(os.path.join(HERE, 'cases', '*.case')))
        paths.discard(os.path.join(HERE, 'cases', 'foreign-options.case'))  # other tools' options
        cases = [case for path in paths for case in casefile.read(path)]
        self.words = set()
        self.lines = []
        self.expected = ''
        for case in cases:
            self.words.update(self.words_of(case.sections.get('args', '')
                                            + '\n' + case.sections.get('sh', '')))
            for name, text in case.sections.items():
                if name == 'stdin' or name.startswith('file '):
                    self.lines += text.splitlines()
                elif name.startswith(('stdout', 'stderr', 'jsonl')):
                    self.expected += text + '\n'

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
        placeholder = re.compile(r'^(\{[\w.-]+\})\S*')
        return any(pattern.match(placeholder.sub('http://host/', line.strip()))
                   for line in self.lines)


def check_option(tally, urlcheck, option, man, scripts, cases):
    name = '--' + option.name
    tally.expect('\n%s%s' % ('-%s, ' % option.letter if option.letter else '', name) in man,
                 '%s is not in the man page' % name)
    for shell, script in scripts.items():
        tally.expect(re.search(COMPLETED[shell] % re.escape(option.name), script),
                     '%s is not in the completions for %s' % (name, shell))
    tally.expect(cases.uses(option), 'no case uses %s' % name)
    if option.argument or option.optional:
        output = run(urlcheck + ['--dump', name + '=' + NONSENSE, 'http://host/']).stderr
        if output.startswith('urlcheck: %s: ' % name):
            tally.expect('%s: ' % name in cases.expected, 'no case gives %s a wrong value' % name)


def check_attribute(tally, urlcheck, option, attributes, cases):
    name = option.name
    line = 'http://host/ %s%s' % (name, '=' + NONSENSE if option.argument else '')
    output = run(urlcheck + ['--dump'], line).stdout
    is_attribute = 'is only for the command line' not in output
    tally.expect((name in attributes) == is_attribute,
                 '%s: the man page\'s list of attributes is wrong about it' % name)
    if not is_attribute:
        return
    tally.expect(cases.uses_attribute(option), 'no case uses %s as an attribute' % name)
    if ' %s: ' % name in output:
        tally.expect(' %s: ' % name in cases.expected,
                     'no case gives the attribute %s a wrong value' % name)


def main():
    parser = arguments(__doc__)
    parser.add_argument('--man', required=True, metavar='FILE')
    args = parser.parse_args()
    options = [Option(*found) for found in OPTION.findall(run(args.urlcheck + ['--help']).stdout)]
    man = re.sub(r'\\f[BIR]', '', read(args.man)).replace('\\-', '-')  # without fonts and escapes
    attributes = attributes_of(man)
    scripts = {shell: run(args.urlcheck + ['--completion', shell]).stdout for shell in COMPLETED}
    cases = Cases()
    tally = Tally()
    tally.expect(len(options) > 30, '--help shows %d options' % len(options))
    tally.expect(attributes <= {option.name for option in options},
                 'attributes in the man page that are not options: %s' % attributes)
    check_classes(tally, man, read(os.path.join(ROOT, 'README.md')))
    for option in options:
        check_option(tally, args.urlcheck, option, man, scripts, cases)
        check_attribute(tally, args.urlcheck, option, attributes, cases)
    tally.finish()


if __name__ == '__main__':
    main()
