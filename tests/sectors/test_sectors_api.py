"""Sectors and their prices over HTTP: who may do what, exact values, the activity log."""

from __future__ import annotations

from datetime import date

import pytest
from rest_framework.test import APIClient

from apps.core.configuration import override
from apps.core.models import ActivityLog
from apps.sectors.models import Sector, SectorPriceDaily
from tests.factories.sectors import make_sector, make_sector_prices

URL = "/api/v1/sectors/"
RANGE = "start_date=2025-01-01&end_date=2025-01-31"


def test_an_administrator_makes_and_changes_a_sector_and_the_log_keeps_both(admin_api: APIClient) -> None:
    made = admin_api.post(URL, {"enum": "NIFTYIT", "name": "NIFTY IT"})
    changed = admin_api.patch(f"{URL}{made.json()['id']}/", {"status": "inactive", "description": "Ten companies"})

    first = {"enum": "NIFTYIT", "name": "NIFTY IT", "description": "", "status": "active"}
    assert made.status_code == 201
    assert made.json() == {"id": made.json()["id"], **first}
    assert changed.status_code == 200
    assert changed.json() == {**made.json(), "status": "inactive", "description": "Ten companies"}
    create, change = ActivityLog.objects.order_by("id")
    before = {"name": "NIFTY IT", "description": "", "status": "active"}
    assert (create.action, create.ip_address) == ("sectors.create", "127.0.0.1")
    assert create.details == {"sector": "NIFTYIT", "before": None, "after": before}
    assert (change.action, change.admin_user) == ("sectors.change", "admin@example.com")
    assert change.details == {
        "sector": "NIFTYIT",
        "before": before,
        "after": {"name": "NIFTY IT", "description": "Ten companies", "status": "inactive"},
    }


def test_a_taken_identifier_is_a_conflict(admin_api: APIClient) -> None:
    make_sector(enum="NIFTY50")

    response = admin_api.post(URL, {"enum": "NIFTY50", "name": "Another"})

    assert (response.status_code, response.json()["code"]) == (409, "SECTOR_EXISTS")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"enum": "NIFTY 50", "name": "x"}, "enum"), ({"enum": "NIFTY50"}, "name"), ({"enum": "A", "name": ""}, "name")],
)
def test_a_wrong_field_is_named(admin_api: APIClient, body: dict[str, object], field: str) -> None:
    response = admin_api.post(URL, body)

    assert response.status_code == 400
    assert list(response.json()["details"]["fields"]) == [field]
    assert not Sector.objects.exists()


@pytest.mark.parametrize(("method", "url"), [("post", URL), ("patch", URL + "{id}/")])
def test_users_change_nothing_and_the_toggle_stops_administrators_only(
    api: APIClient, admin_api: APIClient, superadmin_api: APIClient, method: str, url: str
) -> None:
    url = url.format(id=make_sector(enum="NIFTY50").pk)
    body = {"post": {"enum": "NIFTYIT", "name": "NIFTY IT"}, "patch": {"name": "Fifty"}}[method]
    override("admin.can_manage_sectors", "false")

    refused, stopped = getattr(api, method)(url, body), getattr(admin_api, method)(url, body)
    assert (refused.status_code, refused.json()["details"]) == (403, {"permission": "sectors.manage"})
    assert (stopped.status_code, stopped.json()["code"]) == (403, "FEATURE_DISABLED")
    assert not ActivityLog.objects.exists()

    assert getattr(superadmin_api, method)(url, body).status_code in (200, 201)
    assert ActivityLog.objects.get().admin_user == "superadmin@example.com"


@pytest.mark.parametrize("url", [URL, URL + "1/", URL + "prices/daily", URL + "prices/5min"])
def test_reading_needs_a_signed_in_user(db: None, anonymous_api: APIClient, url: str) -> None:
    assert anonymous_api.get(url).status_code == 401


def test_a_missing_sector_is_not_found_and_delete_does_not_exist(api: APIClient, admin_api: APIClient) -> None:
    assert api.get(f"{URL}1/").json()["code"] == "NOT_FOUND"
    assert admin_api.patch(f"{URL}1/", {"name": "x"}).status_code == 404
    assert api.get(f"{URL}prices/daily?sector=NIFTY50").status_code == 404
    assert api.get(f"{URL}prices/5min?sector=NIFTY50&date=2025-01-01").status_code == 404
    assert admin_api.delete(f"{URL}{make_sector().pk}/").status_code == 405


def test_the_list_is_searched_filtered_and_ordered(api: APIClient) -> None:
    make_sector(enum="NIFTY50", name="NIFTY 50")
    make_sector(enum="BANKNIFTY", name="NIFTY Bank", status="inactive")

    def listed(query: str) -> list[str]:
        return [row["enum"] for row in api.get(f"{URL}?{query}").json()["results"]]

    assert listed("") == ["BANKNIFTY", "NIFTY50"]
    assert listed("ordering=name") == ["NIFTY50", "BANKNIFTY"]
    assert listed("search=bank") == ["BANKNIFTY"]
    assert listed("status=active") == ["NIFTY50"]
    assert api.get(f"{URL}?ordering=extra").status_code == 400


def test_daily_prices_in_both_forms_take_three_queries(api: APIClient, django_assert_num_queries) -> None:
    make_sector_prices(sector=make_sector(enum="NIFTY50"))
    make_sector_prices(sector=make_sector(enum="NIFTYIT"))

    with django_assert_num_queries(3):  # the user, the sector, its bars
        listed = api.get(f"{URL}prices/daily?sector=NIFTY50&{RANGE}&max_points=1")
    columns = api.get(f"{URL}prices/daily?sector=NIFTY50&{RANGE}&format=columns")

    assert listed.json() == [
        {"date": "2025-01-01", "open": "100.00", "high": "120.00", "low": "95.00", "close": "119.95", "volume": 6000}
    ]
    assert columns.json()["time"] == ["2025-01-01", "2025-01-02", "2025-01-03"]
    assert columns.json()["close"] == [105.0, 102.5, 119.95]


def test_candles_of_a_sector_are_those_of_its_daily_row(api: APIClient) -> None:
    candle = {"open": 100, "high": 102, "low": 99.95, "close": 101, "volume": 0}
    make_sector_prices(sector=make_sector(enum="NIFTY50"))
    SectorPriceDaily.objects.filter(date=date(2025, 1, 2)).update(timewise_json={"09:15": candle})

    day = api.get(f"{URL}prices/5min?sector=NIFTY50&date=2025-01-02")
    without = api.get(f"{URL}prices/5min?sector=NIFTY50&date=2025-01-01")

    assert day.json() == [
        {"time": "09:15", "open": "100.00", "high": "102.00", "low": "99.95", "close": "101.00", "volume": 0}
    ]
    assert without.json() == []
