#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make check-rooms: reads the #include lines of src and include, prints which
room includes which and how often, and fails on

- an include of a room that is not in a lower layer, or that is in FORBIDDEN;
- a header in include/ that no other room uses (it belongs beside its .c file);
- a header that does not exist, or that is private to another room;
- a cycle of modules (a module is a .c file and its .h file) that include each other.
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
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def room_and_module(path):
    parts = path.with_suffix('').parts[1:]
    return parts if len(parts) == 2 else ('main', parts[0])


def read_includes(root):
    """Yields each file's path, its (room, module), and the headers it includes."""
    for path in sorted([*root.glob('src/**/*.[ch]'), *root.glob('include/**/*.h')]):
        relative = path.relative_to(root)
        yield relative, room_and_module(relative), INCLUDE.findall(path.read_text())


def resolve(root, path, room, header):
    """The (room, module) of an included header, or None if it does not exist."""
    if '/' in header:
        return tuple(header[:-2].split('/')) if (root / 'include' / header).exists() else None
    beside = root / path.parent / header
    return (room, header[:-2]) if beside.exists() else None


def find_cycles(graph):
    """The sets of modules that can reach each other: the strongly connected
    components with more than one member, by Tarjan's algorithm."""
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
            component = []
            while not component or component[-1] != node:
                component.append(stack.pop())
            if len(component) > 1:
                found.append(sorted(component))

    for node in sorted(graph):
        if node not in order:
            visit(node)
    return found


def check(root):
    """How many includes there are of (room, other room), and what is wrong. A header
    in include/ may also be there because other headers in include/ need it."""
    faults, arrows, exported = [], collections.Counter(), set()
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
            if path.parts[0] == 'include':
                exported.add(target)
            if target[0] == room:
                continue
            arrows[room, target[0]] += 1
            if LAYERS[target[0]] >= LAYERS[room]:
                faults.append('%s: includes %s, which is not in a lower layer' % (path, header))
            elif (room, target[0]) in FORBIDDEN:
                faults.append('%s: includes %s: %s must not use %s' % (path, header, room,
                                                                       target[0]))
    for path in sorted(root.glob('include/*/*.h')):
        room, module = room_and_module(path.relative_to(root))
        if users[room, module] <= {room} and (room, module) not in exported:
            faults.append('%s: no other room uses it: move it beside its .c file'
                          % path.relative_to(root))
    for cycle in find_cycles(graph):
        faults.append('a cycle: ' + ', '.join('/'.join(module) for module in cycle))
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
