#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A proxy as networks without a way out have it: forward-proxy.py UPSTREAM_PORT

Whatever host it is asked to connect to, it connects to the port on loopback. Hosts below private.example it connects to
for alice:s3cret alone, and to denied.example never. Prints its port, then serves until its standard input ends.

/log gives a JSON list of all hosts with their ports that it was asked to connect to, in their order.
"""

import base64
import http.server
import json
import socket
import sys
import threading

UPSTREAM = int(sys.argv[1])
BASIC = "Basic " + base64.b64encode(b"alice:s3cret").decode()
log = []


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        body = json.dumps(log).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self):
        log.append(self.path)
        host = self.path.rpartition(":")[0]
        if host == "denied.example":
            return self.send_error(403)
        if host.endswith("private.example") and self.headers.get("Proxy-Authorization") != BASIC:
            return self.send_error(407)
        upstream = socket.create_connection(("127.0.0.1", UPSTREAM))
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        threading.Thread(target=copy, args=(upstream, self.connection), daemon=True).start()
        copy(self.connection, upstream)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
