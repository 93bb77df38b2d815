#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Gives tokens for a registry: token-server.py DIRECTORY SERVICE ISSUER

Makes a key and its certificate in the directory, as token.key and token.crt, with openssl; the registry is to trust the
latter. Prints its port, then serves until its standard input ends.

    GET  /token    for alice:s3cret what the scope asks for, without credentials a token for nothing, else 401
    POST /token    the same for the refresh tokens "identity" and, for ten seconds only, "brief"

/log gives a JSON list of all requests: method, path, fields of a form, whether they had credentials.
"""

import base64
import http.server
import json
import os
import subprocess
import sys
import threading
import time
import urllib.parse

DIRECTORY, SERVICE, ISSUER = sys.argv[1:]
KEY = os.path.join(DIRECTORY, "token.key")
CERTIFICATE = os.path.join(DIRECTORY, "token.crt")
BASIC = "Basic " + base64.b64encode(b"alice:s3cret").decode()
log = []


def make_key():
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=token", "-keyout", KEY, "-out", CERTIFICATE],
        check=True, stderr=subprocess.DEVNULL)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def integers(der):
    """The two numbers of an ECDSA signature in DER, as 32 bytes each."""
    at, parts = 2, []
    for _ in range(2):
        length = der[at + 1]
        parts.append(der[at + 2:at + 2 + length].lstrip(b"\0").rjust(32, b"\0"))
        at += 2 + length
    return b"".join(parts)


def token(access, seconds):
    with open(CERTIFICATE, encoding="ascii") as file:
        certificate = "".join(line.strip() for line in file if not line.startswith("-----"))
    now = int(time.time())
    claims = {
        "iss": ISSUER, "sub": "alice", "aud": SERVICE, "exp": now + seconds, "nbf": now - 10, "iat": now,
        "jti": os.urandom(8).hex(), "access": access,
    }
    header = {"typ": "JWT", "alg": "ES256", "x5c": [certificate]}
    text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    der = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", KEY], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout
    return f"{text}.{base64url(integers(der))}"


def access(fields):
    result = []
    for scope in " ".join(fields.get("scope", [])).split():
        kind, name, actions = scope.split(":", 2)
        result.append({"type": kind, "name": name, "actions": actions.split(",")})
    return result


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        if url.path == "/log":
            return self.answer(200, log)
        authorization = self.headers.get("Authorization")
        fields = urllib.parse.parse_qs(url.query)
        log.append({"method": "GET", "fields": fields, "authorized": authorization is not None})
        if authorization not in (None, BASIC) or fields.get("service") != [SERVICE]:
            return self.answer(401, {"errors": []})
        self.answer(200, {"token": token(access(fields) if authorization else [], 60)})

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        fields = urllib.parse.parse_qs(self.rfile.read(length).decode())
        log.append({"method": "POST", "fields": fields, "authorized": "Authorization" in self.headers})
        given = fields.get("refresh_token")
        if fields.get("grant_type") != ["refresh_token"] or fields.get("service") != [SERVICE]:
            return self.answer(400, {"errors": []})
        if given == ["identity"]:
            return self.answer(200, {"access_token": token(access(fields), 60)})
        if given == ["brief"]:
            # The registry grants a minute of leeway.
            return self.answer(200, {"access_token": token(access(fields), -50)})
        self.answer(401, {"errors": []})


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


make_key()
server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
