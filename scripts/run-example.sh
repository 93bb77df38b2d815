#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compiles a copy of the voting example and shows what came of it: run-example.sh CONTRAST
set -euo pipefail

contrast=$(realpath "${1:?"usage: run-example.sh CONTRAST"}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

heading() { printf '\n== %s\n\n' "$*"; }
# Long lines hold policies; their ends say nothing to a reader.
abbreviate() { awk '{ if (length($0) > 120) $0 = substr($0, 1, 117) "..."; print }'; }

rm -rf .build/run
mkdir -p .build/run
cp -r examples/voting-mesh .build/run/before
cp -r examples/voting-mesh .build/run/
cd .build/run

heading "contrast generate"
"$contrast" generate --reference-values metal-qemu-snp \
    --manifest voting-mesh/manifest.json --lock voting-mesh/contrast.lock --locked voting-mesh

heading "what changed"
{ diff -ru -x manifest.json before voting-mesh || [ $? -eq 1 ]; } | abbreviate

heading "voting-mesh/manifest.json"
cat voting-mesh/manifest.json

heading "contrast inspect voting-mesh/emoji.yaml"
# Its head; the policy follows.
"$contrast" inspect voting-mesh/emoji.yaml | abbreviate | awk 'NR < 12'

heading "contrast policy show voting-mesh/emoji.yaml"
"$contrast" policy show voting-mesh/emoji.yaml | abbreviate

heading "contrast explain"
# A host that changes the agent's first request. Denied requests are what it is for, so 1 is no failure here.
printf '{"kind": "CreateSandboxRequest", "request": {"guest_hook_path": "/hooks"}}\n' |
    { "$contrast" explain --yaml voting-mesh/emoji.yaml - || [ $? -eq 1 ]; } | abbreviate

heading "the compiled copy is in .build/run/voting-mesh"
