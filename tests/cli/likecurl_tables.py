# SPDX-License-Identifier: MIT
"""Reads the tables of likecurl.py and makes cases of them."""

import base64
import os
import re
import shlex
import subprocess
from collections import namedtuple

# `options` are pairs of a name and a value, None for a flag: attributes of a line, options of curl.
# `curl` is what curl does if that is not right; None: the same.
# `show` makes of what was seen the text that `wanted` must be. `home` is a folder with files.
Case = namedtuple('Case', 'place title name url options env home replies wanted show curl '
                  'certificate', defaults=(None, None))

ESCAPE = re.compile(rb'\\(x[0-9a-fA-F]{2}|.)')
REPEAT = re.compile(rb'\{(\d+)\*([^}]*)\}')
ESCAPED = {b't': b'\t', b'r': b'\r', b'n': b'\n', b's': b' ', b'\\': b'\\'}


def unescape(text):
    """\\xNN, \\t, \\r, \\n, \\s for a blank, \\\\, and {N*TEXT} for a repeated TEXT."""
    def byte(match):
        return ESCAPED.get(match.group(1)) or bytes([int(match.group(1)[1:], 16)])
    text = REPEAT.sub(lambda match: int(match.group(1)) * match.group(2), text.encode())
    return ESCAPE.sub(byte, text)


def unescape_text(text):
    return unescape(text).decode('utf-8', 'surrogateescape')


def escape(text):
    return ''.join(c if ' ' <= c <= '~' else ''.join('\\x%02x' % byte for byte in
                                                    c.encode('utf-8', 'surrogateescape'))
                   for c in text)


def as_utf8(text):
    """Of what read_request() has read."""
    return text.encode('latin-1').decode('utf-8', 'surrogateescape')


def rows(path):
    """The number and the columns of each line of a table."""
    with open(path, encoding='utf-8', newline='\n') as file:
        for number, line in enumerate(file.read().split('\n'), 1):
            if line and not line.startswith('# '):
                yield number, [column.strip(' ') for column in re.split(' => ?', line)]


def make_certificate(folder):
    key, certificate = os.path.join(folder, 'key.pem'), os.path.join(folder, 'cert.pem')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=any', '-days', '30',
                    '-keyout', key, '-out', certificate], check=True, stderr=subprocess.PIPE)
    return certificate, key


def redirect(location, more=b''):
    return b'HTTP/1.1 302 Found\r\n' + more + b'Location: ' + location + \
        b'\r\nContent-Length: 0\r\n\r\n'


def locations(path, folder, port):
    def show(found, requests):
        if found.word != 'OK':
            return found.word
        url = re.sub('//[^/@]*@', '//***@', found.final_url)
        return '%s => %s %s' % (escape(url), requests[-1].headers.get('host'),
                                escape(as_utf8(requests[-1].target)))
    for number, (location, *wanted) in rows(path):
        yield Case('locations:%d' % number, location, 'l%d' % number, 'http://a.test/dir/page?q=1',
                   [('connect-to', '::127.0.0.1:%d' % port), ('insecure', None)], {}, None,
                   [redirect(unescape(location))], ' => '.join(wanted), show)


def blocks(path):
    """The title of each block of a table, and its pairs of a key and a value."""
    found = []
    with open(path, encoding='utf-8', newline='\n') as file:
        for number, line in enumerate(file.read().split('\n'), 1):
            if line.startswith('== '):
                found.append((number, line[3:], []))
            elif line and found:
                key, _, value = line.partition(':')
                found[-1][2].append((key, value.strip(' ')))
    return found


def values(pairs, key):
    return [value for name, value in pairs if name == key]


def chain(pairs):
    """The replies of `set` and `to`."""
    replies, more = [], b''
    for key, value in pairs:
        if key == 'set':
            more += b'Set-Cookie: ' + unescape(value) + b'\r\n'
        elif key == 'to':
            replies.append(redirect(unescape(value), more))
            more = b''
    return replies


def in_words(found, texts):
    return ' / '.join(texts) if found.word == 'OK' else found.word


def write_lines(path, lines):
    with open(path, 'wb') as file:
        file.write(b''.join(unescape(line) + b'\n' for line in lines))


def cookies(path, folder, port):
    def show(found, requests):
        return in_words(found, [escape(as_utf8(request.headers.get('cookie', '-')))
                                for request in requests])
    for number, title, pairs in blocks(path):
        options = [('connect-to', '::127.0.0.1:%d' % port), ('insecure', None)]
        options += [('cookie', unescape_text(value)) for value in values(pairs, '-b')]
        if values(pairs, 'jar'):
            jar = 'jar%d' % number
            write_lines(os.path.join(folder, jar), values(pairs, 'jar'))
            options.append(('cookie', jar))
        yield Case('cookies:%d' % number, title, 'k%d' % number,
                   (values(pairs, 'url') or ['http://a.test/dir/page'])[0], options, {}, None,
                   chain(pairs), values(pairs, 'sends')[0], show,
                   (values(pairs, 'curl') or [None])[0])


def login_of(request):
    kind, _, value = request.headers.get('authorization', '-').partition(' ')
    return escape(base64.b64decode(value).decode('utf-8', 'surrogateescape')) if value else kind


def netrc(path, folder, port):
    def show(found, requests):
        return in_words(found, [login_of(request) for request in requests])
    for number, title, pairs in blocks(path):
        home = os.path.join(folder, 'home%d' % number)
        os.mkdir(home)
        if values(pairs, 'file'):
            write_lines(os.path.join(home, '.netrc'), values(pairs, 'file'))
        options = [('connect-to', '::127.0.0.1:%d' % port), ('netrc', None)]
        options += [tuple(value.split(' ', 1)) for value in values(pairs, 'option')]
        yield Case('netrc:%d' % number, title, 'n%d' % number,
                   (values(pairs, 'url') or ['http://a.test/'])[0], options, {}, home,
                   chain(pairs), values(pairs, 'sends')[0], show)


def proxies(path, folder, port):
    """A request with a whole URL in it is one to a proxy."""
    def show(found, requests):
        is_proxied = [request.target.startswith('http') for request in requests]
        return 'proxy' if all(is_proxied) and is_proxied else 'direct'
    proxy = 'http://127.0.0.1:%d' % port
    for number, (words, url, wanted) in rows(path):
        host, _, _ = url[len('http://'):].partition('/')
        options, env = [('resolve', '%s:%d:127.0.0.1' % (host.strip('[]'), port))], {}
        given = shlex.split(words.replace('{port}', str(port)).replace('{proxy}', proxy))
        while given:
            word = given.pop(0)
            if word.startswith('--'):
                options.append((word[2:], given.pop(0)))
            else:
                name, _, value = word.partition('=')
                env[name] = value
        if '{proxy}' not in words:
            options.append(('proxy', proxy))
        yield Case('proxies:%d' % number, '%s => %s' % (words, url), 'p%d' % number,
                   'http://%s:%d/' % (host, port), options, env, None, [], wanted, show)


def connects(path, folder, port):
    for number, (replies, wanted) in rows(path):
        options = [('proxy', 'http://127.0.0.1:%d' % port), ('insecure', None)]
        yield Case('connects:%d' % number, replies, 'x%d' % number, 'https://a.test/', options, {},
                   None, [unescape(reply) for reply in replies.split(' >> ')], wanted,
                   lambda found, requests: found.word)


def make_name_certificate(folder, name, key, common_name, names):
    """A certificate that has signed itself. openssl's syntax for names has no NUL and drops blanks,
    so a DNS name with either is written in DER (RFC 5280, 4.2.1.6)."""
    certificate = os.path.join(folder, name + '.pem')
    raw = unescape(names)
    if raw.startswith(b'DNS:') and not re.fullmatch(rb'[!-~]*', raw):
        dns = raw[4:]
        names = 'DER:' + (bytes([0x30, len(dns) + 2, 0x82, len(dns)]) + dns).hex(':')
    command = ['openssl', 'req', '-x509', '-new', '-key', key, '-days', '30', '-out', certificate,
               '-subj', '/CN=' + common_name]
    if names != '-':
        command += ['-addext', 'subjectAltName=' + names]
    subprocess.run(command, check=True, stderr=subprocess.PIPE)
    return certificate


def certificates(path, folder, port):
    """Each case has a server of its own, made of `certificate`."""
    for number, (common_name, names, host, wanted) in rows(path):
        name = 't%d' % number
        certificate = make_name_certificate(folder, name, os.path.join(folder, 'key.pem'),
                                            common_name, names)
        yield Case('certificates:%d' % number, '%s => %s => %s' % (common_name, names, host), name,
                   'https://%s/' % unescape_text(host), [('cacert', certificate)], {}, None, [],
                   wanted, lambda found, requests: found.word, certificate=certificate)


def read(tables, folder, port):
    return [case for make in (locations, cookies, netrc, proxies, connects, certificates)
            for case in make(os.path.join(tables, make.__name__), folder, port)]
