# SPDX-License-Identifier: MIT
"""The server of likecurl.py: origin, proxy and TLS on one port. A client is known by its
User-Agent, TOOL-CASE, so that many cases can share one run of the program."""

import collections
import contextlib
import re
import socketserver
import ssl
import threading

CONNECTED = re.compile(rb'HTTP/1\.[01] +2.*\n\r?\n', re.S)
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'


class Requests:
    """What each client sent, in its order."""

    def __init__(self):
        self.lock = threading.Lock()
        self.of = collections.defaultdict(list)

    def add(self, agent, request):
        """Returns the number of the request, from 0."""
        with self.lock:
            self.of[agent].append(request)
            return len(self.of[agent]) - 1


Request = collections.namedtuple('Request', 'method target headers')


class Handler(socketserver.BaseRequestHandler):
    """`server.replies` has the raw replies of each case, in the order of its requests; after the
    last one, the reply is OK."""

    def handle(self):
        with contextlib.suppress(OSError, ssl.SSLError):
            self.serve(self.request)

    def serve(self, sock):
        first = sock.recv(1, 2)  # MSG_PEEK
        if first == b'\x16':
            sock = self.server.tls.wrap_socket(sock, server_side=True)
        file = sock.makefile('rb')
        while True:
            request = read_request(file)
            if not request:
                break
            agent = request.headers.get('user-agent', '')
            number = self.server.requests.add(agent, request)
            replies = self.server.replies.get(agent.partition('-')[2], ())
            reply = replies[number] if number < len(replies) else OK
            sock.sendall(reply)
            if request.method == 'CONNECT' and CONNECTED.match(reply):
                file.close()
                return self.serve(sock)
            if b'ontent-Length: 0' not in reply:
                break
        file.close()
        with contextlib.suppress(OSError):
            sock.shutdown(2)
        return None


def read_request(file):
    line = file.readline().decode('latin-1')
    if not line:
        return None
    method, target, _ = line.split(' ')
    headers = {}
    while True:
        name, _, value = file.readline().decode('latin-1').partition(':')
        if not value:
            return Request(method, target, headers)
        headers[name.lower()] = value.strip()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, replies, certificate, key, requests=None):
        super().__init__(('127.0.0.1', 0), Handler)
        self.replies, self.requests = replies, requests or Requests()
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def __exit__(self, *unused):
        self.shutdown()
        self.server_close()

    def seen(self, agent):
        return self.requests.of[agent]
