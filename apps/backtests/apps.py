"""App configuration of backtests. What does not belong here: work at start."""

from django.apps import AppConfig


class BacktestsConfig(AppConfig):
    """Runs, their queue, results."""

    name = "apps.backtests"
    verbose_name = "Backtests"
