# SPDX-License-Identifier: MIT
"""What makes figures comparable: client and servers on different CPUs, idle CPUs that poll,
and servers that are idle when a run begins."""

import contextlib
import errno
import os
import shutil
import struct
import time

# While this file is open, no idle CPU enters a state that takes longer to leave than the number of
# microseconds that was written (the kernel's Documentation/power/pm_qos_interface.rst).
WAKE_UP_LATENCY = '/dev/cpu_dma_latency'
SHALLOWEST = '/sys/devices/system/cpu/cpu0/cpuidle/state0/name'

LOOK_S, PATIENCE_S = 0.02, 60
IDLE = 'SZX'  # asleep, or ended: Nginx.need() notices that


def separate_cpus():
    """Moves this program, and so the servers that it will start, to one CPU. Returns
    another CPU for the measured commands, or None if that is not possible. The first
    and the last CPU do not share a core if there are more cores than one."""
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2 or not shutil.which('taskset'):
        return None
    os.sched_setaffinity(0, {cpus[-1]})
    return cpus[0]


@contextlib.contextmanager
def polling_cpus():
    """Idle CPUs poll instead of halting. Yields None, or why they do not.

    A client's send() wakes the server. If the server's CPU has halted, that takes CPU time of
    the client: 20 us on a virtual machine. With a server elsewhere it takes none. However this program
    ends, the kernel closes the file, and CPUs halt again."""
    with contextlib.ExitStack() as stack:
        refused = None
        try:
            with open(SHALLOWEST) as file:
                if file.read() != 'POLL\n':
                    raise OSError(errno.ENODEV, 'another idle state', SHALLOWEST)
            stack.enter_context(open(WAKE_UP_LATENCY, 'wb', 0)).write(struct.pack('i', 0))
        except OSError as problem:
            refused = '%s: %s' % (problem.filename, problem.strerror)
        yield refused


def wait_until_idle(servers):
    """Returns when these processes sleep and use no CPU time: a server may still be busy with
    what the client before has left, for example with handshakes. Gives up after PATIENCE_S."""
    end = time.monotonic() + PATIENCE_S
    before, now = None, [state_and_time(pid) for pid in servers]
    while now != before or any(state not in IDLE for state, _ in now):
        if time.monotonic() > end:
            print('a server is still busy after %d s' % PATIENCE_S)
            return
        time.sleep(LOOK_S)
        before, now = now, [state_and_time(pid) for pid in servers]


def state_and_time(pid):
    """The state of a process (proc(5)), and its CPU time in clock ticks."""
    try:
        with open('/proc/%d/stat' % pid) as file:
            fields = file.read().rpartition(')')[2].split()
    except FileNotFoundError:
        return 'X', 0
    return fields[0], int(fields[11]) + int(fields[12])
