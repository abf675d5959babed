"""App configuration of trading. What does not belong here: work at start."""

from django.apps import AppConfig


class TradingConfig(AppConfig):
    """Paper orders, fills, positions, holdings."""

    name = "apps.trading"
    verbose_name = "Trading"
