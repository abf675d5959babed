"""Prices of stocks over HTTP: exact values in both forms, ranges, down-sampling, refusals."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from rest_framework.test import APIClient

from apps.core import clock
from apps.stocks import selectors
from tests.factories.stocks import make_5min_day, make_daily_prices, make_stock

URL = "/api/v1/stocks/prices/daily"
URL_5MIN = "/api/v1/stocks/prices/5min"
RANGE = "start_date=2025-01-01&end_date=2025-01-31"


def test_daily_prices_are_objects_with_decimal_strings_oldest_first(api: APIClient) -> None:
    make_daily_prices(stock=make_stock(enum="M&M"))
    make_daily_prices(stock=make_stock(enum="TCS"))

    response = api.get(f"{URL}?stock=M%26M&{RANGE}")

    assert response.status_code == 200
    assert response.json() == [
        {"date": "2025-01-01", "open": "100.00", "high": "110.00", "low": "95.00", "close": "105.00", "volume": 1000},
        {"date": "2025-01-02", "open": "105.00", "high": "107.05", "low": "101.00", "close": "102.50", "volume": 2000},
        {"date": "2025-01-03", "open": "102.50", "high": "120.00", "low": "102.50", "close": "119.95", "volume": 3000},
    ]


def test_daily_prices_as_columns_are_numbers(api: APIClient) -> None:
    make_daily_prices(stock=make_stock(enum="BAJAJ-AUTO"))

    response = api.get(f"{URL}?stock=BAJAJ-AUTO&{RANGE}&format=columns")

    assert response.json() == {
        "time": ["2025-01-01", "2025-01-02", "2025-01-03"],
        "open": [100.0, 105.0, 102.5],
        "high": [110.0, 107.05, 120.0],
        "low": [95.0, 101.0, 102.5],
        "close": [105.0, 102.5, 119.95],
        "volume": [1000, 2000, 3000],
    }


def test_fewer_points_keep_every_peak_and_trough(api: APIClient) -> None:
    make_daily_prices(stock=make_stock(enum="TCS"))

    response = api.get(f"{URL}?stock=TCS&{RANGE}&max_points=2")

    assert response.json() == [
        {"date": "2025-01-01", "open": "100.00", "high": "110.00", "low": "95.00", "close": "102.50", "volume": 3000},
        {"date": "2025-01-03", "open": "102.50", "high": "120.00", "low": "102.50", "close": "119.95", "volume": 3000},
    ]
    assert len(api.get(f"{URL}?stock=TCS&{RANGE}&max_points=3").json()) == 3


def test_both_ends_of_the_range_count(api: APIClient) -> None:
    make_daily_prices(stock=make_stock(enum="TCS"))

    response = api.get(f"{URL}?stock=TCS&start_date=2025-01-02&end_date=2025-01-03")

    assert [row["date"] for row in response.json()] == ["2025-01-02", "2025-01-03"]


def test_a_range_may_be_one_day(api: APIClient) -> None:
    make_daily_prices(stock=make_stock(enum="TCS"))

    response = api.get(f"{URL}?stock=TCS&start_date=2025-01-02&end_date=2025-01-02")

    assert [row["date"] for row in response.json()] == ["2025-01-02"]


def test_without_dates_the_last_365_days_are_meant(api: APIClient) -> None:
    today = clock.today()
    days = [today, today - timedelta(days=365), today - timedelta(days=366)]
    bars = [(day.isoformat(), "1.00", "1.00", "1.00", "1.00", 1) for day in days]
    make_daily_prices(stock=make_stock(enum="TCS"), bars=bars)

    response = api.get(f"{URL}?stock=TCS")

    assert [row["date"] for row in response.json()] == [days[1].isoformat(), days[0].isoformat()]


def test_an_end_alone_reaches_365_days_back(api: APIClient) -> None:
    days = ("2024-03-02", "2024-03-03", "2025-03-03")
    make_daily_prices(stock=make_stock(enum="TCS"), bars=[(day, "1.00", "1.00", "1.00", "1.00", 1) for day in days])

    response = api.get(f"{URL}?stock=TCS&end_date=2025-03-03")

    assert [row["date"] for row in response.json()] == ["2024-03-03", "2025-03-03"]


def test_a_range_without_prices_is_empty_in_both_forms(api: APIClient) -> None:
    make_stock(enum="TCS")

    assert api.get(f"{URL}?stock=TCS&{RANGE}").json() == []
    empty = api.get(f"{URL}?stock=TCS&{RANGE}&format=columns&max_points=1").json()
    assert empty == {"time": [], "open": [], "high": [], "low": [], "close": [], "volume": []}


@pytest.mark.parametrize("url", [f"{URL}?stock=TCS", f"{URL_5MIN}?stock=TCS&date=2025-01-01"])
def test_an_unknown_stock_is_not_found(api: APIClient, url: str) -> None:
    response = api.get(url)

    assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stock=TCS&start_date=2025-01-02&end_date=2025-01-01", "start_date"),
        ("stock=TCS&start_date=2004-12-16&end_date=2025-01-01", "start_date"),
        ("stock=TCS&start_date=2025-02-30", "start_date"),
        ("stock=TCS&end_date=yesterday", "end_date"),
        ("stock=TCS&format=csv", "format"),
        ("stock=TCS&max_points=0", "max_points"),
        ("stock=%00", "stock"),
        ("", "stock"),
        ("stock=TCS&interval=1d", "interval"),
    ],
)
def test_a_wrong_query_is_refused_by_name(api: APIClient, query: str, field: str) -> None:
    make_stock(enum="TCS")

    response = api.get(f"{URL}?{query}")

    assert response.status_code == 400
    assert list(response.json()["details"]["fields"]) == [field]


def test_twenty_years_may_be_asked_for(api: APIClient) -> None:
    make_stock(enum="TCS")

    assert api.get(f"{URL}?stock=TCS&start_date=2004-12-17&end_date=2025-01-01").status_code == 200


@pytest.mark.parametrize("days", [1, 250])
def test_daily_prices_take_three_queries(api: APIClient, django_assert_num_queries, days: int) -> None:
    start = date(2025, 1, 1)
    bars = [((start + timedelta(days=n)).isoformat(), "1.00", "1.00", "1.00", "1.00", 1) for n in range(days)]
    make_daily_prices(stock=make_stock(enum="TCS"), bars=bars)

    with django_assert_num_queries(3):  # the user, the stock, its bars
        assert len(api.get(f"{URL}?stock=TCS&start_date=2025-01-01&end_date=2025-12-31").json()) == days


CANDLES: dict[str, dict[str, object]] = {
    "09:20": {"open": 101, "high": 101.55, "low": 100.1, "close": 100.5, "volume": 20},
    "09:15": {"open": "100.00", "high": "102.00", "low": "99.95", "close": "101.00", "volume": 10},
}


def test_candles_of_a_day_come_in_order_of_time(api: APIClient) -> None:
    make_5min_day(stock=make_stock(enum="M&M"), day=date(2025, 1, 10), candles=CANDLES)

    listed = api.get(f"{URL_5MIN}?stock=M%26M&date=2025-01-10")
    columns = api.get(f"{URL_5MIN}?stock=M%26M&date=2025-01-10&format=columns")

    assert listed.json() == [
        {"time": "09:15", "open": "100.00", "high": "102.00", "low": "99.95", "close": "101.00", "volume": 10},
        {"time": "09:20", "open": "101.00", "high": "101.55", "low": "100.10", "close": "100.50", "volume": 20},
    ]
    assert columns.json() == {
        "time": ["09:15", "09:20"],
        "open": [100.0, 101.0],
        "high": [102.0, 101.55],
        "low": [99.95, 100.1],
        "close": [101.0, 100.5],
        "volume": [10, 20],
    }


@pytest.mark.parametrize("series_format", ["list", "columns"])
def test_candles_are_put_in_order_whoever_stored_them(series_format: str) -> None:
    in_order = dict(sorted(CANDLES.items()))

    assert selectors.draw_candles(CANDLES, series_format=series_format) == selectors.draw_candles(
        in_order, series_format=series_format
    )


def test_a_day_without_candles_is_empty_and_a_day_must_be_named(api: APIClient) -> None:
    make_stock(enum="TCS")

    assert api.get(f"{URL_5MIN}?stock=TCS&date=2025-01-11").json() == []
    assert list(api.get(f"{URL_5MIN}?stock=TCS").json()["details"]["fields"]) == ["date"]
