"""The configuration: typed, defaulted, cached for seconds, and deaf to rows that no longer read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.core import clock, configuration, errors, services
from apps.core.configuration import kinds, store
from apps.core.models import ActivityLog, SystemConfig

BLUEPRINT_KEYS = {
    "backtest.max_concurrent_per_user",
    "backtest.global_max_concurrent",
    "options.strike_interval",
    "options.atm_levels",
    "options.expiry_mode",
    "options.expiry_calendar",
    "history.start_date",
    "sync.allowed_roles",
    "sync.schedule.cron",
    "sync.schedule.mode",
    "sync.instruments",
    "admin.can_manage_stocks",
    "admin.can_manage_sectors",
    "admin.can_trigger_hard_sync",
    "subscription.enabled",
    "subscription.monthly_price",
    "subscription.yearly_price",
}


def change(key: str, value: str) -> None:
    services.change_setting(key=key, value=value, actor="test", ip_address=None)


def test_registry_has_the_keys_of_the_data_model() -> None:
    assert set(configuration.REGISTRY) >= BLUEPRINT_KEYS


@pytest.mark.parametrize("key", configuration.REGISTRY)
def test_default_reads_and_is_spelled_as_it_would_be_written(key: str) -> None:
    setting = configuration.find(key)

    assert kinds.write(setting.read(setting.default)) == setting.default
    assert setting.description.endswith(".")


@pytest.mark.django_db
def test_values_have_their_types() -> None:
    assert configuration.get_int("backtest.max_concurrent_per_user") == 5
    assert configuration.get_bool("subscription.enabled") is True
    assert configuration.get_decimal("subscription.monthly_price") == Decimal("499.00")
    assert configuration.get_date("history.start_date") == date(2015, 1, 1)
    assert configuration.get_words("sync.allowed_roles") == ("admin", "superadmin")
    assert configuration.get_words("sync.instruments") == ()
    assert configuration.get_str("sync.schedule.cron") == "0 3 * * *"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "-12", -12),
        ("decimal", "0.5", Decimal("0.5")),
        ("boolean", "FALSE", False),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("words", " a , b&c ", ("a", "b&c")),
        ("words", "  ", ()),
        ("cron", "*/5 9-15 1,15 * 1-5", "*/5 9-15 1,15 * 1-5"),
    ],
)
def test_text_reads_as_its_kind(kind: str, text: str, value: object) -> None:
    assert kinds.READERS[kind](text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "1_0"),
        ("integer", "٣"),
        ("integer", " 5"),
        ("integer", "5\n"),
        ("integer", "1234567890"),
        ("decimal", "1e3"),
        ("decimal", "-1"),
        ("decimal", "1.234"),
        ("boolean", "1"),
        ("boolean", ""),
        ("date", "2023-02-29"),
        ("date", "20240229"),
        ("words", "a,,b"),
        ("words", "a;b"),
        ("cron", "60 * * * *"),
        ("cron", "* * 0 * *"),
        ("cron", "*/0 * * * *"),
        ("cron", "0 3 * *"),
        ("cron", "0  3 * * *"),
    ],
)
def test_text_of_another_kind_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"must be|has a number outside"):
        kinds.READERS[kind](text)


@pytest.mark.parametrize(("text", "is_good"), [("0", True), ("1000", True), ("-1", False), ("1001", False)])
def test_bounds_belong_to_the_range(text: str, is_good: bool) -> None:
    setting = configuration.find("backtest.max_concurrent_per_user")
    if is_good:
        assert setting.read(text) == int(text)
    else:
        with pytest.raises(ValueError, match=r"at least 0|at most 1000"):
            setting.read(text)


@pytest.mark.django_db
@pytest.mark.parametrize("junk", ["ten", "", "1e9", "-5"])
def test_row_that_no_longer_reads_counts_as_absent(junk: str) -> None:
    SystemConfig.objects.create(key="backtest.max_concurrent_per_user", value=junk)

    assert configuration.get_int("backtest.max_concurrent_per_user") == 5


@pytest.mark.django_db
def test_deleted_row_gives_the_default_again() -> None:
    change("backtest.max_concurrent_per_user", "8")
    SystemConfig.objects.all().delete()
    configuration.forget()

    assert configuration.get_int("backtest.max_concurrent_per_user") == 5


@pytest.mark.django_db
def test_change_elsewhere_is_seen_within_the_life_of_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process writes the row; this one sees it when its cache is older than two seconds."""
    key = "backtest.max_concurrent_per_user"
    seen = []
    for seconds in (0.0, store.CACHE_SECONDS, store.CACHE_SECONDS + 0.1):
        monkeypatch.setattr(clock, "monotonic", lambda moment=1000 + seconds: moment)
        seen.append(configuration.get_int(key))
        SystemConfig.objects.update_or_create(key=key, defaults={"value": "8"})

    assert seen == [5, 5, 8]
    assert store.CACHE_SECONDS <= 5


@pytest.mark.django_db
def test_unknown_key_is_not_found() -> None:
    with pytest.raises(errors.NotFound):
        configuration.value_of("no.such.key")
    with pytest.raises(errors.NotFound):
        change("no.such.key", "1")


@pytest.mark.django_db
def test_refused_change_leaves_value_and_log_alone() -> None:
    with pytest.raises(errors.ValidationFailed) as caught:
        change("backtest.on_limit", "explode")

    assert caught.value.details["fields"] == {
        "value": [{"code": "invalid", "message": "backtest.on_limit must be one of: queue, reject."}]
    }
    assert not ActivityLog.objects.exists()


@pytest.mark.django_db
def test_seeding_writes_each_missing_row_once_and_keeps_changes() -> None:
    change("backtest.on_limit", "reject")

    assert services.seed_configuration() == len(configuration.REGISTRY) - 1
    assert services.seed_configuration() == 0
    assert configuration.get_str("backtest.on_limit") == "reject"
    public = set(SystemConfig.objects.filter(is_public=True).values_list("key", flat=True))
    assert public == {key for key, setting in configuration.REGISTRY.items() if setting.is_public}
