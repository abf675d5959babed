"""Corporate actions that change what a share is: splits, bonuses, demergers, from the exchange's free text or factors.

What does not belong here: adjusting prices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from marketdata.files import fields, rows
from marketdata.files.cash import symbol_of
from marketdata.files.layouts import Layout
from marketdata.files.tables import Action, ActionKind, ActionRows, Findings

OTHER = "not a split, a bonus or a demerger"
RIGHTS = "rights issues are not adjusted for"
NO_RATIO = "a split or bonus without its ratio"
REPEATED = "the same action again"
# The most that shares were ever multiplied by, with room.
MAX_RATIO = 1_000
LONGEST_SUBJECT = 300

RUPEES = r"r[es]\.?\s*([0-9]+(?:\.[0-9]+)?)"
SPLIT = re.compile(r"face value split|sub-?\s?division|consolidation", re.ASCII)
SPLIT_RATIO = re.compile(rf"from\s+{RUPEES}.*?\bto\s+{RUPEES}", re.ASCII)
BONUS = re.compile(r"\bbonus\b", re.ASCII)
BONUS_RATIO = re.compile(r"\bbonus\s*(?:issue\s*)?([0-9]+)\s*:\s*([0-9]+)", re.ASCII)
DEMERGER = re.compile(r"demerger|de-merger", re.ASCII)
RIGHTS_ISSUE = re.compile(r"\brights\b", re.ASCII)
KINDS: dict[str, ActionKind] = {"split": "split", "bonus": "bonus", "demerger": "demerger"}

Found = list[tuple[ActionKind, Fraction | None]]


def read(source: Iterator[tuple[int, rows.Record]], *, layout: Layout, findings: Findings) -> ActionRows:
    """The actions of the exchange's list or of a table of factors, by ex-date; everything else is counted.

    :raises FileRefused: if the file as a whole is wrong
    """
    places = layout.places
    read_one = _of_factors if layout.kind == "corporate_factors" else _of_subject
    known: dict[tuple[str, date, str], Action] = {}
    for line, record in source:
        findings.rows += 1
        if len(record) != layout.width:
            findings.complain(line, "the row has more or fewer fields than the header")
            continue
        texts = {name: record[place].strip() for name, place in places.items()}
        try:
            for action in read_one(texts, findings):
                _add(action, known=known, findings=findings)
        except ValueError as e:
            findings.complain(line, str(e))
    return ActionRows(tuple(sorted(known.values(), key=lambda each: (each.ex_day, each.symbol, each.kind))))


def parse_subject(subject: str) -> Found | str:
    """What the exchange's free text says, as kinds with the factor for earlier prices; or why it says nothing to us.

    A demerger's factor is not in the text: None.
    """
    text = " ".join(subject.lower().split())
    found: Found = []
    if SPLIT.search(text):
        ratio = SPLIT_RATIO.search(text)
        if not ratio or not Fraction(ratio[1]) or not Fraction(ratio[2]):
            return NO_RATIO
        found.append(("split", Fraction(ratio[2]) / Fraction(ratio[1])))
    if ratio := BONUS_RATIO.search(text):
        new, held = int(ratio[1]), int(ratio[2])
        if not new or not held:
            return NO_RATIO
        found.append(("bonus", Fraction(held, held + new)))
    if DEMERGER.search(text):
        found.append(("demerger", None))
    if found:
        return found
    return RIGHTS if RIGHTS_ISSUE.search(text) else OTHER


def _of_subject(texts: dict[str, str], findings: Findings) -> list[Action]:
    found = parse_subject(texts["subject"])
    if isinstance(found, str):
        findings.skipped[found] += 1
        return []
    symbol, ex_day = symbol_of(texts["symbol"]), _day(texts["exDate"])
    return [_action(symbol, ex_day, kind=kind, factor=factor, subject=texts["subject"]) for kind, factor in found]


def _of_factors(texts: dict[str, str], _findings: Findings) -> list[Action]:
    kind = KINDS.get(texts["kind"].lower())
    if kind is None:
        raise ValueError(f"{texts['kind'][:20]!r} is not split, bonus or demerger")
    factor = _factor(texts["factor"])
    symbol, ex_day = symbol_of(texts["symbol"]), _day(texts["ex_date"])
    return [_action(symbol, ex_day, kind=kind, factor=factor, subject=f"factor {texts['factor']}")]


def _factor(text: str) -> Fraction:
    """What earlier prices are multiplied by: 0.5 or 1/2."""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?(/[1-9][0-9]{0,8})?", text, re.ASCII):
        raise ValueError(f"factor is not a plain number: {text[: fields.SHOWN]!r}")
    over, _, under = text.partition("/")
    return Fraction(over) / int(under or 1)


def _action(symbol: str, ex_day: date, *, kind: ActionKind, factor: Fraction | None, subject: str) -> Action:
    if factor is None:
        return Action(symbol, ex_day, kind, 0, 0, subject[:LONGEST_SUBJECT])
    if not Fraction(1, MAX_RATIO) <= factor <= MAX_RATIO:
        raise ValueError(f"the factor {factor} is not between 1/{MAX_RATIO} and {MAX_RATIO}")
    return Action(symbol, ex_day, kind, factor.numerator, factor.denominator, subject[:LONGEST_SUBJECT])


def _add(action: Action, *, known: dict[tuple[str, date, str], Action], findings: Findings) -> None:
    key = (action.symbol, action.ex_day, action.kind)
    before = known.setdefault(key, action)
    if before is action:
        return
    if (before.before, before.after) != (action.before, action.after):
        raise ValueError(f"another {action.kind} of {action.symbol} on {action.ex_day} has another ratio")
    findings.skipped[REPEATED] += 1


def _day(text: str) -> date:
    return date.fromordinal(fields.day(text) + fields.EPOCH)
