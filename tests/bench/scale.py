#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Simulates a billion URLs in parts by host: how uneven the parts are, and what takes how long.

    scale.py [--urls N] [--parts N] [--machines N]

No request is sent. These are assumptions: the number of URLs of a host is heavy-tailed (Pareto, exponent
1.2, 20 to 1,000,000); the hash deals hosts out like dice (tests/system/parallel.py looks at that); a
check takes 0.5 s, a name lookup 30 ms; a core does 1000 checks over https a second.
"""

import argparse
import heapq
import random
from array import array

CHECK_S, LOOKUP_S = 0.5, 0.03
IN_FLIGHT, TO_ONE_HOST, LOOKUPS = 2000, 10, 16  # --parallel-max, --parallel-max-host, fixed
CHECKS_PER_S = 4 * 1000                         # of a machine with four cores
LEAST, MOST, EXPONENT = 20, 10 ** 6, 1.2


def deal(chance, urls, parts):
    """For each part: URLs, hosts, URLs of its largest host."""
    total = 0
    dealt, hosts, largest = [array('q', [0] * parts) for _ in range(3)]
    while total < urls:
        size = min(MOST, int(LEAST * chance.paretovariate(EXPONENT)))
        part = int(chance.random() * parts)
        total += size
        dealt[part] += size
        hosts[part] += 1
        largest[part] = max(largest[part], size)
    return list(zip(dealt, hosts, largest))


def limits(urls, hosts, largest):
    """Seconds that a part takes at least, for each of these reasons."""
    return {'checks in flight': urls * CHECK_S / IN_FLIGHT,
            'processors': urls / CHECKS_PER_S,
            'name lookups': hosts * LOOKUP_S / LOOKUPS,
            'its largest host': largest * CHECK_S / TO_ONE_HOST}


def all_done_s(durations, machines):
    """The machine that is free first takes the next part."""
    busy_until = [0.0] * machines
    for duration in durations:
        heapq.heapreplace(busy_until, busy_until[0] + duration)
    return max(busy_until)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urls', type=int, default=10 ** 9)
    parser.add_argument('--parts', type=int, default=1000)
    parser.add_argument('--machines', type=int, default=20)
    args = parser.parse_args()
    parts = deal(random.Random(1), args.urls, args.parts)
    sizes = sorted(part[0] for part in parts)
    print('%d URLs of %d hosts; the largest has %d' % (
        sum(sizes), sum(part[1] for part in parts), max(part[2] for part in parts)))
    print('%d parts: %d, %d, %d URLs in the smallest, median, largest' % (
        args.parts, sizes[0], sizes[len(sizes) // 2], sizes[-1]))
    for name in limits(1, 1, 1):
        each = sorted(limits(*part)[name] for part in parts)
        print('limited by %s: median part %d s, longest %d s' % (name, each[len(each) // 2], each[-1]))
    for at_once in (1, 8):
        # Parts that run at the same time share the processors.
        busy_s = sum(limits(*part)['processors'] for part in parts) / args.machines
        waiting_s = all_done_s([max(limits(*part).values()) for part in parts], args.machines * at_once)
        print('%d machines, %d parts at once: %.1f h' % (
            args.machines, at_once, max(busy_s, waiting_s) / 3600))


if __name__ == '__main__':
    main()
