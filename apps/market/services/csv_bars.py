"""Reading daily bars from a CSV file, with every mistake named by its line. What does not belong here: storing them."""

from __future__ import annotations

import csv
import gzip
import zlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO

import numpy as np

from apps.market.constants import INDEX_FILES, MAX_PROBLEMS
from apps.market.enums import ImportKind
from apps.market.services import csv_rows
from apps.stocks import selectors as stocks_selectors


class FileRefused(Exception):
    """The file as a whole cannot be imported; the text says why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong on a line; line 0 is the file as a whole."""

    line: int
    message: str


@dataclass(slots=True)
class ParsedFile:
    """What a file says: whose bars, and which, by date. With problems (the first hundred are kept) it says nothing."""

    identifier: str = ""
    bars: stocks_selectors.PriceColumns | None = None
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    def complain(self, problem: Problem) -> None:
        """Note a problem; past a hundred they are only counted."""
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)


def read_file(*, path: Path, kind: ImportKind, today: date) -> ParsedFile:
    """The daily bars of a .csv or .csv.gz file, UTF-8 with or without a byte order mark.

    Columns by name: date, open, high, low, close, volume, and symbol for a stock; others are ignored. Every row is
    checked: its date is one of the calendar, not after ``today`` and not there twice; prices are above zero, have
    at most two decimals and stand inside low and high; the volume is a whole number of shares; all rows are of one
    symbol. An index may leave its volume empty, which counts as 0, and is named by its file.
    """
    parsed = ParsedFile()
    try:
        if kind == ImportKind.DAILY_INDEX:
            parsed.identifier = _index_of(path)
        with _open(path) as lines:
            rows = _read_rows(lines, parsed=parsed, kind=kind, today=today)
    except FileRefused as refusal:
        parsed.complain(Problem(0, str(refusal)))
    except UnicodeDecodeError:
        parsed.complain(Problem(0, "the file is not UTF-8 text"))
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        parsed.complain(Problem(0, f"the file cannot be read: {error}"))
    else:
        parsed.bars = _columns(rows) if not parsed.problem_count else None
    return parsed


def _index_of(path: Path) -> str:
    """The identifier of the sector that a file is about, by its name."""
    stem = path.name.removesuffix(".gz").removesuffix(".csv")
    if stem.endswith("_TRI"):
        raise FileRefused("a total-return index has closes only and cannot be traded")
    if "VIX" in stem:
        raise FileRefused("VIX is a volatility, not a price")
    if stem not in INDEX_FILES:
        raise FileRefused(f"no index is known by the file name {stem}; known are {', '.join(INDEX_FILES)}")
    return INDEX_FILES[stem][0]


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _read_rows(lines: IO[str], *, parsed: ParsedFile, kind: ImportKind, today: date) -> list[csv_rows.Row]:
    """The rows by date; what is wrong goes to ``parsed``."""
    reader = csv.DictReader(lines, strict=True)
    is_index = kind == ImportKind.DAILY_INDEX
    needed = csv_rows.BAR_COLUMNS if is_index else ("symbol", *csv_rows.BAR_COLUMNS)
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        raise FileRefused(f"the header lacks the columns {', '.join(missing)}")
    rows: dict[int, csv_rows.Row] = {}
    line_of: dict[int, int] = {}
    for record in reader:
        try:
            csv_rows.check_fields(record)
            row = csv_rows.read_row(record, today=today, volume_may_be_empty=is_index)
            if not is_index:
                parsed.identifier = csv_rows.check_symbol(record, expected=parsed.identifier)
        except ValueError as error:
            parsed.complain(Problem(reader.line_num, str(error)))
            continue
        if row[0] in rows:
            parsed.complain(Problem(reader.line_num, f"{record['date']} is on line {line_of[row[0]]} already"))
        rows.setdefault(row[0], row)
        line_of.setdefault(row[0], reader.line_num)
    if not rows and not parsed.problem_count:
        raise FileRefused("the file holds no rows")
    return [rows[day] for day in sorted(rows)]


def _columns(rows: list[csv_rows.Row]) -> stocks_selectors.PriceColumns:
    day, open_, high, low, close, volume = np.array(rows, dtype=np.int64).T.copy()
    return stocks_selectors.PriceColumns(
        date=day.astype("datetime64[D]"), open=open_, high=high, low=low, close=close, volume=volume
    )
