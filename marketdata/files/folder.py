"""A folder of files as series by symbol, and the digest that names them. What does not belong here: the protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from marketdata.files import naming, opening, reading
from marketdata.files.errors import FileRefused, FileUnreadable
from marketdata.files.tables import DailyRows, IntradayRows, Part, Request, chosen
from marketdata.types import Days

SUFFIXES = (".csv", ".gz", ".zip")
BLOCK_BYTES = 2**20
# A provider has no clock: no date is too late for it.
NO_LIMIT = date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a folder holds: pieces of series by symbol in the order of the files, and why files were left out."""

    digest: str
    daily: Mapping[str, list[DailyRows]]
    intraday: Mapping[str, list[IntradayRows]]
    refused: Mapping[str, str]
    days: Days


def read_folder(folder: Path) -> Shelf:
    """Read every table of a folder and its folders, by path."""
    digest = hashlib.sha256()
    daily: dict[str, list[DailyRows]] = {}
    intraday: dict[str, list[IntradayRows]] = {}
    refused: dict[str, str] = {}
    for path in sorted(each for each in folder.rglob("*") if each.name.endswith(SUFFIXES) and each.is_file()):
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\0{_digest(path)}\n".encode())
        try:
            for part in _parts(path):
                _keep(part, daily=daily, intraday=intraday)
        except FileRefused as refusal:
            refused[name] = str(refusal)
    pieces = [rows.day for each in daily.values() for rows in each]
    pieces += [rows.day for each in intraday.values() for rows in each]
    days = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *pieces])).astype("datetime64[D]")
    days.flags.writeable = False
    return Shelf(digest=digest.hexdigest(), daily=daily, intraday=intraday, refused=refused, days=days)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _parts(path: Path) -> Iterator[Part]:
    """The tables of a file, each without a wrong row.

    :raises FileRefused: if the file cannot be read, is none of ours, or has a wrong row
    """
    instrument = naming.index_of_file(path.name) or naming.symbol_of_file(path.name)
    try:
        with path.open("rb") as file:
            parts = reading.read(file, name=path.name, request=Request(today=NO_LIMIT, instrument=instrument))
    except OSError as e:
        raise FileUnreadable(opening.what_is_wrong(e)) from e
    for part in parts:
        if part.problem_count:
            first = part.problems[0]
            raise FileRefused(f"line {first.line}: {first.message}, and {part.problem_count - 1} more")
    yield from parts


def _keep(part: Part, *, daily: dict[str, list[DailyRows]], intraday: dict[str, list[IntradayRows]]) -> None:
    rows = part.rows
    if isinstance(rows, DailyRows):
        for code, name in enumerate(rows.names):
            daily.setdefault(name, []).append(chosen(rows, rows.code == code))
    elif isinstance(rows, IntradayRows):
        for code, name in enumerate(rows.names):
            intraday.setdefault(name, []).append(chosen(rows, rows.code == code))
