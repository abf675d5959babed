"""App configuration of core. What does not belong here: work at start beyond that."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    """The shared kernel."""

    name = "apps.core"
    verbose_name = "Core"

    def ready(self) -> None:
        """Register every app's tasks, so that jobs.enqueue finds them in any process; refuse what is not installed."""
        from apps.core import telemetry

        telemetry.check_packages()
        autodiscover_modules("tasks")
