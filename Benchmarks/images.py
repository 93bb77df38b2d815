#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures `contrast lock` against a registry of its own on loopback. See README.md."""

import argparse
import base64
import gzip
import hashlib
import http.server
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time

import programs

MEMORY_LIMIT = 64 << 20
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
BLOCK = 16 << 20


def fail(message):
    sys.exit(f"images.py: {message}")


# --- The registry, in a process of its own so that its memory is not taken for that of contrast ---


class Blob:
    """Pieces of bytes, each with how often it is repeated; so no blob has to be in memory or on disk."""

    def __init__(self, *pieces):
        self.pieces = pieces
        self.size = sum(len(piece) * count for piece, count in pieces)
        digest = hashlib.sha256()
        for piece in self:
            digest.update(piece)
        self.digest = "sha256:" + digest.hexdigest()

    def __iter__(self):
        for piece, count in self.pieces:
            for _ in range(count):
                yield piece


def block():
    """Bytes of which a half does not compress, and a half does by a quarter."""
    noise = random.Random(7).randbytes(BLOCK // 2)
    return noise + base64.b64encode(noise)[:BLOCK // 2]


def layer(count, name):
    """A layer with the user files behind a file of so many blocks, as gzip of one member each, and its tar."""
    start = tarfile.TarInfo(f"data/{name}")
    start.size = count * BLOCK
    end = io.BytesIO()
    with tarfile.open(fileobj=end, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, text in (("etc/passwd", b"root:x:0:0::/:/bin/sh\n"), ("etc/group", b"root:x:0:\n")):
            info = tarfile.TarInfo(path)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    parts = [(start.tobuf(tarfile.USTAR_FORMAT), 1), (BYTES, count), (end.getvalue(), 1)]
    packed = {BYTES: PACKED}
    tar = Blob(*parts)
    return tar, Blob(*((packed.get(part) or gzip.compress(part), repeat) for part, repeat in parts))


class Registry:
    """One image per number of blocks: bench/<number>:1."""

    def __init__(self, images):
        self.blobs, self.manifests = {}, {}
        for name, blocks in images.items():
            tar, packed = layer(blocks, name)
            config = json.dumps({
                "architecture": "amd64", "os": "linux", "config": {"Entrypoint": ["/app"]},
                "rootfs": {"type": "layers", "diff_ids": [tar.digest]},
            }).encode()
            config = Blob((config, 1))
            manifest = json.dumps({
                "schemaVersion": 2, "mediaType": MANIFEST,
                "config": {"mediaType": CONFIG, "digest": config.digest, "size": config.size},
                "layers": [{"mediaType": LAYER, "digest": packed.digest, "size": packed.size}],
            }).encode()
            self.blobs.update({blob.digest: blob for blob in (packed, config)})
            self.manifests[name] = Blob((manifest, 1))


def serve(images, rate):
    global BYTES, PACKED
    BYTES = block()
    PACKED = gzip.compress(BYTES, 6)
    registry = Registry(images)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            parts = self.path.split("/")
            blob, kind = None, "application/octet-stream"
            if self.path == "/v2/":
                blob = Blob((b"{}", 1))
            elif len(parts) == 6 and parts[4] == "manifests":
                blob, kind = registry.manifests.get(parts[3]), MANIFEST
            elif len(parts) == 6 and parts[4] == "blobs":
                blob = registry.blobs.get(parts[5])
            self.send_response(200 if blob else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(blob.size if blob else 0))
            self.end_headers()
            start, sent = time.monotonic(), 0
            for piece in blob or ():
                for at in range(0, len(piece), 1 << 20):
                    part = memoryview(piece)[at:at + (1 << 20)]
                    self.wfile.write(part)
                    sent += len(part)
                    if rate:
                        time.sleep(max(0, start + sent / rate - time.monotonic()))

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_):
            pass

    server = Server(("127.0.0.1", 0), Handler)
    sizes = {name: sum(part["size"] for part in json.loads(next(iter(manifest)))["layers"])
             for name, manifest in registry.manifests.items()}
    print(json.dumps({"port": server.server_address[1], "sizes": sizes}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


class RunningRegistry:
    """The registry while it serves: at `rate` bytes a second for each connection, or as fast as it can."""

    def __init__(self, images, rate=0):
        self.arguments = ["--serve", json.dumps(images), "--rate", str(rate)]

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__)] + self.arguments,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        told = json.loads(self.process.stdout.readline())
        self.host, self.sizes = f"127.0.0.1:{told['port']}", told["sizes"]
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


# --- What is measured ---


def lock(contrast, registry, names):
    """Seconds on the clock, seconds of CPU and peak memory in bytes of locking images with no cache."""
    directory = tempfile.mkdtemp()
    try:
        containers = "".join(f"    - {{name: c{n}, image: '{registry.host}/bench/{n}:1'}}\n" for n in names)
        with open(os.path.join(directory, "app.yaml"), "w", encoding="ascii") as file:
            file.write("apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec:\n"
                       f"  runtimeClassName: contrast-cc\n  containers:\n{containers}")
        start = time.perf_counter()
        child = subprocess.Popen(
            [contrast, "lock", "--no-cache", "app.yaml"], cwd=directory, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            fail(f"contrast lock exited with {child.returncode}")
        with open(os.path.join(directory, "contrast.lock"), encoding="utf-8") as file:
            entries = json.load(file)["images"]
        if len(entries) != len(names) or any("root" not in entry["passwd"] for entry in entries.values()):
            fail("the lock does not have what the images have")
        # Linux counts ru_maxrss in kilobytes, macOS in bytes.
        memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return wall, usage.ru_utime + usage.ru_stime, memory
    finally:
        shutil.rmtree(directory)


def large(contrast, gigabytes):
    # A block packs to about seven eighths.
    with RunningRegistry({"large": int(gigabytes * 2**30 / (0.87 * BLOCK)) + 1}) as registry:
        size = registry.sizes["large"]
        wall, cpu, memory = lock(contrast, registry, ["large"])
    print(f"one layer of {size / 1e9:.2f} GB: {wall:.1f} s, {size / wall / 1e6:.0f} MB/s, {cpu:.1f} s of CPU, "
          f"peak memory {memory / 2**20:.0f} MiB")
    if memory >= MEMORY_LIMIT:
        fail(f"peak memory is {memory} bytes; the limit is {MEMORY_LIMIT}")


def many(contrast, count, rate):
    images = {f"i{n}": 1 + n % 4 for n in range(count)}
    slowest = max(images, key=images.get)
    with RunningRegistry(images, rate) as registry:
        each = [lock(contrast, registry, [name])[0] for name in images]
        alone = lock(contrast, registry, [slowest])[0]
        together, _, memory = lock(contrast, registry, list(images))
    print(f"{count} images at {rate / 1e6:.0f} MB/s for each connection: one after the other {sum(each):.1f} s, "
          f"the slowest {alone:.1f} s, together {together:.1f} s ({together / alone:.2f} times the slowest), "
          f"peak memory {memory / 2**20:.0f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=2, help="size of the large layer (default: 2)")
    parser.add_argument("--images", type=int, default=16, help="images that are locked together (default: 16)")
    parser.add_argument("--rate", type=float, default=8e6, help="bytes a second of a connection (default: 8e6)")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve(json.loads(options.serve), options.rate)
    contrast = programs.contrast()
    large(contrast, options.gigabytes)
    many(contrast, options.images, options.rate)


if __name__ == "__main__":
    main()
