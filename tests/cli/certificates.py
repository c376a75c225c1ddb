#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The matrix of certificates: each thing that can be wrong with one has its
class and its sentence, and the date that is told is the earliest of the chain.

    certificates.py [--urlcheck COMMAND] [--timeout-scale K]
"""

import argparse
import datetime
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from execute import environment_of_tests  # noqa: E402
from hazard.spawn import HazardServer  # noqa: E402
from run import words_of  # noqa: E402

NO_CHAIN = ()
PERHAPS = None  # how far it comes depends on OpenSSL's settings
CLIENT = 'cert={certs}/client.pem key={certs}/client.key'
STRANGER = 'cert={certs}/client-wrong.pem key={certs}/client.key'

# The listener, what its line asks for besides; the class, the message, and the
# certificates of which the earliest end is told.
MATRIX = [
    ('https', '', None, None, ('good', 'inter', 'root')),
    ('tls-3-days', '', None, None, ('3-days', 'root')),
    ('tls-3-days-intermediate', '', None, None, ('3-days-intermediate', 'soon', 'root')),
    ('tls-expired', '', 'cert-expired', r'the certificate expired on 2020-02-01', ('expired',)),
    ('tls-expired', 'insecure', None, None, ('expired',)),
    ('tls-not-yet-valid', '', 'cert-not-yet-valid', r'the certificate is not yet valid',
     ('not-yet-valid', 'root')),
    ('tls-wrong-host', '', 'cert-host', r'the certificate is for another host',
     ('wrong-host', 'root')),
    ('tls-self-signed', '', 'cert-untrusted', r'not trusted: self.signed certificate',
     ('self-signed',)),
    ('tls-unknown-ca', '', 'cert-untrusted', r'not trusted: unable to get local issuer',
     ('unknown-ca',)),
    ('tls-unknown-ca', 'insecure', None, None, ('unknown-ca',)),
    ('tls-no-intermediate', '', 'cert-untrusted',
     r'not trusted: unable to (get local issuer|verify the first)', ('no-intermediate',)),
    ('tls-client-cert-1.2', '', 'tls', r'\w', ('good', 'inter', 'root')),
    ('tls-client-cert-1.3', '', 'tls', r'\w', ('good', 'inter', 'root')),
    ('tls-client-cert-1.2', CLIENT, None, None, ('good', 'inter', 'root')),
    ('tls-client-cert-1.3', CLIENT, None, None, ('good', 'inter', 'root')),
    ('tls-client-cert-1.2', STRANGER, 'tls', r'unknown ca|alert', ('good', 'inter', 'root')),
    ('tls-client-cert-1.3', STRANGER, 'tls', r'unknown ca|alert', ('good', 'inter', 'root')),
    ('tls-1.0', '', 'tls', r'\w', PERHAPS),
    ('tls-garbage', '', 'tls', r'wrong version number|SSL', NO_CHAIN),
    ('tls-1.2', 'tlsv1.3', 'tls', r'protocol|version', NO_CHAIN),
    ('https', 'pinnedpubkey={certs}/leaf.pub', None, None, ('good', 'inter', 'root')),
    ('https', 'pinnedpubkey={certs}/client.pub', 'tls', r'pinned', ('good', 'inter', 'root')),
]


def end_of(certs, name):
    """When a certificate expires, as the openssl command tells it."""
    told = subprocess.run(['openssl', 'x509', '-noout', '-enddate', '-in', name + '.pem'],
                          cwd=certs, check=True, stdout=subprocess.PIPE).stdout.decode()
    date = told.strip().partition('=')[2]
    return datetime.datetime.strptime(date, '%b %d %H:%M:%S %Y %Z').strftime('%Y-%m-%dT%H:%M:%SZ')


def complaints(row, record, certs):
    listener, asked, kind, message, chain = row
    wanted = min((end_of(certs, name) for name in chain or ()), default=None)
    if record['class'] != kind:
        yield 'class %s, not %s: %s' % (record['class'], kind, record['message'])
    if kind is None and record['status'] != 200:
        yield 'status %s' % record['status']
    if kind and not re.search(message, record['message']):
        yield "message '%s', not '%s'" % (record['message'], message)
    if chain is not PERHAPS and record['cert_not_after'] != wanted:
        yield 'the certificate ends %s, not %s' % (record['cert_not_after'], wanted)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--urlcheck', default=os.path.join(HERE, '..', '..', 'urlcheck'),
                        metavar='COMMAND')
    parser.add_argument('--timeout-scale', type=float, default=1, metavar='K')
    args = parser.parse_args()
    failed = 0
    with HazardServer() as server:
        certs = server.about['certs']
        subprocess.run(['openssl', 'pkey', '-in', 'client.key', '-pubout', '-out', 'client.pub'],
                       cwd=certs, check=True)
        lines = ['%s/ok?%d %s' % (server.about['urls'][row[0]], number,
                                  row[1].replace('{certs}', certs))
                 for number, row in enumerate(MATRIX)]
        done = subprocess.run(words_of(args.urlcheck) + ['--format', 'jsonl', '--cacert',
                                                         server.about['ca']],
                              input='\n'.join(lines), stdout=subprocess.PIPE,
                              universal_newlines=True, env=environment_of_tests(),
                              timeout=60 * args.timeout_scale)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        if len(records) != len(MATRIX):
            sys.exit('%d results, not %d' % (len(records), len(MATRIX)))
        for row, record in zip(MATRIX, records):
            wrong = list(complaints(row, record, certs))
            failed += bool(wrong)
            for complaint in wrong:
                print('FAIL %s %s: %s' % (row[0], row[1], complaint))
    print('%d passed, %d failed' % (len(MATRIX) - failed, failed))
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
