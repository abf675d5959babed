"""What a read file says: its kind, its rows as columns, its wrong lines, and what was left out.

What does not belong here: how a file is opened or read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from marketdata import rulebook
from marketdata.rulebook import Rulebook

FileKind = Literal[
    "cm_legacy",
    "cm_udiff",
    "cm_full",
    "fo_legacy",
    "fo_udiff",
    "fo_activity",
    "csv",
    "corporate_actions",
    "corporate_factors",
]
ActionKind = Literal["split", "bonus", "demerger"]
Whole = NDArray[np.int64]

MAX_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller says about a file.

    ``today`` bounds dates; the file must be of one of ``kinds`` if any are given; ``instrument`` is whose prices a CSV
    without names holds; ``columns`` maps our words (date, time, symbol, open, high, low, close, volume) to the file's.
    ``rules`` know sessions and lots.
    """

    today: date
    kinds: frozenset[FileKind] = frozenset()
    instrument: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    rules: Rulebook = field(default_factory=rulebook.default)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong on a line; line 0 is the file as a whole."""

    line: int
    message: str


@dataclass(slots=True)
class Findings:
    """What reading came across: problems (the first hundred are kept, all are counted), and rows left out by reason."""

    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    rows: int = 0

    def complain(self, line: int, message: str) -> None:
        """Note a problem."""
        self.problem_count += 1
        self.problems.append(Problem(line, message))
        if len(self.problems) > 2 * MAX_PROBLEMS:
            self.problems = self.first_problems()

    def first_problems(self) -> list[Problem]:
        """The first problems by line, as many as are listed."""
        return sorted(self.problems)[:MAX_PROBLEMS]


@dataclass(frozen=True, slots=True)
class DailyRows:
    """Daily bars of many instruments: ``code`` indexes ``names``, ``day`` counts from 1970-01-01, prices are paise.

    ``series`` is the number of the exchange's series that a share traded in, or that of an unknown one (share_series).
    """

    names: tuple[str, ...]
    code: Whole
    day: Whole
    open: Whole
    high: Whole
    low: Whole
    close: Whole
    volume: Whole
    series: Whole

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True, slots=True)
class IntradayRows:
    """5-minute bars of many instruments by code, day and ``minute`` of the day in India at which they open."""

    names: tuple[str, ...]
    code: Whole
    day: Whole
    minute: Whole
    open: Whole
    high: Whole
    low: Whole
    close: Whole
    volume: Whole

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True, slots=True)
class OptionRows:
    """Daily rows of options: ``names`` are underlyings as the exchange writes them, ``is_put`` is 0 or 1.

    Prices and ``strike`` are paise; ``volume`` and ``open_interest`` count units, ``lot`` the units of a contract.
    Without a trade ``volume`` and all four prices are 0. ``settle`` and ``underlying`` are 0 where the file does not
    say. An option with neither trade nor open interest is not here.
    """

    names: tuple[str, ...]
    code: Whole
    is_index: Whole
    day: Whole
    expiry: Whole
    strike: Whole
    is_put: Whole
    open: Whole
    high: Whole
    low: Whole
    close: Whole
    settle: Whole
    underlying: Whole
    volume: Whole
    open_interest: Whole
    lot: Whole

    def __len__(self) -> int:
        return len(self.day)

    @classmethod
    def of_columns(cls, names: tuple[str, ...], columns: NDArray[np.int64], *, lot: Whole) -> OptionRows:
        """Rows of columns in the order above up to open interest, the volume counted in contracts."""
        ordered = [each.name for each in fields(cls)][1:-1]
        whole = dict(zip(ordered, columns.copy(), strict=True))
        whole["volume"] = whole["volume"] * lot
        return cls(names, **whole, lot=lot)

    @classmethod
    def empty(cls) -> OptionRows:
        """No rows."""
        return cls.of_columns((), np.empty((14, 0), dtype=np.int64), lot=np.empty(0, dtype=np.int64))


BarRows = TypeVar("BarRows", DailyRows, IntradayRows, OptionRows)


def chosen(rows: BarRows, mask: NDArray[np.bool_]) -> BarRows:
    """Some of these rows, with the names that they use."""
    columns = {each.name: getattr(rows, each.name)[mask] for each in fields(rows) if each.name != "names"}
    used, columns["code"] = np.unique(columns["code"], return_inverse=True)
    return replace(rows, names=tuple(rows.names[number] for number in used.tolist()), **columns)


@dataclass(frozen=True, slots=True)
class Action:
    """A corporate action: old shares became ``after / before`` times as many; both 0 where the file does not say.

    Prices of before the ex-date are multiplied by ``before / after``.
    """

    symbol: str
    ex_day: date
    kind: ActionKind
    before: int
    after: int
    subject: str


@dataclass(frozen=True, slots=True)
class ActionRows:
    """Corporate actions by ex-date."""

    actions: tuple[Action, ...]

    def __len__(self) -> int:
        return len(self.actions)


Rows = DailyRows | IntradayRows | OptionRows | ActionRows


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a file (a zip may hold several): its right rows, its wrong ones, and what was left out by reason."""

    name: str
    kind: FileKind
    rows: Rows
    row_count: int
    problems: tuple[Problem, ...]
    problem_count: int
    skipped: Mapping[str, int]
