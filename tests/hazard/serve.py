#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Serves the hazards until standard input closes, or until SIGTERM or SIGINT.

    serve.py [--json] [--no-tls]

Prints the listeners, and each hazard's URL and expected result; with --json one line of JSON.
"""

import argparse
import asyncio
import json
import os
import resource
import shutil
import signal
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hazard import hazards  # noqa: E402,F401  (fills the table)
from hazard.certs import Certs  # noqa: E402
from hazard.server import Server  # noqa: E402


def announce(description, as_json):
    if as_json:
        print(json.dumps(description), flush=True)
        return
    print('CA file: %s' % description['ca'])
    for name, url in description['urls'].items():
        print('%-24s %s' % (name, url))
    for hazard in description['hazards']:
        expect = ' | '.join(' '.join(choice).strip() for choice in hazard['expect'])
        print('%-44s %-62s %s' % (expect, hazard['url'], hazard['options']))
    sys.stdout.flush()


def stop_on_end_of_input(loop, stopped):
    """The server ends when the pipe on its standard input closes, and so with its test."""
    def on_readable():
        if not os.read(0, 4096):
            loop.remove_reader(0)
            stopped.set()
    try:
        loop.add_reader(0, on_readable)
    except OSError:  # epoll refuses files and /dev/null: signals only
        pass


async def serve(directory, args):
    server = Server(directory, None if args.no_tls else Certs(directory))
    server.start()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        server.loop.add_signal_handler(number, stopped.set)
    stop_on_end_of_input(server.loop, stopped)
    announce(server.describe(), args.json)
    await stopped.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--no-tls', action='store_true', help='make no certificates')
    args = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    directory = tempfile.mkdtemp(prefix='urlcheck-hazard-')
    try:
        asyncio.run(serve(directory, args))
    finally:
        shutil.rmtree(directory)


if __name__ == '__main__':
    main()
