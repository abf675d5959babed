"""App configuration of core. What does not belong here: work at start beyond registering tasks."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    """The shared kernel."""

    name = "apps.core"
    verbose_name = "Core"

    def ready(self) -> None:
        """Register every app's tasks, so that jobs.enqueue finds them in any process."""
        autodiscover_modules("tasks")
