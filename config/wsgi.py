"""The WSGI entry, and the warm-up of its process. What does not belong here: settings."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from engine import script

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")

framework = get_wsgi_application()

from apps.core import metrics  # noqa: E402 - it can be imported only now
from config import ahead  # noqa: E402 - as before

application = ahead.Ahead(framework)
metrics.check_folder()
# Or the first request to each process would wait for all views, and whoever checks the first script for its grammar.
import_module("config.urls")
script.warm()
# What is loaded by now stays. To look through it for rubbish takes 140 ms, which one request in some hundred paid.
gc.collect()
gc.freeze()
