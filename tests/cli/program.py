# SPDX-License-Identifier: MIT
"""What the test programs of this folder share. Imported first, it makes the packages `hazard` and
`support` importable."""

import argparse
import os
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
ROOT = os.path.dirname(TESTS)
sys.path[1:1] = [TESTS, os.path.join(TESTS, 'system')]

LIMIT_S = 60

os.umask(0o022)  # a list that others may write is not trusted

# Variables with these words in their names would make results depend on the user.
PERSONAL = ('proxy', 'no_color', 'curl_', 'ssl_', 'lc_', 'lang', 'term', 'clicolor')


def arguments(description):
    """A parser with the arguments that every program takes."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument('--urlcheck', default=os.path.join(ROOT, 'urlcheck'), metavar='COMMAND',
                        type=command_words)
    parser.add_argument('--timeout-scale', type=float, default=1, metavar='K',
                        help='multiply time limits, for programs that sanitizers slow down')
    return parser


def command_words(command):
    """The words of a command; names of files become absolute, as tests run in other folders."""
    return [os.path.abspath(word) if os.path.isfile(word) else word
            for word in shlex.split(command)]


def environment(**more):
    env = {name: value for name, value in os.environ.items()
           if not any(word in name.lower() for word in PERSONAL)}
    return dict(env, LC_ALL='C.UTF-8', TERM='xterm', **more)


def run(command, text='', timeout=LIMIT_S, env=None, **how):
    """Runs a command with this standard input. Bytes that are not UTF-8 are surrogate escapes in
    its output."""
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding='utf-8', errors='surrogateescape', timeout=timeout,
                          env=env or environment(), **how)
