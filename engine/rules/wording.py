"""How positions are entered, sized and left, as members of the canonical document and in words.

What does not belong here: conditions (``printing``), reading what a user wrote (``orders``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from engine.rules import vocabulary
from engine.rules.vocabulary import Amount
from engine.types import Entries, Exits, Sizing, SizingKind

PAISE_PER_RUPEE = 100


def plain(value: float) -> float:
    """The number, as an integer where it is whole."""
    return int(value) if float(value).is_integer() else value


def exits_to_json(exits: Exits) -> dict[str, object]:
    """The exits of a document, those that are on."""
    return _to_json(exits, known=vocabulary.EXITS)


def entries_to_json(entries: Entries) -> dict[str, object]:
    """The entries of a document, what differs from an order at market."""
    kind = {} if entries.kind == "market" else {"kind": entries.kind}
    return {**kind, **_to_json(entries, known=vocabulary.ENTRIES)}


def sizing_to_json(sizing: Sizing) -> dict[str, object]:
    """The sizing of a document; cash in rupees."""
    amount = vocabulary.SIZINGS[sizing.kind].amount
    return {"kind": sizing.kind} if amount is None else {"kind": sizing.kind, "value": _value(sizing.value, amount)}


def sizing_of(document: Mapping[str, object]) -> Sizing:
    """The sizing that :func:`sizing_to_json` wrote, as it was, unchecked."""
    kind = cast("SizingKind", document["kind"])
    amount = vocabulary.SIZINGS[kind].amount
    if amount is None:
        return Sizing(kind=kind)
    value = float(cast("float", document["value"]))
    return Sizing(kind=kind, value=round(value * PAISE_PER_RUPEE) if amount.per_unit == PAISE_PER_RUPEE else value)


def exit_words(exits: Exits) -> list[str]:
    """The exits that are on, each in words."""
    return [
        f"{word.label} {_shown(getattr(exits, name), word, exits=exits)}"
        for name, word in _given(exits, known=vocabulary.EXITS).items()
        if name != "atr_period"
    ]


def entry_words(entries: Entries) -> list[str]:
    """What is not plain about the entries, in words."""
    words = []
    if entries.kind != "market":
        side = "better" if entries.kind == "limit" else "worse"
        bars = "1 bar" if entries.valid_bars == 1 else f"{entries.valid_bars} bars"
        words.append(f"by a {entries.kind} order {entries.offset_pct:.15g} % {side} than the close, good for {bars}")
    if entries.first_minute is not None:
        words.append(f"not before {_clock(entries.first_minute)}")
    if entries.last_minute is not None:
        words.append(f"not after {_clock(entries.last_minute)}")
    if entries.max_per_day is not None:
        words.append(f"at most {entries.max_per_day} a day")
    if entries.max_entries > 1:
        words.append(f"up to {entries.max_entries} times into one position")
    return words


def size_words(sizing: Sizing) -> str:
    """The size of an entry in words."""
    if sizing.kind == "cash":
        return f"Rs {sizing.value / PAISE_PER_RUPEE:.15g}"
    shares = "share" if sizing.value == 1 else "shares"
    words = {"quantity": shares, "percent_of_equity": "% of the equity", "risk_per_trade": "% of the equity at risk"}
    return f"{sizing.value:.15g} {words[sizing.kind]}" if sizing.kind in words else "all of the equity"


def _given(part: Exits | Entries, *, known: Mapping[str, Amount]) -> dict[str, Amount]:
    """The words whose values differ from what a document without them means, by the name of the plan's field."""
    usual = type(part)()
    fields = {word.field or name: word for name, word in known.items()}
    return {name: word for name, word in fields.items() if getattr(part, name) != getattr(usual, name)}


def _to_json(part: Exits | Entries, *, known: Mapping[str, Amount]) -> dict[str, object]:
    return {word.name: _value(getattr(part, name), word) for name, word in _given(part, known=known).items()}


def _value(value: float, amount: Amount) -> object:
    if amount.unit == vocabulary.CLOCK:
        return _clock(int(value))
    return plain(value / PAISE_PER_RUPEE if amount.per_unit == PAISE_PER_RUPEE else value)


def _shown(value: float, word: Amount, *, exits: Exits) -> str:
    if word.unit == vocabulary.RANGES:
        return f"at {value:.15g} x ATR({exits.atr_period})"
    if word.unit == vocabulary.RUPEES:
        return f"at Rs {value / PAISE_PER_RUPEE:.15g}"
    if word.unit == vocabulary.CLOCK:
        return f"at {_clock(int(value))}"
    return f"at {value:.15g} %" if word.unit == vocabulary.PERCENT else f"after {value:g} {word.unit}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
