"""A day that an administrator closed has no prices: in stored and made candles, in quotes, also of options."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import marketdata
from apps.market import selectors
from apps.market.models import MarketStatus
from apps.market.services import filling
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_daily_prices, make_stock
from tests.market.conftest import ApiAt

# A Friday; the session before is Thursday's.
NOW, CLOSED = "2025-01-03T11:07:31+05:30", date(2025, 1, 3)
THURSDAY_CLOSE = "2025-01-02T15:30:00+05:30"
BARS: list[Any] = [(f"2025-01-0{day}", "100.00", "110.00", "90.00", "105.00", 10) for day in (1, 2, 3)]


def close_friday() -> None:
    MarketStatus.objects.create(date=CLOSED, is_market_open=False, reason="Elections")


def days_shown(api: Any, interval: str = "1d") -> list[str]:
    found = api.get(f"/api/v1/market/candles?instrument=TCS&interval={interval}").json()
    return sorted({time[:10] for time in found["time"]})


@pytest.mark.parametrize(("source", "days"), [("synthetic", [1, 2]), ("import", [1, 2, 3])])
def test_stored_days_that_were_made_are_hidden_and_real_ones_are_not(
    api_at: ApiAt, source: str, days: list[int]
) -> None:
    make_daily_prices(stock=make_stock(enum="TCS"), bars=BARS, extra={"source": source, "version": "any"})
    close_friday()

    with api_at("2025-01-03T18:00:00+05:30") as api:
        assert days_shown(api) == [f"2025-01-0{day}" for day in days]


def test_made_five_minute_candles_stored_before_a_day_was_closed_are_hidden(api_at: ApiAt) -> None:
    found = selectors.get_instrument(instrument_type="stock", identifier=make_stock(enum="TCS").enum)
    filling.fill_candles(instrument=found, start=date(2025, 1, 2), until=CLOSED)
    with api_at("2025-01-03T18:00:00+05:30") as api:
        assert days_shown(api, "5m")[-2:] == ["2025-01-02", "2025-01-03"]
    close_friday()

    with api_at("2025-01-03T18:00:00+05:30") as api:
        assert days_shown(api, "5m")[-1] == "2025-01-02"


def test_quotes_of_a_closed_day_are_the_last_close(api_at: ApiAt) -> None:
    make_stock(enum="TCS")
    make_sector(enum="NIFTY50")
    option = "NIFTY50-2025-01-09-24000-CE"
    query = f"/api/v1/market/quotes?instruments=TCS,{option}"
    with api_at(NOW) as api:
        assert [each["is_open"] for each in api.get(query).json()["quotes"]] == [True, True]
    close_friday()

    with api_at(NOW) as api:
        quotes = api.get(query).json()["quotes"]

    assert [(each["at"], each["is_open"]) for each in quotes] == [(THURSDAY_CLOSE, False)] * 2
    thursday = marketdata.get_provider().daily("TCS", date(2025, 1, 2), date(2025, 1, 2)).close[0]
    assert quotes[0]["price"] == f"{thursday / 100:.2f}"
