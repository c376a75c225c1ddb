# SPDX-License-Identifier: MIT
"""Lists of URLs, and the certificates of the servers."""

import os
import subprocess
from urllib.parse import urlsplit

# Files with the CA certificates of systems.
BUNDLES = ('/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt',
           '/etc/ssl/cert.pem')


def host(number, network=127):
    """The address of 127.0.0.0/8 (or another such network) with that number, from 1."""
    return '%d.%d.%d.%d' % (network, 1 + (number >> 16), number >> 8 & 255, number & 255)


def urls(scheme, port, count, hosts, size_kb=None, network=127):
    """`count` different URLs, in turn for each of `hosts` hosts of that network. Their bodies
    have that size; None: the usual one."""
    folder = '' if size_kb is None else '%dKB/' % size_kb
    return ['%s://%s:%d/%s%d' % (scheme, host(1 + number % hosts, network), port, folder, number)
            for number in range(count)]


class Job:
    """A list to check with at most `k` requests in flight, also in the formats of the
    other tools."""

    def __init__(self, directory, urls, k, trust={}, limit_s=120):
        self.directory, self.urls, self.k = directory, urls, k
        self.trust = trust  # environment variables for CA files
        self.limit_s = limit_s
        os.makedirs(directory, exist_ok=True)

    @property
    def tls(self):
        return self.urls[0].startswith('https:')

    @property
    def meets_hosts_once(self):
        return len({urlsplit(url).netloc for url in self.urls}) == len(self.urls) > 1

    def file(self, name='list', line=str):
        """The path of a file with a line for each URL, made by that function."""
        path = os.path.join(self.directory, name)
        if not os.path.exists(path):
            with open(path, 'w') as file:
                file.writelines(line(url) + '\n' for url in self.urls)
        return path

    def part(self, count):
        """The job with only the first `count` URLs."""
        if count is None or count >= len(self.urls):
            return self
        return Job('%s.%d' % (self.directory, count), self.urls[:count], self.k,
                   self.trust, self.limit_s)


class Certificates:
    """A chain of certificates for each host, of KINDS kinds in turn, from a CA that is made for
    this run (make_certs.c)."""

    KINDS = 3

    def __init__(self, maker, directory, hosts):
        self.directory = os.path.join(directory, 'certs')
        empty = os.path.join(self.directory, 'empty')
        os.makedirs(empty)
        addresses = ''.join(host(number) + '\n' for number in range(1, hosts + 1))
        subprocess.run([maker, self.directory], input=addresses.encode(), check=True)
        self.ca = os.path.join(self.directory, 'ca.pem')
        # Without SSL_CERT_DIR, tools would read the system's folder as well. curl needs its own
        # variable, because with SSL_CERT_DIR it ignores SSL_CERT_FILE.
        self.one = {'CURL_CA_BUNDLE': self.ca, 'SSL_CERT_FILE': self.ca, 'SSL_CERT_DIR': empty}
        self.system = self.system_and(self.ca)

    def system_and(self, ca):
        """Variables that trust the system's CAs and ours; None if the system has no CA file."""
        bundle = next(filter(os.path.exists, BUNDLES), None)
        if not bundle:
            return None
        both = os.path.join(self.directory, 'bundle.pem')
        with open(both, 'wb') as file:
            for path in (bundle, ca):
                with open(path, 'rb') as part:
                    file.write(part.read())
        return {'CURL_CA_BUNDLE': both, 'SSL_CERT_FILE': both}

    def leaf(self, number):
        """A host's certificate, key and address."""
        path = os.path.join(self.directory, host(number) + '.pem')
        return path, path, host(number)
