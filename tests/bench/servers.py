# SPDX-License-Identifier: MIT
"""nginx on all addresses of 127.0.0.0/8, http and https: the server for all tools."""

import os
import resource
import shutil
import socket
import subprocess
import time

READY_S = 10
PAGE_BYTES = 1024  # of all paths but /<n>KB/
BODIES_KB = (0, 1, 10, 40, 100, 300)
ATTEMPTS = 5
BACKLOG = 65535  # the kernel reduces this to its own limit

CONFIG = '''
{user}
daemon off;
master_process off;
pid {directory}/nginx.pid;
error_log {directory}/nginx.log warn;
events {{ worker_connections {connections}; }}
http {{
    access_log off;
    sendfile on;
    open_file_cache max=64;
    client_body_temp_path {directory}/nginx.body;
    proxy_temp_path {directory}/nginx.proxy;
    fastcgi_temp_path {directory}/nginx.fastcgi;
    uwsgi_temp_path {directory}/nginx.uwsgi;
    scgi_temp_path {directory}/nginx.scgi;
    default_type text/plain;
    geo $stranger {{ default 1; 127.0.0.0/8 0; }}
    keepalive_requests 1000000000;
    client_header_timeout 300s;
    server {{
        listen {http} backlog={backlog};
        listen {https} ssl backlog={backlog};
        ssl_certificate {certs}/$server_addr.pem;
        ssl_certificate_key {certs}/$server_addr.pem;
        {guard}
        # A head of 12 lines and about 500 bytes, as sites have.
        add_header Cache-Control "public, max-age=600, stale-while-revalidate=86400";
        add_header Content-Security-Policy "default-src 'self'; img-src 'self' data:";
        add_header Strict-Transport-Security "max-age=63072000; includeSubDomains; preload";
        add_header X-Content-Type-Options nosniff;
        add_header Vary Accept-Encoding;
        add_header Referrer-Policy strict-origin-when-cross-origin;
        location / {{ return 200 "{page}"; }}
        location ~ ^/([0-9]+)KB/ {{ alias {directory}/bodies/$1; }}
        location ~ ^/(wait|gather)/ {{
            proxy_pass http://127.0.0.1:{delay_port};
            proxy_read_timeout 300s;
        }}
    }}
}}
'''


# Run as root, nginx gives its folders to another user, who may not exist in a namespace.
USER = 'user root root;'

# Without a namespace, nginx listens on all addresses, and other machines can reach it.
GUARD = 'if ($stranger) { return 444; }'


class Missing(Exception):
    """Something that a benchmark needs is missing; the message says how to get it."""


def raise_limit():
    """Raises the limit on open files of this program and its children. Returns it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Nginx:
    """A context manager for one process in the foreground. nginx passes requests for
    delayed answers to the server at `delay_port`. `alone`: no one else is on this network."""

    def __init__(self, directory, certs, files, delay_port, alone):
        self.program = program()
        self.directory, self.certs = directory, certs
        self.files, self.delay_port, self.alone = files, delay_port, alone
        self.process = None

    def __enter__(self):
        for _ in range(ATTEMPTS):
            self.http, self.https = free_port(), free_port()
            if self.start():
                return self
            self.stop()
        raise Missing('nginx does not start, ' + self.last_log_lines())

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Returns whether nginx serves on both ports: another program may have taken one."""
        path = os.path.join(self.directory, 'nginx.conf')
        self.write_bodies()
        with open(path, 'w') as file:
            file.write(CONFIG.format(directory=self.directory, certs=self.certs,
                                     connections=self.files - 64, backlog=BACKLOG,
                                     http=self.http, https=self.https,
                                     delay_port=self.delay_port, page='x' * PAGE_BYTES,
                                     guard='' if self.alone else GUARD,
                                     user='' if os.geteuid() else USER))
        log = os.path.join(self.directory, 'nginx.log')
        with open(log, 'ab') as file:  # nginx itself writes to the same file
            self.process = subprocess.Popen([self.program, '-c', path, '-e', log,
                                             '-p', self.directory],
                                            stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        end = time.monotonic() + READY_S
        while self.process.poll() is None and time.monotonic() < end:
            if answers(self.http) and answers(self.https):
                return True
        return False

    def write_bodies(self):
        bodies = os.path.join(self.directory, 'bodies')
        os.makedirs(bodies, exist_ok=True)
        for size in BODIES_KB:
            with open(os.path.join(bodies, str(size)), 'wb') as file:
                file.write(os.urandom(size * 1000))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def need(self):
        """Raises Missing if nginx has ended: further figures would mean nothing."""
        if self.process.poll() is not None:
            raise Missing('nginx has ended, ' + self.last_log_lines())

    def last_log_lines(self):
        with open(os.path.join(self.directory, 'nginx.log'), errors='replace') as file:
            said = ' '.join(file.read().split('\n')[-2:]).strip()
        return 'exit status %s: %s' % (self.process.poll(), ascii(said))


def program():
    found = shutil.which('nginx') or shutil.which('nginx', path='/usr/sbin:/sbin')
    if not found:
        raise Missing('nginx is missing, which is the server: install it '
                      '(apt-get install nginx-light, dnf install nginx)')
    return found


def free_port():
    with socket.socket() as sock:
        sock.bind(('', 0))
        return sock.getsockname()[1]


def answers(port):
    try:
        socket.create_connection(('127.0.0.1', port), 1).close()
        return True
    except OSError:
        time.sleep(0.01)
        return False


def raise_backlog():
    """Raises the number of connections that may wait to be accepted, and returns it. A new
    namespace has a lower limit than the machine."""
    path = '/proc/sys/net/core/somaxconn'
    try:
        with open(path, 'w') as file:
            file.write(str(BACKLOG))
    except OSError:
        pass  # not permitted: the caller prints the limit
    with open(path) as file:
        return int(file.read())
