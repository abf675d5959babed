"""Launchers for tests: processes that start children as scripts/run does. What does not belong here: assertions."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30

Launch = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def data() -> Iterator[Path]:
    """A short directory below /tmp that can be given to nobody: pytest's own are below a closed one."""
    folder = Path(tempfile.mkdtemp(prefix="papertrade-test-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def launch(data: Path) -> Iterator[Launch]:
    """Start Python code in a process of its own: fork belongs in a process without threads.

    It takes `data` so that all it started has ended before the directory goes.
    """
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        argv = [sys.executable, "-c", code, *map(str, arguments)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(argv, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        members = family(process.pid)
        with process:
            process.kill()
        assert all_end(members)


def line_of(process: subprocess.Popen[str]) -> str:
    """The next line the process writes."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def state_and_parent(process: int) -> tuple[str, int] | None:
    """The kernel's letter for what a process does, and its parent; None if there is no such process."""
    try:
        letter, parent = Path("/proc", str(process), "stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return letter, int(parent)


def is_running(process: int) -> bool:
    """Whether a process exists and is no zombie."""
    found = state_and_parent(process)
    return found is not None and found[0] != "Z"


def all_end(processes: list[int]) -> bool:
    """Whether all processes end within the time a stop may take."""
    deadline = time.monotonic() + SECONDS
    while any(map(is_running, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(is_running, processes))


def family(process: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()):
        known = state_and_parent(entry)
        if known and known[0] != "Z":
            children.setdefault(known[1], []).append(entry)
    found = [process]
    for member in found:
        found += children.get(member, [])
    return found
