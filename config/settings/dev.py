"""Settings for a developer's machine. What does not belong here: anything production should have too."""

from config.settings.base import *

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="dev-only-key-that-production-refuses-" + "x" * 20)
SIMPLE_JWT["SIGNING_KEY"] = env.str("JWT_SECRET_KEY", default="dev-only-jwt-key-that-production-refuses-" + "y" * 20)
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=["dev-only-encryption-key-that-production-refuses-" + "z" * 20])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
