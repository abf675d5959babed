"""Settings for tests: eager tasks, fast hashing. What does not belong here: behaviour that tests then do not see."""

from config.settings.base import *

DEBUG = False
SECRET_KEY = "test-only-key-" + "x" * 50
SIMPLE_JWT["SIGNING_KEY"] = "test-only-jwt-key-" + "y" * 50
ENCRYPTION_KEYS = ["test-only-encryption-key-" + "z" * 50]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=True)
CELERY_TASK_EAGER_PROPAGATES = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
WHITENOISE_AUTOREFRESH = True
RATE_LIMITS = False
# Tests change prices between two orders.
QUOTE_CACHE_SECONDS = 0.0
SHARED_ANSWER_SECONDS = 0.0
