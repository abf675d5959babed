"""What the market refuses. What does not belong here: HTTP."""

from apps.core.enums import Kind
from apps.core.errors import DomainError


class InstrumentNotFound(DomainError):
    """There is no instrument of this type and name."""

    code = "INSTRUMENT_NOT_FOUND"
    kind = Kind.NOT_FOUND
    message = "There is no such instrument."


class InstrumentInactive(DomainError):
    """The instrument is no longer offered."""

    code = "INSTRUMENT_INACTIVE"
    kind = Kind.REJECTED
    message = "This instrument is no longer offered."


class NoBars(DomainError):
    """The instrument has no prices in the range; the details say from when to when it has."""

    code = "NO_BARS"
    kind = Kind.REJECTED
    message = "The instrument has no prices in this range of dates."


class ModelChanged(DomainError):
    """The stored bars are of another version of the model, and the span is only a part of them."""

    code = "MODEL_CHANGED"
    kind = Kind.CONFLICT
    message = "The stored bars are of another version of the model: sync all of their days, or start a normal sync."


class RuleExists(DomainError):
    """An active row of this table, date and key was added before; the details name it."""

    code = "RULE_EXISTS"
    kind = Kind.CONFLICT
    message = "There is an active row with this key and date already: switch that one off first."


class FileUnreadable(DomainError):
    """The uploaded bytes are no text, or their compression is broken."""

    code = "FILE_UNREADABLE"
    kind = Kind.REJECTED
    message = "The file cannot be read."


class FileTooLarge(DomainError):
    """The uploaded file unpacks to more than is read, or has a line longer than any table's."""

    code = "FILE_TOO_LARGE"
    kind = Kind.REJECTED
    message = "The file is too large."


class UnknownFileKind(DomainError):
    """The uploaded file is of no known kind."""

    code = "UNKNOWN_FILE_KIND"
    kind = Kind.REJECTED
    message = "The file is of no known kind."


class WrongFileKind(DomainError):
    """The uploaded file is of another kind than the request says."""

    code = "WRONG_FILE_KIND"
    kind = Kind.REJECTED
    message = "The file is of another kind."


class ForeignMarket(DomainError):
    """The uploaded file is of another exchange or segment."""

    code = "FOREIGN_MARKET"
    kind = Kind.REJECTED
    message = "The file is of another market."


class NoInstrument(DomainError):
    """Nothing says whose prices the uploaded file holds."""

    code = "NO_INSTRUMENT"
    kind = Kind.REJECTED
    message = "Nothing says whose prices these are."


class UnsupportedInterval(DomainError):
    """The candles of the uploaded file are of a length that is not stored."""

    code = "UNSUPPORTED_INTERVAL"
    kind = Kind.REJECTED
    message = "The candles are of a length that is not stored."


class NotPrices(DomainError):
    """The uploaded file holds numbers that nobody can trade."""

    code = "NOT_PRICES"
    kind = Kind.REJECTED
    message = "The file holds no prices that can be traded."


class FileEmpty(DomainError):
    """The uploaded file has no rows."""

    code = "FILE_EMPTY"
    kind = Kind.REJECTED
    message = "The file holds no rows."


class WrongRows(DomainError):
    """Rows of the uploaded file are wrong, so nothing of it was stored; details.problems names the first by line."""

    code = "WRONG_ROWS"
    kind = Kind.REJECTED
    message = "Rows of the file are wrong, so nothing was stored. Send skip_bad to leave them out."
