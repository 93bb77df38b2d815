#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the container images of coordinator and initializer, as OCI layouts, with nothing but Python.

    scripts/make-images.py                                      # builds the programs; writes .build/images
    scripts/make-images.py --programs DIRECTORY --output DIRECTORY
    skopeo copy oci:.build/images/coordinator:latest docker://registry.example/coordinator:1

An image holds its program with the Swift runtime inside, the C libraries that it loads, and the certificates of public
CAs; where this machine has them, also iptables, and in that of the initializer what opens encrypted volumes. No time, no name of a file's
owner and no order of a directory is in it: the same files give the same bytes.
"""

import argparse
import glob
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
LAYOUT = {"imageLayoutVersion": "1.0.0"}
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# What the initializer runs for volumes, and what probes and sidecars of generate run in its image.
VOLUME_PROGRAMS = {
    "/sbin/cryptsetup": "cryptsetup",
    "/sbin/mkfs.ext4": "e2fsprogs",
    "/bin/busybox": "busybox-static",
}
# What removes the guest's rule that drops what comes from outside.
FIREWALL_PROGRAMS = {
    "/usr/sbin/xtables-nft-multi": ["iptables-nft"],
    "/usr/sbin/xtables-legacy-multi": ["iptables-legacy"],
}
FIREWALL_MODULES = ["conntrack", "standard"]
BUSYBOX_LINKS = ["sh", "sleep", "test"]


def fail(message):
    sys.exit(f"make-images.py: {message}")


def build_programs():
    """Release builds with the Swift runtime linked in."""
    command = ["swift", "build", "-c", "release", "--package-path", REPOSITORY, "--static-swift-stdlib"]
    for product in ("coordinator", "initializer"):
        subprocess.run(command + ["--product", product], check=True, stdout=sys.stderr)
    shown = subprocess.run(command + ["--show-bin-path"], check=True, stdout=subprocess.PIPE, text=True)
    return shown.stdout.strip()


def libraries(program):
    """The shared objects that a program loads, and the loader, by the paths at which it finds them."""
    shown = subprocess.run(["ldd", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if shown.returncode != 0:
        return []  # Linked statically.
    if "not found" in shown.stdout:
        fail(f"{program} needs libraries that are not here:\n{shown.stdout}")
    paths = sorted(set(re.findall(r"(/\S+) \(0x", shown.stdout)))
    swift = [path for path in paths if "/libswift" in path or "/libFoundation" in path or "/libdispatch" in path]
    if swift:
        fail(f"{program} loads the Swift runtime ({swift[0]}): build it with --static-swift-stdlib")
    return paths


class Tree:
    """The files of an image by their paths."""

    def __init__(self):
        self.files, self.links = {}, {}

    def add(self, path, source, mode):
        with open(source, "rb") as file:
            self.files[path] = (file.read(), mode)

    def add_program(self, path, source, strip=False):
        self.add(path, source, 0o755)
        if strip and shutil.which("strip"):
            with tempfile.NamedTemporaryFile() as stripped:
                subprocess.run(["strip", "-o", stripped.name, source], check=True)
                self.add(path, stripped.name, 0o755)
        for library in libraries(source):
            self.add(library, os.path.realpath(library), 0o755)

    def tar(self):
        """Sorted, each directory before what is in it; all of it root's and of the same second."""
        directories = {"tmp"}
        for path in list(self.files) + list(self.links):
            parts = path.strip("/").split("/")[:-1]
            directories.update("/".join(parts[: count + 1]) for count in range(len(parts)))
        entries = [(name, "directory") for name in directories]
        entries += [(path.strip("/"), "file") for path in self.files]
        entries += [(path.strip("/"), "link") for path in self.links]
        output = io.BytesIO()
        with tarfile.open(fileobj=output, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, kind in sorted(entries):
                info = tarfile.TarInfo(name)
                if kind == "directory":
                    info.type, info.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
                    archive.addfile(info)
                elif kind == "link":
                    info.type, info.mode, info.linkname = tarfile.SYMTYPE, 0o777, self.links["/" + name]
                    archive.addfile(info)
                else:
                    content, info.mode = self.files["/" + name]
                    info.size = len(content)
                    archive.addfile(info, io.BytesIO(content))
        return output.getvalue()


def coordinator_tree(programs):
    tree = Tree()
    tree.add_program("/coordinator", os.path.join(programs, "coordinator"), strip=True)
    add_network_files(tree)
    add_firewall(tree, "coordinator")
    return tree


def initializer_tree(programs):
    tree = Tree()
    tree.add_program("/initializer", os.path.join(programs, "initializer"), strip=True)
    add_network_files(tree)
    add_firewall(tree, "initializer")
    missing = [package for path, package in VOLUME_PROGRAMS.items() if find(path) is None]
    if missing:
        print(
            f"make-images.py: the initializer's image will open no volumes: {', '.join(missing)} not installed",
            file=sys.stderr)
        return tree
    for path in VOLUME_PROGRAMS:
        tree.add_program(path, os.path.realpath(find(path)))
    for name in BUSYBOX_LINKS:
        tree.links[f"/bin/{name}"] = "busybox"
    return tree


def add_firewall(tree, name):
    modules = next(
        (place for place in sorted(glob.glob("/usr/lib*/xtables") + glob.glob("/usr/lib/*/xtables"))
         if all(os.path.exists(f"{place}/libxt_{module}.so") for module in FIREWALL_MODULES)), None)
    if modules is None or not all(map(os.path.exists, FIREWALL_PROGRAMS)):
        print(
            f"make-images.py: the {name}'s image will not make its pod reachable in a guest that drops what comes from "
            "outside: iptables not installed", file=sys.stderr)
        return
    for program, links in FIREWALL_PROGRAMS.items():
        tree.add_program(program, program)
        for link in links:
            tree.links[f"/usr/sbin/{link}"] = os.path.basename(program)
    for module in FIREWALL_MODULES:
        tree.add(f"{modules}/libxt_{module}.so", f"{modules}/libxt_{module}.so", 0o755)


def find(path):
    """Where this machine has a program; Debian has moved some below /usr."""
    return next((place for place in (path, "/usr" + path) if os.path.exists(place)), None)


def add_network_files(tree):
    if not os.path.exists(CERTIFICATES):
        fail(f"{CERTIFICATES} is missing: install ca-certificates")
    tree.add(CERTIFICATES, CERTIFICATES, 0o644)
    tree.files["/etc/nsswitch.conf"] = (b"hosts: files dns\n", 0o644)
    tree.files["/etc/passwd"] = (b"root:x:0:0:root:/:/sbin/nologin\n", 0o644)


def json_bytes(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


class Layout:
    """An OCI image layout with one image."""

    def __init__(self, directory):
        self.directory = directory
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(os.path.join(directory, "blobs", "sha256"))

    def write(self, name, content):
        with open(os.path.join(self.directory, name), "wb") as file:
            file.write(content)

    def blob(self, media_type, content):
        digest = hashlib.sha256(content).hexdigest()
        self.write(os.path.join("blobs", "sha256", digest), content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

    def image(self, tar, entrypoint, command, architecture):
        """Writes an image of one layer, and gives its descriptor."""
        kind = "application/vnd.oci.image"
        layer = self.blob(f"{kind}.layer.v1.tar+gzip", gzip.compress(tar, compresslevel=9, mtime=0))
        config = self.blob(f"{kind}.config.v1+json", json_bytes({
            "architecture": architecture,
            "os": "linux",
            "config": {
                "Entrypoint": entrypoint, "Cmd": command, "WorkingDir": "/",
                "Env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(tar).hexdigest()}"]},
            "history": [{"created_by": "make-images.py"}],
        }))
        manifest = self.blob(f"{kind}.manifest.v1+json", json_bytes({
            "schemaVersion": 2, "mediaType": f"{kind}.manifest.v1+json", "config": config, "layers": [layer]}))
        entry = dict(manifest, platform={"architecture": architecture, "os": "linux"},
                     annotations={"org.opencontainers.image.ref.name": "latest"})
        self.write("index.json", json_bytes(
            {"schemaVersion": 2, "mediaType": f"{kind}.index.v1+json", "manifests": [entry]}))
        self.write("oci-layout", json_bytes(LAYOUT))
        return manifest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", help="directory with coordinator and initializer; they are built without")
    parser.add_argument("--output", default=os.path.join(REPOSITORY, ".build", "images"))
    arguments = parser.parse_args()
    architecture = ARCHITECTURES.get(os.uname().machine)
    if architecture is None:
        fail(f"no image for {os.uname().machine}")
    programs = arguments.programs or build_programs()
    images = [
        # In a pod it is to be reached by others, and finds others of its deployment behind their service.
        ("coordinator", coordinator_tree, [
            "--listen", "0.0.0.0", "--peer", "coordinator-ready", "--remove-default-deny"]),
        ("initializer", initializer_tree, ["run"]),
    ]
    for name, tree, command in images:
        layout = Layout(os.path.join(arguments.output, name))
        manifest = layout.image(tree(programs).tar(), [f"/{name}"], command, architecture)
        print(f"{name} {manifest['digest']}")


if __name__ == "__main__":
    main()
