"""Rows put into a sheet of a workbook as it goes out. What does not belong here: what stands in them, the workbook.

The library writes a workbook once all of it is in memory or on the disk; long sheets would fill either. So it writes
the workbook with the sheet's beginning, and the rest is added here, cells as the library writes them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from itertools import islice
from xml.sax import saxutils

from xlsxwriter.utility import xl_col_to_name

ROWS_A_PIECE = 200
# Day 0 as days are counted after February 1900, which to a spreadsheet has 29 of them.
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zones
DAY_SECONDS = 86_400
# In units of UTF-16, as spreadsheets count.
LONGEST_TEXT = 32_767
DIMENSION = re.compile(rb"<dimension [^>]*/>")
ROWS_END = b"</sheetData>"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")

Cell = object
_column = cache(xl_col_to_name)


@dataclass(frozen=True, slots=True)
class Begun:
    """A workbook with the beginning of a sheet. ``part``: the sheet's file; ``rows``: how many it has.

    ``styles``: the numbers of the formats ``day`` and ``moment``.
    """

    book: bytes
    part: str
    rows: int
    styles: Mapping[str, int]


class _Outlet:
    """A file that cannot be gone back in; what is written waits until it is taken."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take bytes."""
        self._waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is held."""

    def take(self) -> bytes:
        """What has been written since the last time."""
        taken = b"".join(self._waiting)
        self._waiting.clear()
        return taken


def add_rows(begun: Begun, *, rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The bytes of the workbook with more rows at the end of its sheet, piece by piece as these are read."""
    outlet = _Outlet()
    with zipfile.ZipFile(io.BytesIO(begun.book)) as given, zipfile.ZipFile(outlet, "w") as made:
        for known in given.infolist():
            part = zipfile.ZipInfo(known.filename, known.date_time)
            part.compress_type = zipfile.ZIP_DEFLATED
            content = given.read(known)
            pieces = _sheet(content, begun=begun, rows=rows) if part.filename == begun.part else [content]
            with made.open(part, "w") as file:
                for piece in pieces:
                    file.write(piece)
                    yield outlet.take()
    yield outlet.take()


def _sheet(content: bytes, *, begun: Begun, rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A sheet with more rows; how many it has is not known when its beginning goes out, so it does not say."""
    beginning, end, rest = content.partition(ROWS_END)
    yield DIMENSION.sub(b"", beginning)
    numbered = enumerate(rows, start=begun.rows + 1)
    while some := [_row(row, number=number, styles=begun.styles) for number, row in islice(numbered, ROWS_A_PIECE)]:
        yield "".join(some).encode()
    yield end + rest


def _row(row: Sequence[Cell], *, number: int, styles: Mapping[str, int]) -> str:
    cells = [
        _cell(value, place=f"{_column(column)}{number}", styles=styles)
        for column, value in enumerate(row)
        if value is not None
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(value: Cell, *, place: str, styles: Mapping[str, int]) -> str:
    """One cell: text as text, numbers as numbers, days as dates."""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value:.16G}</v></c>'
    if isinstance(value, date):
        style = styles["moment" if isinstance(value, datetime) else "day"]
        return f'<c r="{place}" s="{style}"><v>{_days(value):.16G}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{_text(str(value))}</t></is></c>'


def _days(value: date) -> float:
    """A day or moment after February 1900 as a spreadsheet counts them."""
    since = (value if isinstance(value, datetime) else datetime.combine(value, time())) - EPOCH
    return since.days + since.seconds / DAY_SECONDS


def _text(text: str) -> str:
    """A text as it stands in a file: no markup, no control character, no longer than a cell may be."""
    if len(text) > LONGEST_TEXT // 2:
        text = text.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
    text = LOOKS_ESCAPED.sub(r"_x005F\1", text)
    return saxutils.escape(CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text))
