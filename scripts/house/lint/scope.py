"""Rules of user scope: who may read rows of every user. What does not belong here: the route matrix, a test."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scripts.house.lint.source import Finding, Function, Project, Source, mentioned

PRODUCT = frozenset({"apps", "config"})
FREE_ROOMS = frozenset({"services", "tasks"})


def _is_unscoped(name: str) -> bool:
    return name == "unscoped" or name.endswith("_unscoped")


def unscoped_reads(source: Source) -> Iterator[Finding]:
    """S01: reads without an owner are called by services, tasks, adminpanel and commands, and named so."""
    is_door = source.app == "core" and source.room == "models"
    is_free = source.app == "adminpanel" or source.is_command or source.room in FREE_ROOMS
    if source.path.parts[0] not in PRODUCT or is_door or is_free:
        return
    allowed: frozenset[ast.AST] = frozenset()
    if source.room == "selectors":
        inside = (function for function in source.functions if _is_unscoped(function.name))
        allowed = frozenset(node for function in inside for node in ast.walk(function)) | _own_imports(source)
    else:
        for function in (each for each in source.functions if _is_unscoped(each.name)):
            yield source.finding("S01", f"{function.name} defined outside selectors: move it there", function)
    for node, name in mentioned(source.tree):
        if _is_unscoped(name) and node not in allowed:
            yield source.finding("S01", f"{name} here reads every user's rows: use the selector that takes user=", node)


def _own_imports(source: Source) -> frozenset[ast.AST]:
    """What a selectors package shows of its own modules."""
    own = f"apps.{source.app}.selectors"
    shown = (node for node in source.tree.body if isinstance(node, ast.ImportFrom) and node.module is not None)
    return frozenset(part for node in shown if str(node.module).startswith(own) for part in ast.walk(node))


def selector_users(source: Source, project: Project) -> Iterator[Finding]:
    """S02: selectors in a module that names an owned model take keyword `user`, or say that they do not.

    All of users is about somebody. Shared rows of an app that also has owned ones are read in a module of their own.
    """
    if source.room != "selectors":
        return
    if source.app != "users" and project.owned_models.isdisjoint(name for _, name in mentioned(source.tree)):
        return
    for function in (node for node in source.tree.body if isinstance(node, Function)):
        takes_user = "user" in {each.arg for each in function.args.kwonlyargs}
        if not (takes_user or function.name.startswith("_") or _is_unscoped(function.name)):
            yield source.finding(
                "S02",
                f"{function.name} has no owner: take keyword-only `user`, or end the name in _unscoped",
                function,
            )


RULES = (unscoped_reads,)
PROJECT_RULES = (selector_users,)
