#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the build needs beside Swift, with apt, when it is missing, and with --tests what the tests need too.
# Changes nothing when all of it is there.
set -euo pipefail

missing=()
need_command() { command -v "$1" >/dev/null || missing+=("$2"); }
need_library() { pkg-config --exists "$1" 2>/dev/null || missing+=("$2"); }

need_command make make
need_command git git
need_command pkg-config pkg-config
# What the example is looked at with.
need_command curl curl
need_command openssl openssl
need_library yaml-0.1 libyaml-dev
need_library libcrypto libssl-dev
need_library zlib zlib1g-dev
need_library libzstd libzstd-dev
# For the tests, which are skipped where these are missing: a registry that they start on loopback, tools that make images
# for it, firmware of virtual machines whose measurements are known, iptables, and what reads headers of encrypted volumes.
if [ "${1:-}" = --tests ]; then
    for tool in docker-registry umoci skopeo buildah; do need_command "$tool" "$tool"; done
    [ -e /usr/share/ovmf/OVMF.fd ] || missing+=(ovmf)
    [ -e /usr/sbin/iptables-nft ] || missing+=(iptables)
    [ -e /usr/sbin/cryptsetup ] || missing+=(cryptsetup-bin)
fi
# Debian keeps the part of Python that makes virtual environments in a package of its own.
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)

[ ${#missing[@]} -gt 0 ] || exit 0

refuse() {
    echo "error: $1; install these and try again (Debian's names): ${missing[*]}" >&2
    exit 1
}

command -v apt-get >/dev/null || refuse "packages are missing and there is no apt-get"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || refuse "packages are missing, and this is neither root nor is there sudo"
    as_root=(sudo)
fi

echo "installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
