"""Strategies for tests. What does not belong here: assertions."""

from __future__ import annotations

from typing import Any

from apps.strategies import services
from apps.strategies.models import PredefinedStrategy, RuleBasedStrategy
from apps.users.models import User

# Long while the close is above 100: simple enough to work out by hand.
ABOVE_100: dict[str, Any] = {
    "name": "Above 100",
    "enter_long": {"left": "CLOSE", "op": ">", "right": 100},
    "exit_long": {"left": "CLOSE", "op": "<", "right": 100},
}


def make_predefined(code: str = "sma_crossover") -> PredefinedStrategy:
    """A predefined strategy, with all the others seeded."""
    services.seed_predefined()
    return PredefinedStrategy.objects.get(code=code)


def make_rule_based(user: User, **values: Any) -> RuleBasedStrategy:
    """A private strategy of the user: ABOVE_100."""
    return services.create_rule_based(user=user, **{"name": "Above 100", "rules_json": ABOVE_100, **values})
