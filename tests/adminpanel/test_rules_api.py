"""Rows added to the rulebook through the API: who may, what is refused, what is in force, what is written down."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.core.models import ActivityLog
from apps.market import selectors
from apps.market.models import MarketRuleOverride
from apps.users.enums import Role
from apps.users.models import RolePermission
from marketdata.rulebook import charges

URL = "/api/v1/adminpanel/market-rules/"
STT = {"segment": "options", "side": "SELL", "rate_pct": "0.2"}
BODY = {"table": "stt", "valid_from": "2027-04-01", "columns": STT, "source": "Finance Act 2027"}
LOT = {"underlying": "SBIN", "expiry_from": "", "expiry_to": "", "lot_size": "800"}


def option_stt(on: date) -> Decimal:
    order = charges.Leg("options", "SELL")
    rules = selectors.rulebook_in_force()
    return charges.charges(rules, order, quantity=65, price=Decimal(120), trade_date=on).stt


def test_an_added_rate_is_answered_in_force_from_its_date_and_written_down(admin_api: APIClient) -> None:
    response = admin_api.post(URL, {**BODY, "note": "Budget speech"}, REMOTE_ADDR="192.0.2.7")

    rule = MarketRuleOverride.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": rule.pk,
        "table": "stt",
        "valid_from": "2027-04-01",
        "columns": STT,
        "source": "Finance Act 2027",
        "note": "Budget speech",
        "is_active": True,
        "created_by": "admin@example.com",
        "created_at": response.json()["created_at"],
        "updated_at": response.json()["updated_at"],
    }
    assert option_stt(date(2027, 3, 31)) == Decimal("11.70")  # 7,800 x 0.15 %
    assert option_stt(date(2027, 4, 1)) == Decimal("15.60")  # 7,800 x 0.2 %
    log = ActivityLog.objects.get()
    assert (log.admin_user, log.action, log.ip_address) == ("admin@example.com", "market_rule.add", "192.0.2.7")
    assert log.details == {
        "id": rule.pk,
        "table": "stt",
        "before": None,
        "after": {
            "valid_from": "2027-04-01",
            "columns": STT,
            "source": "Finance Act 2027",
            "note": "Budget speech",
            "is_active": True,
        },
    }


def test_a_row_switched_off_leaves_the_rules_and_stays_in_the_table(admin_api: APIClient) -> None:
    place = f"{URL}{admin_api.post(URL, BODY).json()['id']}/"

    off = admin_api.patch(place, {"is_active": False})

    assert (off.status_code, off.json()["is_active"]) == (200, False)
    assert option_stt(date(2027, 4, 1)) == Decimal("11.70")
    assert admin_api.get(place).json()["is_active"] is False
    assert ActivityLog.objects.latest("id").details["before"] == {"is_active": True}
    assert ActivityLog.objects.latest("id").details["after"] == {"is_active": False}
    assert admin_api.patch(place, {"is_active": True}).status_code == 200
    assert option_stt(date(2027, 4, 1)) == Decimal("15.60")


def test_switching_to_what_it_is_writes_nothing_down(admin_api: APIClient) -> None:
    place = f"{URL}{admin_api.post(URL, BODY).json()['id']}/"
    assert admin_api.patch(place, {"is_active": True}).status_code == 200
    assert ActivityLog.objects.count() == 1


def test_an_added_row_of_a_known_date_stands_above_the_data_file(admin_api: APIClient) -> None:
    assert option_stt(date(2026, 4, 1)) == Decimal("11.70")
    assert admin_api.post(URL, {**BODY, "valid_from": "2026-04-01"}).status_code == 201
    assert option_stt(date(2026, 4, 1)) == Decimal("15.60")


def test_a_second_row_of_the_same_key_and_date_waits_until_the_first_is_switched_off(admin_api: APIClient) -> None:
    first = admin_api.post(URL, BODY).json()["id"]
    other = {**BODY, "columns": {**STT, "rate_pct": "0.25"}}

    refused = admin_api.post(URL, other)
    assert (refused.status_code, refused.json()["code"]) == (409, "RULE_EXISTS")
    assert refused.json()["details"] == {"id": first}
    assert admin_api.post(URL, {**BODY, "valid_from": "2028-04-01"}).status_code == 201

    admin_api.patch(f"{URL}{first}/", {"is_active": False})
    assert admin_api.post(URL, other).status_code == 201
    assert option_stt(date(2027, 4, 1)) == Decimal("19.50")  # 7,800 x 0.25 %
    assert admin_api.patch(f"{URL}{first}/", {"is_active": True}).json()["code"] == "RULE_EXISTS"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"table": "taxes"}, "table"),
        ({"columns": {**STT, "colour": "red"}}, "columns.colour"),
        ({"columns": {"segment": "options", "side": "SELL"}}, "columns.rate_pct"),
        ({"columns": {**STT, "source": "me"}}, "columns.source"),
        ({"columns": {**STT, "rate_pct": "-0.1"}}, "columns.rate_pct"),
        ({"columns": {**STT, "rate_pct": "1e-1"}}, "columns.rate_pct"),
        ({"columns": {**STT, "rate_pct": "50.1"}}, "columns.rate_pct"),
        ({"columns": {**STT, "rate_pct": " 0.2"}}, "columns.rate_pct"),
        ({"columns": {**STT, "side": "sell"}}, "columns.side"),
        ({"columns": {**STT, "segment": "optoins"}}, "columns.segment"),
        ({"columns": {**STT, "segment": "x" * 201}}, "columns.segment"),
        ({"columns": []}, "columns"),
        ({"valid_from": "2027-02-30"}, "valid_from"),
        ({"valid_from": "1989-12-31"}, "valid_from"),
        ({"source": "  "}, "source"),
        ({"active": True}, "active"),
        ({"table": "freeze", "columns": {"underlying": "NIFTY", "quantity": "1800"}}, "columns.underlying"),
        ({"table": "ticks", "columns": {"kind": "equity", "up_to": "500", "tick": "0.01"}}, "columns.up_to"),
    ],
)
def test_a_row_that_the_table_cannot_hold_is_refused_by_field(
    admin_api: APIClient, change: dict[str, Any], field: str
) -> None:
    response = admin_api.post(URL, {**BODY, **change})

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert list(response.json()["details"]["fields"]) == [field]
    assert not MarketRuleOverride.objects.exists()
    assert not ActivityLog.objects.exists()


def test_a_band_that_others_need_cannot_be_switched_off(admin_api: APIClient) -> None:
    bands = [{"kind": "equity", "up_to": up_to, "tick": tick} for up_to, tick in (("", "5"), ("500", "0.01"))]
    tick = {**BODY, "table": "ticks", "valid_from": "2027-01-01"}
    top, low = (admin_api.post(URL, {**tick, "columns": columns}).json()["id"] for columns in bands)

    refused = admin_api.patch(f"{URL}{top}/", {"is_active": False})
    assert list(refused.json()["details"]["fields"]) == ["columns.up_to"]
    for rule_id in (low, top):
        assert admin_api.patch(f"{URL}{rule_id}/", {"is_active": False}).status_code == 200


def test_lists_are_filtered_by_table_and_state(admin_api: APIClient) -> None:
    stt = admin_api.post(URL, BODY).json()["id"]
    lot = admin_api.post(URL, {**BODY, "table": "lots", "columns": LOT}).json()["id"]
    admin_api.patch(f"{URL}{stt}/", {"is_active": False})

    def listed(query: str) -> list[int]:
        return [row["id"] for row in admin_api.get(f"{URL}{query}").json()["results"]]

    assert listed("") == [lot, stt]
    assert listed("?table=lots") == [lot]
    assert listed("?is_active=true") == [lot]
    assert listed("?is_active=false") == [stt]
    assert listed("?table=ticks") == []


def test_the_tables_are_listed_with_their_columns(admin_api: APIClient) -> None:
    page = admin_api.get(f"{URL}tables/").json()
    lots = next(row for row in page["results"] if row["table"] == "lots")
    assert (page["count"], lots["key"], lots["values"]) == (
        23,
        ["underlying", "expiry_from", "expiry_to"],
        ["lot_size"],
    )


def test_the_rows_of_a_table_say_which_were_added(admin_api: APIClient) -> None:
    rule_id = admin_api.post(URL, {**BODY, "valid_from": "2026-04-01"}).json()["id"]
    rows = admin_api.get(f"{URL}tables/stt/").json()["results"]
    added = {"valid_from": "2026-04-01", "columns": STT, "source": "Finance Act 2027", "override_id": rule_id}
    assert [row for row in rows if row["override_id"] is not None] == [added]
    assert len(rows) == 16  # those of the data file, one of them replaced
    missing = admin_api.get(f"{URL}tables/taxes/")
    assert (missing.status_code, missing.json()["code"]) == (404, "NOT_FOUND")


def test_a_missing_row_is_not_found(admin_api: APIClient) -> None:
    for response in (admin_api.get(f"{URL}999/"), admin_api.patch(f"{URL}999/", {"is_active": False})):
        assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


def test_looking_and_adding_are_two_permissions(admin_api: APIClient, api: APIClient, anonymous_api: APIClient) -> None:
    assert (anonymous_api.get(URL).status_code, api.get(URL).status_code) == (401, 403)
    RolePermission.objects.filter(role=Role.ADMIN, permission__code="market_rules.manage").delete()
    assert admin_api.get(URL).status_code == 200
    assert admin_api.post(URL, BODY).status_code == 403
    assert not MarketRuleOverride.objects.exists()


def test_rows_in_force_take_a_fixed_number_of_queries(
    admin_api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for year in range(2027, 2032):
        admin_api.post(URL, {**BODY, "valid_from": f"{year}-04-01"})
    selectors.forget_rules()
    with django_assert_num_queries(5):  # account, permission, added rows, which are active, the book of them
        admin_api.get(f"{URL}tables/stt/")
