"""What is missing, repeated or made in the stored prices, by hand-made series and the calendar each belongs to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.market import selectors
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_5min_day, make_daily_prices, make_stock
from tests.market.conftest import ApiAt

CANDLE = {"open": 1.0, "high": 1.0, "low": 1.0, "close": 1.0, "volume": 1}
NOTHING = {"count": 0, "dates": []}


def quality(api: APIClient, instrument: str) -> Any:
    response = api.get("/api/v1/market/quality", {"instrument": instrument})
    assert response.status_code == 200, response.json()
    return response.json()


def bar(day: str, close: str = "100") -> tuple[str, str, str, str, str, int]:
    return (day, close, close, close, close, 1)


def test_real_days_are_held_to_the_real_calendar(api_at: ApiAt) -> None:
    # 2024-01-20 was a special Saturday, 2024-01-22 and 26 were closed; 23 and 24 are missing; 27 is a Saturday.
    days = [bar("2024-01-19"), bar("2024-01-20", "101"), bar("2024-01-25", "101"), bar("2024-01-27", "103")]
    make_daily_prices(stock=make_stock(enum="M&M"), bars=days, extra={"source": "import"})

    with api_at("2024-01-31T16:00:00+05:30") as api:
        body = quality(api, "M&M")

    assert body == {
        "instrument": "M&M",
        "intraday": None,
        "daily": {
            "first_date": "2024-01-19",
            "last_date": "2024-01-27",
            "bars": 4,
            "days": 4,
            "expected_days": 5,
            "missing": {"count": 2, "dates": ["2024-01-23", "2024-01-24"]},
            "unexpected": {"count": 1, "dates": ["2024-01-27"]},
            "short": NOTHING,
            "duplicates": NOTHING,
            "stale": {"count": 1, "dates": ["2024-01-25"]},
            "stale_ratio": 0.25,
            "synthetic_ratio": 0.0,
            "sessions_behind": 3,
        },
    }


def test_made_days_are_held_to_the_calendar_of_the_model(api_at: ApiAt) -> None:
    days = [bar("2024-01-19"), bar("2024-01-23", "101")]
    make_sector_prices(sector=make_sector(), bars=days, extra={"source": "synthetic", "version": "1"})

    with api_at("2024-01-23T16:00:00+05:30") as api:
        daily = quality(api, "NIFTY50")["daily"]

    # The Saturday session of the 20th is closed in the synthetic market.
    assert (daily["missing"], daily["synthetic_ratio"], daily["sessions_behind"]) == (NOTHING, 1.0, 0)


def test_days_of_candles_are_held_to_their_session(api_at: ApiAt) -> None:
    stock = make_stock(enum="M&M")
    whole = {f"{minute // 60:02d}:{minute % 60:02d}": CANDLE for minute in range(555, 930, 5)}
    muhurat = {f"18:{minute:02d}": {**CANDLE, "close": 1.0} for minute in range(15, 60, 5)}
    make_5min_day(stock=stock, day=date(2023, 11, 10), candles=whole)
    make_5min_day(stock=stock, day=date(2023, 11, 12), candles=muhurat)

    with api_at("2023-11-13T12:00:00+05:30") as api:
        intraday = quality(api, "M&M")["intraday"]

    assert (intraday["bars"], intraday["days"], intraday["expected_days"]) == (84, 2, 2)
    # Muhurat ran 18:15 to 19:15, twelve bars; nine are there.
    assert intraday["short"] == {"count": 1, "dates": ["2023-11-12"]}
    assert intraday["stale"]["count"] == 83
    assert intraday["stale_ratio"] == pytest.approx(83 / 84)


@pytest.mark.parametrize(
    ("enum", "day", "bars", "short"),
    [
        ("RELIANCE", "2026-07-31", 74, 1),
        ("RELIANCE", "2026-08-03", 71, 1),
        ("RELIANCE", "2026-08-03", 72, 0),
        ("UNLISTED", "2026-08-03", 74, 1),
        ("UNLISTED", "2026-08-03", 75, 0),
    ],
)
def test_a_day_is_as_long_as_the_session_of_its_segment(
    api_at: ApiAt, enum: str, day: str, bars: int, short: int
) -> None:
    """Since the closing auction of 2026-08-03 shares with derivatives trade until 15:15: 72 bars."""
    candles = {f"{minute // 60:02d}:{minute % 60:02d}": CANDLE for minute in range(555, 555 + 5 * bars, 5)}
    make_5min_day(stock=make_stock(enum=enum), day=date.fromisoformat(day), candles=candles)

    with api_at(f"{day}T16:00:00+05:30") as api:
        assert quality(api, enum)["intraday"]["short"]["count"] == short


def test_at_most_ten_days_are_named(api_at: ApiAt) -> None:
    days = [bar("2024-01-01"), bar("2024-03-01", "101")]
    make_daily_prices(stock=make_stock(enum="M&M"), bars=days, extra={"source": "import"})

    with api_at("2024-03-01T16:00:00+05:30") as api:
        missing = quality(api, "M&M")["daily"]["missing"]

    assert missing["count"] == 42
    assert (len(missing["dates"]), missing["dates"][0]) == (10, "2024-01-02")


def test_an_instrument_without_prices_has_no_series(db: None, api: APIClient) -> None:
    make_stock(enum="M&M")

    assert quality(api, "M&M") == {"instrument": "M&M", "daily": None, "intraday": None}


def test_an_unknown_instrument_is_not_found(db: None, api: APIClient) -> None:
    response = api.get("/api/v1/market/quality", {"instrument": "NONE"})

    assert (response.status_code, response.json()["code"]) == (404, "INSTRUMENT_NOT_FOUND")
    assert api.get("/api/v1/market/quality").status_code == 400


def test_it_costs_a_fixed_number_of_queries(api: APIClient, django_assert_num_queries: Any) -> None:
    make_daily_prices(stock=make_stock(enum="M&M"), extra={"source": "import"})

    selectors.rulebook_in_force()  # kept for two seconds

    with django_assert_num_queries(6):  # account, instrument, label, bars, synthetic bars, label of candles
        quality(api, "M&M")
