"""App configuration of options. What does not belong here: work at start."""

from django.apps import AppConfig


class OptionsConfig(AppConfig):
    """Option contracts and candles."""

    name = "apps.options"
    verbose_name = "Options"
