#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Records a terminal in which urlcheck runs against the demo's server, as SVG.

    record.py --urlcheck ./urlcheck > .github/docs/demo.svg

A shell runs in a pseudo-terminal, and the script types COMMANDS into it.
Terminal interprets what the shell and urlcheck print. Each time when a row
changes, the old text of the row ends and the new text begins: a span. In the
SVG each span is a text element. CSS hides it until it begins and after it has
ended; a viewer without CSS animation shows the last screen.
"""

import argparse
import fcntl
import itertools
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
from collections import namedtuple
from xml.sax.saxutils import escape

from server import Server

ROWS, COLUMNS = 24, 112
PORT = 8080
PROMPT = "$ "
LIMIT_S = 60
COMMANDS = ["cat urls", "urlcheck -m 2s -i urls", "echo $?"]
LIST = """\
http://{host}/
http://{host}/slow          warn-latency=1s
http://{host}/moved
http://{host}/missing
http://{host}/truncated
http://{host}/stalled
"""

CELL_WIDTH, ROW_HEIGHT, MARGIN = 8.4, 19, 14
# By SGR parameter; "typed" is our own.
COLORS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "35": "#d2a8ff", "typed": "#79c0ff"}
TEXT, BACKGROUND = "#e6edf3", "#0d1117"

Cell = namedtuple("Cell", "char style")
Span = namedtuple("Span", "row cells begin end")  # end: None until the recording ends


class Terminal:
    """As much of a terminal as the shell and urlcheck use: text, CR, LF, BS, SGR, EL, ED."""

    TOKEN = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|\x1b.|[\s\S]")

    def __init__(self):
        self.rows = [[]]
        self.column = 0
        self.style = ()
        self.pending = ""

    def feed(self, text):
        text = self.pending + text
        unfinished = re.search(r"\x1b(\[[?0-9;]*)?$", text)
        self.pending = unfinished.group() if unfinished else ""
        for found in self.TOKEN.finditer(text[:len(text) - len(self.pending)]):
            parameters, final = found.group(1, 2)
            if final == "m":
                self.style = tuple(filter(None, parameters.split(";")))
            elif final in ("J", "K"):
                del self.rows[-1][self.column:]
            elif not found.group().startswith("\x1b"):
                self.put(found.group())

    def put(self, char):
        if char == "\n":
            self.rows.append([])
        elif char == "\r":
            self.column = 0
        elif char == "\b":
            self.column = max(0, self.column - 1)
        elif char >= " ":
            row = self.rows[-1]
            row[self.column:self.column + 1] = [Cell(char, self.style)]
            self.column += 1

    def last_line(self):
        return text_of(self.rows[-1])


class Recording:
    """Runs a shell in a pseudo-terminal and notes the spans of what it shows."""

    def __init__(self, folder, path):
        self.terminal = Terminal()
        self.spans = []
        self.shown = []
        self.seconds = 0.0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve("/bin/sh", ["sh", "-i"], {
                "PATH": path, "PS1": PROMPT, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
                "HOME": folder})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def note_changes(self):
        rows = self.terminal.rows
        for row, cells in enumerate(rows):
            if row < len(self.shown) and self.shown[row] == cells:
                continue
            for index, span in enumerate(self.spans):
                if span.row == row and span.end is None:
                    self.spans[index] = span._replace(end=self.seconds)
            self.spans.append(Span(row, list(cells), self.seconds, None))
        self.shown = [list(row) for row in rows]

    def pause(self, seconds):
        """A pause for the viewer, which does not pass here."""
        self.seconds += seconds

    def read(self, left_s):
        if left_s <= 0 or not select.select([self.fd], [], [], left_s)[0]:
            raise TimeoutError("the shell is silent; the last line is %r" % self.terminal.last_line())
        self.terminal.feed(os.read(self.fd, 65536).decode())

    def wait_for_prompt(self):
        """Plays in real time what the command prints, until the shell prompts again."""
        began, before = time.monotonic(), self.seconds
        while self.terminal.last_line() != PROMPT:
            self.read(began + LIMIT_S - time.monotonic())
            self.seconds = before + time.monotonic() - began
            self.note_changes()

    def type(self, command):
        """Shows the command letter by letter; then sends it, and waits for the shell's echo."""
        row = self.terminal.rows[-1]
        prompt = list(row)
        for char in command:
            self.seconds += 0.06
            row.append(Cell(char, ()))
            self.note_changes()
        self.pause(0.4)
        row[:] = prompt
        rows = len(self.terminal.rows)
        os.write(self.fd, (command + "\n").encode())
        while len(self.terminal.rows) == rows:
            self.read(LIMIT_S)
        self.note_changes()

    def close(self):
        os.kill(self.pid, signal.SIGHUP)
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def text_of(cells):
    return "".join(cell.char for cell in cells)


def fill_of(style):
    return next((COLORS[code] for code in style if code in COLORS), TEXT)


def tspans(cells):
    """The cells of a row, one element for each run of cells of the same style."""
    if text_of(cells).startswith(PROMPT):
        cells = cells[:len(PROMPT)] + [Cell(cell.char, ("typed",)) for cell in cells[len(PROMPT):]]
    start = 0
    for style, group in itertools.groupby(cells, lambda cell: cell.style):
        text = text_of(group)
        yield '<tspan x="%g" fill="%s"%s>%s</tspan>' % (
            MARGIN + start * CELL_WIDTH, fill_of(style),
            ' font-weight="bold"' if "1" in style else "", escape(text))
        start += len(text)


def text_element(span):
    if span.end is None:
        animation = "hide %.2fs" % span.begin
    else:
        animation = "show %.2fs %.2fs" % (span.end - span.begin, span.begin)
    return '<text y="%g" style="animation:%s"%s>%s</text>' % (
        MARGIN + ROW_HEIGHT * (span.row + 0.75), animation,
        '' if span.end is None else ' opacity="0"', "".join(tspans(span.cells)))


def svg(spans):
    rows = max(span.row for span in spans) + 1
    columns = max(len(span.cells) for span in spans)
    if columns > COLUMNS:
        raise RuntimeError("a line of %d columns: Terminal does not wrap lines" % columns)
    width, height = columns * CELL_WIDTH + 2 * MARGIN, rows * ROW_HEIGHT + 2 * MARGIN
    last = "\n".join(text_of(span.cells) for span in sorted(spans) if span.end is None)
    yield '<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="%d" height="%d" ' \
          'viewBox="0 0 %d %d" role="img">' % (width, height, width, height)
    yield "<!-- Made by tests/demo/record.py from a real run. -->"
    yield "<title>urlcheck in a terminal</title>"
    yield "<desc>%s</desc>" % escape(last)
    yield "<style>"
    yield "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono'," \
          "monospace;white-space:pre}"
    yield "@keyframes hide{from,to{opacity:0}}"
    yield "@keyframes show{from,to{opacity:1}}"
    yield "@media(prefers-reduced-motion){text{animation:none!important}}"
    yield "</style>"
    yield '<rect width="100%%" height="100%%" rx="8" fill="%s"/>' % BACKGROUND
    for span in spans:
        if span.cells and span.end != span.begin:
            yield text_element(span)
    yield "</svg>"


def record(urlcheck):
    folder = tempfile.mkdtemp(prefix="urlcheck-record-")
    path = os.path.dirname(os.path.abspath(urlcheck)) + os.pathsep + os.defpath
    try:
        with Server(PORT) as server:
            with open(os.path.join(folder, "urls"), "w") as file:
                file.write(LIST.format(host="localhost:%d" % server.server_port))
            recording = Recording(folder, path)
            try:
                recording.wait_for_prompt()
                for command in COMMANDS:
                    recording.pause(0.8)
                    recording.type(command)
                    recording.wait_for_prompt()
            finally:
                recording.close()
        return recording.spans
    finally:
        shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--urlcheck", required=True, help="the program, in a file called urlcheck")
    for line in svg(record(parser.parse_args().urlcheck)):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
