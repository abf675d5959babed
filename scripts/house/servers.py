"""PostgreSQL and Valkey in a directory that is thrown away. What does not belong here: the lasting ones (run.py)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scripts.house import postgres, state, valkey
from scripts.house.place import Place
from scripts.house.supervisor import Supervisor


def start_missing(
    supervisor: Supervisor, *, scratch: Path, venv: Path, environ: Mapping[str, str], lasting: bool
) -> dict[str, str]:
    """Start what no URL in the environment replaces, and return the URLs.

    :raises HouseError: if a server does not come up
    """
    sockets = state.socket_folder(scratch)
    urls = {}
    for name, start in (("DATABASE_URL", postgres.start), ("REDIS_URL", valkey.start)):
        if not environ.get(name):
            place = Place(scratch / name.lower(), sockets, scratch / f"{name.lower()}.log")
            urls[name] = start(supervisor=supervisor, place=place, venv=venv, lasting=lasting)
    return urls
