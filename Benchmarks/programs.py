# SPDX-License-Identifier: Apache-2.0
"""Builds what is measured."""

import os
import subprocess
import sys


def build(product):
    """The path of a program, built as it is for a release."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    command = ["swift", "build", "-c", "release", "--package-path", root]
    # macOS has Swift's libraries itself.
    command += [] if sys.platform == "darwin" else ["--static-swift-stdlib"]
    environment = dict(os.environ, CONTRAST_BENCHMARKS="1") if product.endswith("-bench") else None
    subprocess.run(command + ["--product", product], check=True, env=environment, stdout=sys.stderr)
    shown = subprocess.run(
        command + ["--show-bin-path"], check=True, env=environment, stdout=subprocess.PIPE, text=True)
    return os.path.join(shown.stdout.strip(), product)


def contrast():
    """The path of contrast: what CONTRAST says, or a build."""
    given = os.environ.get("CONTRAST")
    return os.path.abspath(given) if given else build("contrast")
