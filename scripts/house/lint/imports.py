"""Rules on imports that import-linter cannot say. What does not belong here: the floors, see pyproject.toml."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scripts.house.lint.source import EDGES, Finding, Source, typing_only

PUBLIC_ROOMS = frozenset({"services", "selectors", "enums", "errors", "constants"})
CALLED_ROOMS = frozenset({"services", "selectors"})
SIGNAL_MODULE = "django.dispatch"


def _imported(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """Every import with the dotted name of what it brings: `a.b.c` of `from a.b import c`."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def edge_models(source: Source) -> Iterator[Finding]:
    """I01: views and tasks import no models, but as an annotation."""
    if source.room not in EDGES:
        return
    annotations = typing_only(source.tree)
    for node, name in _imported(source):
        parts = name.split(".")
        if parts[0] == "apps" and "models" in parts[2:3] and node not in annotations:
            yield source.finding("I01", f"{name} in an edge: ask a selector or a service", node)


def signals(source: Source) -> Iterator[Finding]:
    """I02: Django signals are not workflow."""
    for node, name in _imported(source):
        parts = name.split(".")
        if parts[0] == "django" and ("signals" in parts or name.startswith(SIGNAL_MODULE)):
            yield source.finding("I02", f"{name}: signals hide the workflow, call the service", node)


def across_apps(source: Source) -> Iterator[Finding]:
    """I03: other apps are reached through their services, selectors and words; a model only as an annotation."""
    if source.app is None:
        return
    annotations = typing_only(source.tree)
    for node, name in _imported(source):
        parts = name.split(".")
        if parts[0] != "apps" or len(parts) < 2 or parts[1] in {source.app, "core"}:
            continue
        room = parts[2] if len(parts) > 2 else ""
        if room not in PUBLIC_ROOMS and not (room == "models" and node in annotations):
            yield source.finding(
                "I03", f"{name}: across apps import {', '.join(sorted(PUBLIC_ROOMS))}, never tables or edges", node
            )


def modules_not_objects(source: Source) -> Iterator[Finding]:
    """I04: functions of services and selectors are called through their module, so that a call says where it goes."""
    for node, name in _imported(source):
        parts = name.split(".")
        if len(parts) < 4 or parts[0] != "apps" or parts[2] not in CALLED_ROOMS or parts[-1][0].isupper():
            continue
        if parts[1] == source.app and parts[2] == source.room:  # a room that is a package wires itself
            continue
        target = source.root.joinpath(*parts)
        if not target.is_dir() and not target.with_suffix(".py").is_file():
            yield source.finding("I04", f"{name}: import the module and call {parts[2]}.{parts[-1]}", node)


RULES = (edge_models, signals, across_apps, modules_not_objects)
