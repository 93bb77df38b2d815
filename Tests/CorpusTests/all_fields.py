# SPDX-License-Identifier: Apache-2.0
"""Prints an object of each kind that bears pods, with every field that Kubernetes' schema has, as a JSON list."""

import importlib.resources
import json

import kubernetes_validate

SCHEMAS = importlib.resources.files("kubernetes_validate") / "kubernetes-json-schema"
DIRECTORY = SCHEMAS / f"v{kubernetes_validate.latest_version()}-local-strict"
DEFINITIONS = json.loads((DIRECTORY / "_definitions.json").read_text())["$defs"]
KINDS = {
    "v1": ["Pod", "ReplicationController"],
    "apps/v1": ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"],
    "batch/v1": ["Job", "CronJob"],
}
# Types whose values are scalars, though their definitions say otherwise.
SCALARS = {"Quantity": "1", "IntOrString": 5, "Time": "2020-01-01T00:00:00Z", "MicroTime": "2020-01-01T00:00:00Z"}
VALUES = {"string": "x", "integer": 1, "number": 1.5, "boolean": True}


def value(schema):
    if "$ref" in schema:
        name = schema["$ref"].split("/")[-1]
        short = name.split(".")[-1]
        return SCALARS[short] if short in SCALARS else value(DEFINITIONS[name])
    if "properties" in schema:
        return {key: value(item) for key, item in schema["properties"].items()}
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(item for item in kind if item != "null")
    if kind == "array":
        return [value(schema["items"])]
    if kind in VALUES:
        return VALUES[kind]
    more = schema.get("additionalProperties")
    return {"key": value(more)} if isinstance(more, dict) else {}


def main():
    objects = []
    for version, kinds in KINDS.items():
        package = "core.v1" if version == "v1" else version.replace("/", ".")
        for kind in kinds:
            whole = value(DEFINITIONS[f"io.k8s.api.{package}.{kind}"])
            objects.append({**whole, "apiVersion": version, "kind": kind})
    print(json.dumps(objects))


main()
