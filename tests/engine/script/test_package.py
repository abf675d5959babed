"""The package of scripts never hands a text to an interpreter, nor looks up an attribute by a name it was given."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from engine import script

FILES = sorted(Path(script.__file__).parent.rglob("*.py"))
BARRED = {"eval", "exec", "compile", "__import__", "setattr", "delattr", "globals", "locals", "vars", "open", "input"}
BARRED_MODULES = {"ast", "importlib", "pickle", "marshal", "subprocess", "os", "sys", "ctypes", "builtins"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_module_calls_no_interpreter(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in BARRED
        if isinstance(node, ast.Import):
            assert not {alias.name.split(".")[0] for alias in node.names} & BARRED_MODULES
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in BARRED_MODULES


def test_attributes_are_looked_up_only_by_names_of_our_own():
    """``getattr`` stands where the fields of our own nodes and the columns of bars are walked, and nowhere else."""
    used = {
        file.stem
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr"
    }
    assert used == {"compilation", "evaluation"}
