"""Reading a file to be imported, told whose prices it may hold. What does not belong here: storing, the formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from apps.core import clock
from apps.market import selectors
from apps.market.enums import ImportKind
from apps.market.services.importing import instruments
from apps.market.services.importing.reports import ImportOptions
from apps.stocks import selectors as stocks_selectors
from marketdata import files
from marketdata.files import FileKind, Part, Request, naming
from marketdata.files.errors import WrongFileKind
from marketdata.files.tables import DailyRows, IntradayRows

KINDS: Mapping[ImportKind, frozenset[FileKind]] = {
    ImportKind.DAILY_EQUITY: frozenset({"csv"}),
    ImportKind.DAILY_INDEX: frozenset({"csv"}),
    ImportKind.CSV: frozenset({"csv"}),
    ImportKind.CASH_BHAVCOPY: frozenset({"cm_legacy", "cm_udiff", "cm_full"}),
    ImportKind.DERIVATIVES_BHAVCOPY: frozenset({"fo_legacy", "fo_udiff", "fo_activity"}),
    ImportKind.CORPORATE_ACTIONS: frozenset({"corporate_actions", "corporate_factors"}),
}


def read(file: BinaryIO, *, name: str, options: ImportOptions) -> tuple[Part, ...]:
    """The tables of a file.

    :raises FileRefused: if the file as a whole is wrong, or not what the options say
    :raises ValidationFailed: if the options name an instrument that cannot be
    """
    request = Request(
        today=clock.today(),
        kinds=KINDS[options.kind] if options.kind else frozenset(),
        instrument=_instrument(name, options=options),
        columns=options.columns,
        rules=selectors.rulebook_in_force(),
    )
    parts = files.read(file, name=name, request=request)
    for part in parts:
        _check(part, kind=options.kind)
    return parts


def _instrument(name: str, *, options: ImportOptions) -> str:
    """Whose prices a file without names holds: what the caller says, else an index or a known stock that names it."""
    if options.instrument:
        return instruments.named(options.instrument)
    word = naming.symbol_of_file(name)
    known = word and stocks_selectors.find_stock(enum=word) is not None
    return naming.index_of_file(name) or (word if known else "")


def _check(part: Part, *, kind: ImportKind | None) -> None:
    """Accept daily bars of the type of instrument that the caller means."""
    if kind not in {ImportKind.DAILY_EQUITY, ImportKind.DAILY_INDEX}:
        return
    if isinstance(part.rows, IntradayRows):
        raise WrongFileKind("the file holds candles of minutes, not daily bars")
    wants_index = kind == ImportKind.DAILY_INDEX
    if isinstance(part.rows, DailyRows):
        for each in part.rows.names:
            if naming.is_index(each) != wants_index:
                raise WrongFileKind(f"{each} is {'a stock' if wants_index else 'an index'}")
