"""Reading the package's own data files.

What does not belong here: the meaning of a column, and any file outside the package.
"""

from __future__ import annotations

import csv
from importlib import resources


def rows(name: str) -> list[dict[str, str]]:
    """The rows of ``data/<name>.csv`` by column name; lines starting with ``#`` name the source."""
    text = resources.files("marketdata").joinpath(f"data/{name}.csv").read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
