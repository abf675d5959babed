"""App configuration of strategies. What does not belong here: work at start."""

from django.apps import AppConfig


class StrategiesConfig(AppConfig):
    """Predefined and rule-based strategies, the catalogue, validation."""

    name = "apps.strategies"
    verbose_name = "Strategies"
