"""Rows as a CSV file, line by line. What does not belong here: which rows, and HTTP headers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file: its name, and its lines as they are made."""

    filename: str
    lines: Iterator[str]


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def lines(*, header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The header and the rows as lines of CSV; no text among them starts a formula."""
    writer = csv.writer(_Echo())
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def safe_cell(value: object) -> object:
    """The value, so that no spreadsheet takes a text for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
