#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The demo's server on loopback. Its URLs are good, slow, redirecting and failing.

    server.py [--port N]    serves the examples of the README until it is interrupted

PATH        answer
/           200, at once
/slow       200, after SLOW_S seconds
/moved      301, to /
/sometimes  503 and 200 in turn
/missing    404, as any other path
/broken     500
/truncated  200, then the connection closes in the middle of the body
/stalled    nothing, until the client gives up
"""

import argparse
import http.server
import signal
import socket
import threading

SLOW_S = 1.5


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # header and body go out together

    def answer(self, status, text, promised=0, **headers):
        """promised: the Content-Length, if it is not the length of the text."""
        body = text.encode() + b"\n"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(promised or len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        stopping = self.server.stopping
        if self.path == "/":
            self.answer(200, "hello")
        elif self.path == "/slow":
            stopping.wait(SLOW_S)
            self.answer(200, "hello at last")
        elif self.path == "/moved":
            self.answer(301, "moved", Location="/")
        elif self.path == "/sometimes":
            self.server.tries += 1
            if self.server.tries % 2:
                self.answer(503, "try again")
            else:
                self.answer(200, "hello again")
        elif self.path == "/broken":
            self.answer(500, "internal error")
        elif self.path == "/truncated":
            self.answer(200, "x" * 499, promised=1000)
            self.close_connection = True
        elif self.path == "/stalled":
            stopping.wait()
            self.close_connection = True
        else:
            self.answer(404, "no such page")

    do_HEAD = do_GET

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Serves inside a `with` block. At its end all threads and sockets are gone."""

    request_queue_size = 128  # all clients connect at once

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.stopping = threading.Event()
        self.tries = 0  # requests for /sometimes
        self.serving = threading.Thread(target=self.serve_forever)
        # Bound, but not listening: connections are refused, and no other program can get the port.
        self.dead = socket.socket()
        self.dead.bind(("127.0.0.1", 0))

    def url(self, path):
        return "http://127.0.0.1:%d%s" % (self.server_port, path)

    def dead_url(self):
        return "http://127.0.0.1:%d/" % self.dead.getsockname()[1]

    def handle_error(self, request, client_address):
        """Clients give up on /stalled: that is no error."""

    def __enter__(self):
        self.serving.start()
        return self

    def __exit__(self, *error):
        self.stopping.set()
        self.shutdown()
        self.serving.join()
        self.server_close()
        self.dead.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8080)
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    with Server(parser.parse_args().port) as server:
        print("Serving %s (Ctrl-C stops it)" % server.url("/"), flush=True)
        signal.sigwait(stop)


if __name__ == "__main__":
    main()
