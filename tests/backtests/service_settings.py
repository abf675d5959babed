"""Settings of the real web and worker processes of a test: nothing eager, and a part of the broker of their own.

What does not belong here: behaviour that production does not have.
"""
# ruff: noqa: F403, F405 - settings are layered by star imports, as in config/settings

from config.settings.test import *

CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **CELERY_BROKER_TRANSPORT_OPTIONS,
    "global_keyprefix": f"{DATABASES['default']['NAME']}:",  # type: ignore[dict-item]
}
DATABASES["default"]["CONN_MAX_AGE"] = 60
# Times of a request or task are sent at once, not every five seconds.
OTEL_DELAY_MILLISECONDS = 10
