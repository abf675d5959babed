"""The directory that holds everything one installation makes. What does not belong here: what servers write in it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import shlex
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from scripts.house.console import HouseError

SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
MANAGE_NEEDS = (
    "DATABASE_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "SECRET_KEY",
    "JWT_SECRET_KEY",
    "ENCRYPTION_KEYS",
    "NUMBA_CACHE_DIR",
)
SECRETS = ("SECRET_KEY", "JWT_SECRET_KEY", "ENCRYPTION_KEYS", "DEMO_PASSWORD")


def open_data(*, root: Path, environ: Mapping[str, str]) -> Path:
    """The state directory, PAPERTRADE_DATA or .data of the checkout, readable by its owner only."""
    data = Path(environ.get("PAPERTRADE_DATA") or root / ".data").absolute()
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    (data / "logs").mkdir(exist_ok=True)
    return data


def lock(data: Path) -> IO[str]:
    """Hold the state directory until the returned file is closed or the process ends.

    :raises HouseError: if another copy holds it
    """
    file = (data / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        owner = file.read().strip() or "unknown"
        file.close()
        raise HouseError(
            f"PaperTrade already runs from {data} (process {owner}).\n"
            "Stop that one with Ctrl-C, or start this one elsewhere: PAPERTRADE_DATA=another-directory scripts/run"
        ) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def socket_folder(data: Path) -> Path:
    """Where the sockets are: below the state directory, or in a short private one if that path is too long.

    :raises HouseError: if the short directory belongs to somebody else
    """
    folder = data / "run"
    if len(os.fsencode(folder / LONGEST_SOCKET_NAME)) > SOCKET_PATH_LIMIT:
        digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir(), f"papertrade-{os.geteuid()}-{digest}")
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise HouseError(f"{folder} is not a private directory of this user. Remove it and run again.")
    return folder


def read_secrets(data: Path) -> dict[str, str]:
    """The generated secrets, made on the first call and then kept."""
    path = data / "secrets.env"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = dict(line.split("=", 1) for line in lines if "=" in line)
    missing = {name: secrets.token_urlsafe(48 if "KEY" in name else 12) for name in SECRETS if name not in kept}
    if missing:
        kept |= missing
        partial = path.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text("".join(f"{name}={value}\n" for name, value in kept.items()), encoding="utf-8")
        partial.replace(path)
    return kept


@contextlib.contextmanager
def shared_environment(data: Path, *, environ: Mapping[str, str]) -> Iterator[None]:
    """Tell scripts/manage, for as long as the servers run, where they are."""
    path = data / "environment"
    path.touch(mode=0o600)
    lines = (f"{name}={shlex.quote(environ[name])}\n" for name in MANAGE_NEEDS)
    path.write_text("".join(lines), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def new_log(data: Path, *, name: str) -> Path:
    """A fresh log file; the one of the run before is kept beside it."""
    path = data / "logs" / f"{name}.log"
    if path.exists():
        path.replace(path.with_suffix(".log.1"))
    path.touch(mode=0o600)
    return path
