#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks that the locks of the examples are what their script writes, and the YAML against Kubernetes' own schemas.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
validate=$(dirname "${CONTRAST_REGO_PYTHON:?}")/kubernetes-validate

python3 scripts/make-example-locks.py --check
# Of the Kustomize example only the base is YAML for Kubernetes as it stands.
mapfile -t files < <(
    find examples -name '*.yaml' ! -name kustomization.yaml ! -path '*/overlay/*' | LC_ALL=C sort
)
"$validate" --strict --quiet "${files[@]}"
echo "${#files[@]} example files are valid"
