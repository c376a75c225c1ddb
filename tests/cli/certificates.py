#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each defect of a certificate has its class and message; the reported date is the earliest end in
the chain.

    certificates.py [--urlcheck COMMAND] [--timeout-scale K]
"""

import datetime
import json
import re

from program import LIMIT_S, arguments, run

from hazard.spawn import HazardServer
from support.tally import Tally

NO_CHAIN = ()
ANY_CHAIN = None  # whether the chain is received depends on OpenSSL's settings
CLIENT = 'cert={certs}/client.pem key={certs}/client.key'
UNTRUSTED = 'cert={certs}/client-wrong.pem key={certs}/client.key'

# Listener, attributes of the line, class, pattern of the message, certificates of the chain.
MATRIX = [
    ('https', '', None, None, ('good', 'inter', 'root')),
    ('tls-3-days', '', None, None, ('3-days', 'root')),
    ('tls-3-days-intermediate', '', None, None, ('3-days-intermediate', 'soon', 'root')),
    ('tls-expired', '', 'cert-expired', r'the certificate expired on 2020-02-01', ('expired',)),
    ('tls-expired', 'insecure', None, None, ('expired',)),
    ('tls-expired-intermediate', '', 'cert-expired',
     r"the intermediate certificate 'urlcheck test lapsed' expired on 2020-03-01", ('lapsed',)),
    ('tls-not-yet-valid', '', 'cert-not-yet-valid',
     r'the certificate is not valid before 2098-01-01', ('not-yet-valid', 'root')),
    ('tls-future-intermediate', '', 'cert-not-yet-valid',
     r"the intermediate certificate 'urlcheck test future' is not valid before 2098-02-01",
     ('future-intermediate', 'root')),
    ('tls-wrong-host', '', 'cert-host', r'the certificate is valid for elsewhere.test, not for this host',
     ('wrong-host', 'root')),
    ('tls-self-signed', '', 'cert-untrusted', r'not trusted: self.signed certificate',
     ('self-signed',)),
    ('tls-unknown-ca', '', 'cert-untrusted',
     r"not trusted: 'urlcheck test stranger', the issuer of the certificate, is neither known here nor "
     r"sent", ('unknown-ca',)),
    ('tls-unknown-root', '', 'cert-untrusted',
     r"not trusted: its root certificate 'urlcheck test stranger' is not known here",
     ('unknown-root', 'stranger')),
    ('tls-unknown-ca', 'insecure', None, None, ('unknown-ca',)),
    ('tls-no-intermediate', '', 'cert-untrusted',
     r"not trusted: 'urlcheck test inter', the issuer of the certificate, is neither known here",
     ('no-intermediate',)),
    ('tls-client-cert-1.2', '', 'tls', r'\w', ('good', 'inter', 'root')),
    ('tls-client-cert-1.3', '', 'tls', r'\w', ('good', 'inter', 'root')),
    ('tls-client-cert-1.2', CLIENT, None, None, ('good', 'inter', 'root')),
    ('tls-client-cert-1.3', CLIENT, None, None, ('good', 'inter', 'root')),
    ('tls-client-cert-1.2', UNTRUSTED, 'tls', r'does not know the CA of the client certificate', ('good', 'inter', 'root')),
    ('tls-client-cert-1.3', UNTRUSTED, 'tls', r'does not know the CA of the client certificate', ('good', 'inter', 'root')),
    ('tls-1.0', '', 'tls', r'\w', ANY_CHAIN),
    ('tls-garbage', '', 'tls', r'does not speak TLS', NO_CHAIN),
    ('tls-1.2', 'tlsv1.3', 'tls', r'protocol|version', NO_CHAIN),
    ('https', 'pinnedpubkey={certs}/leaf.pub', None, None, ('good', 'inter', 'root')),
    ('https', 'pinnedpubkey={certs}/client.pub', 'tls', r'pinned', ('good', 'inter', 'root')),
]


def end_of(certs, name):
    """When a certificate expires, according to the openssl command."""
    line = run(['openssl', 'x509', '-noout', '-enddate', '-in', name + '.pem'], cwd=certs,
               check=True).stdout
    date = line.strip().partition('=')[2]
    return datetime.datetime.strptime(date, '%b %d %H:%M:%S %Y %Z').strftime('%Y-%m-%dT%H:%M:%SZ')


def complaints(row, record, certs):
    _, _, kind, message, chain = row
    wanted = min((end_of(certs, name) for name in chain or ()), default=None)
    if record['class'] != kind:
        yield 'class %s, not %s: %s' % (record['class'], kind, record['message'])
    if kind is None and record['status'] != 200:
        yield 'status %s' % record['status']
    if kind and not re.search(message, record['message']):
        yield "message '%s', not '%s'" % (record['message'], message)
    if chain is not ANY_CHAIN and record['cert_not_after'] != wanted:
        yield 'the certificate ends %s, not %s' % (record['cert_not_after'], wanted)


def main():
    args = arguments(__doc__).parse_args()
    tally = Tally()
    with HazardServer() as server:
        certs = server.about['certs']
        run(['openssl', 'pkey', '-in', 'client.key', '-pubout', '-out', 'client.pub'], cwd=certs,
            check=True)
        lines = ['%s/ok?%d %s' % (server.about['urls'][listener], number,
                                  attributes.replace('{certs}', certs))
                 for number, (listener, attributes, *_) in enumerate(MATRIX)]
        done = run(args.urlcheck + ['--format', 'jsonl', '--trust-list', '--cacert', server.about['ca']],
                   '\n'.join(lines), LIMIT_S * args.timeout_scale)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        tally.expect(len(records) == len(MATRIX), '%d results' % len(records))
        for row, record in zip(MATRIX, records):
            tally.count(' '.join(row[:2]), list(complaints(row, record, certs)))
    tally.finish(len(MATRIX))


if __name__ == '__main__':
    main()
