# SPDX-License-Identifier: MIT
"""A server that misbehaves, for testing what checks URLs.

registry  the table: hazards, routes and listeners, each beside what it is for
conn      one connection, every byte of it ours
tls       the same under TLS, without a socket module's help or manners
certs     the certificates, good and bad, made afresh at each start
server    listeners, dispatch, counting
hazards/  the misbehaviour itself, by kind
serve     the program; spawn starts it for a test and talks to it
"""
