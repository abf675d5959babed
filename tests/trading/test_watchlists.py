"""Watchlists: owned, ordered, limited, with all their prices in one call."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.core import configuration
from apps.trading.models import Watchlist
from apps.users.models import User
from tests.factories.stocks import make_stock
from tests.factories.trading import make_real_stock
from tests.factories.watching import make_watchlist

BASE = "/api/v1/trading/watchlists/"


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_real_stock(close="110.00", previous="100.00")
    make_real_stock(enum="TCS", close="90.00", previous="100.00")


def test_a_list_keeps_its_order_and_calls_instruments_by_their_keys(api: APIClient) -> None:
    made = api.post(BASE, {"name": "Mine", "instruments": ["TCS", "NSE:RELIANCE-EQ"]})

    assert (made.status_code, made.json()["instruments"]) == (201, ["TCS", "RELIANCE"])
    path = f"{BASE}{made.json()['id']}/"
    assert api.patch(path, {"instruments": ["RELIANCE", "TCS"]}).json()["instruments"] == ["RELIANCE", "TCS"]
    assert api.patch(path, {"name": "Others"}).json()["name"] == "Others"
    assert api.get(path).json()["instruments"] == ["RELIANCE", "TCS"]


def test_instruments_are_added_at_the_end_once_and_taken_out(api: APIClient, owner: User) -> None:
    path = f"{BASE}{make_watchlist(owner, instruments=['TCS']).pk}/instruments/"

    assert api.put(f"{path}NSE:RELIANCE-EQ/").json()["instruments"] == ["TCS", "RELIANCE"]
    assert api.put(f"{path}TCS/").json()["instruments"] == ["TCS", "RELIANCE"]
    assert api.delete(f"{path}TCS/").json()["instruments"] == ["RELIANCE"]
    assert api.delete(f"{path}TCS/").status_code == 404
    assert api.put(f"{path}NOBODY/").json()["code"] == "INSTRUMENT_NOT_FOUND"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "Mine"}, 409, "NAME_TAKEN"),
        ({"name": "Twice", "instruments": ["TCS", "TCS"]}, 400, "VALIDATION_ERROR"),
        ({"name": ""}, 400, "VALIDATION_ERROR"),
        ({"name": "Odd", "colour": "red"}, 400, "VALIDATION_ERROR"),
        ({"name": "Nobody", "instruments": ["NOBODY"]}, 404, "INSTRUMENT_NOT_FOUND"),
    ],
)
def test_what_is_refused_leaves_nothing(
    api: APIClient, owner: User, body: dict[str, object], status: int, code: str
) -> None:
    make_watchlist(owner)

    answer = api.post(BASE, body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Watchlist.objects.for_user(owner).count() == 1


def test_lists_and_what_they_hold_are_limited(api: APIClient, owner: User) -> None:
    configuration.override("trading.max_watchlists", "2")
    configuration.override("trading.max_watchlist_instruments", "1")
    mine = make_watchlist(owner)

    full = api.put(f"{BASE}{mine.pk}/instruments/TCS/")
    too_long = api.post(BASE, {"name": "Long", "instruments": ["TCS", "RELIANCE"]})
    assert api.post(BASE, {"name": "Second"}).status_code == 201
    third = api.post(BASE, {"name": "Third"})

    assert [each.json()["details"] for each in (full, too_long, third)] == [
        {"of": "instruments", "limit": 1},
        {"of": "instruments", "limit": 1},
        {"of": "watchlists", "limit": 2},
    ]
    assert {each.status_code for each in (full, too_long, third)} == {422}


def test_two_users_may_use_the_same_name_and_see_only_their_own(
    api: APIClient, stranger_api: APIClient, owner: User, stranger: User
) -> None:
    mine = make_watchlist(owner)
    theirs = make_watchlist(stranger)

    assert [row["id"] for row in api.get(BASE).json()["results"]] == [mine.pk]
    for method in (stranger_api.get, stranger_api.delete):
        assert method(f"{BASE}{mine.pk}/").status_code == 404
    assert stranger_api.delete(f"{BASE}{theirs.pk}/").status_code == 204
    assert list(Watchlist.objects.unscoped().values_list("pk", flat=True)) == [mine.pk]


def test_the_prices_of_a_list_come_at_once_in_its_order(api: APIClient, owner: User) -> None:
    make_stock(enum="UNPRICED")
    mine = make_watchlist(owner, instruments=["TCS", "UNPRICED", "RELIANCE"])

    answer = api.get(f"{BASE}{mine.pk}/quotes").json()

    shown = [(row["instrument"], row["price"], row["previous_close"], row["change_pct"]) for row in answer["quotes"]]
    assert shown == [("TCS", "90.00", "100.00", -10.0), ("RELIANCE", "110.00", "100.00", 10.0)]
    assert answer["missing"] == ["UNPRICED"]


def test_an_empty_list_has_no_prices(api: APIClient, owner: User) -> None:
    mine = make_watchlist(owner, instruments=[])

    assert api.get(f"{BASE}{mine.pk}/quotes").json() == {"quotes": [], "missing": []}


def test_prices_cost_as_many_queries_for_ten_as_for_two(
    api: APIClient, owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    more = [f"STOCK{number}" for number in range(8)]
    for name in more:
        make_real_stock(enum=name)
    two = make_watchlist(owner, name="Two", instruments=["TCS", "RELIANCE"])
    ten = make_watchlist(owner, name="Ten", instruments=["TCS", "RELIANCE", *more])
    api.get(BASE)

    for watchlist in (two, ten):
        with django_assert_num_queries(6):
            api.get(f"{BASE}{watchlist.pk}/quotes")
