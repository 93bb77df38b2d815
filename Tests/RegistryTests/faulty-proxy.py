#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A proxy in front of a registry that fails on purpose: faulty-proxy.py UPSTREAM_PORT

Prints its port, then serves until its standard input ends. The first part of a repository's path says what fails; the rest is the
repository behind it, so /v2/cut/app/… is /v2/app/… with blobs that are cut.

    plain          nothing
    cut            every blob ends in its middle, unless asked for from there on
    cut-again      the same, and ranges are not known
    cut-forever    blobs always end in their middle
    wrong-bytes    one bit of every blob is flipped
    wrong-manifest one byte of every manifest is added
    wrong-length   blobs have a byte too many
    short-length   blobs have a byte too few, and say so
    busy           429 with Retry-After, twice for each path
    broken         500, twice for each path
    always-broken  500
    loop           401 whatever is sent
    token          401 with a Bearer challenge, answered by /token for alice:s3cret or the identity token "identity"
    basic          401 with a Basic challenge for alice:s3cret
    redirect       blobs are on another host, which refuses requests with credentials; asks for a Basic password first
    downgrade      blobs are on a host that speaks HTTP and is not on this machine
    endless        redirects without end
    slow           blobs come a few bytes at a time
    stall          blobs stop in their middle and the connection stays open
    schema1        every manifest has Docker's schema 1
    huge           manifests without an end
    trickle        manifests a byte at a time
    post-redirect  401 with a Bearer challenge whose server of tokens redirects to /elsewhere/token

/log gives a JSON list of all requests: method, path, whether they had credentials, range, Accept.
"""

import base64
import collections
import http.client
import http.server
import json
import sys
import threading
import time
import urllib.parse

UPSTREAM = int(sys.argv[1])
BASIC = "Basic " + base64.b64encode(b"alice:s3cret").decode()
TOKEN = "Bearer the-token"
log = []
counts = collections.Counter()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=None, length=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def upstream(self, path, range_header=None):
        connection = http.client.HTTPConnection("127.0.0.1", UPSTREAM, timeout=10)
        headers = {"Accept": ", ".join(self.headers.get_all("Accept") or [])}
        if range_header:
            headers["Range"] = range_header
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        kept = ("Content-Type", "Docker-Content-Digest", "Content-Range")
        return response.status, body, {name: response.headers[name] for name in kept if response.headers[name]}

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        fields = urllib.parse.parse_qs(self.rfile.read(length).decode())
        log.append({"method": "POST", "path": self.path, "authorized": False})
        if self.path == "/post-redirect":
            port = self.headers["Host"].rpartition(":")[2]
            return self.answer(307, headers={"Location": f"http://localhost:{port}/elsewhere/token"})
        if self.path == "/token" and fields.get("refresh_token") == ["identity"]:
            return self.answer(200, b'{"access_token":"the-token"}')
        self.answer(401)

    def do_GET(self):
        authorization = self.headers.get("Authorization")
        log.append({
            "method": "GET", "path": self.path, "authorized": authorization is not None,
            "range": self.headers.get("Range"), "accept": self.headers.get_all("Accept") or [],
        })
        url = urllib.parse.urlparse(self.path)
        if url.path == "/log":
            return self.answer(200, json.dumps(log).encode())
        if url.path == "/token":
            return self.answer(*((200, b'{"token":"the-token"}') if authorization == BASIC else (401,)))
        if url.path.startswith("/elsewhere/"):
            if authorization:
                return self.answer(400)
            return self.answer(*self.upstream(url.path[len("/elsewhere"):]))
        if url.path == "/v2/":
            return self.answer(200)
        parts = url.path.split("/", 3)
        if len(parts) < 4:
            return self.answer(404)
        self.fault(parts[2], "/v2/" + parts[3], authorization)

    def fault(self, fault, path, authorization):
        is_blob = "/blobs/" in path
        host = self.headers["Host"]
        counts[fault, path] += 1
        count = counts[fault, path]
        if fault == "busy" and count <= 2:
            return self.answer(429, headers={"Retry-After": "0"})
        if (fault == "broken" and count <= 2) or fault == "always-broken":
            return self.answer(500)
        if fault == "loop":
            return self.answer(401, headers={"WWW-Authenticate": 'Basic realm="x"'})
        if fault in ("basic", "redirect") and authorization != BASIC:
            return self.answer(401, headers={"WWW-Authenticate": 'Basic realm="x"'})
        if fault == "token" and authorization != TOKEN:
            challenge = f'Bearer realm="http://{host}/token",service="test",scope="repository:x:pull"'
            return self.answer(401, headers={"WWW-Authenticate": challenge})
        if fault == "post-redirect" and authorization != TOKEN:
            challenge = f'Bearer realm="http://{host}/{fault}",service="test"'
            return self.answer(401, headers={"WWW-Authenticate": challenge})
        if fault == "endless":
            return self.answer(307, headers={"Location": self.path + "x"})
        if is_blob and fault == "redirect":
            port = host.rpartition(":")[2]
            return self.answer(307, headers={"Location": f"http://localhost:{port}/elsewhere{path}"})
        if is_blob and fault == "downgrade":
            return self.answer(307, headers={"Location": "http://registry.example/" + path})
        if not is_blob and fault == "schema1":
            kind = "application/vnd.docker.distribution.manifest.v1+prettyjws"
            return self.answer(200, b'{"schemaVersion":1,"fsLayers":[]}', {"Content-Type": kind})
        if not is_blob and fault == "huge":
            return self.send_huge()
        if not is_blob and fault == "trickle":
            return self.send_slowly()
        knows_ranges = fault not in ("cut-again",)
        status, body, headers = self.upstream(path, self.headers.get("Range") if knows_ranges else None)
        if status not in (200, 206):
            return self.answer(status, body, headers)
        if not is_blob and fault == "wrong-manifest":
            return self.answer(status, body + b" ", headers)
        if not is_blob:
            return self.answer(status, body, headers)
        self.blob(fault, status, body, headers, count)

    def send_slowly(self):
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        for _ in range(100):
            self.wfile.write(b" ")
            time.sleep(0.1)

    def send_huge(self):
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        for _ in range(1000):
            self.wfile.write(b" " * 65536)

    def blob(self, fault, status, body, headers, count):
        half = max(1, len(body) // 2)
        if fault == "wrong-bytes":
            body = bytes([body[0] ^ 1]) + body[1:]
        if fault == "wrong-length":
            body += b"x"
        if fault == "short-length":
            body = body[:-1]
        is_cut = (fault in ("cut", "cut-again") and count == 1) or fault == "cut-forever"
        if is_cut:
            self.close_connection = True
            # Less of it each time, so that nothing is ever gained.
            end = half if fault != "cut-forever" else max(1, 40 // count)
            if status == 206:
                end = 0
            return self.answer(status, body[:end], headers, length=len(body))
        if fault == "slow":
            self.answer(status, b"", headers, length=len(body))
            for start in range(0, len(body), 512):
                self.wfile.write(body[start:start + 512])
                time.sleep(0.002)
            return None
        if fault == "stall" and count == 1:
            self.answer(status, body[:half], headers, length=len(body))
            self.close_connection = True
            self.wfile.flush()
            time.sleep(3)
            return None
        self.answer(status, body, headers)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
