# SPDX-License-Identifier: Apache-2.0
"""What readers other than ours make of files before and after a compilation, and after its removal.

    compare.py DIRECTORY

DIRECTORY has before/, after/ and removed/ with files of the same names. Prints a line for each of these: a document that
Kubernetes' schemas accept before and not after, documents that are no YAML after, data that a removal does not restore.
The last line says how many documents were accepted before.
"""

import functools
import pathlib
import sys

import kubernetes_validate
import kubernetes_validate.utils
import yaml

# The definitions are a large file, which the validator would read again for each document.
kubernetes_validate.utils.schema_contents = functools.cache(kubernetes_validate.utils.schema_contents)
VERSION = kubernetes_validate.latest_version()


class Loader(yaml.SafeLoader):
    """Reads in Python, not with libyaml; the plain scalar '=' is a string."""


Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: str(node.value))


def documents(path):
    return [item for item in yaml.load_all(path.read_bytes(), Loader=Loader) if item is not None]


def canonical(value):
    """The value with the keys of mappings in order, as text, since no NaN equals itself."""
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(f"{key!r}: {canonical(item)}" for key, item in value.items())) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(canonical, value)) + "]"
    return repr(value)


def problem(document):
    """Why a document is refused, None when it is accepted."""
    try:
        kubernetes_validate.validate(document, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        return f"{'.'.join(map(str, error.path))}: {error.message}"[:300]
    except Exception as error:
        return repr(error)[:300]
    return None


def main():
    root = pathlib.Path(sys.argv[1])
    accepted = 0
    for before in sorted((root / "before").iterdir()):
        try:
            old = documents(before)
        except Exception:
            continue
        try:
            new = documents(root / "after" / before.name)
            back = documents(root / "removed" / before.name)
        except Exception as error:
            print(f"{before.name}: no YAML: {error}".replace("\n", " "))
            continue
        if canonical(back) != canonical(old):
            print(f"{before.name}: the removal gives other data")
        if len(new) != len(old):
            print(f"{before.name}: {len(old)} documents became {len(new)}")
        for left, right in zip(old, new):
            if not isinstance(left, dict) or problem(left) is not None:
                continue
            accepted += 1
            after = problem(right)
            if after is not None:
                print(f"{before.name}: {left.get('kind')}: {after}".replace("\n", " "))
    print(f"{accepted} documents were accepted")


main()
