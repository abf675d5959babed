"""App configuration of sectors. What does not belong here: work at start."""

from django.apps import AppConfig


class SectorsConfig(AppConfig):
    """Sector indices and their prices."""

    name = "apps.sectors"
    verbose_name = "Sectors"
