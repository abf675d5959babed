"""The vocabulary of what apps below have in common. What does not belong here: words of one of them."""

from django.db.models import TextChoices


class JobKind(TextChoices):
    """What sort of work a job is."""

    BACKTEST = "backtest", "A backtest"
    SWEEP = "sweep", "A sweep over inputs"
    WALK_FORWARD = "walk_forward", "A walk-forward"
    SYNC = "sync", "A sync of market data"


class JobStatus(TextChoices):
    """Where a job stands that has not ended."""

    PENDING = "pending", "Waiting"
    RUNNING = "running", "Running"
