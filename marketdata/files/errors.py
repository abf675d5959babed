"""Why a file as a whole is refused, each reason a type.

What does not belong here: what is wrong with single rows (``marketdata.files.tables.Problem``).
"""

from __future__ import annotations

from typing import ClassVar

from marketdata.errors import MarketDataError

SHOWN = 120


class FileRefused(MarketDataError):
    """Any refusal of a whole file; the text says what was seen."""

    code: ClassVar[str] = "FILE_REFUSED"


class FileUnreadable(FileRefused):
    """The bytes are no text, or the compression is broken."""

    code = "FILE_UNREADABLE"


class FileTooLarge(FileRefused):
    """The file unpacks to more than is read, or has a line longer than any table's."""

    code = "FILE_TOO_LARGE"


class UnknownFileKind(FileRefused):
    """No known kind of file has this header."""

    code = "UNKNOWN_FILE_KIND"

    @classmethod
    def of_header(cls, header: str) -> UnknownFileKind:
        """The error for a header that nothing is known by."""
        return cls(f"the header is of no known kind of file: {header[:SHOWN]!r}")


class WrongFileKind(FileRefused):
    """The file is of another kind than the caller said."""

    code = "WRONG_FILE_KIND"


class ForeignMarket(FileRefused):
    """The file is of another exchange or segment."""

    code = "FOREIGN_MARKET"


class NoInstrument(FileRefused):
    """Nothing in the file, its name or the request says whose prices these are."""

    code = "NO_INSTRUMENT"


class UnsupportedInterval(FileRefused):
    """The candles are neither daily nor of 1 or 5 minutes."""

    code = "UNSUPPORTED_INTERVAL"


class NotPrices(FileRefused):
    """The file holds numbers that nobody can trade: a total-return index, a volatility."""

    code = "NOT_PRICES"


class NothingInside(FileRefused):
    """The file has a header and nothing else."""

    code = "FILE_EMPTY"
