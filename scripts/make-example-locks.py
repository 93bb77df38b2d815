#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes examples/*/contrast.lock.

The images of the examples do not exist in any registry. This script makes one for each row of the table below: a single
layer that holds /etc/passwd and /etc/group, a configuration and a manifest. So every entry carries the proof that a real
one would carry, and `contrast generate --require-proof` accepts it.

    make-example-locks.py            write the locks
    make-example-locks.py --check    exit 1 when a lock, or a digest written out in the YAML, differs
"""

import base64
import hashlib
import io
import json
import pathlib
import re
import sys
import tarfile

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ROOT_USER = "root:x:0:0:root:/root:/bin/sh\n"
ROOT_GROUP = "root:x:0:\n"


def user(name, uid, gid, home="/nonexistent"):
    return f"{name}:x:{uid}:{gid}::{home}:/usr/sbin/nologin\n"


def group(name, gid, *members):
    return f"{name}:x:{gid}:{','.join(members)}\n"


# directory -> reference -> facts. `config` is the image configuration as a registry has it; `index` asks for an index
# of several platforms around the manifest.
IMAGES = {
    "voting-mesh": {
        "registry.example/voting/web:2.3": {
            "config": {
                "User": "web",
                "Env": [PATH, "STATIC_ROOT=/app/static"],
                "Entrypoint": ["/app/web"],
                "WorkingDir": "/app",
            },
            "passwd": ROOT_USER + user("web", 1000, 1000, "/app"),
            "group": ROOT_GROUP + group("web", 1000),
        },
        "registry.example/voting/emoji:2.3": {
            "config": {"User": "65532:65532", "Env": [PATH], "Entrypoint": ["/emoji"], "WorkingDir": "/"},
            "passwd": ROOT_USER + user("nonroot", 65532, 65532, "/home/nonroot"),
            "group": ROOT_GROUP + group("nonroot", 65532),
            "index": True,
        },
        "registry.example/voting/voting:2.3": {
            "config": {"Env": [PATH], "Entrypoint": ["/voting"], "Cmd": ["--store", "memory"], "WorkingDir": "/"},
            "passwd": "",
            "group": "",
        },
        "registry.example/voting/bot:2.3": {
            "config": {"Env": [PATH], "Entrypoint": ["/bot"], "WorkingDir": "/"},
            "passwd": ROOT_USER,
            "group": ROOT_GROUP,
        },
    },
    "client-server": {
        # Root is a member of 'wheel', so its processes have the supplementary group 10.
        "registry.example/tools/tls-tools:3.2": {
            "config": {"Env": [PATH, "LANG=C.UTF-8"], "Cmd": ["/bin/sh"], "WorkingDir": "/"},
            "passwd": ROOT_USER + user("daemon", 2, 2),
            "group": ROOT_GROUP + group("daemon", 2) + group("wheel", 10, "root"),
            "index": True,
        },
    },
    "block-volume": {
        "registry.example/ledger/store:1.9": {
            "config": {
                "User": "store",
                "Env": [PATH, "LEDGER_HOME=/var/lib/ledger"],
                "Entrypoint": ["/usr/bin/ledger-store"],
                "Cmd": ["--listen", "0.0.0.0:9000"],
                "WorkingDir": "/var/lib/ledger",
                "Volumes": {"/var/lib/ledger": {}},
            },
            # 'store' is in the group that may use block devices.
            "passwd": ROOT_USER + user("store", 999, 999, "/var/lib/ledger"),
            "group": ROOT_GROUP + group("disk", 6, "store") + group("store", 999),
        },
    },
    "cron": {
        "registry.example/reports/fetch:0.7": {
            "config": {"Env": [PATH], "Entrypoint": ["/fetch"], "WorkingDir": "/scratch"},
            "passwd": ROOT_USER,
            "group": ROOT_GROUP,
        },
        "registry.example/reports/report:0.7": {
            "config": {
                "User": "1001",
                "Env": [PATH, "PYTHONUNBUFFERED=1"],
                "Entrypoint": ["python3", "-m", "report"],
                "WorkingDir": "/srv/report",
            },
            "passwd": ROOT_USER + user("report", 1001, 1001, "/srv/report"),
            "group": ROOT_GROUP + group("report", 1001),
        },
        "registry.example/reports/logship:2.0": {
            "config": {"Env": [PATH], "Entrypoint": ["/logship"], "Cmd": ["--help"], "WorkingDir": "/"},
            "passwd": "",
            "group": "",
        },
    },
    "kustomize": {
        "registry.example/shop/api:1.3": {
            "config": {"User": "1000", "Env": [PATH], "Entrypoint": ["/api"], "WorkingDir": "/"},
            "passwd": ROOT_USER + user("api", 1000, 1000),
            "group": ROOT_GROUP + group("api", 1000),
        },
        "registry.example/shop/api:1.4": {
            "config": {"User": "1000", "Env": [PATH, "API_LEVEL=2"], "Entrypoint": ["/api"], "WorkingDir": "/"},
            "passwd": ROOT_USER + user("api", 1000, 1000),
            "group": ROOT_GROUP + group("api", 1000),
        },
    },
    "helm-like": {
        "registry.example/charts/dashboard:5.1.2": {
            "config": {
                "User": "nginx",
                "Env": [PATH, "DASHBOARD_VERSION=5.1.2"],
                "Entrypoint": ["/docker-entrypoint.sh"],
                "Cmd": ["nginx", "-g", "daemon off;"],
                "WorkingDir": "/",
            },
            "passwd": ROOT_USER + user("nginx", 101, 101, "/var/cache/nginx"),
            "group": ROOT_GROUP + group("nginx", 101),
            "index": True,
        },
    },
}


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def blob(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def layer(files):
    """An uncompressed tar: its digest is its diff ID, and does not depend on a version of zlib."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, text in sorted(files.items()):
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


def entry(facts):
    tar = layer({f"etc/{name}": facts[name] for name in ("passwd", "group") if facts[name]})
    config_blob = blob({
        "architecture": "amd64",
        "os": "linux",
        "config": facts["config"],
        "rootfs": {"type": "layers", "diff_ids": [digest(tar)]},
    })
    manifest = blob({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": digest(config_blob),
            "size": len(config_blob),
        },
        "layers": [
            {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest(tar), "size": len(tar)},
        ],
    })
    result = {
        "digest": digest(manifest),
        "platform": "linux/amd64",
        "config": facts["config"],
        "manifest": base64.b64encode(manifest).decode(),
        "configBlob": base64.b64encode(config_blob).decode(),
        "passwd": facts["passwd"],
        "group": facts["group"],
        "layers": [
            {"digest": digest(tar), "diffID": digest(tar), "size": len(tar), "uncompressedSize": len(tar)},
        ],
    }
    if facts.get("index"):
        result["index"] = digest(blob({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [{
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "digest": digest(manifest),
                "size": len(manifest),
                "platform": {"architecture": "amd64", "os": "linux"},
            }],
        }))
    return result


def lock_text(images):
    lock = {"version": 1, "images": {reference: entry(facts) for reference, facts in images.items()}}
    return json.dumps(lock, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def wrong_digests(directory, images):
    """References in the YAML that are not locked, or whose digest written out is not that of the lock."""
    for path in sorted(directory.rglob("*.yaml")):
        for reference in re.findall(r"registry\.example/[\w./:@-]+", path.read_text()):
            name, _, written = reference.partition("@")
            if ":" not in name:
                continue  # completed by an overlay
            if name not in images:
                yield f"{path}: {name} is not in the table"
                continue
            expected = entry(images[name])
            if written and written not in (expected["digest"], expected.get("index")):
                yield f"{path}: {name} is {expected.get('index', expected['digest'])}, not {written}"


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    problems = []
    for name, images in sorted(IMAGES.items()):
        path = EXAMPLES / name / "contrast.lock"
        text = lock_text(images)
        problems += wrong_digests(path.parent, images)
        if not arguments:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            problems.append(f"{path}: is not what this script writes")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
