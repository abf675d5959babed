"""App configuration of sync. What does not belong here: work at start."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """Pulling and importing market data into the tables."""

    name = "apps.sync"
    verbose_name = "Sync"
