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


class PreviewPlaces(TextChoices):
    """What the places of a preview are: rules signal whatever is held, a script orders by what it holds."""

    SIGNALS = "signals", "Bars on which a condition holds"
    FILLS = "fills", "Bars on which a position is entered or left"
