#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs targets of the fuzzer, which `make build-fuzz` builds, as many at once as there are processors:
# fuzz.sh LIMIT TARGET..., with a limit of libFuzzer's as -runs=1000 or -max_total_time=60. Fails when a target has
# found something; the input and the log stay in .build/fuzz.
set -euo pipefail

limit=${1:?"usage: fuzz.sh LIMIT TARGET..."}
shift
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fuzz() {
    target=$1
    corpora=(".build/fuzz/corpus/$target")
    mkdir -p "${corpora[@]}"
    [ ! -d "Tests/Fuzz/Corpus/$target" ] || corpora+=("Tests/Fuzz/Corpus/$target")
    log=.build/fuzz/$target.log
    if SWIFT_BACKTRACE=enable=no FUZZ_TARGET=$target .build/fuzz/release/Fuzz "$limit" -timeout=30 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix=".build/fuzz/$target-" "${corpora[@]}" >"$log" 2>&1; then
        awk -v target="$target" '
            /number_of_executed_units/ { units = $2 }
            /peak_rss_mb/ { memory = $2 }
            /^Done .* second/ { seconds = $(NF - 1) }
            END { printf "fuzz %-14s %10d inputs in %5d s, %4d MB\n", target, units, seconds, memory }' "$log"
    else
        tail -n 40 "$log"
        echo "error: fuzzing '$target' has found something; see $log and the input beside it" >&2
        return 1
    fi
}
export -f fuzz
export limit

printf '%s\n' "$@" | xargs -P "$(nproc)" -I {} bash -euo pipefail -c 'fuzz {}'
