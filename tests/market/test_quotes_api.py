"""Last prices over HTTP: the provider's, the last close of imported prices, what is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

import marketdata
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_daily_prices, make_stock
from tests.factories.trading import make_bars
from tests.market.conftest import ApiAt

URL = "/api/v1/market/quotes"
NOW = "2025-01-03T11:07:31+05:30"


def test_a_quote_is_the_providers_at_this_moment(api_at: ApiAt) -> None:
    make_daily_prices(stock=make_stock(enum="RELIANCE"), extra={"source": "synthetic", "version": "synthetic-1"})
    expected = marketdata.get_provider().quotes(["RELIANCE"], datetime.fromisoformat(NOW))["RELIANCE"]

    with api_at(NOW) as api:
        body = api.get(f"{URL}?instruments=RELIANCE").json()

    assert body == {
        "quotes": [
            {
                "instrument": "RELIANCE",
                "price": f"{expected.price / 100:.2f}",
                "open": f"{expected.open / 100:.2f}",
                "high": f"{expected.high / 100:.2f}",
                "low": f"{expected.low / 100:.2f}",
                "previous_close": f"{expected.previous_close / 100:.2f}",
                "volume": expected.volume,
                "at": "2025-01-03T11:07:30+05:30",
                "is_open": True,
                "source": "synthetic",
                "version": "synthetic-1",
            }
        ],
        "missing": [],
    }


@pytest.mark.parametrize(
    ("now", "price", "previous", "day"),
    [
        ("2025-01-03T15:29:59+05:30", "102.50", "105.00", "2025-01-02"),
        ("2025-01-03T15:30:00+05:30", "119.95", "102.50", "2025-01-03"),
        ("2025-01-01T16:00:00+05:30", "105.00", None, "2025-01-01"),
    ],
)
def test_imported_prices_are_quoted_at_their_last_close(
    api_at: ApiAt, now: str, price: str, previous: str | None, day: str
) -> None:
    make_daily_prices(stock=make_stock(enum="RELIANCE"), extra={"source": "import"})

    with api_at(now) as api:
        (quote,) = api.get(f"{URL}?instruments=RELIANCE").json()["quotes"]

    assert (quote["price"], quote["previous_close"]) == (price, previous)
    assert (quote["at"], quote["is_open"]) == (f"{day}T15:30:00+05:30", False)
    assert (quote["source"], quote["version"]) == ("import", None)


@pytest.mark.parametrize(
    ("now", "price", "previous", "at", "is_open"),
    [
        ("2026-01-05T11:04:59+05:30", "119.95", "102.50", "2025-01-03T15:30", False),
        ("2026-01-05T11:05:00+05:30", "104.00", "119.95", "2026-01-05T11:05", True),
        ("2026-01-05T11:10:00+05:30", "99.50", "119.95", "2026-01-05T11:10", True),
        ("2026-01-05T15:30:00+05:30", "99.50", "119.95", "2026-01-05T11:10", False),
        ("2026-01-06T11:00:00+05:30", "99.50", "119.95", "2026-01-05T11:10", False),
        ("2026-01-06T11:05:00+05:30", "98.00", "99.50", "2026-01-06T11:05", True),
    ],
)
def test_imported_bars_after_the_last_day_are_quoted_once_they_are_final(
    api_at: ApiAt, now: str, price: str, previous: str, at: str, is_open: bool
) -> None:
    """E8: the close of the last final bar; a bar that is not over yet is not known."""
    make_daily_prices(stock=make_stock(enum="RELIANCE"), extra={"source": "import"})
    make_bars((100, 106, 97, 104), (104, 105, 99, 99.5))
    make_bars((99, 99, 98, 98), day="2026-01-06")

    with api_at(now) as api:
        (quote,) = api.get(f"{URL}?instruments=RELIANCE").json()["quotes"]

    assert (quote["price"], quote["previous_close"], quote["at"]) == (price, previous, f"{at}:00+05:30")
    assert (quote["is_open"], quote["source"], quote["version"]) == (is_open, "import", None)


def test_the_day_of_a_quote_is_what_its_final_bars_say(api_at: ApiAt) -> None:
    make_daily_prices(stock=make_stock(enum="RELIANCE"), extra={"source": "import"})
    make_bars((100, 106, 97, 104), (104, 105, 96, 99.5), (99, 200, 1, 150))

    with api_at("2026-01-05T11:14:59+05:30") as api:
        (quote,) = api.get(f"{URL}?instruments=RELIANCE").json()["quotes"]

    assert [quote[name] for name in ("open", "high", "low", "volume")] == ["100.00", "106.00", "96.00", 2000]


def test_the_close_of_a_day_stands_before_its_bars(api_at: ApiAt) -> None:
    """The daily bar of 2025-01-03, 119.95, against bars of that day and none later."""
    make_daily_prices(stock=make_stock(enum="RELIANCE"), extra={"source": "import"})
    make_bars((100, 106, 97, 104), day="2025-01-03")

    with api_at("2025-01-03T15:30:00+05:30") as api:
        (quote,) = api.get(f"{URL}?instruments=RELIANCE").json()["quotes"]

    assert (quote["price"], quote["is_open"]) == ("119.95", False)


def test_the_values_of_the_day_are_exact(api: APIClient) -> None:
    make_sector_prices(sector=make_sector(enum="NIFTY50"), extra={"source": "import"})

    (quote,) = api.get(f"{URL}?instruments=NIFTY50").json()["quotes"]

    assert [quote[name] for name in ("open", "high", "low", "volume")] == ["102.50", "120.00", "102.50", 3000]


def test_many_cost_the_same_queries_and_come_in_the_order_asked_for(
    api: APIClient, django_assert_num_queries: Any
) -> None:
    for enum in ("TCS", "UNHEARDOF"):
        make_stock(enum=enum)
    make_daily_prices(stock=make_stock(enum="INFY"), extra={"source": "import"})
    make_sector(enum="NIFTYIT")
    make_sector_prices(sector=make_sector(enum="NIFTY50"), extra={"source": "import"})

    # account, the clock's setting, stocks, sectors, last days of both, later bars of both, closed days
    with django_assert_num_queries(9):
        body = api.get(f"{URL}?instruments=NIFTYIT,INFY,UNHEARDOF,TCS,NIFTY50,INFY").json()

    assert [quote["instrument"] for quote in body["quotes"]] == ["NIFTYIT", "INFY", "TCS", "NIFTY50"]
    assert body["missing"] == ["UNHEARDOF"]


def test_one_unknown_instrument_refuses_the_question(api: APIClient) -> None:
    make_stock(enum="TCS")

    response = api.get(f"{URL}?instruments=TCS,NOSUCH")

    assert (response.status_code, response.json()["code"]) == (404, "INSTRUMENT_NOT_FOUND")
    assert response.json()["details"] == {"instrument_identifier": "NOSUCH"}


@pytest.mark.parametrize("names", ["", "TCS,", "tcs", ",".join(f"S{number}" for number in range(51))])
def test_names_that_cannot_be_are_refused(api: APIClient, names: str) -> None:
    response = api.get(f"{URL}?instruments={names}")

    assert (response.status_code, list(response.json()["details"]["fields"])) == (400, ["instruments"])


def test_fifty_instruments_are_allowed(api: APIClient) -> None:
    names = [f"S{number}" for number in range(50)]
    for name in names:
        make_stock(enum=name)

    assert api.get(f"{URL}?instruments={','.join(names)}").json() == {"quotes": [], "missing": names}
