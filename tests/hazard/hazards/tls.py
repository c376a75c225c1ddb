# SPDX-License-Identifier: MIT
"""TLS: certificates with one thing wrong, and handshakes that go nowhere."""

import ssl

from ..registry import hazard, port_hazard

V1_0, V1_2, V1_3 = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


def tls_hazard(name, expect, path='/ok', **context):
    port_hazard(name, expect, scheme='https', path=path, tls=context)


tls_hazard('tls-expired', 'FAILED tls cert-expired', cert='expired')
tls_hazard('tls-not-yet-valid', 'FAILED tls cert-not-yet-valid', cert='not-yet-valid')
tls_hazard('tls-wrong-host', 'FAILED tls cert-host', cert='wrong-host')
tls_hazard('tls-self-signed', 'FAILED tls cert-untrusted', cert='self-signed')
tls_hazard('tls-unknown-ca', 'FAILED tls cert-untrusted', cert='unknown-ca')
tls_hazard('tls-no-intermediate', 'FAILED tls cert-untrusted', cert='no-intermediate')

tls_hazard('tls-3-days', 'OK 200', cert='3-days')
tls_hazard('tls-3-days-intermediate', 'OK 200', cert='3-days-intermediate')

tls_hazard('tls-1.2', 'OK 200', versions=V1_2)
tls_hazard('tls-1.3', 'OK 200', versions=V1_3)
tls_hazard('tls-1.0', 'FAILED tls tls', versions=V1_0)

# Under TLS 1.3 the client takes the handshake for done before it is refused.
tls_hazard('tls-client-cert-1.2', 'FAILED tls tls', versions=V1_2, ask_client=True)
tls_hazard('tls-client-cert-1.3', 'FAILED tls tls', versions=V1_3, ask_client=True)

# http spoken to a port of https, which ends it with or without an alert.
port_hazard('tls-unspoken', path='/ok', tls={},
            expect='FAILED http empty | FAILED http protocol | FAILED http reset')


def handshake_hazard(name, expect):
    return port_hazard(name, expect, scheme='https')


@handshake_hazard('tls-silent', expect='FAILED tls timeout-tls')
async def silent(c):
    await c.recv()
    await c.stall()


@handshake_hazard('tls-dripping', expect='FAILED tls timeout-tls')
async def dripping(c):
    """A record that says it is long, and comes a byte at a time."""
    await c.recv()
    await c.send(b'\x16\x03\x03\x40\x00\x02\x00\x3f\xfc')
    await c.drip(b'\x03')


@handshake_hazard('tls-garbage', expect='FAILED tls tls')
async def garbage(c):
    await c.recv()
    await c.send(b'\x1b[31m\xff\xfe no server hello at all \r\n\r\n')


@handshake_hazard('tls-speaks-http', expect='FAILED tls tls')
async def speaks_http(c):
    await c.recv()
    await c.send(b'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')


@handshake_hazard('tls-alert', expect='FAILED tls tls')
async def alert(c):
    """unrecognized_name, fatal: no such host here."""
    await c.recv()
    await c.send(b'\x15\x03\x03\x00\x02\x02\x70')


@handshake_hazard('tls-close-at-hello', expect='FAILED tls tls | FAILED tls empty')
async def close_at_hello(c):
    await c.recv()


@handshake_hazard('tls-reset-at-hello', expect='FAILED tls reset | FAILED tls tls')
async def reset_at_hello(c):
    await c.recv()
    c.reset()


@handshake_hazard('tls-reset-at-accept',
                  expect='FAILED tls reset | FAILED tls tls | FAILED tcp reset')
async def reset_at_accept(c):
    c.reset()


@handshake_hazard('tls-cut-in-hello', expect='FAILED tls tls')
async def cut_in_hello(c):
    await c.recv()
    await c.send(b'\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03')


@handshake_hazard('tls-endless-hello', expect='FAILED tls tls')
async def endless_hello(c):
    """Records without end: the handshake must not eat them without end."""
    await c.recv()
    await c.flood(b'\x16\x03\x03\x40\x00\x02\xff\xff\xff' + b'\0' * 16379)


@hazard('tls-close-after-handshake', expect='FAILED http empty', on='https')
async def close_after_handshake(c):
    """The request was read; the answer is close_notify."""


@hazard('tls-cut-after-handshake', on='https',
        expect='FAILED http empty | FAILED http truncated | FAILED http reset')
async def cut_after_handshake(c):
    c.close()


@hazard('tls-stalled', expect='FAILED http timeout-response', on='https')
async def stalled(c):
    await c.stall()


@hazard('tls-head-cut', expect='FAILED http truncated', on='https')
async def head_cut(c):
    await c.send(b'HTTP/1.1 200 OK\r\nX-A: b\r\n')
    c.close()


@hazard('tls-garbage-in-body', expect='FAILED http protocol | FAILED http tls', on='https')
async def garbage_in_body(c):
    """A record that no key made, in the middle of a body."""
    await c.send(b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf of it')
    await c.raw_send(b'\x17\x03\x03\x00\x20' + b'\xee' * 32)
    await c.stall()
