"""What a rule looks at: the files of the checkout, parsed once. What does not belong here: any rule."""

from __future__ import annotations

import ast
import dataclasses
import functools
import os
from collections.abc import Iterator
from pathlib import Path

TEXT_SUFFIXES = frozenset(
    {".cfg", ".html", ".in", ".ini", ".json", ".md", ".py", ".sh", ".sql", ".toml", ".txt", ".yaml", ".yml", ""}
)
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "staticfiles"})
VISITED_DOT_FOLDERS = frozenset({".ci", ".github"})
EDGES = frozenset({"views", "tasks"})
OWNED = frozenset({"OwnedModel", "IndexedOwnedModel"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclasses.dataclass(frozen=True)
class Finding:
    """One violation: where it is, which rule it breaks and what to do instead."""

    path: Path
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule} {self.message}"


@dataclasses.dataclass(frozen=True)
class Source:
    """One text file of the checkout; `path` is relative to the root."""

    root: Path
    path: Path
    text: str

    @property
    def is_python(self) -> bool:
        """Whether the file is Python that somebody wrote: migrations are generated."""
        return self.path.suffix == ".py" and "migrations" not in self.path.parts

    @property
    def is_test(self) -> bool:
        """Whether the file belongs to the tests."""
        return self.path.parts[0] == "tests"

    @property
    def app(self) -> str | None:
        """Name of the Django app the file lives in."""
        parts = self.path.parts
        return parts[1] if len(parts) > 2 and parts[0] == "apps" else None

    @property
    def room(self) -> str | None:
        """Room of the app: the name right below it, be it a module or a package."""
        return self.path.parts[2].removesuffix(".py") if self.app else None

    @property
    def is_command(self) -> bool:
        """Whether the file is a management command."""
        return self.path.parts[-3:-1] == ("management", "commands")

    @functools.cached_property
    def tree(self) -> ast.Module:
        """The syntax tree.

        :raises SyntaxError: if the file is not Python
        """
        return ast.parse(self.text, filename=str(self.path))

    @functools.cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree, in no particular order."""
        return tuple(ast.walk(self.tree))

    @property
    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        return (node for node in self.nodes if isinstance(node, Function))

    @property
    def classes(self) -> Iterator[ast.ClassDef]:
        """Every class."""
        return (node for node in self.nodes if isinstance(node, ast.ClassDef))

    def finding(self, rule: str, message: str, node: ast.AST | None = None) -> Finding:
        """A finding in this file, at a node or at its first line."""
        return Finding(self.path, getattr(node, "lineno", 1), rule, message)


@dataclasses.dataclass(frozen=True)
class Project:
    """All files of a checkout."""

    root: Path
    sources: tuple[Source, ...]

    @functools.cached_property
    def python(self) -> tuple[Source, ...]:
        """The Python files that somebody wrote."""
        return tuple(source for source in self.sources if source.is_python)

    @functools.cached_property
    def owned_models(self) -> frozenset[str]:
        """Names of the models whose rows belong to a user."""
        return frozenset(
            node.name for source in self.python if source.app for node in source.classes if OWNED & bases(node)
        )


def load(*, root: Path) -> Project:
    """The checkout at `root`, hidden folders and generated ones left out."""
    sources: list[Source] = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if _is_visited(name))
        for path in (Path(folder, name) for name in sorted(names)):
            text = _text(path) if path.suffix in TEXT_SUFFIXES else None
            if text is not None:
                sources.append(Source(root, path.relative_to(root), text))
    return Project(root, tuple(sources))


def _is_visited(name: str) -> bool:
    return name not in SKIPPED_FOLDERS and (not name.startswith(".") or name in VISITED_DOT_FOLDERS)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def bases(node: ast.ClassDef) -> frozenset[str]:
    """Names of a class's bases, without their modules."""
    return frozenset(name for name in (last_name(base) for base in node.bases) if name)


def last_name(node: ast.AST) -> str | None:
    """`c` of `a.b.c`, `a` of `a`, the called name of a call, the generic of a subscript."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def methods(node: ast.ClassDef) -> Iterator[Function]:
    """The methods a class defines itself."""
    return (child for child in node.body if isinstance(child, Function))


def typing_only(tree: ast.Module) -> frozenset[ast.AST]:
    """Nodes under `if TYPE_CHECKING:`, which do not exist when the program runs."""
    guarded = (node.body for node in ast.walk(tree) if isinstance(node, ast.If) and is_typing_guard(node))
    return frozenset(child for body in guarded for statement in body for child in ast.walk(statement))


def mentioned(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Every name below `tree` that is read, looked up or imported, with its place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node, node.id
        elif isinstance(node, ast.Attribute):
            yield node, node.attr
        elif isinstance(node, ast.alias):
            yield node, node.name


def is_typing_guard(node: ast.AST) -> bool:
    """Whether `node` is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and last_name(node.test) == "TYPE_CHECKING"
