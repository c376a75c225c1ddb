# SPDX-License-Identifier: MIT
"""The table of hazards, and of the routes and listeners that they need.

A hazard is a URL and the result that a checker must report for it. To add one:

1. Find the module in hazards/ whose topic fits. To it add a line such as
   sends('head-only-crlf', 'FAILED http truncated', b'HTTP/1.1 200 OK\\r\\n', then=Conn.stall),
2. or a function `async def f(c)` that writes the response, under @hazard('NAME', expect=...).
3. If the misbehavior begins before HTTP, use @port_hazard: the hazard gets its own port.
4. Run tests/cli/hazards.py --only NAME. It checks text and JSON Lines, alone and among others.
5. Cases in tests/cli/cases can use it as {http}/NAME, a hazard with its own port as {NAME}.

`expect` has the words of the text format: verdict, status or phase, class (none for OK). If two
results are correct (it depends on which packet comes first, or on libcurl's version), ` | `
separates them.
"""

from collections import namedtuple

Hazard = namedtuple('Hazard', 'name expect listener path options endless')

HAZARDS = {}    # name -> Hazard
ROUTES = {}     # first segment of a path -> async def f(conn)
LISTENERS = {}  # name -> Listener


class Listener:
    """A port. `handler` gets each connection; without one, HTTP is spoken and the routes are
    served. `tls` are the arguments of certs.server_context(). `setup` replaces bind and listen.
    A `host` that begins with / is a unix socket below the server's directory."""

    def __init__(self, name, scheme='http', handler=None, tls=None, setup=None,
                 host='127.0.0.1'):
        self.name, self.scheme, self.host = name, scheme, host
        self.handler, self.tls, self.setup = handler, tls, setup
        LISTENERS[name] = self


def hazard(name, expect, path=None, on='http', options='', endless=False):
    """Registers the decorated function as the route /NAME of the listener `on`. With `path`, the
    hazard is a URL of an existing route, and no function is needed. `options` are added to the
    checker's command line. Of an `endless` response only little may be read."""
    assert name not in HAZARDS, name
    HAZARDS[name] = Hazard(name, parse(expect), on, path or '/' + name, options,
                           endless)

    def register(function):
        if path is None:
            ROUTES[name] = function
        return function
    return register


def sends(name, expect, data, then=None, **where):
    """A hazard that sends `data`, then awaits `then(conn)`, then closes. `where` is as in
    hazard()."""
    async def handler(c):
        if data:
            await c.send(data)
        if then:
            await then(c)
    hazard(name, expect, **where)(handler)


def floods(name, expect, head, data, **where):
    """A hazard that sends `head`, then `data` over and over."""
    sends(name, expect, head, lambda c: c.flood(data), endless=True, **where)


def port_hazard(name, expect, scheme='http', path='/', options='', **listener):
    """A hazard with its own listener. Decorates the handler of the connection; if `tls` or `setup`
    is given, no function is needed, and the routes are served under TLS."""
    hazard(name, expect, path=path, on=name, options=options)
    made = Listener(name, scheme, **listener)

    def register(function):
        made.handler = function
        return function
    return register


def route(segment):
    """Registers a handler of /SEGMENT and everything below it."""
    def register(function):
        ROUTES[segment] = function
        return function
    return register


def parse(expect):
    """'FAILED tcp reset | OK 200' -> [('FAILED', 'tcp', 'reset'), ('OK', '200', '')]"""
    choices = [tuple(choice.split()) for choice in expect.split(' | ')]
    for choice in choices:
        assert len(choice) == (2 if choice[0] == 'OK' else 3), expect
    return [choice if len(choice) == 3 else choice + ('',) for choice in choices]
