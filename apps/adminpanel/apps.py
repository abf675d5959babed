"""App configuration of adminpanel. What does not belong here: work at start."""

from django.apps import AppConfig


class AdminpanelConfig(AppConfig):
    """What administrators see and set."""

    name = "apps.adminpanel"
    verbose_name = "Adminpanel"
