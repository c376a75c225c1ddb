# SPDX-License-Identifier: MIT
"""The configurations and scripts in .github/docs, and programs in the background that read them."""

import os
import re
import subprocess
import time

from .running import LIMIT_S

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', '..', '.github', 'docs')
INSTALLED = '/usr/local/bin/urlcheck'


def recipe(path, page='monitoring.md'):
    """The block of a page of the documentation that shows this file."""
    with open(os.path.join(DOCS, page), encoding='utf-8') as file:
        blocks = re.findall(r'^```\w+\n# (\S+)\n(.*?)^```', file.read(), re.M | re.S)
    found = [text for name, text in blocks if name == path]
    if len(found) != 1:
        raise ValueError('%d blocks for %s in %s' % (len(found), path, page))
    return found[0]


def write(folder, name, text):
    with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
        file.write(text)
    return file.name


def await_true(what, question, limit_s=LIMIT_S):
    """Asks repeatedly until it is true."""
    end = time.monotonic() + limit_s
    while not question():
        if time.monotonic() > end:
            raise ValueError('not true after %g s: %s' % (limit_s, what))
        time.sleep(0.05)


class Started:
    """A program in the background, which writes to a log."""

    def __init__(self, folder, *command):
        self.log = os.path.join(folder, 'log of ' + os.path.basename(command[0]))
        with open(self.log, 'w') as file:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file,
                                            stderr=file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def text(self):
        with open(self.log, encoding='utf-8') as file:
            return file.read()
