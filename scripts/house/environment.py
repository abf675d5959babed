"""Makes .venv hold exactly the pinned packages. What does not belong here: servers, and packages of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.house.console import HouseError, say
from scripts.house.place import package

RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
STAMP = "papertrade-installed.txt"
NO_VENV = (
    "This Python cannot make environments with pip in them. Install that part and run again:\n"
    "    sudo apt-get install python3-venv"
)


def prepare(*, root: Path, development: bool) -> Path:
    """The interpreter of .venv, after installing what the requirements pin and removing the rest.

    Packages of a development environment stay when only the runtime is asked for.

    :raises HouseError: if the environment cannot be made or a package cannot be installed
    """
    venv = root / ".venv"
    python = venv / "bin" / "python"
    stamp = venv / STAMP
    stamped = stamp.read_text(encoding="utf-8").split() if stamp.exists() and _works(python) else []
    is_development = development or package(venv, name="pytest") is not None
    names = [RUNTIME, DEVELOPMENT] if is_development else [RUNTIME]
    wanted = [_fingerprint(root / name) for name in names]
    if stamped == wanted:
        return python
    say("    installing the pinned packages into .venv (a minute the first time)")
    pip = _make(venv)
    stamp.unlink(missing_ok=True)
    _install(pip=pip, python=python, requirements=[root / name for name in names], root=root)
    stamp.write_text("\n".join(wanted) + "\n", encoding="utf-8")
    return python


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _works(python: Path) -> bool:
    """Whether the interpreter starts: a moved checkout or an upgraded Python leaves one that does not."""
    return python.exists() and _run([str(python), "-c", ""]).returncode == 0


def _make(venv: Path) -> list[str]:
    """Make the environment if there is none that works, and return the pip command for it.

    :raises HouseError: if neither this Python nor the environment has pip
    """
    python = venv / "bin" / "python"
    inside, outside = [str(python), "-m", "pip"], [sys.executable, "-m", "pip", "--python", str(python)]
    if not _works(python):
        full = _run([sys.executable, "-m", "venv", "--clear", str(venv)])
        bare = (
            full.returncode and _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(venv)]).returncode
        )
        if bare:
            raise HouseError(f"{NO_VENV}\n{full.stdout}{full.stderr}")
    for pip in (inside, outside):
        if _run([*pip, "--version"]).returncode == 0:
            return pip
    shutil.rmtree(venv)
    raise HouseError(NO_VENV)


def _install(*, pip: Sequence[str], python: Path, requirements: Sequence[Path], root: Path) -> None:
    """Install with uv, which takes a tenth of pip's time, or with pip where uv is not to be had.

    :raises HouseError: if pip cannot install them either
    """
    with tempfile.TemporaryDirectory() as folder:
        pin = Path(folder, "uv.txt")
        pin.write_text(_pinned(root / DEVELOPMENT, package="uv"), encoding="utf-8")
        got_uv = _run([*pip, "install", "--quiet", "--require-hashes", "-r", str(pin)]).returncode == 0
    files = [str(path) for path in requirements]
    uv = [str(python), "-m", "uv", "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), *files]
    if got_uv and _run(uv).returncode == 0:
        return
    chosen = [part for name in files for part in ("-r", name)]
    result = _run([*pip, "install", "--quiet", "--require-hashes", *chosen])
    if result.returncode:
        raise HouseError(f"The pinned packages could not be installed:\n{result.stdout}{result.stderr}")


def _pinned(path: Path, *, package: str) -> str:
    """The lines of one package, with its hashes, in a requirements file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    last = next(number for number in range(first, len(lines)) if not lines[number].endswith("\\"))
    return "\n".join(lines[first : last + 1]) + "\n"


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    quiet = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    quiet["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    return subprocess.run(command, capture_output=True, text=True, check=False, env=quiet, stdin=subprocess.DEVNULL)
