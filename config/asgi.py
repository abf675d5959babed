"""The ASGI entry: the process that open pages listen to. Everything else is WSGI. What does not belong here: settings.

Started as ``uvicorn config.asgi:application``. It reads accounts and nothing else, so it loads no other app: a third
of the memory.
"""

import gc
import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
settings.INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework_simplejwt.token_blacklist",
    "apps.core",
    "apps.users",
]
django.setup()

from apps.core.events.application import Application  # noqa: E402 - apps can be imported only now
from apps.users import services as users_services  # noqa: E402

application = Application(identify=users_services.identify_stream, still_in=users_services.streams_in_force)
# What is loaded by now stays. To look through it for rubbish takes a tenth of a second, for which all pages waited.
gc.collect()
gc.freeze()
