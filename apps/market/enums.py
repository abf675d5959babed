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

    DAILY_EQUITY = "daily_equity", "Daily bars of stocks, as CSV"
    DAILY_INDEX = "daily_index", "Daily bars of one index, as CSV"
    CSV = "csv", "Bars of any instruments, daily or of 1 or 5 minutes"
    CASH_BHAVCOPY = "cash_bhavcopy", "The exchange's file of a day, cash market"
    DERIVATIVES_BHAVCOPY = "derivatives_bhavcopy", "The exchange's file of a day, derivatives"
    CORPORATE_ACTIONS = "corporate_actions", "Splits, bonuses and demergers"


class ActionKind(TextChoices):
    """What a corporate action does to a share."""

    SPLIT = "split", "Split or consolidation"
    BONUS = "bonus", "Bonus shares"
    DEMERGER = "demerger", "Demerger"


class Interval(TextChoices):
    """How long one candle lasts."""

    FIVE_MINUTES = "5m", "5 minutes"
    FIFTEEN_MINUTES = "15m", "15 minutes"
    HALF_HOUR = "30m", "30 minutes"
    HOUR = "1h", "1 hour"
    DAY = "1d", "1 day"
    WEEK = "1w", "1 week"
