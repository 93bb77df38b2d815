# SPDX-License-Identifier: Apache-2.0
"""check-schema.py SCHEMA FILE...: a line for each place in a file that a published schema refuses.

SCHEMA is sarif-2.1.0, the schema of the OASIS standard as the package schemastore carries it, or github-workflows or
gitlab-ci, as check-jsonschema carries them."""

import importlib.util
import json
import pathlib
import sqlite3
import sys

import jsonschema
import yaml

SARIF_ID = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"


def package(name: str) -> pathlib.Path:
    """The directory of an installed package, which is not imported: it may need others."""
    return pathlib.Path(importlib.util.find_spec(name).origin).parent


def sarif_schema() -> dict:
    """Looks through the cached answers, which hold the text of a schema among other things."""
    path = package("schemastore") / "cache.sqlite"
    rows = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True).execute("SELECT value FROM responses")
    for (value,) in rows:
        if SARIF_ID.encode() not in value:
            continue
        start = value.find(b"{")
        schema, _ = json.JSONDecoder().raw_decode(value[start:].decode("utf-8", "replace"))
        if schema.get("$id") == SARIF_ID:
            return schema
    raise SystemExit("schemastore does not have the schema of SARIF 2.1.0")


def read(path: str) -> object:
    text = pathlib.Path(path).read_text()
    # YAML 1.1 reads the key `on` as true.
    return json.loads(text) if path.endswith(".json") else yaml.load(text, yaml.BaseLoader)


def main(name: str, *files: str) -> None:
    vendored = package("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = sarif_schema() if name == "sarif-2.1.0" else json.loads((vendored / f"{name}.json").read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    for file in files:
        for error in validator.iter_errors(read(file)):
            print(f"{file}: {error.json_path}: {error.message[:200]}")


main(*sys.argv[1:])
