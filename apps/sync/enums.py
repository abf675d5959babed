"""The vocabulary of syncs. What does not belong here: kinds of instruments to trade (market)."""

from django.db.models import TextChoices


class SyncType(TextChoices):
    """Whose prices are fetched; one sync of a type runs at a time."""

    STOCK = "stock", "Stocks"
    SECTOR = "sector", "Sector indices"
    OPTION = "option", "Option contracts"


class SyncMode(TextChoices):
    """How much is fetched."""

    NORMAL = "normal", "What is missing"
    HARD = "hard", "A range of days, over what is there"


class SyncStatus(TextChoices):
    """Where a sync stands; it has failed when every instrument has."""

    PENDING = "pending", "Waiting for a worker"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"


class SyncStage(TextChoices):
    """What a sync is busy with."""

    QUEUED = "queued", "Waiting for a worker"
    FETCHING = "fetching", "Fetching and storing"
    DONE = "done", "Done"


class ItemState(TextChoices):
    """Where one instrument of a sync stands."""

    PENDING = "pending", "Waiting"
    RUNNING = "running", "Running"
    SUCCESS = "success", "Stored"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Skipped"


class SkipReason(TextChoices):
    """Why an instrument was left alone."""

    REAL_BARS = "REAL_BARS", "It has imported prices, which are never mixed with made ones."
    NO_SESSION = "NO_SESSION", "The market was closed on every day asked for, or they are not over."
    UP_TO_DATE = "UP_TO_DATE", "Everything up to the last day that is over is stored."
    NO_DATA = "NO_DATA", "The market was open, and the source has no prices of it."
