"""What the commands say while they work. What does not belong here: the work."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

WIDTH = 44
TAIL_LINES = 15


class HouseError(Exception):
    """Something the person at the keyboard can mend; its text says what happened and what to do."""


def say(text: str = "") -> None:
    """Write one line at once: output may be a pipe."""
    encoding = sys.stdout.encoding or "ascii"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def symbol(*, good: bool) -> str:
    """A tick or a cross, in words where the terminal has no such letters."""
    letters, words = ("✓", "ok") if good else ("✗", "FAILED")
    try:
        letters.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return words
    return letters


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """Tell how long the body took, with a tick, or a cross if it raised."""
    good, began = False, time.monotonic()
    if sys.stdout.isatty():
        print(f"    {name}", end="\r", flush=True)
    try:
        yield
        good = True
    finally:
        report(name, good=good, seconds=time.monotonic() - began)


def report(name: str, *, good: bool, seconds: float) -> None:
    """Write the line of one finished step."""
    say(f"  {symbol(good=good)} {name:<{WIDTH}} {seconds:6.1f} s")


def tail(path: Path) -> str:
    """The last lines of a log, indented."""
    if not path.exists():
        return ""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
    return "".join(f"\n    {line}" for line in lines)
