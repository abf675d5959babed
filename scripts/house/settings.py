"""The environment variables of the children. What does not belong here: the settings they turn into (config/)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

# Without .pyc files every process starts a second later; the others would lead to another Python's packages.
UNWANTED = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"})


def child_environ(*, root: Path, data: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """What children see: what the caller set wins over `extra`, which wins over what is missing."""
    own = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    path = os.pathsep.join([str(root / ".venv" / "bin"), own.get("PATH", os.defpath)])
    made = {
        "NUMBA_CACHE_DIR": str(data / "numba"),
        "BEAT_SCHEDULE_FILE": str(data / "beat-schedule"),
        "PYTHONUNBUFFERED": "1",
    }
    return made | dict(extra) | own | {"PATH": path}
