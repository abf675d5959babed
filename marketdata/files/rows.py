"""Rows of text as columns of whole numbers: one pass, bounded memory, every wrong line noted.

What does not belong here: what the columns of one kind of file are.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from marketdata.files import fields
from marketdata.files.errors import FileTooLarge, FileUnreadable
from marketdata.files.tables import Findings, Whole

MAX_ROWS = 2_000_000
BLOCK = 8_192
BAD_QUOTES = "a quote in the file is never closed or stands in the wrong place, or a field is too long"

Record = list[str]
Numbers = tuple[int, ...]
Convert = Callable[[Record], Numbers | str]


def records(lines: Iterator[str], *, delimiter: str, read: int) -> Iterator[tuple[int, Record]]:
    """The records of a table with the number of their last line, blank lines left out; ``read`` lines came before.

    :raises FileUnreadable: if the quotes are broken, or a field is too long
    """
    reader = csv.reader(lines, strict=True, delimiter=delimiter, skipinitialspace=True)
    try:
        for record in reader:
            if record:
                yield read + reader.line_num, record
    except csv.Error as e:
        raise FileUnreadable(BAD_QUOTES) from e


def collect(
    source: Iterator[tuple[int, Record]], *, width: int, columns: int, convert: Convert, findings: Findings
) -> NDArray[np.int64]:
    """The numbers of every right row as an array of shape (rows, 1 + ``columns``), the line number first.

    ``convert`` gives a row's numbers, or the reason why it is left out; a ValueError makes it a problem.

    :raises FileTooLarge: if there are more rows than any day or series has
    """
    blocks = [np.empty((0, 1 + columns), dtype=np.int64)]
    block: list[Numbers] = []
    for line, record in source:
        findings.rows += 1
        if len(record) != width:
            findings.complain(line, "the row has more or fewer fields than the header")
            continue
        try:
            numbers = convert(record)
        except ValueError as e:
            findings.complain(line, str(e))
            continue
        if isinstance(numbers, str):
            findings.skipped[numbers] += 1
            continue
        block.append((line, *numbers))
        if len(block) == BLOCK:
            blocks.append(np.array(block, dtype=np.int64))
            block = []
            if findings.rows > MAX_ROWS:
                raise FileTooLarge(f"the file has more than {MAX_ROWS} rows")
    if block:
        blocks.append(np.array(block, dtype=np.int64))
    return np.concatenate(blocks)


def named(name: str, convert: Callable[[str], int], text: str) -> int:
    """The number in a field; what is wrong says which field.

    :raises ValueError: if it is none
    """
    try:
        return convert(text)
    except ValueError as e:
        raise ValueError(f"{name} {e}") from e


def within(low: int, high: int) -> Callable[[int, str], int]:
    """A check of day numbers that keeps those from ``low`` to ``high``, both included."""

    def check(day: int, text: str) -> int:
        if not low <= day <= high:
            raise ValueError(f"{text[: fields.SHOWN]} is not between {fields.EARLIEST} and today")
        return day

    return check


def ordered(rows: Whole, *, prices: slice, findings: Findings) -> Whole:
    """The rows whose open and close stand inside low and high; the others are problems."""
    open_, high, low, close = rows[:, prices].T
    right = (low <= open_) & (open_ <= high) & (low <= close) & (close <= high)
    for line in rows[~right, 0].tolist():
        findings.complain(line, "open or close is outside low and high")
    kept: Whole = rows[right]
    return kept


def unique(rows: Whole, *, keys: Sequence[int], shown: Callable[[Whole], str], findings: Findings) -> Whole:
    """The rows sorted by the key columns, the first of each key; later ones are problems."""
    order = np.lexsort((rows[:, 0], *(rows[:, key] for key in reversed(keys))))
    rows = rows[order]
    same = np.zeros(len(rows), dtype=bool)
    if len(rows):
        same[1:] = (rows[1:, list(keys)] == rows[:-1, list(keys)]).all(axis=1)
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(rows)))) if len(rows) else order
    for position in np.flatnonzero(same).tolist():
        row = rows[position]
        findings.complain(int(row[0]), f"{shown(row)} is on line {rows[first[position], 0]} already")
    kept: Whole = rows[~same]
    return kept


def interned(names: dict[str, int], name: str) -> int:
    """The number of a name, given out in the order of appearance."""
    return names.setdefault(name, len(names))


def day_text(number: int) -> str:
    """A day number as a date."""
    return str(np.datetime64(int(number), "D"))
