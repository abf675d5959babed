"""Stocks over HTTP: who may do what, what comes back, and what the activity log keeps."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from apps.core.configuration import override
from apps.core.models import ActivityLog
from apps.stocks.models import Stock
from tests.factories.stocks import make_category, make_stock

URL = "/api/v1/stocks/"


def test_a_stock_tells_the_series_that_it_trades_in(api: APIClient) -> None:
    stock = make_stock(enum="TCS", series="BE")

    one, rows = api.get(f"{URL}{stock.pk}/").json(), api.get(URL).json()["results"]

    assert (one["series"], [row["series"] for row in rows]) == ("BE", ["BE"])


def test_an_administrator_makes_a_stock_and_the_log_keeps_it(admin_api: APIClient) -> None:
    energy = make_category(name="Energy")

    response = admin_api.post(URL, {"enum": "BAJAJ-AUTO", "category_ids": [energy.pk]})

    stock = Stock.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": stock.pk,
        "enum": "BAJAJ-AUTO",
        "symbol": "BAJAJ-AUTO",
        "exchange_suffix": "NSE",
        "full_symbol": "BAJAJ-AUTO.NS",
        "status": "active",
        "last_synced_at": None,
        "series": "",
        "categories": [{"id": energy.pk, "name": "Energy"}],
    }
    log = ActivityLog.objects.get()
    assert (log.admin_user, log.action, log.ip_address) == ("admin@example.com", "stocks.create", "127.0.0.1")
    assert log.details == {
        "stock": "BAJAJ-AUTO",
        "before": None,
        "after": {
            "symbol": "BAJAJ-AUTO",
            "exchange_suffix": "NSE",
            "full_symbol": "BAJAJ-AUTO.NS",
            "status": "active",
            "categories": ["Energy"],
        },
    }


def test_a_taken_identifier_is_a_conflict_and_nothing_is_logged(admin_api: APIClient) -> None:
    make_stock(enum="M&M")

    response = admin_api.post(URL, {"enum": "M&M"})

    assert (response.status_code, response.json()["code"]) == (409, "STOCK_EXISTS")
    assert response.json()["details"] == {"enum": "M&M"}
    assert not ActivityLog.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"enum": "reliance"}, "enum"),
        ({"enum": "TATA STEEL"}, "enum"),
        ({"enum": ""}, "enum"),
        ({}, "enum"),
        ({"enum": "A" * 51}, "enum"),
        ({"enum": "TCS", "exchange_suffix": "NYSE"}, "exchange_suffix"),
        ({"enum": "TCS", "status": "deleted"}, "status"),
        ({"enum": "TCS", "category_ids": [987]}, "category_ids"),
        ({"enum": "TCS", "last_synced_at": "2025-01-01"}, "last_synced_at"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_made(admin_api: APIClient, body: dict[str, object], field: str) -> None:
    response = admin_api.post(URL, body)

    assert response.status_code == 400
    assert list(response.json()["details"]["fields"]) == [field]
    assert not Stock.objects.exists()


def test_a_change_keeps_what_was_before(admin_api: APIClient) -> None:
    stock = make_stock(enum="TCS", categories=[make_category(name="IT")])

    response = admin_api.patch(f"{URL}{stock.pk}/", {"exchange_suffix": "BSE", "category_ids": []})

    assert response.status_code == 200
    assert (response.json()["full_symbol"], response.json()["categories"]) == ("TCS.BO", [])
    log = ActivityLog.objects.get()
    assert log.action == "stocks.change"
    assert log.details["before"]["full_symbol"] == "TCS.NS"
    assert log.details["before"]["categories"] == ["IT"]
    assert log.details["after"]["full_symbol"] == "TCS.BO"
    assert log.details["after"]["categories"] == []


def test_the_identifier_cannot_be_changed(admin_api: APIClient) -> None:
    stock = make_stock(enum="TCS")

    response = admin_api.patch(f"{URL}{stock.pk}/", {"enum": "INFY"})

    assert response.status_code == 400
    assert Stock.objects.get().enum == "TCS"


def test_a_change_that_changes_nothing_is_not_logged(admin_api: APIClient) -> None:
    stock = make_stock(enum="TCS")

    assert admin_api.patch(f"{URL}{stock.pk}/", {"symbol": "TCS"}).status_code == 200
    assert not ActivityLog.objects.exists()


def test_delete_deactivates_and_keeps_the_row(admin_api: APIClient) -> None:
    stock = make_stock(enum="TCS")

    response = admin_api.delete(f"{URL}{stock.pk}/")

    assert (response.status_code, response.content) == (204, b"")
    assert Stock.objects.get().status == "inactive"
    assert ActivityLog.objects.get().action == "stocks.deactivate"
    assert admin_api.get(f"{URL}{stock.pk}/").json()["status"] == "inactive"


CHANGES = [("post", URL), ("patch", URL + "{id}/"), ("delete", URL + "{id}/"), ("post", URL + "categories/")]


@pytest.mark.parametrize(("method", "url"), CHANGES)
def test_users_change_nothing(api: APIClient, anonymous_api: APIClient, method: str, url: str) -> None:
    url = url.format(id=make_stock(enum="TCS").pk)

    refused = getattr(api, method)(url, {})
    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
    assert refused.json()["details"] == {"permission": "stocks.manage"}
    assert getattr(anonymous_api, method)(url, {}).status_code == 401
    assert Stock.objects.get().status == "active"


BODIES = {"post": {"enum": "INFY", "name": "IT"}, "patch": {"status": "inactive"}, "delete": {}}


@pytest.mark.parametrize(("method", "url"), CHANGES)
def test_the_toggle_stops_administrators_but_not_superadmins(
    admin_api: APIClient, superadmin_api: APIClient, method: str, url: str
) -> None:
    override("admin.can_manage_stocks", "false")
    body = {name: value for name, value in BODIES[method].items() if name != ("enum" if "categ" in url else "name")}
    url = url.format(id=make_stock(enum="TCS").pk)

    refused = getattr(admin_api, method)(url, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "FEATURE_DISABLED")
    assert refused.json()["details"] == {"setting": "admin.can_manage_stocks"}
    assert not ActivityLog.objects.exists()

    assert getattr(superadmin_api, method)(url, body).status_code in (200, 201, 204)
    assert ActivityLog.objects.get().admin_user == "superadmin@example.com"


@pytest.mark.parametrize("url", [URL, URL + "{id}/", URL + "categories/", URL + "prices/daily", URL + "prices/5min"])
def test_reading_needs_a_signed_in_user(db: None, anonymous_api: APIClient, url: str) -> None:
    response = anonymous_api.get(url.format(id=1))

    assert (response.status_code, response.json()["code"]) == (401, "NOT_AUTHENTICATED")


def test_a_missing_stock_is_not_found(api: APIClient, admin_api: APIClient) -> None:
    assert api.get(f"{URL}1/").json()["code"] == "NOT_FOUND"
    assert admin_api.patch(f"{URL}1/", {"status": "active"}).status_code == 404
    assert admin_api.delete(f"{URL}{10**30}/").status_code == 404


def test_the_list_is_searched_filtered_and_ordered(api: APIClient) -> None:
    energy, it = make_category(name="Energy"), make_category(name="IT")
    make_stock(enum="RELIANCE", categories=[energy])
    make_stock(enum="M&M", status="inactive")
    make_stock(enum="TCS", categories=[it, energy])

    def listed(query: str) -> list[str]:
        body = api.get(f"{URL}?{query}").json()
        assert body["count"] == len(body["results"])
        return [row["enum"] for row in body["results"]]

    assert listed("") == ["M&M", "RELIANCE", "TCS"]
    assert listed("ordering=-enum") == ["TCS", "RELIANCE", "M&M"]
    assert listed("search=m%26m") == ["M&M"]
    assert listed("search=.ns") == ["M&M", "RELIANCE", "TCS"]
    assert listed("status=inactive") == ["M&M"]
    assert listed("category=Energy") == ["RELIANCE", "TCS"]
    assert listed("category=Energy&search=tc&status=active") == ["TCS"]


@pytest.mark.parametrize("query", ["ordering=enum__x", "ordering=categories", "status=x", "search=%00", "colour=1"])
def test_a_query_that_the_list_does_not_know_is_refused(api: APIClient, query: str) -> None:
    response = api.get(f"{URL}?{query}")

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")


def test_categories_are_made_once_and_listed_by_name(admin_api: APIClient, api: APIClient) -> None:
    made = admin_api.post(f"{URL}categories/", {"name": "Power", "description": "Grids"})
    admin_api.post(f"{URL}categories/", {"name": "Banks"})
    again = admin_api.post(f"{URL}categories/", {"name": "Power"})

    assert made.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "CATEGORY_EXISTS")
    rows = api.get(f"{URL}categories/").json()["results"]
    assert [(row["name"], row["description"]) for row in rows] == [("Banks", ""), ("Power", "Grids")]
    assert [log.details["category"] for log in ActivityLog.objects.order_by("id")] == ["Power", "Banks"]
