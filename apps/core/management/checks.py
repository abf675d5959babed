"""What a sound installation has: checks that yield what is to be mended. What does not belong here: mending it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import redis
from celery import current_app
from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError

from apps.core import clock, selectors
from apps.core.constants import BROKER_TIMEOUT_SECONDS

OLDEST_POSTGRESQL = 150_000
MAX_SKEW_SECONDS = 5.0
MIN_FREE_BYTES = 1_000_000_000
MIN_SECRET_CHARS = 50
PING_SECONDS = 3.0
GUESSABLE = ("dev-only-", "test-only-")


def check_settings() -> Iterator[str]:
    """Django's own checks, with those of a deployment where the settings are production's."""
    if settings.DEBUG:
        yield "DEBUG is on, and shows the source to whoever meets an error: set DEBUG=False, or the settings to prod."
    if "*" in settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS takes every name: write down those that serve the API."
    if settings.SECURE_SSL_REDIRECT and settings.REST_FRAMEWORK["NUM_PROXIES"] and not settings.SECURE_PROXY_SSL_HEADER:
        yield "Every request is sent to HTTPS for ever, for the proxy's word is not heard: set TRUST_PROXY_HEADER=True."
    is_production = os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".prod")
    for message in checks.run_checks(include_deployment_checks=is_production):
        if message.level >= checks.WARNING:
            yield f"{message.id}: {message.msg}" + (f" {message.hint}" if message.hint else "")


def check_secrets() -> Iterator[str]:
    """Keys that nobody can guess, and two different ones."""
    keys = {"SECRET_KEY": settings.SECRET_KEY, "JWT_SECRET_KEY": settings.SIMPLE_JWT["SIGNING_KEY"]}
    ring = [("ENCRYPTION_KEYS", value) for value in settings.ENCRYPTION_KEYS]
    for name, value in [*keys.items(), *ring]:
        if len(value) < MIN_SECRET_CHARS or value.startswith(GUESSABLE):
            yield f"{name} can be guessed: set it to at least {MIN_SECRET_CHARS} random characters."
    if len(set(keys.values())) < len(keys):
        yield "SECRET_KEY and JWT_SECRET_KEY are equal: use two different values."


def check_database() -> Iterator[str]:
    """A PostgreSQL that is new enough, in UTF-8, with every migration.

    :raises DatabaseError: if it does not answer
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
        version, encoding = cursor.fetchone()
    if version < OLDEST_POSTGRESQL:
        yield f"PostgreSQL {version // 10_000} is too old: upgrade it to {OLDEST_POSTGRESQL // 10_000} or newer."
    if encoding != "UTF8":
        yield f"The database is encoded in {encoding}: make it anew with --encoding=UTF8."
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield f"{len(missing)} migrations are missing: run manage.py migrate."


def check_clock() -> Iterator[str]:
    """A clock that agrees with the database's.

    :raises DatabaseError: if it does not answer
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = (cursor.fetchone()[0] - clock.now()).total_seconds()
    if abs(skew) > MAX_SKEW_SECONDS:
        yield f"The database's clock is {skew:+.0f} s from this one: run a time service (chrony) on both machines."


def check_broker() -> Iterator[str]:
    """A broker that answers and throws nothing away."""
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=BROKER_TIMEOUT_SECONDS, socket_connect_timeout=BROKER_TIMEOUT_SECONDS
    )
    try:
        client.ping()
        policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    except redis.AuthenticationError:
        yield "The broker refuses the password: mend REDIS_URL."
        return
    except redis.ResponseError:
        # Servers that are rented often do not.
        yield "The broker does not tell its settings: see that its maxmemory-policy is noeviction."
        return
    except redis.RedisError as error:
        yield f"The broker of REDIS_URL does not answer ({type(error).__name__}): start Redis or Valkey."
        return
    if policy != "noeviction":
        yield f"The broker may throw messages away: set maxmemory-policy to noeviction, not {policy}."


def check_worker() -> Iterator[str]:
    """A worker that answers, and a beat that rings it: the heartbeat is a task that beat sends."""
    try:
        workers = current_app.control.inspect(timeout=PING_SECONDS).ping() or {}
    except (OperationalError, OSError, redis.RedisError):
        yield "No worker can be asked while the broker does not answer."
        return
    if not workers:
        yield "No worker answers: start one."
    elif not selectors.has_worker():
        yield "Workers answer, but beat rings none of them: start one beat, and look again in half a minute."


def check_disk() -> Iterator[str]:
    """Room to write."""
    for folder in sorted({Path(tempfile.gettempdir()), _kernels()}):
        if folder.exists() and (free := shutil.disk_usage(folder).free) < MIN_FREE_BYTES:
            yield f"Only {free / 1e9:.1f} GB are free at {folder}: make room."


def check_kernels() -> Iterator[str]:
    """A folder for compiled kernels that can be written: without it every process compiles for half a minute."""
    folder = _kernels()
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        yield f"{folder} cannot be written: make the folder of NUMBA_CACHE_DIR, owned by the user of the processes."


def check_metrics() -> Iterator[str]:
    """A folder in which web processes add up their counts, where /metrics is open."""
    folder = settings.METRICS_FOLDER
    if settings.METRICS_TOKEN and not folder:
        yield "/metrics counts one process only: set PROMETHEUS_MULTIPROC_DIR."
    elif folder and not os.access(folder, os.W_OK):
        yield f"{folder} cannot be written: make the folder of PROMETHEUS_MULTIPROC_DIR."


def _kernels() -> Path:
    return Path(settings.NUMBA_CACHE_FOLDER)
