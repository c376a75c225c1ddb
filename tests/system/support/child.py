# SPDX-License-Identifier: MIT
"""A server of ours as a process that answers questions. It ends with the pipe
that it is asked through, so it ends with the test, however that ends."""

import json
import os
import subprocess
import sys


class Child:
    """A context manager. The program says in a line of JSON what it serves, and
    answers each line on its standard input with one on its standard output."""

    def __init__(self, program, *args):
        self.command = [sys.executable, program, *map(str, args)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.about = json.loads(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(60)
        finally:
            self.process.kill()
            self.process.stdout.close()

    def ask(self, question):
        self.process.stdin.write(question.encode() + b'\n')
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Questions:
    """The other end of the pipe."""

    def __init__(self, answers):
        self.answers = answers  # question -> function of nothing
        self.buffer = b''

    def take(self):
        """Answers what has been asked. False once nobody asks any more."""
        data = os.read(0, 65536)
        self.buffer += data
        *questions, self.buffer = self.buffer.split(b'\n')
        for question in questions:
            say(self.answers[question.decode()]())
        return bool(data)


def say(what):
    print(json.dumps(what), flush=True)
