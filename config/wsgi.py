"""The WSGI entry, and the warm-up of its process. What does not belong here: settings."""

import os

from django.core.wsgi import get_wsgi_application

from engine import script

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")

application = get_wsgi_application()

from apps.core import metrics  # noqa: E402 - it can be imported only now

metrics.check_folder()
# Or whoever checks the first script would wait for it.
script.warm()
