#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Changes the image of a LUKS2 volume as a host could: tamper.py CHANGE IMAGE."""

import hashlib
import os
import sys

HEADER = 16 << 10
DATA = 16 << 20


def sealed(header: bytes) -> bytes:
    """The header with the checksum that belongs to it."""
    blank = header[:448] + bytes(64) + header[512:]
    return header[:448] + hashlib.sha256(blank).digest() + bytes(32) + header[512:]


def replaced(header: bytes, old: bytes, new: bytes) -> bytes:
    """The header with another text in its JSON."""
    json = header[4096:].rstrip(b"\0")
    assert old in json
    return sealed(header[:4096] + json.replace(old, new).ljust(HEADER - 4096, b"\0"))


def main() -> None:
    change, path = sys.argv[1:]
    with open(path, "r+b") as image:
        copies = [image.read(HEADER) for _ in range(2)]
        if change == "null-cipher":
            for index, copy in enumerate(copies):
                image.seek(index * HEADER)
                image.write(replaced(copy, b'"iv_tweak":"0","encryption":"aes-xts-plain64"',
                                     b'"iv_tweak":"0","encryption":"cipher_null-ecb"'))
        elif change == "second-copy":
            image.seek(HEADER)
            image.write(bytes(HEADER))
        elif change == "no-magic":
            for index in range(2):
                image.seek(index * HEADER)
                image.write(b"XXXX")
        elif change == "data":
            # Behind the superblock and the journal of dm-integrity; no tag fits its block any more.
            image.seek(DATA)
            data = bytearray(image.read())
            for offset in range(512 << 10, len(data), 4096):
                data[offset] ^= 1
            image.seek(DATA)
            image.write(data)
        elif change == "blank":
            size = os.fstat(image.fileno()).st_size
            image.truncate(0)
            image.truncate(size)
        else:
            raise SystemExit(f"unknown change {change}")


main()
