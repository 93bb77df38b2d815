#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges Kata agent policies with a real policy engine: judge.py regorus|opa

Reads commands from standard input, one JSON object a line, and answers each with one JSON object on a line:

  {"policy": TEXT}                 loads a policy, with empty state      -> {}
  {"state": {...}}                 replaces the state                    -> {}
  {"kind": NAME, "request": {...}} judges a request                      -> {"allowed": true|false, "state": {...}}
                                   and with "runs": N takes its time too -> {..., "microseconds": BEST}

A policy's answer is a boolean, or an object with "allowed" and "ops"; when it allows, the ops, a JSON Patch, change the
state. With "commit": false the state that the ops lead to is only shown. Requests must be complete, since there are no
defaults here. Whatever fails is answered by {"error": TEXT}; the agent would refuse such a request.
"""
import copy
import ctypes
import importlib.util
import json
import os
import sys
import time


class Failure(Exception):
    pass


class Regorus:
    """The engine inside the agent, through the package gordon-to-regorus."""

    def __init__(self):
        import regorus

        self.module = regorus

    def load(self, policy, data):
        self.engine = self.module.Engine()
        self.engine.add_policy("policy.rego", policy)
        self.replace(data)

    def replace(self, data):
        self.engine.clear_data()
        self.engine.add_data_json(json.dumps(data))

    def timed(self, rule, request):
        self.engine.set_input_json(json.dumps(request))
        start = time.process_time()
        self.engine.eval_query_as_json(f"data.agent_policy.{rule}")
        return time.process_time() - start

    def values(self, rule, request):
        self.engine.set_input_json(json.dumps(request))
        found = json.loads(self.engine.eval_query_as_json(f"data.agent_policy.{rule}"))
        return [expression["value"] for result in found.get("result", []) for expression in result["expressions"]]


class OPA:
    """Open Policy Agent, through the C interface in the package opa-golib-python-bindings."""

    def __init__(self):
        # Only located: importing the package needs a newer Python than the library in it does.
        found = importlib.util.find_spec("opa_bindings")
        if found is None:
            raise Failure("the package opa_bindings is not there")
        directory = os.path.dirname(found.origin)
        self.library = ctypes.CDLL(os.path.join(directory, "libopabridge.so"))
        self.library.OpaNew.restype = ctypes.c_uint64
        self.library.OpaDestroy.argtypes = [ctypes.c_uint64]
        self.library.OpaFreeString.argtypes = [ctypes.c_void_p]
        for name, flags in (("OpaAddPolicy", 0), ("OpaAddData", 0), ("OpaEvalQuery", 2)):
            function = getattr(self.library, name)
            function.restype = ctypes.c_void_p
            function.argtypes = [ctypes.c_uint64, ctypes.c_char_p, ctypes.c_char_p] + [ctypes.c_int] * flags
        self.handle = None

    def call(self, name, *arguments):
        pointer = getattr(self.library, name)(self.handle, *arguments)
        if not pointer:
            raise Failure(f"{name} gave no answer")
        answer = json.loads(ctypes.string_at(pointer))
        self.library.OpaFreeString(pointer)
        if answer.get("error"):
            raise Failure(json.dumps(answer["error"]))
        return answer.get("result")

    def load(self, policy, data):
        self.policy = policy.encode()
        self.replace(data)

    def replace(self, data):
        # Data that was added cannot be taken away again.
        if self.handle is not None:
            self.library.OpaDestroy(self.handle)
        self.handle = self.library.OpaNew()
        self.call("OpaAddPolicy", b"policy.rego", self.policy)
        self.call("OpaAddData", b"", json.dumps(data).encode())

    def values(self, rule, request):
        query = f"data.agent_policy.{rule}".encode()
        found = self.call("OpaEvalQuery", query, json.dumps(request).encode(), 0, 0)
        return [expression["value"] for result in found or [] for expression in result["expressions"]]


def patched(document, operations):
    """A copy of the document after a JSON Patch of additions and removals of object members."""
    document = copy.deepcopy(document)
    for operation in operations:
        parts = operation["path"].split("/")
        if parts[0] != "" or len(parts) < 2:
            raise Failure(f"cannot patch {operation['path']!r}")
        *parents, key = [part.replace("~1", "/").replace("~0", "~") for part in parts[1:]]
        place = document
        for parent in parents:
            if not isinstance(place, dict) or parent not in place:
                raise Failure(f"there is no {operation['path']!r}")
            place = place[parent]
        if not isinstance(place, dict):
            raise Failure(f"there is no {operation['path']!r}")
        if operation["op"] == "add":
            place[key] = operation["value"]
        elif operation["op"] == "remove" and key in place:
            del place[key]
        else:
            raise Failure(f"cannot {operation['op']} {operation['path']!r}")
    return document


class Judge:
    def __init__(self, engine):
        self.engine = engine
        self.data = {"pstate": {}}

    def obey(self, command):
        if "policy" in command:
            self.data = {"pstate": {}}
            self.engine.load(command["policy"], self.data)
            return {}
        if "state" in command:
            self.replace({"pstate": command["state"]})
            return {}
        kind, request = command["kind"], command["request"]
        best = self.best_time(kind, request, command["runs"]) if "runs" in command else {}
        return self.decide(kind, request, command.get("commit", True)) | best

    def replace(self, data):
        if data != self.data:
            self.data = data
            self.engine.replace(data)

    def best_time(self, kind, request, runs):
        """The least CPU time that an evaluation takes, without what it takes to hand the request over."""
        times = []
        for _ in range(runs):
            times.append(self.engine.timed(kind, request))
        return {"microseconds": round(min(times) * 1e6)}

    def decide(self, kind, request, commit):
        values = self.engine.values(kind, request)
        if len(values) != 1:
            raise Failure(f"{kind} has {len(values)} values")
        answer = values[0] if isinstance(values[0], dict) else {"allowed": values[0]}
        if not isinstance(answer.get("allowed"), bool):
            raise Failure(f"malformed answer {json.dumps(values[0])}")
        data = self.data
        if answer["allowed"]:
            data = patched(data, answer.get("ops") or [])
            if commit:
                self.replace(data)
        return {"allowed": answer["allowed"], "state": data["pstate"]}


def main():
    judge = Judge({"regorus": Regorus, "opa": OPA}[sys.argv[1]]())
    for line in sys.stdin.buffer:
        try:
            answer = judge.obey(json.loads(line))
        except Exception as error:  # the engines raise exceptions of the most general kinds
            answer = {"error": " ".join(str(error).split())}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
