#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes a virtual environment with the packages of requirements.txt, unless it is there already: make-venv.sh DIRECTORY
set -euo pipefail

venv=${1:?"usage: make-venv.sh DIRECTORY"}
requirements=$(dirname "${BASH_SOURCE[0]}")/requirements.txt

# The copy inside says what it was made from; it is written last.
if cmp -s "$requirements" "$venv/requirements.txt"; then
    exit 0
fi

is_wanted() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; }
python=
for candidate in python3 python3.11; do
    if is_wanted "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "error: the pinned wheels are for Python 3.11, which is not here; set CONTRAST_REGO_PYTHON to a Python" >&2
    echo "       that has the packages of scripts/requirements.txt" >&2
    exit 1
fi

echo "making $venv"
rm -rf "$venv"
"$python" -m venv "$venv"
# The bindings of OPA ask for a newer Python than they use.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    --only-binary :all: --ignore-requires-python --requirement "$requirements"
cp "$requirements" "$venv/requirements.txt"
