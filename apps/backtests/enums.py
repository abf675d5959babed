"""The vocabulary of backtests. What does not belong here: exit reasons and sides (engine), instruments (market)."""

from django.db.models import TextChoices


class RunStatus(TextChoices):
    """Where a run stands. A cancelled run is ``failed`` with the code CANCELLED."""

    PENDING = "pending", "Pending"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"


class Stage(TextChoices):
    """What a run is busy with."""

    QUEUED = "queued", "Waiting for a place"
    LOADING = "loading", "Loading prices"
    SIMULATING = "simulating", "Simulating"
    DONE = "done", "Done"


class FillOn(TextChoices):
    """When the order of a signal fills."""

    SAME_CLOSE = "same_close", "At the close of the signal's bar"
    NEXT_OPEN = "next_open", "At the next bar's open"


class PathMode(TextChoices):
    """What is assumed of a bar that holds both the stop and the target."""

    PESSIMISTIC = "pessimistic", "The stop first"
    TV_PATH = "tv_path", "The nearer extreme first"
    OPTIMISTIC = "optimistic", "The target first"


class StopBasis(TextChoices):
    """What stop and target are measured from."""

    FILL = "fill", "The fill price"
    SIGNAL_CLOSE = "signal_close", "The close of the signal's bar"


class Direction(TextChoices):
    """Which positions a run may hold."""

    LONG = "long", "Long only"
    SHORT = "short", "Short only"
    BOTH = "both", "Long and short"


class SizingKind(TextChoices):
    """How much is bought."""

    ALL_IN = "all_in", "All of the equity"
    QUANTITY = "quantity", "A number of shares"
    CASH = "cash", "An amount in rupees"
    PERCENT_OF_EQUITY = "percent_of_equity", "A percentage of the equity"


class SeriesFormat(TextChoices):
    """How a series is written."""

    LIST = "list", "A list of objects"
    COLUMNS = "columns", "Columns"


class StrategyKind(TextChoices):
    """Where a run's strategy came from."""

    PREDEFINED = "predefined", "Predefined"
    RULE_BASED = "rule_based", "Rule-based"
    RULES = "rules", "Rules sent with the request"


class RunOrdering(TextChoices):
    """How a list of runs may be ordered; a minus turns it round."""

    CREATED = "created_at", "Oldest first"
    CREATED_DESC = "-created_at", "Newest first"
    PNL = "pnl_percentage", "Smallest return first"
    PNL_DESC = "-pnl_percentage", "Largest return first"
    TRADES = "number_of_trades", "Fewest trades first"
    TRADES_DESC = "-number_of_trades", "Most trades first"
