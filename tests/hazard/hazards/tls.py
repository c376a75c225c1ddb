# SPDX-License-Identifier: MIT
"""TLS: certificates with one defect, and handshakes that fail."""

import ssl

from ..conn import Conn
from ..registry import hazard, port_hazard, sends
from ..tls import TlsConn

V1_0, V1_2, V1_3 = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


def tls_hazard(name, expect, path='/ok', **context):
    port_hazard(name, expect, scheme='https', path=path, tls=context)


tls_hazard('tls-expired', 'FAILED tls cert-expired', cert='expired')
tls_hazard('tls-not-yet-valid', 'FAILED tls cert-not-yet-valid', cert='not-yet-valid')
tls_hazard('tls-wrong-host', 'FAILED tls cert-host', cert='wrong-host')
tls_hazard('tls-several-hosts', 'FAILED tls cert-host', cert='several-hosts')
tls_hazard('tls-no-host', 'FAILED tls cert-host', cert='no-host')
tls_hazard('tls-expired-unknown-ca', 'FAILED tls cert-untrusted', cert='expired-unknown-ca')
tls_hazard('tls-expired-self-signed', 'FAILED tls cert-untrusted', cert='expired-self-signed')
tls_hazard('tls-all-faults', 'FAILED tls cert-untrusted', cert='all-faults')
tls_hazard('tls-future-unknown-ca', 'FAILED tls cert-untrusted', cert='future-unknown-ca')
tls_hazard('tls-expired-wrong-host', 'FAILED tls cert-expired', cert='expired-wrong-host')
tls_hazard('tls-self-signed', 'FAILED tls cert-untrusted', cert='self-signed')
tls_hazard('tls-unknown-ca', 'FAILED tls cert-untrusted', cert='unknown-ca')
tls_hazard('tls-unknown-root', 'FAILED tls cert-untrusted', cert='unknown-root')
tls_hazard('tls-expired-intermediate', 'FAILED tls cert-expired', cert='expired-intermediate')
tls_hazard('tls-future-intermediate', 'FAILED tls cert-not-yet-valid', cert='future-intermediate')
tls_hazard('tls-no-intermediate', 'FAILED tls cert-untrusted', cert='no-intermediate')

tls_hazard('tls-3-days', 'OK 200', cert='3-days')
tls_hazard('tls-3-days-intermediate', 'OK 200', cert='3-days-intermediate')

tls_hazard('tls-1.2', 'OK 200', versions=V1_2)
tls_hazard('tls-1.3', 'OK 200', versions=V1_3)
tls_hazard('tls-1.0', 'FAILED tls tls', versions=V1_0)

# Under TLS 1.3 the client has finished its handshake before the server rejects it.
tls_hazard('tls-client-cert-1.2', 'FAILED tls tls', versions=V1_2, ask_client=True)
tls_hazard('tls-client-cert-1.3', 'FAILED tls tls', versions=V1_3, ask_client=True)



def rejecting(name, version):
    """A server that wants a client certificate, and resets the connection instead of saying so: as
    if the reset had overtaken the alert."""
    async def handler(c):
        secure = TlsConn(c.server, c.sock, c.listener)
        secure.tls = c.server.certs.server_context(versions=version, ask_client=True).wrap_bio(
            secure.incoming, secure.outgoing, server_side=True)
        while True:
            try:
                secure.tls.do_handshake()
            except ssl.SSLWantReadError:
                await secure.flush()
                await secure.feed()
            except ssl.SSLError:
                return c.reset()
    port_hazard(name, 'FAILED tls tls', scheme='https')(handler)


rejecting('tls-client-cert-reset-1.2', V1_2)
rejecting('tls-client-cert-reset-1.3', V1_3)

# http to an https port, which ends the connection with or without an alert.
port_hazard('tls-unspoken', path='/ok', tls={},
            expect='FAILED http empty | FAILED http protocol | FAILED http reset')


def answers_hello(name, expect, data=b'', then=None):
    """A port that sends `data` in answer to the client's first bytes, then awaits `then(conn)`."""
    async def handler(c):
        await c.recv()
        if data:
            await c.send(data)
        if then:
            await then(c)
    port_hazard(name, expect, scheme='https')(handler)


async def reset(c):
    c.reset()


async def closes(c):
    """FIN, then RST in answer to the client's hello."""


answers_hello('tls-silent', 'FAILED tls timeout-tls', then=Conn.stall)
# A record with a long length, one byte at a time.
answers_hello('tls-dripping', 'FAILED tls timeout-tls',
              b'\x16\x03\x03\x40\x00\x02\x00\x3f\xfc', lambda c: c.drip(b'\x03'))
answers_hello('tls-garbage', 'FAILED tls tls', b'\x1b[31m\xff\xfe no server hello at all \r\n\r\n')
answers_hello('tls-speaks-http', 'FAILED tls tls',
              b'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')
# unrecognized_name, fatal: the server does not know the host.
answers_hello('tls-alert', 'FAILED tls tls', b'\x15\x03\x03\x00\x02\x02\x70')
answers_hello('tls-alert-expired', 'FAILED tls tls', b'\x15\x03\x03\x00\x02\x02\x2d')
answers_hello('tls-alert-unknown', 'FAILED tls tls', b'\x15\x03\x03\x00\x02\x02\xff')
answers_hello('tls-close-at-hello', 'FAILED tls reset')
answers_hello('tls-reset-at-hello', 'FAILED tls reset', then=reset)
answers_hello('tls-cut-in-hello', 'FAILED tls reset',
              b'\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03')
# Endless records: the client must stop reading them.
answers_hello('tls-endless-hello', 'FAILED tls tls', then=lambda c: c.flood(
    b'\x16\x03\x03\x40\x00\x02\xff\xff\xff' + b'\0' * 16379))


def cut_hazard(name, version, part, end):
    """A handshake that ends in the middle of the server's messages, or after them: `part` of these are
    sent."""
    async def handler(c):
        secure = TlsConn(c.server, c.sock, c.listener)
        secure.tls = c.server.certs.server_context(versions=version).wrap_bio(
            secure.incoming, secure.outgoing, server_side=True)
        await secure.feed()
        try:
            secure.tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        await c.send(part(secure.outgoing.read()))
        await end(c)
    # In TLS 1.3 the client's handshake is complete with the last of them.
    is_complete = version == V1_3 and part(b'12') == b'12'
    port_hazard(name, 'FAILED tls reset' + ' | FAILED http reset' * is_complete,
                scheme='https')(handler)


async def close(c):
    c.close()


def first_record(data):
    return data[:5 + int.from_bytes(data[3:5], 'big')]


for word, version in (('1.2', V1_2), ('1.3', V1_3)):
    for how, end in (('close', close), ('reset', reset)):
        cut_hazard('tls-%s-after-hello-%s' % (how, word), version, first_record, end)
        cut_hazard('tls-%s-in-flight-%s' % (how, word), version, lambda data: data[:-40], end)
        cut_hazard('tls-%s-after-flight-%s' % (how, word), version, lambda data: data, end)


port_hazard('tls-reset-at-accept', 'FAILED tls reset | FAILED tcp reset', scheme='https')(reset)
port_hazard('tls-close-at-accept', 'FAILED tls reset', scheme='https')(closes)


@hazard('tls-close-after-handshake', expect='FAILED http empty', on='https')
async def close_after_handshake(c):
    """Reads the request and answers with close_notify."""


@hazard('tls-cut-after-handshake', on='https',
        expect='FAILED http empty | FAILED http truncated | FAILED http reset')
async def cut_after_handshake(c):
    c.close()


sends('tls-stalled', 'FAILED http timeout-response', b'', Conn.stall, on='https')


@hazard('tls-head-cut', expect='FAILED http truncated', on='https')
async def head_cut(c):
    await c.send(b'HTTP/1.1 200 OK\r\nX-A: b\r\n')
    c.close()


@hazard('tls-garbage-in-body', expect='FAILED http protocol | FAILED http tls', on='https')
async def garbage_in_body(c):
    """A record that was not encrypted with the key, in the middle of a body."""
    await c.send(b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf of it')
    await c.raw_send(b'\x17\x03\x03\x00\x20' + b'\xee' * 32)
    await c.stall()
