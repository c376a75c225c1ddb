# SPDX-License-Identifier: MIT
"""The table of hazards, and of the routes and listeners that they live on.

A hazard is a URL and what a checker must say of it. The words of `expect` are
the text format's: verdict, what was reached, class; OK has no class. Where two
answers are honest (it depends on which packet wins, or on libcurl's version)
they stand with ` | ` between them.
"""

from collections import namedtuple

Hazard = namedtuple('Hazard', 'name expect listener path options endless')

HAZARDS = {}    # name -> Hazard
ROUTES = {}     # first segment of a path -> async def f(conn)
LISTENERS = {}  # name -> Listener


class Listener:
    """A port. `handler` gets each connection; without one, HTTP is spoken.
    `tls` is a dictionary for certs.server_context(); `setup` replaces the
    whole of bind and listen, for ports that are no servers at all."""

    def __init__(self, name, scheme='http', handler=None, tls=None, setup=None,
                 host='127.0.0.1'):
        self.name, self.scheme, self.host = name, scheme, host
        self.handler, self.tls, self.setup = handler, tls, setup
        LISTENERS[name] = self


def hazard(name, expect, path=None, on='http', options='', endless=False):
    """Register the decorated function as the route /NAME of the listener `on`.
    With `path` the hazard is a URL of a route that exists, and nothing need be
    decorated. `options` are what the check needs on its command line;
    `endless` bodies are those of which little may be read."""
    assert name not in HAZARDS, name
    HAZARDS[name] = Hazard(name, parse(expect), on, path or '/' + name, options,
                           endless)

    def register(function):
        if path is None:
            ROUTES[name] = function
        return function
    return register


def port_hazard(name, expect, scheme='http', path='/', options='', **listener):
    """A hazard with a listener of its own. Decorates the connection's handler,
    unless `tls` (then the routes are served over it) or `setup` is given."""
    hazard(name, expect, path=path, on=name, options=options)
    made = Listener(name, scheme, **listener)

    def register(function):
        made.handler = function
        return function
    return register


def route(segment):
    """Register a handler for /SEGMENT and all that is below it."""
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
