"""Rules on where things stand: rooms, sizes, file names. What does not belong here: rules on what code says."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scripts.house.lint.source import Finding, Source

ROOMS = frozenset(
    {
        "urls",
        "admin",
        "views",
        "tasks",
        "serializers",
        "services",
        "selectors",
        "models",
        "enums",
        "errors",
        "constants",
    }
)
DJANGO_ROOMS = frozenset({"__init__", "apps", "management", "migrations"})
# The shared kernel has rooms of its own; a new one is added here, with a reason, and nowhere else.
# market_clock is what views of prices say for "now": one word there, where a selector call would be a second one.
# events is the one door to open pages, as jobs is that to workers.
# statements compose the SQL of the busiest paths once: selectors and services of several apps need them.
# isolation is how a request or a run has what a user wrote evaluated in a process of its own.
# secrets is the field of what tables hold encrypted: models use it, so it is below them.
# broker runs the scripts of limits and events, which are rooms of their own.
# renewal keeps the leases of runs, sweeps and syncs alike.
CORE_ROOMS = frozenset(
    {
        "api",
        "broker",
        "clock",
        "configuration",
        "csv_export",
        "events",
        "jobs",
        "json_text",
        "logs",
        "market_clock",
        "memory",
        "metrics",
        "middleware",
        "money",
        "pickles",
        "renewal",
        "telemetry",
        "isolation",
        "secrets",
        "statements",
    }
)
MAX_FILE_LINES = 300
MAX_TEST_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
BANNED_NAMES = frozenset({"utils", "util", "helpers", "misc"})


def rooms(source: Source) -> Iterator[Finding]:
    """L01: an app has the rooms of the house and no others."""
    if source.app is None or source.path.suffix != ".py":
        return
    allowed = ROOMS | DJANGO_ROOMS | (CORE_ROOMS if source.app == "core" else frozenset())
    if source.room not in allowed:
        yield source.finding(
            "L01",
            f"'{source.room}' is not a room of an app: put this in one of {', '.join(sorted(ROOMS))}, "
            "or make the room that outgrew its size a package of the same name",
        )


def names(source: Source) -> Iterator[Finding]:
    """L02: no `utils`, no `v2` twins."""
    for part in (*source.path.parts[:-1], source.path.stem):
        word = part.rpartition("_")[2]
        if part in BANNED_NAMES:
            yield source.finding("L02", f"'{part}' says nothing: name the module after what it knows")
        elif word[:1] == "v" and word[1:].isdecimal():
            yield source.finding("L02", f"'{part}' is a twin: change the original and let git remember the old one")


def file_length(source: Source) -> Iterator[Finding]:
    """L03: files stop at 300 lines, test files at 400."""
    limit = MAX_TEST_FILE_LINES if source.is_test else MAX_FILE_LINES
    lines = len(source.text.splitlines())
    if lines > limit:
        yield source.finding("L03", f"{lines} lines of at most {limit}: split it by subject, into a package if a room")


def function_length(source: Source) -> Iterator[Finding]:
    """L04: functions stop at 50 lines."""
    for function in source.functions:
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > MAX_FUNCTION_LINES:
            yield source.finding(
                "L04",
                f"{function.name} has {lines} lines of at most {MAX_FUNCTION_LINES}: name its steps",
                function,
            )


def module_docstring(source: Source) -> Iterator[Finding]:
    """L05: every module says what it is and what does not belong in it; an empty one needs no words."""
    if source.tree.body and not ast.get_docstring(source.tree):
        yield source.finding("L05", "no module docstring: say what this module is and what does not belong in it")


RULES = (rooms, names, file_length, function_length, module_docstring)
