"""The configuration through the API: who may, what is refused, what is written down."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.core import configuration
from apps.core.configuration import registry
from apps.core.models import ActivityLog, SystemConfig
from apps.users.models import RolePermission, User
from tests.conftest import client_of

URL = "/api/v1/adminpanel/system-config/"
KEY = "backtest.max_concurrent_per_user"


def test_list_shows_every_setting_with_its_type_and_value(superadmin_api: APIClient) -> None:
    superadmin_api.patch(f"{URL}{KEY}/", {"value": "8"})

    page = superadmin_api.get(f"{URL}?page_size=200").json()

    assert [row["key"] for row in page["results"]] == list(configuration.REGISTRY)
    assert (page["count"], page["next"], page["previous"]) == (len(configuration.REGISTRY), None, None)
    assert page["results"][0] == {
        "key": KEY,
        "group": "backtest",
        "group_label": "Backtests and sweeps",
        "label": "Max concurrent per user",
        "value": "8",
        "is_changed": True,
        "default": "5",
        "kind": "integer",
        "minimum": 0,
        "maximum": 1000,
        "first_day": None,
        "choices": [],
        "description": "How many backtests of one user run at once.",
        "is_public": True,
    }


def test_list_takes_a_fixed_number_of_queries(
    superadmin_api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # account, values in force, changed rows
        superadmin_api.get(f"{URL}?page_size=200")


def test_change_answers_the_setting_is_in_force_and_is_written_down_once(superadmin_api: APIClient) -> None:
    response = superadmin_api.patch(f"{URL}{KEY}/", {"value": "8"}, REMOTE_ADDR="192.0.2.7")

    assert (response.status_code, response.json()["value"], response.json()["is_changed"]) == (200, "8", True)
    assert configuration.get_int(KEY) == 8
    row = ActivityLog.objects.get()
    assert (row.admin_user, row.action, row.ip_address) == (
        "superadmin@example.com",
        "configuration.change",
        "192.0.2.7",
    )
    assert row.details == {"key": KEY, "before": "5", "after": "8"}


def test_settings_are_listed_by_group_and_every_group_has_a_name(superadmin_api: APIClient) -> None:
    page = superadmin_api.get(f"{URL}?group=wallet").json()

    assert [(row["key"], row["group_label"], row["label"]) for row in page["results"]] == [
        ("wallet.min_refill", "Paper money", "Min refill"),
        ("wallet.max_refill", "Paper money", "Max refill"),
    ]
    assert {setting.group for setting in configuration.REGISTRY.values()} == set(registry.GROUPS)
    groups = [setting.group for setting in configuration.REGISTRY.values()]
    assert sorted(groups, key=groups.index) == groups, "the settings of a group stand together"
    assert superadmin_api.get(f"{URL}?group=secrets").status_code == 400


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("options.atm_levels", "ATM levels"),
        ("sync.schedule.cron", "Schedule times"),
        ("trading.volume_share_pct", "Volume share (%)"),
    ],
)
def test_labels_are_the_words_of_the_key(key: str, label: str) -> None:
    assert configuration.find(key).label == label


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("subscription.enabled", False, "false"),
        ("subscription.enabled", True, "true"),
        ("subscription.enabled", "FALSE", "false"),
        (KEY, 8, "8"),
        ("subscription.monthly_price", 499.5, "499.5"),
    ],
)
def test_values_of_json_read_as_their_text(superadmin_api: APIClient, key: str, value: object, text: str) -> None:
    response = superadmin_api.patch(f"{URL}{key}/", {"value": value})

    assert (response.status_code, response.json()["value"]) == (200, text)


@pytest.mark.parametrize(("key", "value"), [(KEY, True), ("subscription.enabled", 1), ("subscription.enabled", None)])
def test_json_of_another_kind_is_refused(superadmin_api: APIClient, key: str, value: object) -> None:
    assert superadmin_api.patch(f"{URL}{key}/", {"value": value}).status_code == 400


def test_default_is_set_back_and_the_history_tells_both(superadmin_api: APIClient, superadmin: User) -> None:
    superadmin_api.patch(f"{URL}backtest.on_limit/", {"value": "reject"})
    superadmin_api.patch(f"{URL}{KEY}/", {"value": "8"}, REMOTE_ADDR="192.0.2.7")

    response = superadmin_api.delete(f"{URL}{KEY}/", REMOTE_ADDR="192.0.2.8")
    history = superadmin_api.get(f"{URL}{KEY}/history").json()

    assert (response.status_code, response.json()["value"], response.json()["is_changed"]) == (200, "5", False)
    assert configuration.get_int(KEY) == 5
    assert [(row["before"], row["after"], row["admin_user"], row["ip_address"]) for row in history["results"]] == [
        ("8", "5", superadmin.email, "192.0.2.8"),
        ("5", "8", superadmin.email, "192.0.2.7"),
    ]
    assert superadmin_api.get(f"{URL}no.such/history").status_code == 404
    assert superadmin_api.delete(f"{URL}no.such/").status_code == 404


def test_change_back_names_the_value_before(superadmin_api: APIClient) -> None:
    superadmin_api.patch(f"{URL}{KEY}/", {"value": "8"})
    response = superadmin_api.patch(f"{URL}{KEY}/", {"value": "5"})

    assert response.json()["is_changed"] is False
    assert [row.details["before"] for row in ActivityLog.objects.order_by("id")] == ["5", "8"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (KEY, "ten"),
        (KEY, "-1"),
        (KEY, "1001"),
        (KEY, "٣"),
        (KEY, "1_0"),
        (KEY, " 5"),
        (KEY, ""),
        ("backtest.on_limit", "QUEUE"),
        ("subscription.enabled", "yes"),
        ("subscription.monthly_price", "-1"),
        ("subscription.monthly_price", "NaN"),
        ("subscription.monthly_price", "1.999"),
        ("history.start_date", "2019-02-29"),
        ("sync.allowed_roles", "admin,owner"),
        ("sync.schedule.cron", "0 25 * * *"),
        ("sync.schedule.cron", "* * * *"),
        ("sync.instruments", "A B"),
    ],
)
def test_value_of_another_kind_changes_nothing(superadmin_api: APIClient, key: str, value: str) -> None:
    response = superadmin_api.patch(f"{URL}{key}/", {"value": value})

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert list(response.json()["details"]["fields"]) == ["value"]
    assert not SystemConfig.objects.exists()
    assert not ActivityLog.objects.exists()


@pytest.mark.parametrize("body", [{}, {"value": None}, {"value": ["5"]}, {"value": "5", "is_public": True}])
def test_bad_body_is_400(superadmin_api: APIClient, body: dict[str, object]) -> None:
    assert superadmin_api.patch(f"{URL}{KEY}/", body).status_code == 400


def test_unknown_key_is_404(superadmin_api: APIClient) -> None:
    response = superadmin_api.patch(f"{URL}secret.key/", {"value": "1"})

    assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


def test_only_superadmins_change_and_only_administrators_look(api: APIClient, admin_api: APIClient) -> None:
    assert [client.get(URL).status_code for client in (api, admin_api)] == [403, 200]
    refusals = [client.patch(f"{URL}no.such.key/", {"wrong": 1}) for client in (api, admin_api)]

    assert [refusal.status_code for refusal in refusals] == [403, 403], "refused before anything is validated"
    assert refusals[1].json()["details"] == {"permission": "config.manage"}
    assert not ActivityLog.objects.exists()


def test_permission_may_be_given_to_administrators(admin_api: APIClient, superadmin_api: APIClient) -> None:
    codes = list(RolePermission.objects.filter(role="admin").values_list("permission__code", flat=True))
    superadmin_api.patch(
        "/api/v1/adminpanel/role-permissions/", {"role": "admin", "permissions": [*codes, "config.manage"]}
    )

    assert admin_api.patch(f"{URL}{KEY}/", {"value": "6"}).status_code == 200


def test_public_settings_are_seen_without_signing_in(anonymous_api: APIClient, superadmin_api: APIClient) -> None:
    superadmin_api.patch(f"{URL}{KEY}/", {"value": "8"})
    shown = {row["key"]: row["value"] for row in anonymous_api.get("/api/v1/config/public").json()}

    assert set(shown) == {key for key, setting in configuration.REGISTRY.items() if setting.is_public}
    assert shown[KEY] == "8"
    assert "sync.allowed_roles" not in shown


LIKELY = st.sampled_from(
    [
        *("0", "5", "-1", "999999999", "1e5", "nan", "inf", "true", "False", "499.00", "0.001", ","),
        *("0 3 * * *", "*/0 * * * *", "99 * * * *", "2019-10-01", "9999-12-31", "0000-00-00"),
        *("admin,superadmin", "weekly", "queue"),
    ]
)
READS = ("/api/v1/config/public", f"{URL}?page_size=200", "/api/v1/auth/profile", "/api/v1/notifications/")


@pytest.mark.parametrize("key", configuration.REGISTRY)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=LIKELY | st.text(max_size=40))
def test_any_text_is_refused_or_leaves_everything_readable(superadmin: User, key: str, value: str) -> None:
    # With two-factor: one of the settings asks administrators for it.
    User.objects.update(has_two_factor=True)
    superadmin_api = client_of(superadmin)
    before = configuration.value_of(key)

    status = superadmin_api.patch(f"{URL}{key}/", {"value": value}).status_code

    assert status in (200, 400)
    if status == 400:
        assert configuration.value_of(key) == before
    assert [superadmin_api.get(read).status_code for read in READS] == [200] * len(READS)
