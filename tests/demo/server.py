# SPDX-License-Identifier: MIT
"""The demo's server, on loopback: URLs that are good, slow, redirecting and failing."""

import http.server
import socket
import threading

SLOW_S = 1.5


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # header and body go out together

    def answer(self, status, text, **headers):
        body = text.encode() + b"\n"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        stopping = self.server.stopping
        if self.path == "/":
            self.answer(200, "hello")
        elif self.path == "/slow":
            stopping.wait(SLOW_S)
            self.answer(200, "at last")
        elif self.path == "/moved":
            self.answer(301, "over there", Location="/")
        elif self.path == "/sometimes":
            self.server.asked += 1
            if self.server.asked % 2:
                self.answer(503, "not now")
            else:
                self.answer(200, "here you are")
        elif self.path == "/broken":
            self.answer(500, "out of order")
        elif self.path == "/stalled":
            stopping.wait()
            self.close_connection = True
        else:
            self.answer(404, "no such page")

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    """With `with`: it serves from there on, and nothing of it is left behind at the end."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.stopping = threading.Event()
        self.asked = 0  # for /sometimes, which is fine every second time
        self.serving = threading.Thread(target=self.serve_forever)
        # Bound and not listening: a port that refuses, and that nobody else can get.
        self.dead = socket.socket()
        self.dead.bind(("127.0.0.1", 0))

    def url(self, path):
        return "http://127.0.0.1:%d%s" % (self.server_port, path)

    def dead_url(self):
        return "http://127.0.0.1:%d/" % self.dead.getsockname()[1]

    def handle_error(self, request, client_address):
        """A client that gives up, as it does on /stalled, is no news."""

    def __enter__(self):
        self.serving.start()
        return self

    def __exit__(self, *error):
        self.stopping.set()
        self.shutdown()
        self.serving.join()
        self.server_close()
        self.dead.close()
