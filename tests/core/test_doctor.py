"""manage.py doctor: a sound part is good, each fault is named with what mends it, and the exit code tells."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import redis
import time_machine
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.utils.module_loading import import_string
from pytest_django import Settings

from apps.core.management import checks
from apps.core.management.commands.doctor import Command
from apps.payments.selectors import plans
from apps.users.models import User
from apps.wallet import services as wallet_services


def doctor(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, str], str]:
    """What it says of each part, and its whole output."""
    try:
        call_command("doctor")
        ending = ""
    except CommandError as error:
        ending = str(error)
    out = capsys.readouterr().out
    lines = re.findall(r"^  (to mend |good     )(.+)$", out, flags=re.MULTILINE)
    said = {name.strip(): state.strip() for state, name in lines}
    return said, out + ending


@pytest.fixture
def sound(settings: Settings, tmp_path: Path) -> None:
    """Settings with which everything but the worker is good, whatever machine the tests run on."""
    settings.SECRET_KEY = "s" * 50
    settings.SIMPLE_JWT = {**django_settings.SIMPLE_JWT, "SIGNING_KEY": "j" * 50}
    settings.ENCRYPTION_KEYS = ["e" * 50]
    settings.NUMBA_CACHE_FOLDER = str(tmp_path)
    settings.DOCTOR_CHECKS = {
        name: path for name, path in django_settings.DOCTOR_CHECKS.items() if name not in {"worker and beat", "disk"}
    }


def test_a_sound_installation_is_good_all_over(owner: User, sound: None, capsys: pytest.CaptureFixture[str]) -> None:
    said, out = doctor(capsys)

    assert set(said.values()) == {"good"}, out
    assert list(said) == [
        "settings", "secrets", "database", "clock", "broker", "compiled kernels", "metrics", "payments",
        "ledger",
    ]  # fmt: skip


def test_every_fault_is_counted_and_the_command_fails(
    db: None, sound: None, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.NUMBA_CACHE_FOLDER = "/nowhere/at/all"
    settings.METRICS_TOKEN, settings.METRICS_FOLDER = "token", ""

    said, out = doctor(capsys)

    assert (said["compiled kernels"], said["metrics"], said["database"]) == ("to mend", "to mend", "good")
    assert "/nowhere/at/all cannot be written: make the folder of NUMBA_CACHE_DIR" in out
    assert out.endswith("2 to mend.")


@pytest.mark.parametrize(
    ("secret", "jwt", "said"),
    [
        ("s" * 49, "j" * 50, ["SECRET_KEY can be guessed: set it to at least 50 random characters."]),
        ("s" * 50, "dev-only-" + "j" * 50, ["JWT_SECRET_KEY can be guessed: set it to at least 50 random characters."]),
        ("s" * 50, "s" * 50, ["SECRET_KEY and JWT_SECRET_KEY are equal: use two different values."]),
        ("s" * 50, "j" * 50, []),
    ],
)
def test_secrets_that_can_be_guessed_are_named_not_shown(
    settings: Settings, secret: str, jwt: str, said: list[str]
) -> None:
    settings.SECRET_KEY, settings.SIMPLE_JWT = secret, {**django_settings.SIMPLE_JWT, "SIGNING_KEY": jwt}
    settings.ENCRYPTION_KEYS = ["e" * 50]

    assert list(checks.check_secrets()) == said


def test_what_is_for_developers_only_is_told(settings: Settings) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = True, ["papertrade.example", "*"]

    said = [each for each in checks.check_settings() if each.startswith(("DEBUG", "ALLOWED_HOSTS"))]

    assert said == [
        "DEBUG is on, and shows the source to whoever meets an error: set DEBUG=False, or the settings to prod.",
        "ALLOWED_HOSTS takes every name: write down those that serve the API.",
    ]


@pytest.mark.parametrize(
    ("header", "proxies", "is_told"), [(None, 1, True), (("A", "https"), 1, False), (None, 0, False)]
)
def test_a_redirect_that_never_ends_is_told(
    settings: Settings, header: tuple[str, str] | None, proxies: int, is_told: bool
) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = True, header
    settings.REST_FRAMEWORK = {**django_settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}

    said = [each for each in checks.check_settings() if "TRUST_PROXY_HEADER=True" in each]

    assert len(said) == is_told


def away() -> list[str]:
    """A check whose database is not there."""
    raise OperationalError('connection failed: FATAL: database "nope" does not exist\nIs it?')


def empty() -> list[str]:
    """A check in a database without tables."""
    raise ProgrammingError('relation "wallet_entry" does not exist')


def test_what_the_database_said_is_passed_on(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DOCTOR_CHECKS = {name: f"{__name__}.{name}" for name in ("away", "empty")}

    _, out = doctor(capsys)

    assert (
        'The database of DATABASE_URL did not answer: connection failed: FATAL: database "nope" does not exist\n' in out
    )
    assert "A table is missing: run manage.py migrate.\n" in out


def test_each_key_of_the_ring_is_looked_at(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SIMPLE_JWT = "s" * 50, {**django_settings.SIMPLE_JWT, "SIGNING_KEY": "j" * 50}
    settings.ENCRYPTION_KEYS = ["e" * 50, "f" * 49]

    assert list(checks.check_secrets()) == ["ENCRYPTION_KEYS can be guessed: set it to at least 50 random characters."]


def test_a_missing_migration_is_counted(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core' AND name LIKE '0002%'")

    assert list(checks.check_database()) == ["1 migrations are missing: run manage.py migrate."]


def test_a_clock_that_is_off_is_told_with_its_distance(db: None) -> None:
    with time_machine.travel(time.time() + 600, tick=False):
        (said,) = checks.check_clock()

    assert re.match(r"The database's clock is -(59|60)\d s from this one: ", said)


def test_a_broker_that_is_gone_is_told_and_no_worker_asked(settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"

    (said,) = checks.check_broker()

    assert said.startswith("The broker of REDIS_URL does not answer (ConnectionError)")


@pytest.fixture
def limited() -> Iterator[str]:
    """The address of the broker for a user who may not see its settings, with the password to be put in."""
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    client.acl_setuser("limited", enabled=True, passwords=["+right"], keys=["*"], commands=["+@all", "-config"])
    yield django_settings.REDIS_URL.replace("://", "://limited:{}@", 1)
    client.acl_deluser("limited")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("wrong", "The broker refuses the password: mend REDIS_URL."),
        ("right", "The broker does not tell its settings: see that its maxmemory-policy is noeviction."),
    ],
)
def test_a_broker_that_answers_and_refuses_is_not_told_to_be_started(
    settings: Settings, limited: str, password: str, said: str
) -> None:
    settings.REDIS_URL = limited.format(password)

    assert list(checks.check_broker()) == [said]


def test_a_broker_that_may_evict_is_told() -> None:
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    before = client.config_get("maxmemory-policy")["maxmemory-policy"]
    assert before is not None
    try:
        client.config_set("maxmemory-policy", "allkeys-lru")
        said = list(checks.check_broker())
    finally:
        client.config_set("maxmemory-policy", before)

    assert said == ["The broker may throw messages away: set maxmemory-policy to noeviction, not allkeys-lru."]


def test_a_ledger_that_does_not_balance_is_told(owner: User, sound: None, capsys: pytest.CaptureFixture[str]) -> None:
    wallet_services.refill(user=owner, amount=Decimal("10.00"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE users_user SET wallet_balance = wallet_balance + 1 WHERE id = %s", [owner.pk])
        said, out = doctor(capsys)
        transaction.set_rollback(True)  # the database would refuse the commit

    assert said["ledger"] == "to mend"
    assert "1 users whose balance is not their practice account's cash: run manage.py reconcile_wallets." in out


def test_it_starts_on_an_installation_that_django_would_refuse() -> None:
    assert Command.requires_system_checks == []


ALL = "Set all of them, or none."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), []),
        (("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"), []),
        (("RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRET"), []),
        (
            ("STRIPE_SECRET_KEY",),
            ["Stripe sells nothing: STRIPE_SECRET_KEY is set without STRIPE_WEBHOOK_SECRET. " + ALL],
        ),
        (
            ("STRIPE_WEBHOOK_SECRET",),
            ["Stripe sells nothing: STRIPE_WEBHOOK_SECRET is set without STRIPE_SECRET_KEY. " + ALL],
        ),
        (
            ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "RAZORPAY_KEY_ID"),
            [
                "Razorpay sells nothing: RAZORPAY_KEY_ID is set without RAZORPAY_KEY_SECRET, RAZORPAY_WEBHOOK_SECRET. "
                + ALL
            ],
        ),
    ],
)
def test_a_gateway_with_a_part_of_its_secrets_is_told(
    sound: None, settings: Settings, given: tuple[str, ...], said: list[str]
) -> None:
    for name in (name for names in plans.KEYS.values() for name in names):
        setattr(settings, name, "a secret that is never shown" if name in given else "")

    assert list(import_string(settings.DOCTOR_CHECKS["payments"])()) == said
