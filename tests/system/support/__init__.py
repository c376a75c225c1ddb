# SPDX-License-Identifier: MIT
"""What the programs beside this folder share.

suite       a test program's frame: arguments, counting, the closing line
namespace   the program started anew with a network and some of /etc of its own
running     urlcheck at work: started, signalled, measured, and never left behind
records     what it printed, as tuples
child       a server of ours as a process that answers questions
bulk        the server for loads: quick, on many addresses, and it counts
moody       the same that fails at random, or wants to be left alone
nameserver  the server of names: good, missing, broken and silent ones
"""
