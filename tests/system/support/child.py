# SPDX-License-Identifier: MIT
"""A test server as a child process that answers questions. It ends when the pipe of its
questions closes, and so with the test, however the test ends."""

import json
import os
import subprocess
import sys

LIMIT_S = 60


class Child:
    """A context manager. The program prints one line of JSON that describes what it serves
    (`about`). It answers each line on its standard input with one line of JSON."""

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
            self.process.wait(LIMIT_S)
        finally:
            self.process.kill()
            self.process.stdout.close()

    def ask(self, question):
        self.process.stdin.write(question.encode() + b'\n')
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Questions:
    """The server's end of the pipe."""

    def __init__(self, answers):
        self.answers = answers  # question -> function without arguments
        self.buffer = b''

    def take(self):
        """Answers the questions that have arrived. False once the pipe is closed."""
        data = os.read(0, 65536)
        self.buffer += data
        *questions, self.buffer = self.buffer.split(b'\n')
        for question in questions:
            say(self.answers[question.decode()]())
        return bool(data)


def say(what):
    print(json.dumps(what), flush=True)
