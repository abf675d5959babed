"""Runs the house rules over a checkout. What does not belong here: any rule."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scripts.house.lint import edges, imports, layout, scope, words
from scripts.house.lint.source import Finding, Project, Source, load

Rule = Callable[[Source], Iterator[Finding]]
ProjectRule = Callable[[Source, Project], Iterator[Finding]]

PYTHON_RULES: tuple[Rule, ...] = (*layout.RULES, *edges.RULES, *imports.RULES, *scope.RULES, *words.RULES)
PROJECT_RULES: tuple[ProjectRule, ...] = scope.PROJECT_RULES
TEXT_RULES: tuple[Rule, ...] = words.TEXT_RULES


def lint(*, root: Path) -> list[Finding]:
    """Everything below `root` that breaks a rule, in order of file and line."""
    project = load(root=root)
    findings = [found for source in project.sources for rule in TEXT_RULES for found in rule(source)]
    for source in project.python:
        findings += _python_findings(source, project=project)
    return sorted(set(findings), key=lambda found: (str(found.path), found.line, found.rule, found.message))


def _python_findings(source: Source, *, project: Project) -> list[Finding]:
    try:
        compile(source.text, str(source.path), "exec", dont_inherit=True)
    except SyntaxError as error:
        return [Finding(source.path, error.lineno or 1, "L00", f"not Python: {error.msg}")]
    alone = [found for rule in PYTHON_RULES for found in rule(source)]
    return alone + [found for rule in PROJECT_RULES for found in rule(source, project)]


def main(arguments: Sequence[str]) -> int:
    """Print what breaks the house style; 1 if anything does."""
    parser = argparse.ArgumentParser(prog="scripts/lint_house.py", description="Check the house style, no exceptions.")
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).resolve().parents[3])
    findings = lint(root=parser.parse_args(arguments).root.resolve())
    for found in findings:
        print(found)
    print(f"{len(findings)} findings" if findings else "house style kept")
    return 1 if findings else 0
