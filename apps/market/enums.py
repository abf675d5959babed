"""The vocabulary of instruments and round trips. What does not belong here: status of an instrument (stocks)."""

from django.db.models import TextChoices


class InstrumentType(TextChoices):
    """What kind of thing is traded."""

    STOCK = "stock", "Stock"
    SECTOR = "sector", "Sector index"
    OPTION = "option", "Option"


class TradeType(TextChoices):
    """Which way a round trip went."""

    LONG = "long", "Long"
    SHORT = "short", "Short"


class ImportKind(TextChoices):
    """What a file to be imported holds."""

    DAILY_EQUITY = "daily_equity", "Daily bars of one stock"
    DAILY_INDEX = "daily_index", "Daily bars of one index"


class Interval(TextChoices):
    """How long one candle lasts."""

    FIVE_MINUTES = "5m", "5 minutes"
    FIFTEEN_MINUTES = "15m", "15 minutes"
    HOUR = "1h", "1 hour"
    DAY = "1d", "1 day"
