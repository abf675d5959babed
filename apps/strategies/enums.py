"""The vocabulary of strategies. What does not belong here: the words of the rules JSON (engine.rules)."""

from django.db.models import TextChoices


class StrategyStatus(TextChoices):
    """Whether a predefined strategy is offered for new runs."""

    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"


class StrategyScope(TextChoices):
    """Whose rule-based strategies a list shows."""

    OWN = "own", "My own"
    PUBLIC = "public", "Published by other users"


class TradedSides(TextChoices):
    """Which sides of a strategy count."""

    LONG = "long", "Long only"
    SHORT = "short", "Short only"
    BOTH = "both", "Long and short"
