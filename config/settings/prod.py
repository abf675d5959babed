"""Settings for production: a missing secret stops the start. What does not belong here: defaults for secrets."""

from config.env import all_or_none, check_folder, choice, required, required_secret, required_secrets
from config.settings.base import *

DEBUG = False
SECRET_KEY = required_secret("SECRET_KEY")
SIMPLE_JWT["SIGNING_KEY"] = required_secret("JWT_SECRET_KEY")
if SIMPLE_JWT["SIGNING_KEY"] == SECRET_KEY:
    from django.core.exceptions import ImproperlyConfigured

    raise ImproperlyConfigured("SECRET_KEY and JWT_SECRET_KEY are equal. Use two different random values.")
ENCRYPTION_KEYS = required_secrets("ENCRYPTION_KEYS")
required("DATABASE_URL", "Set it to the PostgreSQL server, for example postgres://user:password@db:5432/papertrade")
required("REDIS_URL", "Set it to the Redis or Valkey server, for example redis://redis:6379/0")
required("ALLOWED_HOSTS", "Set it to the host names that serve this API, separated by commas.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
# Or the first import of a kernel would say that there is no locator available.
check_folder("NUMBA_CACHE_DIR")
HALF = "Nothing could be bought so: set all of the gateway's, or none of them."
all_or_none("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", hint=HALF)
all_or_none("RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRET", hint=HALF)
if METRICS_TOKEN:
    required_secret("METRICS_TOKEN")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# What asks inside the host, past the proxy, speaks HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env.bool("TRUST_PROXY_HEADER", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LOG_FORMAT = choice("LOG_FORMAT", default="json", choices=("text", "json"))
LOGGING["handlers"]["console"]["formatter"] = LOG_FORMAT
