"""App configuration of market. What does not belong here: work at start."""

from django.apps import AppConfig


class MarketConfig(AppConfig):
    """One way to name and load any instrument; round trips on instruments."""

    name = "apps.market"
    verbose_name = "Market"
