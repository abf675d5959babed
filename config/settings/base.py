"""Settings that every environment shares. What does not belong here: secrets, hosts, anything a machine decides."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from corsheaders.defaults import default_headers

from config.env import broker_url, database, env
from config.settings.accounts import *
from config.settings.gateways import *
from config.settings.notifications import *
from config.settings.operations import *
from config.settings.trading import TRADING_ENUM_NAMES, TRADING_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VERSION = "0.1.0"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "apps.core",
    "apps.users",
    "apps.wallet",
    "apps.notifications",
    "apps.stocks",
    "apps.sectors",
    "apps.options",
    "apps.market",
    "apps.strategies",
    "apps.backtests",
    "apps.trading",
    "apps.payments",
    "apps.sync",
    "apps.adminpanel",
]

MIDDLEWARE = [
    "apps.core.middleware.RequestIdMiddleware",
    "apps.core.middleware.MetricsMiddleware",
    "apps.core.middleware.ContentPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "apps.core.middleware.EnvelopeMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASE_URL = env.str("DATABASE_URL", default="postgres://papertrade@127.0.0.1:5432/papertrade")
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

DATABASES: dict[str, dict[str, Any]] = {"default": database(DATABASE_URL)}
DATABASES["default"] |= {
    "ENGINE": "config.postgresql",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    # What the address says besides, such as sslmode, stays.
    "OPTIONS": {
        **DATABASE_WAITS,
        "options": "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s",
        **DATABASES["default"].get("OPTIONS", {}),
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["apps.users.services.django_admin.AccountBackend"]
PASSWORD_HASHERS = ["apps.users.services.hashing.AccountHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en-us"
TIME_ZONE = "Asia/Kolkata"
USE_TZ = True
USE_I18N = False
# Paths are a contract, slashes as written: a redirect would answer in HTML and turn a POST into a GET.
APPEND_SLASH = False

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.users.views.access.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.users.views.access.AccessPermission"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["apps.core.api.rendering.ORJSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.api.schema.EnvelopeSchema",
    "EXCEPTION_HANDLER": "apps.core.api.envelope.exception_handler",
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
    # ?format=columns is a parameter of ours, not the name of a renderer.
    "URL_FORMAT_OVERRIDE": None,
}

RATE_LIMITS = env.bool("RATE_LIMITS", default=True)
RATE_LIMIT_KEYS = "papertrade:rate"

# Where prices come from that no table holds: synthetic, or files with the folder they are in.
MARKET_DATA_PROVIDER = env.str("MARKET_DATA_PROVIDER", default="synthetic")
MARKET_DATA_FOLDER = env.str("MARKET_DATA_FOLDER", default="")

SIMPLE_JWT: dict[str, Any] = {
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=24),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
    "ALGORITHM": "HS256",
    "ISSUER": "papertrade",
    "AUDIENCE": "papertrade-api",
    "TOKEN_TYPE_CLAIM": "typ",
    "USER_ID_FIELD": "id",
    "USER_ID_CLAIM": "sub",
    "LEEWAY": timedelta(seconds=30),
    "UPDATE_LAST_LOGIN": False,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "PaperTrade",
    "DESCRIPTION": (
        "Paper trading and backtesting for the Indian market. All trading is simulated; nothing here is "
        "investment advice. Prices are labelled with the data mode they come from.\n\n"
        "`POST /api/v1/auth/login` answers with an `access_token`: put it under Authorize to try the calls here, or "
        "send it as `Authorization: Bearer …`. `POST /api/v1/backtest/run` begins a backtest."
    ),
    "VERSION": VERSION,
    "OAS_VERSION": "3.0.3",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none"},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "InstrumentStatusEnum": "apps.stocks.enums.InstrumentStatus",
        "RunStatusEnum": "apps.backtests.enums.RunStatus",
        "ImportKindEnum": "apps.market.enums.ImportKind",
        "StageEnum": "apps.backtests.enums.Stage",
        "SyncTypeEnum": "apps.sync.enums.SyncType",
        "SyncModeEnum": "apps.sync.enums.SyncMode",
        "SyncStatusEnum": "apps.sync.enums.SyncStatus",
        "SyncStageEnum": "apps.sync.enums.SyncStage",
        "TradeTypeEnum": "apps.market.enums.TradeType",
        "StrikeModeEnum": "apps.options.enums.StrikeMode",
        "ExpiryCycleEnum": "apps.options.enums.ExpiryCycle",
        "OptionTypeEnum": "apps.options.enums.OptionType",
        "LegSideEnum": "apps.options.enums.LegSide",
        "SizingKindEnum": "apps.backtests.enums.SizingKind",
        "StrategyKindEnum": "apps.backtests.enums.StrategyKind",
        "LegsPresetEnum": "apps.backtests.enums.LegsPreset",
        "MarginUseEnum": "apps.backtests.enums.MarginUse",
        "AllocationKindEnum": "apps.backtests.enums.AllocationKind",
        "StrikeByEnum": "apps.backtests.enums.StrikeBy",
        "ExpiryChoiceEnum": "apps.backtests.enums.ExpiryChoice",
        "LevelUnitEnum": "apps.backtests.enums.LevelUnit",
        "WholeUnitEnum": "apps.backtests.enums.WholeUnit",
        "ReEntryAtEnum": "apps.backtests.enums.ReEntryAt",
        "EquityStepEnum": "apps.backtests.enums.EquityStep",
        "CostKindEnum": "apps.backtests.enums.CostKind",
        "CostSegmentEnum": "apps.backtests.enums.CostSegment",
        "SettingKindEnum": "apps.adminpanel.serializers.SETTING_KINDS",
        "StandingEnum": "apps.users.enums.Standing",
        "AccountOrderingEnum": "apps.users.enums.AccountOrdering",
        "SeriesFormatEnum": "apps.core.enums.SeriesFormat",
        "TimeOrderingEnum": "apps.core.enums.TimeOrdering",
        "SweepKindEnum": "apps.backtests.enums.SweepKind",
        "SweepMetricEnum": "apps.backtests.enums.SweepMetric",
        "RedrawEnum": "apps.backtests.enums.Redraw",
        "RunOrderingEnum": "apps.backtests.enums.RunOrdering",
        "StockOrderingEnum": "apps.stocks.enums.StockOrdering",
        "SectorOrderingEnum": "apps.sectors.enums.SectorOrdering",
        "StrategyScopeEnum": "apps.strategies.enums.StrategyScope",
        **TRADING_ENUM_NAMES,
        "PlanCodeEnum": "apps.payments.enums.PlanCode",
        "PaymentGatewayEnum": "apps.payments.enums.GatewayName",
        "PaymentStatusEnum": "apps.payments.enums.PaymentStatus",
        "MovementKindEnum": "apps.payments.enums.MovementKind",
        "CheckoutStateEnum": "apps.payments.enums.CheckoutState",
        "SubscriptionStateEnum": "apps.payments.enums.SubscriptionState",
        "NotificationKindEnum": "apps.notifications.enums.NotificationKind",
        "OutsideChannelEnum": "apps.notifications.enums.OutsideChannel",
        "DeliveryStateEnum": "apps.notifications.enums.DeliveryState",
        "ParameterTypeEnum": ["integer", "number"],
        "OperatorRightEnum": ["operand", "bars", "range"],
    },
    "PREPROCESSING_HOOKS": ["apps.core.api.schema.keep_api_paths"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.core.api.schema.name_parameter_enums",
        "apps.core.api.schema.add_error_envelope",
        "apps.core.api.schema.add_summaries",
    ],
}

# Stripe is used where both secrets are set. Its address is another one only in tests.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_BASE = "https://api.stripe.com"
PAYMENTS_RETURN_URL = env.str("PAYMENTS_RETURN_URL", default="http://localhost:3000/billing")

CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-none-match", "x-api-key", "x-request-id"]
CORS_EXPOSE_HEADERS = ["content-disposition", "etag", "idempotent-replayed", "retry-after", "x-request-id"]

# Celery: the row in PostgreSQL is the job, the broker only rings (no result backend, early acknowledgement).
CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 900
CELERY_TASK_TIME_LIMIT = 960
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 800_000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "health_check_interval": 25,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
CELERY_DB_REUSE_MAX = 100
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"backtests.*": {"queue": "backtest"}}
CELERY_BEAT_SCHEDULE = {
    **ACCOUNT_BEAT,
    **NOTIFICATION_BEAT,
    "worker-heartbeat": {"task": "core.write_heartbeat", "schedule": 20.0, "options": {"expires": 20}},
    "purge-idempotent-answers": {"task": "core.purge_answers", "schedule": 3600.0, "options": {"expires": 3600}},
    "ring-sweeps": {"task": "backtests.ring_sweeps", "schedule": 5.0},
    "ring-pending-backtests": {"task": "backtests.ring_pending", "schedule": 5.0},
    "ring-pending-syncs": {"task": "sync.ring_pending", "schedule": 5.0, "options": {"expires": 5}},
    **TRADING_SCHEDULE,
    "refresh-figures": {"task": "adminpanel.refresh_figures", "schedule": 300.0, "options": {"expires": 300}},
    "start-due-syncs": {"task": "sync.start_due", "schedule": 3.0, "options": {"expires": 3}},
    "process-waiting-payments": {"task": "payments.process_waiting", "schedule": 60.0, "options": {"expires": 60}},
    # Twice a night: what failed the first time, and what the other one found.
    "reconcile-payments": {"task": "payments.reconcile_nightly", "schedule": crontab(hour="0,3", minute="10")},
}
CELERY_BEAT_SCHEDULE_FILENAME = env.str("BEAT_SCHEDULE_FILE", default="celerybeat-schedule")

# The two accounts that manage.py seed makes.
DEMO_EMAIL = env.str("DEMO_EMAIL", default="demo@papertrade.example")
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="")
SUPERADMIN_EMAIL = env.str("SUPERADMIN_EMAIL", default="admin@papertrade.example")
SUPERADMIN_PASSWORD = env.str("SUPERADMIN_PASSWORD", default="")
