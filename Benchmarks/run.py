#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures `contrast generate --locked` against a C baseline, side by side in one run. See README.md."""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time

import programs

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(HERE, ".build")
BASELINE = os.path.join(BUILD, "baseline")
SIZES = [10, 1000, 10_000]
LONG_SIZE = 100_000
GENERATE = ["generate", "--locked", "--reference-values", "metal-qemu-snp"]


def fail(message):
    sys.exit(f"run.py: {message}")


class Usage:
    """What one process took: CPU and wall in seconds, peak of resident memory in bytes."""

    def __init__(self, cpu, wall, memory, output):
        self.cpu, self.wall, self.memory, self.output = cpu, wall, memory, output


def execute(command, directory):
    log = os.path.join(BUILD, "stderr.txt")
    with open(log, "wb") as errors:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stdout.close()
    if child.returncode != 0:
        with open(log, encoding="utf-8", errors="replace") as errors:
            tail = "".join(errors.readlines()[-20:])
        fail(f"{os.path.basename(command[0])} {command[1]} exited with {child.returncode}\n{tail}")
    # Linux counts ru_maxrss in kilobytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Usage(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit, output)


# --- What is measured ---


def build_baseline():
    os.makedirs(BUILD, exist_ok=True)
    source = os.path.join(HERE, "baseline", "baseline.c")
    compiler = os.environ.get("CC", "gcc")
    subprocess.run([compiler, "-O3", "-std=c11", "-o", BASELINE, source, "-lyaml", "-lcrypto"], check=True)


def corpus(size):
    """The directory of a corpus, made again when its generator has changed."""
    generator = os.path.join(HERE, "generate_corpus.py")
    with open(generator, "rb") as file:
        version = hashlib.sha256(file.read()).hexdigest()[:12]
    directory = os.path.join(BUILD, "corpus", f"{size}-{version}")
    if not os.path.isdir(directory):
        partial = directory + ".partial"
        shutil.rmtree(partial, ignore_errors=True)
        subprocess.run([sys.executable, generator, "-n", str(size), partial], check=True)
        os.rename(partial, directory)
    return directory


def run_baseline(mode, directory):
    names = sorted(os.listdir(os.path.join(directory, "yaml")))
    return execute([BASELINE, mode, "1"] + [os.path.join("yaml", name) for name in names], directory)


def run_generate(contrast, jobs, directory):
    """One run that has to write all of its output, and what it wrote."""
    out = os.path.join(BUILD, "out")
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    manifest, target = os.path.join(out, "manifest.json"), os.path.join(out, "out.yaml")
    usage = execute(
        [contrast] + GENERATE + ["--jobs", str(jobs), "--lock", "contrast.lock", "-m", manifest, "-o", target, "yaml"],
        directory)
    with open(manifest, "rb") as file:
        written = file.read()
    policies = len(json.loads(written)["Policies"])
    digest = hashlib.sha256(written)
    with open(target, "rb") as file:
        digest.update(file.read())
    return usage, policies, digest.hexdigest(), os.path.getsize(target)


def measure(size, runs, contrast):
    """Baseline and generate in turn; the best of each. `contrast` is None for the baseline alone."""
    directory = corpus(size)
    baseline, single, double, digests = [], [], [], set()
    counts, policies, bytes_out = {}, 0, 0
    for _ in range(runs):
        baseline.append(run_baseline("hash", directory))
        counts = json.loads(baseline[-1].output)
        if contrast is None:
            continue
        for jobs, usages in [(1, single), (2, double)]:
            usage, policies, digest, bytes_out = run_generate(contrast, jobs, directory)
            usages.append(usage)
            digests.add(digest)
    result = {
        "workloads": counts["workloads"], "documents": counts["documents"], "bytesIn": counts["bytesIn"], "runs": runs,
        "baselineCPU": min(usage.cpu for usage in baseline),
    }
    if contrast is None:
        return result
    if len(digests) != 1:
        fail(f"generate wrote different bytes in {runs} runs over {size} workloads")
    if policies != counts["workloads"]:
        fail(f"generate made {policies} policies; the baseline found {counts['workloads']} workloads")
    cpu = min(usage.cpu for usage in single)
    result.update({
        "bytesOut": bytes_out, "generateCPU": cpu, "ratio": cpu / result["baselineCPU"],
        "generateWall": min(usage.wall for usage in single), "generateWall2": min(usage.wall for usage in double),
        "generateCPU2": min(usage.cpu for usage in double), "peakRSS": min(usage.memory for usage in single),
        "peakRSS2": min(usage.memory for usage in double),
    })
    return result


def measure_modes(directory, runs):
    """CPU of the baseline's modes, which shows where its time goes."""
    return {mode: min(run_baseline(mode, directory).cpu for _ in range(runs)) for mode in ["parse", "emit", "hash"]}


def measure_start(command, runs):
    usages = [execute(command, HERE) for _ in range(runs)]
    return {"cpu": min(usage.cpu for usage in usages), "wall": min(usage.wall for usage in usages)}


# --- What is shown ---


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths)))


def milliseconds(seconds):
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def show(results):
    rows = [[
        "workloads", "documents", "MB in", "baseline CPU", "generate CPU", "ratio", "us/workload", "docs/s", "MB/s",
        "peak RSS", "MB out", "wall -j1", "wall -j2", "speed-up",
    ]]
    for result in results:
        megabytes = result["bytesIn"] / 1e6
        row = [str(result["workloads"]), str(result["documents"]), f"{megabytes:.2f}"]
        row.append(milliseconds(result["baselineCPU"]))
        cpu = result.get("generateCPU")
        if cpu is None:
            row += ["-"] * 10
        else:
            row += [
                milliseconds(cpu), f"{result['ratio']:.2f}", f"{cpu / result['workloads'] * 1e6:.0f}",
                f"{result['documents'] / cpu:.0f}", f"{megabytes / cpu:.1f}", f"{result['peakRSS'] / 1e6:.0f} MB",
                f"{result['bytesOut'] / 1e6:.2f}", milliseconds(result["generateWall"]),
                milliseconds(result["generateWall2"]), f"{result['generateWall'] / result['generateWall2']:.2f}",
            ]
        rows.append(row)
    table(rows)


def show_modes(modes, result):
    rows = [["baseline", "CPU", "MB/s", "us/workload"]]
    for mode, cpu in modes.items():
        each = cpu / result["workloads"] * 1e6
        rows.append([mode, milliseconds(cpu), f"{result['bytesIn'] / 1e6 / cpu:.1f}", f"{each:.0f}"])
    table(rows)


def runs_for(size):
    return 20 if size < 100 else 7 if size <= 1000 else 3 if size <= 10_000 else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", help="workloads of each corpus, separated by commas (default 10,1000,10000)")
    parser.add_argument("--long", action="store_true", help=f"also a corpus of {LONG_SIZE} workloads")
    parser.add_argument("--runs", type=int, help="runs of each program per corpus, of which the best counts")
    parser.add_argument("--baseline-only", action="store_true", help="leave generate out")
    parser.add_argument("--json", action="store_true", help="write results.json beside this file")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")] if options.sizes else SIZES
    sizes += [LONG_SIZE] if options.long else []

    build_baseline()
    contrast = None if options.baseline_only else programs.contrast()
    results = [measure(size, options.runs or runs_for(size), contrast) for size in sizes]
    modes = measure_modes(corpus(sizes[-1]), options.runs or runs_for(sizes[-1]))
    show(results)
    print()
    show_modes(modes, results[-1])
    document = {"machine": platform.machine(), "cpus": os.cpu_count(), "results": results, "baselineModes": modes}
    if contrast is not None:
        document["start"] = measure_start([contrast, "--version"], 20)
        document["startFloor"] = measure_start([shutil.which("true"), "--version"], 20)
        print(f"\ncold start of 'contrast --version': CPU {milliseconds(document['start']['cpu'])}, "
              f"wall {milliseconds(document['start']['wall'])}; of 'true --version': "
              f"CPU {milliseconds(document['startFloor']['cpu'])}, wall {milliseconds(document['startFloor']['wall'])}")
    if options.json:
        with open(os.path.join(HERE, "results.json"), "w", encoding="utf-8") as file:
            file.write(json.dumps(document, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
