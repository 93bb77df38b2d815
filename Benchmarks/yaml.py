#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures how long files take to be read and written again beside libyaml's parser, in one run. See README.md."""

import argparse
import json
import os
import sys

import programs
import run

REPETITIONS = 20


def best(command, directory):
    names = sorted(os.listdir(os.path.join(directory, "yaml")))
    files = [os.path.join("yaml", name) for name in names]
    output = run.execute(command + [str(REPETITIONS)] + files, directory).output
    return json.loads(output)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1000, help="workloads of the corpus")
    parser.add_argument("--runs", type=int, default=3, help="runs of each program, of which the best counts")
    parser.add_argument("--program", help="a built yaml-bench; default: build it")
    options = parser.parse_args()
    run.build_baseline()
    program = os.path.abspath(options.program or programs.build("yaml-bench"))
    directory = run.corpus(options.size)
    modes = [("libyaml's parser", [run.BASELINE, "parse"]), ("its parser and emitter", [run.BASELINE, "emit"]),
             ("read and written as it is", [program, "keep"]), ("with an edit in each document", [program, "edit"])]
    measured = {name: [] for name, _ in modes}
    for _ in range(options.runs):
        for name, command in modes:
            measured[name].append(best(command, directory))
    if len({(one["documents"], one["bytesIn"]) for ones in measured.values() for one in ones}) != 1:
        run.fail("the programs did not read the same")
    floor = None
    for name, ones in measured.items():
        seconds = min(one["cpuBest"] for one in ones)
        floor = floor or seconds
        print(f"{name:<30} {run.milliseconds(seconds):>9}  {ones[0]['bytesIn'] / 1e6 / seconds:6.1f} MB/s  "
              f"{seconds / floor:.2f}")


if __name__ == "__main__":
    sys.exit(main())
