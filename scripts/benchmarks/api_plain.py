"""The usual way at its barest: ModelSerializer and generic views over the same tables, no users, no middleware.

The connection lasts and is asked for its health, as Django does it. These are its settings.
What does not belong here: the views (api_plain_urls), signing in (api_plain_signed).
"""

from __future__ import annotations

from config.settings.dev import *  # noqa: F403

DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"  # noqa: F405
ROOT_URLCONF = "scripts.benchmarks.api_plain_urls"
MIDDLEWARE.clear()  # noqa: F405
REST_FRAMEWORK = {"UNAUTHENTICATED_USER": None, "DEFAULT_AUTHENTICATION_CLASSES": []}
