#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the reference of the modules with DocC, out of a debug build that is there: make-docs.sh BUILD OUTPUT
#
# What is not documented in full is no fault; links that lead nowhere and names that are wrong are.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${1:?"usage: make-docs.sh BUILD OUTPUT"}
output=${2:?"usage: make-docs.sh BUILD OUTPUT"}
modules=(
    IR Compiler Backends Driver Digests InitDataFormat OCI Measurement Attestation Endorsements Identity History
    Coordinator Client
)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
includes=(-I "$build/Modules")
for directory in Sources/System/*/; do includes+=(-I "$directory"); done
for module in "${modules[@]}"; do
    swift symbolgraph-extract -module-name "$module" "${includes[@]}" -target "$(uname -m)-unknown-linux-gnu" \
        -minimum-access-level package -skip-inherited-docs -output-dir "$work"
done
"$(dirname "$(readlink -f "$(command -v swift)")")/docc" convert docs/reference.docc --additional-symbol-graph-dir "$work" \
    --output-path "$output" --fallback-display-name Contrast --fallback-bundle-identifier contrast >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
}
if grep -E '^(warning|error):' "$work/log" | grep -v 'is missing documentation$' >&2; then exit 1; fi
