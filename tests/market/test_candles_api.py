"""Daily candles over HTTP: the tables' exact values, the provider's where they hold nothing, pages, refusals."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

import marketdata
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_daily_prices, make_stock
from tests.market.conftest import ApiAt

URL = "/api/v1/market/candles"
SYNTHETIC = {"source": "synthetic", "version": "synthetic-1"}


def candles(api: APIClient, query: str) -> dict[str, Any]:
    response = api.get(f"{URL}?{query}")
    assert response.status_code == 200, response.json()
    body: dict[str, Any] = response.json()
    return body


def opens(api: APIClient, query: str) -> list[str]:
    times: list[str] = candles(api, query)["time"]
    return times


def at_open(*days: str) -> list[str]:
    return [f"{day}T09:15:00+05:30" for day in days]


def test_stored_days_are_columns_in_rupees_with_their_source(api: APIClient, django_assert_num_queries: Any) -> None:
    make_daily_prices(stock=make_stock(enum="M&M"), extra={"source": "import"})
    make_daily_prices(stock=make_stock(enum="TCS"), extra={"source": "import"})

    with django_assert_num_queries(5):  # account, the clock's setting, instrument, label, bars
        body = candles(api, "instrument=M%26M&interval=1d")

    assert body == {
        "instrument": "M&M",
        "interval": "1d",
        "source": "import",
        "version": None,
        "adjusted": False,
        "unadjusted_dates": [],
        "next_to": None,
        "time": at_open("2025-01-01", "2025-01-02", "2025-01-03"),
        "open": [100.0, 105.0, 102.5],
        "high": [110.0, 107.05, 120.0],
        "low": [95.0, 101.0, 102.5],
        "close": [105.0, 102.5, 119.95],
        "volume": [1000, 2000, 3000],
    }


def test_a_sector_is_read_from_its_own_table_with_the_version_of_its_model(api: APIClient) -> None:
    make_sector_prices(sector=make_sector(enum="NIFTY50"), extra={"source": "synthetic", "version": "synthetic-0"})

    body = candles(api, "instrument=NIFTY50")

    assert (body["source"], body["version"], body["close"]) == ("synthetic", "synthetic-0", [105.0, 102.5, 119.95])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from=2025-01-02&to=2025-01-02", ["2025-01-02"]),
        ("from=2025-01-02", ["2025-01-02", "2025-01-03"]),
        ("to=2025-01-02", ["2025-01-01", "2025-01-02"]),
        ("to=2025-01-02T09:15:00%2B05:30", ["2025-01-01"]),
        ("to=2025-01-02T09:15:00+05:30", ["2025-01-01"]),
        ("to=2025-01-02T03:45:01Z", ["2025-01-01", "2025-01-02"]),
        ("limit=2", ["2025-01-02", "2025-01-03"]),
        ("from=2025-01-04&to=2025-01-31", []),
    ],
)
def test_a_range_holds_its_days_and_a_moment_what_opens_before_it(
    api: APIClient, query: str, expected: list[str]
) -> None:
    make_daily_prices(stock=make_stock(enum="TCS"), extra={"source": "import"})

    assert opens(api, f"instrument=TCS&{query}") == at_open(*expected)


def test_next_to_pages_back_to_the_first_candle_and_no_further(api: APIClient) -> None:
    make_daily_prices(stock=make_stock(enum="TCS"), extra={"source": "import"})

    pages, until = [], "2025-01-31"
    while until:
        body = candles(api, f"instrument=TCS&limit=1&to={until.replace('+', '%2B')}")
        until = body["next_to"]
        pages.append((body["time"], until))

    first, second, third = at_open("2025-01-01", "2025-01-02", "2025-01-03")
    assert pages == [([third], third), ([second], second), ([first], None)]


def test_an_instrument_without_stored_prices_is_made_by_the_provider(api: APIClient) -> None:
    make_stock(enum="RELIANCE")
    made = marketdata.get_provider().daily("RELIANCE", date(2025, 1, 1), date(2025, 1, 3))

    body = candles(api, "instrument=RELIANCE&from=2025-01-01&to=2025-01-03")

    assert {name: body[name] for name in SYNTHETIC} == SYNTHETIC
    assert body["time"] == at_open("2025-01-01", "2025-01-02", "2025-01-03")
    assert body["open"] == [paise / 100 for paise in made.open.tolist()]
    assert body["high"] == [paise / 100 for paise in made.high.tolist()]
    assert body["volume"] == made.volume.tolist()


def test_real_prices_are_never_filled_up_with_made_ones(api: APIClient) -> None:
    make_daily_prices(stock=make_stock(enum="RELIANCE"), extra={"source": "import"})

    body = candles(api, "instrument=RELIANCE&from=2025-02-01&to=2025-02-28")

    assert (body["time"], body["source"], body["next_to"]) == ([], "import", None)


def test_a_stock_that_nobody_has_prices_of_has_no_candles(api: APIClient) -> None:
    make_stock(enum="UNHEARDOF")
    make_stock(enum="NIFTY50")

    body = candles(api, "instrument=UNHEARDOF")

    assert (body["time"], body["source"], body["version"]) == ([], None, None)
    # A stock that is called like an index of the provider is not that index.
    assert candles(api, "instrument=NIFTY50")["time"] == []


def test_made_days_end_where_the_provider_does(api: APIClient) -> None:
    make_stock(enum="RELIANCE")

    assert opens(api, "instrument=RELIANCE&from=1994-11-03&to=2005-01-03") == at_open("2005-01-03")
    assert opens(api, "instrument=RELIANCE&from=1994-11-03&to=2004-12-31") == []


def test_made_days_page_back_too(api: APIClient) -> None:
    make_stock(enum="RELIANCE")

    body = candles(api, "instrument=RELIANCE&from=2025-01-01&to=2025-01-03&limit=2")

    assert (body["time"], body["next_to"]) == (at_open("2025-01-02", "2025-01-03"), *at_open("2025-01-02"))
    assert candles(api, "instrument=RELIANCE&from=2025-01-01&to=2025-01-03&limit=3")["next_to"] is None


@pytest.mark.parametrize(("now", "last"), [("15:29:59", "2025-01-02"), ("15:30:00", "2025-01-03")])
@pytest.mark.parametrize("is_stored", [True, False])
def test_a_day_is_shown_when_its_session_is_over(api_at: ApiAt, now: str, last: str, is_stored: bool) -> None:
    stock = make_stock(enum="RELIANCE")
    if is_stored:
        make_daily_prices(stock=stock, extra={"source": "import"})

    with api_at(f"2025-01-03T{now}+05:30") as api:
        shown = opens(api, "instrument=RELIANCE&to=2025-12-31&limit=1")

    assert shown == at_open(last)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("interval=1d", "instrument"),
        ("instrument=tcs", "instrument"),
        ("instrument=TCS&interval=2d", "interval"),
        ("instrument=TCS&limit=0", "limit"),
        ("instrument=TCS&limit=5001", "limit"),
        ("instrument=TCS&from=2025-01-02&to=2025-01-01", "from"),
        ("instrument=TCS&from=2025-01-02&to=2025-01-02T00:00:00%2B05:30", "from"),
        ("instrument=TCS&from=2025-01-02T09:15:00%2B05:30", "from"),
        ("instrument=TCS&to=2025-01-02T09:15:00", "to"),
        ("instrument=TCS&to=2025-01-02T25:15:00Z", "to"),
        ("instrument=TCS&to=0001-01-01T00:00:00Z", "to"),
        ("instrument=TCS&to=9999-12-31T00:00:00Z", "to"),
        ("instrument=TCS&to=2025-02-30", "to"),
        ("instrument=TCS&before=2025-01-02", "before"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(api: APIClient, query: str, field: str) -> None:
    make_stock(enum="TCS")

    response = api.get(f"{URL}?{query}")

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert list(response.json()["details"]["fields"]) == [field]


def test_an_unknown_instrument_is_not_found(api: APIClient) -> None:
    response = api.get(f"{URL}?instrument=TCS")

    assert (response.status_code, response.json()["code"]) == (404, "INSTRUMENT_NOT_FOUND")
    assert response.json()["details"] == {"instrument_identifier": "TCS"}
