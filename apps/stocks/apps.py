"""App configuration of stocks. What does not belong here: work at start."""

from django.apps import AppConfig


class StocksConfig(AppConfig):
    """Stocks, their categories and prices."""

    name = "apps.stocks"
    verbose_name = "Stocks"
