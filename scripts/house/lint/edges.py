"""Rules on who may branch, query and write: edges, serializers, saves. What does not belong here: user scope."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from scripts.house.lint.source import (
    EDGES,
    Finding,
    Function,
    Source,
    bases,
    is_typing_guard,
    last_name,
    methods,
)

BRANCHES = (ast.If, ast.IfExp, ast.Match, ast.Try, ast.TryStar, ast.For, ast.While)
WRITES = frozenset({"create", "update", "save"})
WORKERS = frozenset({"services", "selectors"})
VIEW_BASES = ("View", "ViewSet")
TASK_DECORATORS = frozenset({"shared_task", "task"})
TASK_NAME = re.compile(r"[a-z]+(_[a-z0-9]+)+")


def branches(source: Source) -> Iterator[Finding]:
    """E01: views and tasks do not branch."""
    if source.room not in EDGES:
        return
    for node in source.nodes:
        if isinstance(node, BRANCHES) and not is_typing_guard(node):
            word = type(node).__name__.lower()
            yield source.finding("E01", f"{word} in an edge: move the decision into the service or selector", node)


def queries(source: Source) -> Iterator[Finding]:
    """E02: views, tasks and serializers do not query."""
    if source.room not in EDGES | {"serializers"}:
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
            yield source.finding("E02", f".{node.attr} in {source.room}: ask a selector or a service", node)


def one_call(source: Source) -> Iterator[Finding]:
    """E03: a view method or a task makes one call of a service or selector."""
    if source.room not in EDGES:
        return
    for function in source.functions:
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and _is_worker(node.func)]
        if len(calls) > 1:
            yield source.finding(
                "E03",
                f"{function.name} makes {len(calls)} service or selector calls: join them in one service",
                calls[1],
            )


def _is_worker(called: ast.expr) -> bool:
    """Whether `called` is `services.x`, `wallet_services.x` or `services.orders.x`."""
    owner = called.value if isinstance(called, ast.Attribute) else None
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    return isinstance(owner, ast.Name) and owner.id.rpartition("_")[2] in WORKERS


def view_names(source: Source) -> Iterator[Finding]:
    """E04: a view's name ends in View."""
    if source.room != "views":
        return
    for node in source.classes:
        if any(base.endswith(VIEW_BASES) for base in bases(node)) and not node.name.endswith("View"):
            yield source.finding("E04", f"{node.name} is a view: name it <Entity><Action>View", node)


def task_names(source: Source) -> Iterator[Finding]:
    """E05: a task names itself "<app>.<verb_noun>"."""
    if source.room != "tasks":
        return
    for function in source.functions:
        for decorator in function.decorator_list:
            if last_name(decorator) in TASK_DECORATORS and not _is_task_name(_name_given(decorator), app=source.app):
                yield source.finding(
                    "E05", f'{function.name}: give the decorator name="{source.app}.<verb_noun>"', function
                )


def _name_given(decorator: ast.expr) -> str:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    values = [each.value for each in keywords if each.arg == "name"]
    return str(values[0].value) if values and isinstance(values[0], ast.Constant) else ""


def _is_task_name(name: str, *, app: str | None) -> bool:
    owner, _, rest = name.partition(".")
    return owner == app and TASK_NAME.fullmatch(rest) is not None


def serializer_writes(source: Source) -> Iterator[Finding]:
    """E06: serializers check and draw; they do not write."""
    if source.room != "serializers":
        return
    for function in (method for node in source.classes for method in methods(node)):
        if function.name in WRITES:
            yield source.finding("E06", f"{function.name}() in a serializer: a service writes", function)
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save":
            yield source.finding("E06", ".save() in serializers: a service writes", node)


def model_saves(source: Source) -> Iterator[Finding]:
    """E07: nobody overrides save."""
    if source.app is None or source.room == "serializers":
        return
    for function in (method for node in source.classes for method in methods(node)):
        if function.name == "save":
            yield source.finding("E07", "save() is overridden: make the invariant a database constraint", function)


def keyword_only(source: Source) -> Iterator[Finding]:
    """E08: services and selectors take keywords past one argument, tasks take nothing else."""
    if source.room not in WORKERS | {"tasks"}:
        return
    allowed = 0 if source.room == "tasks" else 1
    owners: tuple[ast.Module | ast.ClassDef, ...] = (source.tree, *source.classes)
    for function in (child for owner in owners for child in owner.body if isinstance(child, Function)):
        positional = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        counted = [name for name in positional if name not in {"self", "cls"}]
        if len(counted) > allowed or function.args.vararg:
            yield source.finding(
                "E08",
                f"{function.name} takes more than {allowed} argument(s) by position: put `*` before them",
                function,
            )


RULES = (
    branches,
    queries,
    one_call,
    view_names,
    task_names,
    serializer_writes,
    model_saves,
    keyword_only,
)
