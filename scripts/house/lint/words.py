"""Rules on what code and comments may say. What does not belong here: what ruff already says with our settings."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from scripts.house.lint.source import Finding, Source, last_name

BROAD = frozenset({"Exception", "BaseException"})
REMINDER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
ISSUE = re.compile(r"#\d+")
MACHINE_PATH = re.compile(r"(?<![\w.~}-])/(?:root|home|Users|work|mnt|media)/\w")


def broad_excepts(source: Source) -> Iterator[Finding]:
    """W01: an except names the errors it expects."""
    for node in source.nodes:
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if any(each is None or last_name(each) in BROAD for each in caught):
            yield source.finding("W01", "bare or broad except: name the errors you can answer", node)


def reminders(source: Source) -> Iterator[Finding]:
    """W02: a reminder names its issue."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT and REMINDER.search(token.string) and not ISSUE.search(token.string[1:]):
            yield Finding(source.path, token.start[0], "W02", "reminder without an issue: write #number, or do it now")


def prints(source: Source) -> Iterator[Finding]:
    """W03: programs log or write to their own stdout; only scripts print."""
    if source.path.parts[0] == "scripts":
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield source.finding("W03", "print(): log it, or in a command write to self.stdout", node)


def verdict_tuples(source: Source) -> Iterator[Finding]:
    """W04: a refusal is an exception, not a `(False, message)`."""
    if source.app is None:
        return
    for node in source.nodes:
        returned = node.value if isinstance(node, ast.Return) else None
        first = returned.elts[0] if isinstance(returned, ast.Tuple) and returned.elts else None
        if isinstance(first, ast.Constant) and isinstance(first.value, bool):
            yield source.finding("W04", "a (bool, …) verdict: raise a domain error from errors.py", node)


def machine_paths(source: Source) -> Iterator[Finding]:
    """W05: no path of somebody's machine, in any text file."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        if MACHINE_PATH.search(line):
            yield Finding(
                source.path, number, "W05", "a path of one machine: make it relative, or read it from settings"
            )


RULES = (broad_excepts, reminders, prints, verdict_tuples)
TEXT_RULES = (machine_paths,)
