#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make demo: urlcheck's main job, on URLs that a server on loopback makes good and bad."""

import argparse
import json
import os
import shlex
import subprocess
import sys

from server import Server

HERE = "build/demo"

LIST = """\
# A comment. One URL a line:
{good}
{slow}
{moved}
{missing}
{broken}
{stalled}
{dead}
"""

# What urlcheck has to find: verdict and class.
EXPECTED = {
    "good": ("OK", None),
    "slow": ("OK", None),
    "moved": ("OK", None),
    "missing": ("FAILED", "http-4xx"),
    "broken": ("FAILED", "http-5xx"),
    "stalled": ("FAILED", "timeout-response"),
    "dead": ("FAILED", "refused"),
}


def read_records(path):
    try:
        with open(path) as file:
            return [json.loads(line) for line in file]
    except FileNotFoundError:
        return []


def differences(urls, records):
    """What the records say otherwise than EXPECTED does, in words."""
    found = {record["url"]: (record["verdict"], record["class"]) for record in records}
    for name, expected in EXPECTED.items():
        if found.get(urls[name]) != expected:
            yield "%s: expected %s, got %s" % (urls[name], expected, found.get(urls[name]))
    if len(records) != len(EXPECTED):
        yield "expected %d records, got %d" % (len(EXPECTED), len(records))


def demo(urlcheck):
    results = HERE + "/results.jsonl"
    os.makedirs(HERE, exist_ok=True)
    with Server() as server:
        urls = {name: server.url("/" + name) for name in EXPECTED}
        urls["good"] = server.url("/")
        urls["dead"] = server.dead_url()
        text = LIST.format(**urls)
        with open(HERE + "/list", "w") as file:
            file.write(text)
        print("$ cat %s/list\n%s" % (HERE, text))

        # An earlier demo's results must not pass for this one's.
        if os.path.exists(results):
            os.remove(results)
        # Text for you, and the same results as JSON, for the comparison below.
        command = [urlcheck, "-i", HERE + "/list", "-m", "3", "--summary"]
        command += ["--format", "text", "--format", "jsonl:" + results]
        print("$ " + " ".join(map(shlex.quote, command)), flush=True)
        status = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=60).returncode

    wrong = list(differences(urls, read_records(results)))
    if status != 1:
        wrong.append("expected exit status 1, got %d" % status)
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urlcheck", required=True, help="the program")
    wrong = demo(parser.parse_args().urlcheck)
    if wrong:
        print("\nThe demo failed:\n  " + "\n  ".join(wrong), file=sys.stderr)
        return 1
    print("\nExit status 1, and rightly so: four of these URLs are meant to fail.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
