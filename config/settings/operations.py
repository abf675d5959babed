"""What operators see of an installation: health, metrics, doctor, leases, logs. What does not belong here: servers."""

from __future__ import annotations

from typing import Any

from config.env import choice, env

# What /health/ready asks, each a selector that answers True or False.
HEALTH_PARTS = {
    "database": "apps.core.selectors.is_database_up",
    "broker": "apps.core.selectors.is_broker_up",
    "worker": "apps.core.selectors.has_worker",
    "market_data": "apps.market.selectors.is_market_data_up",
}

# /metrics answers who sends this token, and nobody while there is none. Web processes share their counts in the folder.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_FOLDER = env.str("PROMETHEUS_MULTIPROC_DIR", default="") if METRICS_TOKEN else ""
# Selectors that measure, and for how many seconds an answer is good: the audit reads the whole ledger.
METRIC_SOURCES = {
    "apps.core.selectors.measure_health": 0,
    "apps.backtests.selectors.measures.measure_unscoped": 0,
    "apps.sync.selectors.measures.measure_unscoped": 0,
    "apps.trading.selectors.measures.measure_unscoped": 0,
    "apps.wallet.selectors.measure_unscoped": 3600,
}

# Errors go to Sentry, and the times of requests and tasks to an OpenTelemetry collector, where these are set; both need
# requirements-extras.txt. OTEL_EXPORTER_OTLP_HEADERS, should the collector want any, is read by the exporter itself.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
OTEL_DELAY_MILLISECONDS = 5_000

# What manage.py doctor looks at; each yields what is to be mended.
DOCTOR_CHECKS = {
    "settings": "apps.core.management.checks.check_settings",
    "secrets": "apps.core.management.checks.check_secrets",
    "database": "apps.core.management.checks.check_database",
    "clock": "apps.core.management.checks.check_clock",
    "broker": "apps.core.management.checks.check_broker",
    "worker and beat": "apps.core.management.checks.check_worker",
    "disk": "apps.core.management.checks.check_disk",
    "compiled kernels": "apps.core.management.checks.check_kernels",
    "metrics": "apps.core.management.checks.check_metrics",
    "payments": "apps.payments.selectors.plans.describe_half_set_gateways",
    "ledger": "apps.wallet.selectors.describe_findings_unscoped",
}
NUMBA_CACHE_FOLDER = env.str("NUMBA_CACHE_DIR", default="")

# A server that is gone without a word, its machine or the way to it, is not waited for: a connection that is being made
# would take minutes there, and one that is open hours.
DATABASE_WAITS = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

# How many passwords a process hashes at a time: with a web process a core, as many as there are cores.
HASHES_AT_ONCE = env.int("HASHES_AT_ONCE", default=1)
# How many previews of scripts and sensitivities a web process evaluates at a time, each with BACKTEST_MEMORY_MB.
EVALUATIONS_AT_ONCE = env.int("EVALUATIONS_AT_ONCE", default=2)

# How long a running backtest, and an instrument of a sync, belongs to a worker that says nothing, and how often it says
# something meanwhile. Beat rings every five seconds for what was lost (base): 25 s from the loss to the next attempt.
BACKTEST_LEASE_SECONDS = 15
SYNC_LEASE_SECONDS = 15
LEASE_RENEWALS = 5

# What a task may take beyond the memory of a warm child of a worker, and a script beyond what that child has by then.
BACKTEST_MEMORY_MB = env.int("BACKTEST_MEMORY_MB", default=1024)

# How old the price may be that an order is filled at, in a process that has looked it up before.
QUOTE_CACHE_SECONDS = 1.0
# How old an answer about the market may be that is the same for everybody.
SHARED_ANSWER_SECONDS = 1.0

# Where pages listen to events: a path behind a proxy that leads it to the process of events, an address without one.
EVENTS_URL = env.str("EVENTS_URL", default="/api/v1/events")
EVENT_KEYS = "papertrade:events"
# What workers count for /metrics.
TALLY_KEYS = "papertrade:tally"

LOG_LEVEL = choice("LOG_LEVEL", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_FORMAT = choice("LOG_FORMAT", default="text", choices=("text", "json"))
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "apps.core.logs.text_formatter"},
        "json": {"()": "apps.core.logs.json_formatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    # Stripe's own package logs its error messages, and those may repeat a key.
    # uvicorn and gunicorn bring handlers of their own: their lines look like all others.
    "loggers": {
        "stripe": {"level": "WARNING"},
        # These log addresses and chats, and the token of a bot is part of an address.
        "apprise": {"level": "ERROR"},
        "urllib3": {"level": "WARNING"},
        "uvicorn": {"handlers": [], "propagate": True},
        "uvicorn.error": {"handlers": [], "propagate": True},
        "gunicorn.error": {"handlers": [], "propagate": True},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
