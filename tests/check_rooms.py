#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make check-rooms: reads the #include lines of src and include, prints which
room includes which, and fails on

- an include of a room that is not in a lower layer, or that FORBIDDEN names;
- a header in include/ that no other room uses (it belongs beside its .c);
- a header that does not exist, or that is private to another room;
- modules (a .c and its .h) that include each other in a circle.
"""

import collections
import pathlib
import re
import sys

LAYERS = {
    'base': 1,
    'input': 2, 'result': 2,
    'engine': 3, 'probe': 3,
    'results': 4, 'state': 4,
    'output': 5,
    'session': 6,
    'main': 7,  # the files directly under src
}
FORBIDDEN = {('output', 'engine'), ('output', 'probe')}
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def room_and_module(path):
    parts = path.with_suffix('').parts[1:]
    return parts if len(parts) == 2 else ('main', parts[0])


def read_includes(root):
    """Each file, its room and module, and the headers that it includes."""
    for path in sorted([*root.glob('src/**/*.[ch]'), *root.glob('include/**/*.h')]):
        relative = path.relative_to(root)
        yield relative, room_and_module(relative), INCLUDE.findall(path.read_text())


def resolve(root, path, room, header):
    """The room and module of an included header; None: there is no such header."""
    if '/' in header:
        return tuple(header[:-2].split('/')) if (root / 'include' / header).exists() else None
    beside = root / path.parent / header
    return (room, header[:-2]) if beside.exists() else None


def find_circles(graph):
    """The sets of modules that reach each other (Tarjan's algorithm)."""
    order, low, stack, found = {}, {}, [], []

    def visit(node):
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in order:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == order[node]:
            circle = []
            while not circle or circle[-1] != node:
                circle.append(stack.pop())
            if len(circle) > 1:
                found.append(sorted(circle))

    for node in sorted(graph):
        if node not in order:
            visit(node)
    return found


def check(root):
    faults, arrows = [], collections.Counter()
    graph, users = collections.defaultdict(set), collections.defaultdict(set)
    for path, (room, module), headers in read_includes(root):
        if room not in LAYERS:
            faults.append('%s: the room %s has no layer' % (path, room))
            continue
        for header in headers:
            target = resolve(root, path, room, header)
            if target is None:
                faults.append('%s: no header "%s"' % (path, header))
                continue
            graph[room, module].add(target)
            users[target].add(room)
            if target[0] == room:
                continue
            arrows[room, target[0]] += 1
            if LAYERS[target[0]] >= LAYERS[room] or (room, target[0]) in FORBIDDEN:
                faults.append('%s: includes %s, which is not in a lower layer' % (path, header))
    for path in sorted(root.glob('include/*/*.h')):
        room, module = room_and_module(path.relative_to(root))
        is_part = any('"%s/%s.h"' % (room, module) in other.read_text()
                      for other in root.glob('include/*/*.h'))
        if users[room, module] <= {room} and not is_part:
            faults.append('%s: used by no other room: it belongs beside its .c'
                          % path.relative_to(root))
    for circle in find_circles(graph):
        faults.append('a circle: ' + ', '.join('/'.join(module) for module in circle))
    return arrows, faults


def main():
    arrows, faults = check(pathlib.Path(__file__).resolve().parent.parent)
    for (room, other), count in sorted(arrows.items(), key=lambda item: (-LAYERS[item[0][0]],
                                                                         item[0])):
        print('%-8s -> %-8s %3d' % (room, other, count))
    for fault in faults:
        print('FAILED ' + fault)
    print('%d passed, %d failed' % (len(arrows), len(faults)))
    return 1 if faults or not arrows else 0


if __name__ == '__main__':
    sys.exit(main())
