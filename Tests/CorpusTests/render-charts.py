# SPDX-License-Identifier: Apache-2.0
"""render-charts.py CHART...: writes what Helm 4 makes of each chart into a file 'rendered.yaml' in its directory.

With the library of the package helm-python-sdk, which has no command line."""

import pathlib
import sys

from helm_python import Chart

for directory in sys.argv[1:]:
    with Chart.load(directory) as chart:
        rendered = chart.render(name="shop", namespace="default")
    documents = [f"---\n# Source: {name}\n{text}\n" for name, text in sorted(rendered.items())]
    pathlib.Path(directory, "rendered.yaml").write_text("".join(documents))
