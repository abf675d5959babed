"""The reference page: every example on it compiles, and it has an example of every function."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import script
from engine.script import calls
from tests.engine.script import running

PAGE = (Path(__file__).parents[3] / "docs" / "script.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```pine\n(.*?)```", PAGE, flags=re.DOTALL)
# The second cell of the rows under "Functions".
EXAMPLES = re.findall(
    r"^\| `.*?\| `([^`]+)` \|", PAGE.split("## Functions")[1].split("### Ignored")[0], flags=re.MULTILINE
)


def test_the_first_example_runs():
    assert len(BLOCKS) == 1
    assert running.run(BLOCKS[0], running.five_minutes()).trades


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs(example):
    bars = running.daily(*range(10, 70))
    assert len(running.run(running.HEAD + example, bars).equity) == len(bars)


def test_every_function_has_an_example():
    shown = {example.split("(")[0] for example in EXAMPLES}
    assert set(calls.BUILT_IN) - {"strategy"} == shown


@pytest.mark.parametrize("code", script.Code)
def test_every_code_is_explained(code):
    assert f"`{code}`" in PAGE
