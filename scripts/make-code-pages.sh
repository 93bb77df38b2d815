#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes what 'contrast explain-code' prints out of docs/codes.
set -eu
cd "$(dirname "$0")/.."
target=Sources/Backends/Diagnostics/Generated/CodePages.swift
{
    printf '// SPDX-License-Identifier: Apache-2.0\n'
    printf '// swift-format-ignore-file\n'
    printf '// Made from docs/codes by `make code-pages`.\n\n'
    printf 'enum CodePages {\n    /// Markdown by code, without the last line break.\n'
    printf '    static let all: [String: String] = [\n'
    for page in docs/codes/CC*.md; do
        printf '"%s": #"""\n' "$(basename "$page" .md)"
        cat "$page"
        printf '"""#,\n'
    done
    printf '    ]\n}\n'
} > "$target.new"
mv "$target.new" "$target"
