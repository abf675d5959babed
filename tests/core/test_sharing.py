"""Answers that are the same for everybody: worked out once a moment, told apart by path and query."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core.api import sharing
from apps.stocks.models import StockPriceDaily
from tests.core.conftest import Watch
from tests.factories.stocks import make_daily_prices, make_stock

ACCOUNT_ONLY = 1
ONE_DAY = [("2025-01-10", "100.00", "100.00", "90.00", "100.00", 5)]
URL = "/api/v1/stocks/prices/daily?stock=TCS&start_date=2025-01-01&end_date=2025-01-31"


@pytest.fixture
def tcs(db: None) -> None:
    make_daily_prices(stock=make_stock(enum="TCS"), bars=ONE_DAY)


def test_an_answer_is_worked_out_once_a_second(
    api: APIClient, tcs: None, watch: Watch, django_assert_num_queries: Any
) -> None:
    first = api.get(URL)
    StockPriceDaily.objects.update(close_price="90.00")

    watch.now = 100.999
    with django_assert_num_queries(ACCOUNT_ONLY):
        again = api.get(URL)
    watch.now = 101.0
    later = api.get(URL)

    assert again.content == first.content
    assert again["ETag"] == first["ETag"] != later["ETag"]
    assert [bars.json()[0]["close"] for bars in (first, again, later)] == ["100.00", "100.00", "90.00"]
    assert again["Content-Type"] == later["Content-Type"] == "application/json"


def test_who_has_the_answer_gets_it_no_second_time(api: APIClient, tcs: None, watch: Watch) -> None:
    tag = api.get(URL)["ETag"]

    same = api.get(URL, headers={"If-None-Match": tag})

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)


def test_another_question_has_another_answer(api: APIClient, tcs: None, watch: Watch) -> None:
    assert api.get(URL).json() != api.get(f"{URL}&format=columns").json()


def test_who_may_not_ask_gets_no_kept_answer(api: APIClient, anonymous_api: APIClient, tcs: None, watch: Watch) -> None:
    api.get(URL)

    assert anonymous_api.get(URL).status_code == 401


def test_refusals_are_not_kept(api: APIClient, db: None, watch: Watch) -> None:
    assert api.get(URL).status_code == 404
    make_daily_prices(stock=make_stock(enum="TCS"), bars=ONE_DAY)

    assert api.get(URL).status_code == 200


def test_large_answers_and_more_than_fit_are_not_kept(
    api: APIClient, tcs: None, watch: Watch, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(sharing, "MOST_KEPT", 1)
    api.get(URL)
    api.get(f"{URL}&format=columns")
    with django_assert_num_queries(ACCOUNT_ONLY):
        api.get(f"{URL}&format=columns")
    with django_assert_num_queries(ACCOUNT_ONLY + 2):
        api.get(URL)
    sharing.forget()
    monkeypatch.setattr(sharing, "LARGEST_KEPT", 10)
    api.get(URL)
    with django_assert_num_queries(ACCOUNT_ONLY + 2):
        api.get(URL)
