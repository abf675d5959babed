"""The vocabulary of options. What does not belong here: buying and selling them."""

from django.db.models import TextChoices


class UnderlyingType(TextChoices):
    """What an option is on."""

    STOCK = "stock", "Stock"
    SECTOR = "sector", "Sector index"


class OptionType(TextChoices):
    """The right that an option gives."""

    CALL = "CE", "Call"
    PUT = "PE", "Put"


class StrikeMode(TextChoices):
    """Which strikes of an expiry are listed."""

    RANGE = "range", "Around the money"
    SINGLE = "single", "One strike"


class ExpiryCycle(TextChoices):
    """Whether a contract is the last of its month."""

    WEEKLY = "weekly", "Weekly"
    MONTHLY = "monthly", "Monthly"


class LegSide(TextChoices):
    """Which way a leg of a position goes."""

    BUY = "buy", "Bought"
    SELL = "sell", "Sold"
