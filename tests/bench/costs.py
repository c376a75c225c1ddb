# SPDX-License-Identifier: MIT
"""Reads what callgrind counted ("Callgrind Format Specification" in valgrind's manual)."""

import os
import re
from collections import defaultdict

# In the order of a cost: instructions, and misses of the caches for instructions and for data.
EVENTS = (('Ir',), ('I1mr',), ('D1mr', 'D1mw'))

# Names are written once, "(number) name", and then "(number)".
NAME = re.compile(r'(c?(?:ob|fn))=\((\d+)\)(?: (.*))?')


def read(path):
    """{(object, function): [instructions, I1 misses, D1 misses]}, without called functions."""
    names, now, found = {}, {}, defaultdict(lambda: [0] * len(EVENTS))
    columns, is_call = (), False
    with open(path, errors='replace') as file:
        for line in file:
            match = NAME.match(line)
            if match:
                kind, number, name = match.groups()
                names.setdefault((kind[-2:], number), name)
                now[kind] = names[kind[-2:], number]
            elif line.startswith('events: '):
                columns = [[place for place, event in enumerate(line.split()) if event in wanted]
                           for wanted in EVENTS]
            elif line.startswith('calls='):
                is_call = True  # the next line has the costs of the called function
            elif line[0] in '0123456789+-*':
                if not is_call:
                    add(found[os.path.basename(now['ob']), now['fn']], line.split(), columns)
                is_call = False
    return found


def add(cost, numbers, columns):
    """`numbers`: a position, then costs by column; zeros at the end may be missing."""
    for which, places in enumerate(columns):
        cost[which] += sum(int(numbers[place]) for place in places if place < len(numbers))


def total(costs):
    return [sum(column) for column in zip(*costs.values())]


def per_check(few, many, checks):
    """The costs of a check: the difference of two lists, one longer than the other by `checks`."""
    nothing = [0] * len(EVENTS)
    return {key: [(more - less) / checks for more, less in zip(many.get(key, nothing),
                                                               few.get(key, nothing))]
            for key in {**few, **many}}


def by_object(costs):
    found = defaultdict(lambda: [0] * len(EVENTS))
    for (name, _), cost in costs.items():
        found[name] = [one + other for one, other in zip(found[name], cost)]
    return found


def beyond(ours, theirs):
    """[(key, cost)]: what ours needs more than theirs, most instructions first."""
    found = [(key, cost) for key, cost in per_check(theirs, ours, 1).items() if cost[0] >= 1]
    return sorted(found, key=lambda item: -item[1][0])
