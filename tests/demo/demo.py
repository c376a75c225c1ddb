#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make demo: checks URLs that a server on loopback makes good and bad."""

import argparse
import json
import os
import shlex
import subprocess
import sys

from server import Server

HERE = "build/demo"

# Expected results: path, verdict, class, and a description of the page.
EXPECTED = [
    ("/", "OK", None, "a good page"),
    ("/slow", "OK", None, "a page that takes 1.5 seconds"),
    ("/moved", "OK", None, "a redirect to the good page"),
    ("/missing", "FAILED", "http-4xx", "a page that does not exist"),
    ("/broken", "FAILED", "http-5xx", "a page with an internal error"),
    ("/truncated", "FAILED", "truncated", "status 200, but the body ends in the middle"),
    ("/stalled", "FAILED", "timeout-response", "a server that never answers"),
    (None, "FAILED", "refused", "a port where nothing listens"),
]


def read_records(path):
    try:
        with open(path) as file:
            return [json.loads(line) for line in file]
    except FileNotFoundError:
        return []


def differences(expected, records):
    """Describes where the records differ from what is expected."""
    found = {record["url"]: (record["verdict"], record["class"]) for record in records}
    for url, result in expected.items():
        if found.get(url) != result:
            yield "%s: expected %s, got %s" % (url, result, found.get(url))
    if len(records) != len(expected):
        yield "expected %d records, got %d" % (len(expected), len(records))


def demo(urlcheck):
    results = HERE + "/results.jsonl"
    os.makedirs(HERE, exist_ok=True)
    with Server() as server:
        expected, text = {}, ""
        for path, verdict, cause, comment in EXPECTED:
            url = server.url(path) if path else server.dead_url()
            expected[url] = verdict, cause
            text += "# %s\n%s\n" % (comment, url)
        with open(HERE + "/list", "w") as file:
            file.write(text)
        print("$ cat %s/list\n%s" % (HERE, text))

        # Results of an earlier demo must not be taken for those of this one.
        if os.path.exists(results):
            os.remove(results)
        # Text for people, and the same results as JSON for differences().
        command = [urlcheck, "-i", HERE + "/list", "-m", "3", "--summary"]
        command += ["--format", "text", "--format", "jsonl:" + results]
        print("$ " + " ".join(map(shlex.quote, command)), flush=True)
        status = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=60).returncode

    wrong = list(differences(expected, read_records(results)))
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
    failing = sum(verdict == "FAILED" for _, verdict, _, _ in EXPECTED)
    print("\nThe demo passed. Each URL got the expected result: %d of the %d URLs are made to fail,\n"
          "so urlcheck exits with status 1. The results as JSON: %s/results.jsonl"
          % (failing, len(EXPECTED), HERE))
    return 0


if __name__ == "__main__":
    sys.exit(main())
