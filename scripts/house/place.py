"""Where a server keeps its files, and where its binaries are. What does not belong here: starting anything."""

from __future__ import annotations

import dataclasses
import importlib.machinery
import os
from pathlib import Path

SERVER_ENVIRON = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
START_SECONDS = 60


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a server keeps its data, its socket and its log."""

    data: Path
    sockets: Path
    log: Path


def package(venv: Path, *, name: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    site = [str(path) for path in venv.glob("lib/python*/site-packages")]
    spec = importlib.machinery.PathFinder.find_spec(name, site)
    return Path(spec.origin).parent if spec and spec.origin else None
