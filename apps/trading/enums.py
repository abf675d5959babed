"""The vocabulary of paper orders, in the words of the field. What does not belong here: instruments (market)."""

from django.db.models import TextChoices


class Side(TextChoices):
    """Which way an order goes."""

    BUY = "BUY", "Buy"
    SELL = "SELL", "Sell"


class Product(TextChoices):
    """How long a position may be held."""

    CNC = "CNC", "Delivery"
    MIS = "MIS", "Intraday, squared off by the end of the session"
    NRML = "NRML", "Carried overnight"


class OrderType(TextChoices):
    """What decides the price."""

    MARKET = "MARKET", "Market"
    LIMIT = "LIMIT", "Limit"
    SL = "SL", "Stop with a limit"
    SL_M = "SL-M", "Stop at market"


class Validity(TextChoices):
    """How long an order waits."""

    DAY = "DAY", "Until the session ends"
    IOC = "IOC", "Now or not at all"
    TTL = "TTL", "For some minutes"


class Variety(TextChoices):
    """What belongs to an order beside itself."""

    REGULAR = "regular", "An order alone"
    BRACKET = "bracket", "An entry with a target and a stop, of which one cancels the other"
    OCO = "oco", "A target and a stop of what is held, of which one cancels the other"
    AMO = "amo", "Kept until the next session opens"


class Leg(TextChoices):
    """Which exit an order is."""

    TARGET = "target", "The target"
    STOP = "stop", "The stop"


class TrailingUnit(TextChoices):
    """What the distance of a trailing stop is written in."""

    POINTS = "points", "Rupees"
    PERCENT = "percent", "Percent of the best price"


class OrderStatus(TextChoices):
    """Where an order stands; the last four are final."""

    AMO_QUEUED = "AMO_QUEUED", "Waiting for the session to open"
    OPEN = "OPEN", "Open"
    TRIGGER_PENDING = "TRIGGER_PENDING", "Waiting for its trigger"
    PARTIAL = "PARTIAL", "Filled in part"
    COMPLETE = "COMPLETE", "Complete"
    CANCELLED = "CANCELLED", "Cancelled"
    REJECTED = "REJECTED", "Rejected"
    EXPIRED = "EXPIRED", "Expired"


class GttStatus(TextChoices):
    """Where a trigger stands; all but the first are final."""

    ACTIVE = "active", "Waiting for its trigger"
    TRIGGERED = "triggered", "Its order was placed"
    REJECTED = "rejected", "Its order was refused"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"


class FillProfile(TextChoices):
    """How close to the real market orders are filled."""

    INSTANT = "instant", "At the last price, free of cost"
    REALISTIC = "realistic", "With slippage and a percentage of cost"
    INDIA = "india", "With the exchange's rules and charges"


class Purpose(TextChoices):
    """Who gave an order."""

    USER = "user", "The user"
    CLOSE = "close", "The user, closing a position"
    AUTO_SQUAREOFF = "auto_squareoff", "The square-off of intraday positions"
    EXPIRY = "expiry", "The settlement of an expired contract"


class PositionEventKind(TextChoices):
    """What changes a position without a fill."""

    CONVERSION = "CONVERSION", "Another product"
    CORPORATE_ACTION = "CORPORATE_ACTION", "A split or a bonus"


class PriceSource(TextChoices):
    """Where the price of a fill comes from."""

    QUOTE = "quote", "The last price"
    BAR = "bar", "A 5-minute bar"
    DAILY_CLOSE = "daily_close", "The close of the day"
    STRIKE = "strike", "The strike of a settled option"
    LAST_BAR = "last_bar", "The last 5-minute bar of the day"


class AlertCondition(TextChoices):
    """What a price must do to be told of."""

    ABOVE = "above", "At the level or above it"
    BELOW = "below", "At the level or below it"
    CROSSES = "crosses", "To the level from either side"


class AlertStatus(TextChoices):
    """Where an alert stands."""

    ARMED = "armed", "Armed"
    FIRED = "fired", "Fired"
    CANCELLED = "cancelled", "Cancelled"


class EquityBy(TextChoices):
    """How fine a portfolio's equity is shown."""

    DAY = "day", "By day"
    BAR = "5m", "By 5-minute bar, today"


class OrderOrdering(TextChoices):
    """How a list of orders, triggers or alerts may be ordered; a minus turns it round."""

    CREATED = "created_at", "Oldest first"
    CREATED_DESC = "-created_at", "Newest first"
    UPDATED = "updated_at", "Changed longest ago first"
    UPDATED_DESC = "-updated_at", "Changed last first"
    INSTRUMENT = "instrument", "Instrument"
    INSTRUMENT_DESC = "-instrument", "Instrument, last first"


class HeldOrdering(TextChoices):
    """How positions, holdings and closed round trips may be ordered; a minus turns it round."""

    CREATED = "created_at", "Oldest first"
    CREATED_DESC = "-created_at", "Newest first"
    INSTRUMENT = "instrument", "Instrument"
    INSTRUMENT_DESC = "-instrument", "Instrument, last first"
    PNL = "pnl", "Smallest profit first"
    PNL_DESC = "-pnl", "Largest profit first"


class Sweep(TextChoices):
    """Which round of the workers goes through everybody's rows."""

    ORDERS = "orders", "Orders that wait"
    GTTS = "gtts", "Triggers that stand"
    ALERTS = "alerts", "Alerts that are armed"
    CLOSES = "closes", "Square-off and expiry"
