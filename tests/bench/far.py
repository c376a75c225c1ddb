# SPDX-License-Identifier: MIT
"""Hosts 100 ms away. urlcheck has its default of requests in flight, the Go programs as many."""

import contextlib
import os
import subprocess

import lists
import table
from measure import Figures, interleaved
from peers import right_in_order, right_lines

COUNT = 10000
ONE_WAY_MS = 50
ROUNDS = 2
URLCHECK_K = 256  # its default
LIMIT_S = 120

TITLE = '10,000 hosts 100 ms away, http'
GO = ('go', 'go pool')

# What ip(8) does at the server's end of the wire, and at the client's.
NETWORK, CLIENT = '10.0.0.0/8', '192.0.2.1'
QUEUE = 'txqueuelen 10000'  # no packet is lost if 256 connections begin at once
SERVER_END = ('link set wire up ' + QUEUE, 'route add %s dev wire' % CLIENT,
              'route add local %s dev lo' % NETWORK)
CLIENT_END = ('link set lo up', 'link set wire up ' + QUEUE, 'addr add %s dev wire' % CLIENT,
              'route add %s dev wire' % NETWORK)


class Wire:
    """A context manager. `inside` is the command that runs another one at the client's end.
    Raises OSError or subprocess.CalledProcessError if the system has no such devices."""

    def __init__(self, program):
        self.argv = [program, str(ONE_WAY_MS)]

    def __enter__(self):
        self.process = subprocess.Popen(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.inside = ['nsenter', '--net', '--target', str(self.process.pid)]
        try:
            if not self.process.stdout.readline():
                raise OSError('no TUN devices')
            for end, before in ((SERVER_END, []), (CLIENT_END, self.inside)):
                for words in end:
                    subprocess.run([*before, 'ip', *words.split()], check=True)
            return self
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def commands(bench, path):
    """{tool: (command, function that counts right answers)}, of installed tools."""
    found = {name: ([program, '-i', path], right_in_order)
             for name, program in bench.programs.items()}
    for peer in bench.peers:
        if peer.name in GO:
            found[peer.name] = ([peer.program, '-k', str(URLCHECK_K), path], right_lines)
    return found


def measure_all(bench, wire):
    job = lists.Job(os.path.join(bench.directory, 'far'),
                    lists.urls('http', bench.nginx.http, COUNT, COUNT, network=10), URLCHECK_K)
    found = commands(bench, job.file())
    samples = interleaved([lambda argv=argv, right=right: bench.meter.run(
        argv, LIMIT_S, right=lambda path: right(job, path), inside=wire.inside)
        for argv, right in found.values()], bench.rounds or ROUNDS)
    for name, of_tool in zip(found, samples):
        bench.results.add(TITLE, name, Figures(COUNT, of_tool))
    table.print_scenario('%s: %d in flight, %s' % (
        TITLE, URLCHECK_K, table.rounds(len(samples[0]))), COUNT, bench.results.figures[TITLE])


def run(bench):
    if bench.outside:
        print('\n%s: left out, %s' % (TITLE, bench.outside))
        return
    with contextlib.ExitStack() as stack:
        try:
            wire = stack.enter_context(Wire(os.path.join(bench.tools, 'wire')))
        except (OSError, subprocess.CalledProcessError) as problem:
            print('\n%s: left out, %s' % (TITLE, problem))
            return
        measure_all(bench, wire)


SCENARIOS = [(TITLE, run)]
