# SPDX-License-Identifier: MIT
"""Certificates, made by the openssl command in their own directory.

There are a root that clients trust, an intermediate below it, and leaves. Each leaf except `good`
has one defect. `openssl ca` signs them: in every version of openssl it can set both dates.
"""

import os
import ssl
import subprocess
import time

NAMES = 'DNS:localhost,DNS:name.test,DNS:*.name.test,IP:127.0.0.1,IP:::1'

CONFIG = '''
[ca]
default_ca = any
[any]
dir = .
database = ./index
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
default_days = 30
policy = anything
[anything]
commonName = supplied
[req]
distinguished_name = dn
prompt = no
[dn]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = {names}
[client]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
[elsewhere]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = DNS:elsewhere.test
[several]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = DNS:a.test,email:x@a.test,DNS:*.b.test,IP:192.0.2.1,DNS:c.test,IP:2001:db8::1
[nameless]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
'''


def in_days(days):
    return time.strftime('%Y%m%d%H%M%SZ', time.gmtime(time.time() + days * 86400))


# Three days and some hours remain three whole days while the tests run.
SOON = (in_days(-1), in_days(3.5))

PAST = ('20200101000000Z', '20200301000000Z')
FUTURE = ('20980201000000Z', '20990101000000Z')

# name -> (issuer or None for itself, section of the configuration, dates, certificates that the server sends)
LEAVES = {
    'good': ('inter', 'leaf', (), ('good', 'inter')),
    'no-intermediate': ('inter', 'leaf', (), ('no-intermediate',)),
    'expired': ('root', 'leaf', ('20200101000000Z', '20200201000000Z'), ('expired',)),
    'not-yet-valid': ('root', 'leaf', ('20980101000000Z', '20990101000000Z'),
                      ('not-yet-valid',)),
    'wrong-host': ('root', 'elsewhere', (), ('wrong-host',)),
    'several-hosts': ('root', 'several', (), ('several-hosts',)),
    'no-host': ('root', 'nameless', (), ('no-host',)),
    'expired-unknown-ca': ('stranger', 'leaf', PAST, ('expired-unknown-ca',)),
    'expired-self-signed': (None, 'leaf', PAST, ('expired-self-signed',)),
    'all-faults': (None, 'elsewhere', PAST, ('all-faults',)),
    'future-unknown-ca': ('stranger', 'leaf', FUTURE, ('future-unknown-ca',)),
    'expired-wrong-host': ('root', 'elsewhere', PAST, ('expired-wrong-host',)),
    '3-days': ('root', 'leaf', SOON, ('3-days',)),
    '3-days-intermediate': ('soon', 'leaf', (), ('3-days-intermediate', 'soon')),
    'unknown-ca': ('stranger', 'leaf', (), ('unknown-ca',)),
    'unknown-root': ('stranger', 'leaf', (), ('unknown-root', 'stranger')),
    'expired-intermediate': ('lapsed', 'leaf', (), ('expired-intermediate', 'lapsed')),
    'future-intermediate': ('future', 'leaf', (), ('future-intermediate', 'future')),
}


class Certs:
    def __init__(self, directory):
        self.directory = directory
        self.ca_file = os.path.join(directory, 'root.pem')
        self.contexts = {}
        self.write('openssl.cnf', CONFIG.format(names=NAMES))
        self.write('index', '')
        for name in ('root', 'stranger', 'inter', 'soon', 'lapsed', 'future', 'leaf', 'client'):
            self.openssl('genpkey', '-algorithm', 'EC', '-pkeyopt',
                         'ec_paramgen_curve:P-256', '-out', name + '.key')
        self.self_signed('root', 'root', 'authority')
        self.self_signed('stranger', 'stranger', 'authority')
        self.self_signed('self-signed', 'leaf', 'leaf')
        self.signed('inter', 'inter', 'root', 'authority', ())
        self.signed('soon', 'soon', 'root', 'authority', SOON)
        self.signed('lapsed', 'lapsed', 'root', 'authority', PAST)
        self.signed('future', 'future', 'root', 'authority', FUTURE)
        for name, (issuer, section, dates, chain) in LEAVES.items():
            self.signed(name, 'leaf', issuer, section, dates)
        for name, (_, _, _, chain) in LEAVES.items():
            self.write(name + '.chain', ''.join(map(self.read, chain)))
        self.write('self-signed.chain', self.read('self-signed'))
        self.make_client_certs()
        self.make_folder()

    def make_client_certs(self):
        """The client certificate that servers accept, alone and with its key; one that they do not
        trust; the key encrypted with the password SECRET; a server's public key."""
        self.signed('client', 'client', 'stranger', 'client', ())
        self.signed('client-wrong', 'client', 'root', 'client', ())
        with open(self.path('client.key')) as file:
            self.write('client-both.pem', self.read('client') + file.read())
        self.openssl('pkey', '-in', 'client.key', '-aes256', '-passout', 'pass:SECRET',
                     '-out', 'client-locked.key')
        self.openssl('pkey', '-in', 'leaf.key', '-pubout', '-out', 'leaf.pub')
        self.openssl('pkey', '-in', 'leaf.key', '-pubout', '-outform', 'DER',
                     '-out', 'leaf.der')

    def make_folder(self):
        """folder/: the root under its hash, for --capath."""
        os.mkdir(self.path('folder'))
        name = self.openssl('x509', '-noout', '-hash', '-in', 'root.pem').decode().strip()
        self.write(os.path.join('folder', name + '.0'), self.read('root'))

    def self_signed(self, name, key, section):
        self.openssl('req', '-x509', '-new', '-key', key + '.key', '-sha256',
                     '-days', '30', '-config', 'openssl.cnf', '-extensions',
                     section, '-subj', '/CN=urlcheck test ' + name,
                     '-out', name + '.pem')

    def signed(self, name, key, issuer, section, dates):
        self.openssl('req', '-new', '-key', key + '.key', '-config',
                     'openssl.cnf', '-subj', '/CN=urlcheck test ' + name,
                     '-out', name + '.csr')
        span = ('-startdate', dates[0], '-enddate', dates[1]) if dates else ()
        by = (('-keyfile', issuer + '.key', '-cert', issuer + '.pem') if issuer else
              ('-keyfile', key + '.key', '-selfsign'))
        self.openssl('ca', '-batch', '-notext', '-config', 'openssl.cnf',
                     '-extensions', section, '-in', name + '.csr',
                     '-out', name + '.pem', *by, *span)

    def openssl(self, *args):
        return subprocess.run(('openssl',) + args, cwd=self.directory, check=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE).stdout

    def server_context(self, cert='good', versions=None, ask_client=False, alpn='http/1.1'):
        """`versions` is the only TLS version offered. `ask_client` requires a client certificate
        that `stranger` has signed. `alpn` is the protocol."""
        key = (cert, versions, ask_client, alpn)
        if key not in self.contexts:
            self.contexts[key] = self.make_context(*key)
        return self.contexts[key]

    def make_context(self, cert, version, ask_client, alpn):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(cert + '.chain'), self.path('leaf.key'))
        context.set_alpn_protocols([alpn])
        if version:
            context.set_ciphers('ALL:@SECLEVEL=0')
            context.minimum_version = context.maximum_version = version
        if ask_client:
            context.load_verify_locations(self.path('stranger.pem'))
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def path(self, name):
        return os.path.join(self.directory, name)

    def read(self, name):
        with open(self.path(name + '.pem')) as file:
            return file.read()

    def write(self, name, text):
        with open(self.path(name), 'w') as file:
            file.write(text)
