# SPDX-License-Identifier: MIT
"""A server that misbehaves, for testing URL checkers.

registry  the table of hazards, routes and listeners, and how to add one
conn      one connection; handlers write every byte of it
tls       the same under TLS, on memory buffers, so that TLS can misbehave too
certs     good and bad certificates, made at each start
server    listeners, dispatch to the routes, counts
hazards/  the misbehavior itself, by kind
serve     the program; spawn starts it for a test
"""
