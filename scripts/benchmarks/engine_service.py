"""The rows of scripts/bench engine that need the service: the first task of a warmed worker, loading a run's bars.

What does not belong here: starting the service (command), the engine alone beside its peers (engine).
"""

from __future__ import annotations

from typing import NamedTuple

FIRST_TASK_SECONDS = 1.0
LOAD_MILLISECONDS = 15.0


class Service(NamedTuple):
    """Seconds from the first POST to its completed run, of these in the worker; milliseconds to load 187,500 bars."""

    first: float
    in_worker: float
    load: float


def table(measured: Service) -> str:
    """The rows as Markdown, after those of the engine alone."""
    first = f"{measured.first * 1000:.0f} ms from POST, {measured.in_worker * 1000:.0f} ms of it in the worker"
    lines = [
        "| through the service | ours | target |",
        "| --- | --- | --- |",
        f"| first task of a warmed worker, 2,500 daily bars | **{first}** | {FIRST_TASK_SECONDS:.0f} s |",
        f"| load 187,500 bars for a run, from the tables | **{measured.load:.1f} ms** | {LOAD_MILLISECONDS:.0f} ms |",
    ]
    return "\n".join(lines)
