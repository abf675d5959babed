"""The vocabulary of stocks. What does not belong here: instrument types (market)."""

from django.db.models import TextChoices


class InstrumentStatus(TextChoices):
    """Whether an instrument is offered; an inactive one keeps its history."""

    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"


class Exchange(TextChoices):
    """Where a stock is listed."""

    NSE = "NSE", "National Stock Exchange"
    BSE = "BSE", "BSE"


class StockOrdering(TextChoices):
    """How a list of stocks may be ordered; a minus turns it round."""

    ENUM = "enum", "Identifier"
    ENUM_DESC = "-enum", "Identifier, last first"
    SYMBOL = "symbol", "Symbol"
    SYMBOL_DESC = "-symbol", "Symbol, last first"
    STATUS = "status", "Status"
    STATUS_DESC = "-status", "Status, inactive first"
    LAST_SYNCED = "last_synced_at", "Data until, oldest first"
    LAST_SYNCED_DESC = "-last_synced_at", "Data until, newest first"
