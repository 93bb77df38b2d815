#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures a Coordinator on loopback: attested certificates a second and how long each takes, beside `openssl speed`;
memory of connections; the time to start. See README.md."""

import argparse
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import programs

TICKS = os.sysconf("SC_CLK_TCK")

# What the Coordinator cannot do without for one certificate: (what openssl speed calls it, which figure, how often).
PARTS = [
    ("ecdhx25519", "op", 2, "key exchange: a key and the agreement"),
    ("ecdsap256", "sign", 3, "its certificate, the one with the nonce, the handshake"),
    ("ecdsap256", "verify", 2, "the client's certificate and handshake"),
    ("rsa4096", "verify", 3, "the client's ASK, VCEK and CRL"),
    ("ecdsap384", "verify", 1, "the client's report"),
    ("ecdsap384", "sign", 2, "its own report, which a processor would sign, and the certificate"),
]


def openssl_rates(seconds):
    """Operations a second by (algorithm, figure)."""
    algorithms = sorted({name for name, _, _, _ in PARTS})
    output = subprocess.run(
        ["openssl", "speed", "-mr", "-seconds", str(seconds), *algorithms],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True).stdout
    rates = {}

    def note(name, figure, text):
        value = float(text)
        rates[(name, figure)] = value if value >= 1 else 1 / value

    for line in output.splitlines():
        fields = line.split(":")
        if fields[0] in ("+F2", "+F4"):
            name = {"+F2": "rsa", "+F4": "ecdsap"}[fields[0]] + fields[2]
            note(name, "sign", fields[3])
            note(name, "verify", fields[4])
        elif fields[0] == "+F5":
            note("ecdhx25519", "op", fields[3])
    return rates


def processor_seconds(process):
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(process):
    with open(f"/proc/{process}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS"))


def pinned(core, command):
    return ["taskset", "-c", str(core), *command] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else command


class Server:
    """A Coordinator on core 0, with simulated evidence."""

    def __init__(self, program, directory):
        self.process = subprocess.Popen(
            pinned(0, [program, "serve", directory]), stdout=subprocess.PIPE, text=True)
        self.user, self.mesh = self.process.stdout.readline().split()

    def end(self):
        self.process.kill()
        self.process.wait()


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def certificates(program, directory, server, count, at_once):
    before = processor_seconds(server.process.pid)
    output = subprocess.run(
        pinned(1, [program, "enrol", directory, server.mesh, str(count), str(at_once)]),
        stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    cpu = processor_seconds(server.process.pid) - before
    wall, latencies = float(output[0].split()[1]), [float(line) for line in output[1:]]
    if len(latencies) != count:
        sys.exit(f"coordinator.py: {len(latencies)} certificates instead of {count}")
    print(f"{count} certificates, {at_once} at a time: {count / cpu:.0f} a second of the Coordinator's CPU "
          f"({1000 * cpu / count:.2f} ms each), {count / wall:.0f} a second on the clock; "
          f"p50 {1000 * percentile(latencies, 0.5):.1f} ms, p99 {1000 * percentile(latencies, 0.99):.1f} ms")
    return cpu / count


def known_connections(program, directory, count):
    server = Server(program, directory)
    # What is needed once is there after one of them.
    subprocess.run([program, "enrol", directory, server.mesh, "20", "4"], stdout=subprocess.DEVNULL, check=True)
    before = resident(server.process.pid)
    client = subprocess.Popen([program, "connect", directory, server.mesh, str(count)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    client.stdout.readline()
    grown = resident(server.process.pid) - before
    print(f"{count} connections after their handshake: {grown / count / 1024:.0f} KiB each")
    client.stdin.close()
    client.wait()
    server.end()


def half_open_connections(program, directory, count):
    server = Server(program, directory)
    subprocess.run([program, "enrol", directory, server.mesh, "20", "4"], stdout=subprocess.DEVNULL, check=True)
    before = resident(server.process.pid)
    sockets = [socket.create_connection(("127.0.0.1", int(server.mesh))) for _ in range(count)]
    time.sleep(1)
    grown = resident(server.process.pid) - before
    print(f"{count} half-open connections, of which it keeps 512: {grown / 1024:.0f} KiB in all")
    for connection in sockets:
        connection.close()
    server.end()


def start_up(program, directory, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        server = Server(program, directory)
        times.append(time.perf_counter() - start)
        server.end()
    print(f"start-up, to the first manifest served and all ports open: {1000 * min(times):.0f} ms "
          f"(best of {runs})")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", help="a built coordinator-bench; default: build it")
    parser.add_argument("--certificates", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=3, help="of each primitive")
    options = parser.parse_args()
    program = options.program or programs.build("coordinator-bench")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    rates = openssl_rates(options.seconds)
    least = 0.0
    for name, figure, count, why in PARTS:
        cost = count / rates[(name, figure)]
        least += cost
        print(f"openssl speed  {name:<11} {figure:<6} {rates[(name, figure)]:8.0f}/s  {count} × {why}: {1000 * cost:.3f} ms")
    print(f"openssl speed  together {1000 * least:.3f} ms, {1 / least:.0f} a second")

    with tempfile.TemporaryDirectory() as directory:
        server = Server(program, directory)
        certificates(program, directory, server, 100, 4)  # Warms up.
        each = certificates(program, directory, server, options.certificates, 1)
        each = min(each, certificates(program, directory, server, options.certificates, 8))
        print(f"ratio to the primitives: {each / least:.2f}")
        server.end()
        known_connections(program, directory, options.connections)
        half_open_connections(program, directory, min(10_000, hard - 100))
        start_up(program, directory, 5)


if __name__ == "__main__":
    main()
