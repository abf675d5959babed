"""What the environment says, read once at the start: what cannot be read is named there, and stops it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import choice, env


@pytest.mark.parametrize(
    ("text", "value"),
    [("True", True), ("yes", True), (" 1 ", True), ("False", False), ("off", False), ("0", False), ("", False)],
)
def test_yes_and_no_are_read_as_they_are_written(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("PAPERTRADE_SWITCH", text)

    assert env.bool("PAPERTRADE_SWITCH", default=True) is value


@pytest.mark.parametrize("text", ["Ture", "fasle", "2"])
def test_a_misspelt_yes_or_no_is_neither(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """It would switch off what an operator has just switched on, and nobody would see it."""
    monkeypatch.setenv("PAPERTRADE_SWITCH", text)

    with pytest.raises(ImproperlyConfigured, match=r"^PAPERTRADE_SWITCH is neither True nor False.$"):
        env.bool("PAPERTRADE_SWITCH", default=False)


def test_a_number_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRADE_NUMBER", "one")

    with pytest.raises(ImproperlyConfigured, match=r"^PAPERTRADE_NUMBER is no whole number.$"):
        env.int("PAPERTRADE_NUMBER", default=0)
    assert env.int("PAPERTRADE_OTHER", default=7) == 7


def test_a_word_that_is_not_known_is_named_with_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRADE_WORD", "yaml")
    said = "^PAPERTRADE_WORD is 'yaml'. Set it to one of: text, json.$"

    with pytest.raises(ImproperlyConfigured, match=said):
        choice("PAPERTRADE_WORD", default="text", choices=("text", "json"))
    assert choice("PAPERTRADE_OTHER", default="text", choices=("text", "json")) == "text"
