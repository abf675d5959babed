"""What a caller asks of an import, and what became of a file. What does not belong here: doing it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from apps.market.enums import ImportKind
from apps.stocks import services as stocks_services
from marketdata.files import Problem

IMPORT_COLUMNS = ("date", "time", "symbol", "open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How files are imported.

    ``kind``: what they must be; without it the header decides. ``dry_run``: do everything and take it back.
    ``skip_bad``: leave wrong rows out instead of refusing the file. ``only_known``: leave out instruments that have no
    row, instead of making them. ``instrument``: whose prices a CSV without names holds. ``columns``: our words (date,
    time, symbol, open, high, low, close, volume) to the names in the file's header.
    """

    kind: ImportKind | None = None
    dry_run: bool = False
    skip_bad: bool = False
    only_known: bool = False
    instrument: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file. A failed one stored nothing; ``problems`` are its first hundred, all are counted.

    ``file_kind`` is what its header says; ``identifier`` its instrument if it has just one. ``rows`` are those of the
    file, ``bars`` those that were right and wanted, ``skipped`` the others by reason. ``code`` is that of the error
    that refused the file as a whole.
    """

    file: str
    file_kind: str = ""
    code: str = ""
    identifier: str = ""
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    rows: int = 0
    bars: int = 0
    instruments: int = 0
    first_date: date | None = None
    last_date: date | None = None
    skipped: Mapping[str, int] = field(default_factory=dict)
    stored: stocks_services.StoredBars = dataclasses.field(default_factory=stocks_services.StoredBars)
    is_failed: bool = False
