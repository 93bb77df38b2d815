#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures verifications of evidence a second beside `openssl speed`, in one run. See README.md."""

import argparse
import subprocess

import programs

# What one verification cannot do without: (primitive of openssl speed, how often).
PARTS = {
    "SEV-SNP report": [("rsa4096", 3), ("ecdsap384", 1)],
    "TDX quote": [("ecdsap256", 10)],
}


def verifications_per_second(algorithms, seconds):
    output = subprocess.run(
        ["openssl", "speed", "-mr", "-seconds", str(seconds), *algorithms],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True).stdout
    rates = {}
    for line in output.splitlines():
        fields = line.split(":")
        # +F2:number:bits:signatures:verifications, +F4 likewise for ECDSA; a second, or by some versions the time of each.
        if fields[0] in ("+F2", "+F4"):
            name = {"+F2": "rsa", "+F4": "ecdsap"}[fields[0]] + fields[2]
            value = float(fields[4])
            rates[name] = value if value >= 1 else 1 / value
    return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--program", help="a built evidence-bench; default: build it")
    options = parser.parse_args()
    program = options.program or programs.build("evidence-bench")
    measured = subprocess.run(
        [program, str(options.seconds)], stdout=subprocess.PIPE, check=True, text=True).stdout
    algorithms = sorted({name for parts in PARTS.values() for name, _ in parts})
    rates = verifications_per_second(algorithms, options.seconds)
    for name in algorithms:
        print(f"openssl speed  {name:<12} {rates[name]:10.0f} verify/s")
    for line in measured.splitlines():
        name, count, seconds = line.split("\t")
        rate = int(count) / float(seconds)
        bound = 1 / sum(count / rates[part] for part, count in PARTS[name])
        print(f"{name:<14} {rate:10.0f} verifications/s, {1000 / rate:.3f} ms each; its signatures alone "
              f"{1000 / bound:.3f} ms, ratio {bound / rate:.2f}")


if __name__ == "__main__":
    main()
