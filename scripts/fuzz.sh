#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs targets of the fuzzer, which `make build-fuzz` builds, as many at once as there are processors:
# fuzz.sh OPTIONS TARGET..., with options of libFuzzer's as one word, at least a limit: "-seed=1 -runs=1000". Fails when
# a target has found something; the input and the log stay in .build/fuzz.
set -euo pipefail

options=${1:?"usage: fuzz.sh OPTIONS TARGET..."}
shift
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fuzz() {
    target=$1
    corpora=(".build/fuzz/corpus/$target")
    mkdir -p "${corpora[@]}"
    [ ! -d "Tests/Fuzz/Corpus/$target" ] || corpora+=("Tests/Fuzz/Corpus/$target")
    log=.build/fuzz/$target.log
    read -ra limits <<<"$options"
    # Tables with a hash of their own in each process would take other paths for one seed.
    if SWIFT_BACKTRACE=enable=no SWIFT_DETERMINISTIC_HASHING=1 FUZZ_TARGET=$target .build/fuzz/release/Fuzz \
        "${limits[@]}" -timeout=30 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix=".build/fuzz/$target-" "${corpora[@]}" >"$log" 2>&1; then
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
export options

printf '%s\n' "$@" | xargs -P "$(nproc)" -I {} bash -euo pipefail -c 'fuzz {}'
