# SPDX-License-Identifier: MIT
"""What the test programs share. tests/cli and tests/bench use some of it too.

tally         counts passed, failed and skipped tests, and prints the closing line
suite         a test program of this folder: arguments, tests, expectations
namespace     restarts the program in a network namespace, with its own files in /etc
running       starts, signals and measures urlcheck, and never leaves it running
screen        runs urlcheck on a terminal and reads what appears there
records       urlcheck's results as tuples
child         a test server as a child process that answers questions
load_server   a fast HTTP server on many addresses that counts its requests
flaky_server  the load server with random failures and rate limits
nameserver    a name server: correct, broken and silent zones
link          a network link to a second namespace, which can be taken down
"""
