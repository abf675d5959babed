"""The usual way: ModelSerializer and generic views over the same tables, no users and no limits.

These are its settings. What does not belong here: the views (api_plain_urls).
"""

from __future__ import annotations

from config.settings.dev import *  # noqa: F403

ROOT_URLCONF = "scripts.benchmarks.api_plain_urls"
MIDDLEWARE.clear()  # noqa: F405
REST_FRAMEWORK = {"UNAUTHENTICATED_USER": None, "DEFAULT_AUTHENTICATION_CLASSES": []}
