"""The page about strategies tells the truth: its examples are understood, and nothing is missing from its lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import indicators, rules
from engine.rules import predefined, vocabulary

PAGE = (Path(__file__).parents[3] / "docs" / "strategies.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


def test_there_is_an_example_of_each_form():
    assert len(EXAMPLES) == 2


@pytest.mark.parametrize("example", EXAMPLES, ids=["full", "compact"])
def test_examples_are_understood(example):
    assert rules.sentence(rules.parse(example)).endswith(".")


def test_every_predefined_strategy_and_every_indicator_is_named():
    named = set(re.findall(r"`([a-zA-Z_]+)`", PAGE))
    assert {strategy.code for strategy in predefined.CATALOGUE} <= named
    assert set(indicators.REGISTRY) <= named
    assert {*vocabulary.SLOTS, *vocabulary.SIZINGS, *vocabulary.ENTRIES} <= named


@pytest.mark.parametrize("operator", sorted(vocabulary.OPERATORS))
def test_every_operator_is_named(operator):
    assert f"`{operator}`" in PAGE


@pytest.mark.parametrize("name", sorted(vocabulary.EXITS))
def test_every_exit_is_named_whole_or_as_a_level_and_its_unit(name):
    level, _, unit = name.rpartition("_")
    assert f"`{name}`" in PAGE or (f"`{level}_`" in PAGE and f"`{unit}`" in PAGE)
