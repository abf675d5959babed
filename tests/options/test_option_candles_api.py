"""5-minute candles of an option on a day: of the tables first, of the provider else, final ones only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import marketdata
from apps.options import services
from apps.options.models import Option5Min
from tests.factories.options import option_of
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_stock
from tests.market.conftest import ApiAt

URL = "/api/v1/options/candles/5min"
KEY = "NIFTY50-2025-01-09-21800-CE"
NOW = "2025-01-03T11:07:31+05:30"


def day(api: Any, query: str) -> dict[str, Any]:
    response = api.get(f"{URL}?{query}")
    assert response.status_code == 200, response.json()
    body: dict[str, Any] = response.json()
    return body


def test_candles_are_the_providers(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    bars = marketdata.get_provider().option_intraday([option_of(KEY)], date(2025, 1, 2), date(2025, 1, 2))
    made = bars[option_of(KEY)]

    with api_at(NOW) as api:
        body = day(api, f"contract={KEY}&date=2025-01-02")
        columns = day(api, f"contract={KEY}&date=2025-01-02&format=columns")["candles"]

    assert (body["contract"], body["date"]) == (KEY, "2025-01-02")
    assert (body["source"], body["version"]) == ("synthetic", "synthetic-1")
    assert [candle["time"] for candle in body["candles"]][:2] == ["09:15", "09:20"]
    assert len(body["candles"]) == 75
    assert [candle["close"] for candle in body["candles"]] == [f"{price / 100:.2f}" for price in made.close[0].tolist()]
    assert columns["high"] == (made.high[0] / 100).tolist()
    assert columns["volume"] == made.volume[0].tolist()


@pytest.mark.parametrize(("moment", "last"), [("11:09:59", "11:00"), ("11:10:00", "11:05"), ("15:30:00", "15:25")])
def test_a_candle_is_shown_when_it_is_final(api_at: ApiAt, moment: str, last: str) -> None:
    make_sector(enum="NIFTY50")

    with api_at(f"2025-01-03T{moment}+05:30") as api:
        candles = day(api, f"contract={KEY}&date=2025-01-03")["candles"]

    assert candles[-1]["time"] == last


def test_stored_candles_come_first_with_their_source(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    candle = {"open": 10.05, "high": 11, "low": 9.5, "close": 10, "volume": 150}
    option = option_of(KEY)
    Option5Min.objects.create(
        underlying_type="sector",
        underlying_symbol="NIFTY50",
        expiry_date=option.expiry,
        option_type="CE",
        option_strike=option.strike,
        candles_json={"2025-01-02": {"09:20": candle, "09:15": candle}},
        extra={"source": "synthetic", "version": "synthetic-0"},
    )

    with api_at(NOW) as api:
        stored = day(api, f"contract={KEY}&date=2025-01-02")
        other = day(api, f"contract={KEY}&date=2025-01-01")

    assert (stored["source"], stored["version"]) == ("synthetic", "synthetic-0")
    assert stored["candles"] == [
        {"time": time, "open": "10.05", "high": "11.00", "low": "9.50", "close": "10.00", "volume": 150}
        for time in ("09:15", "09:20")
    ]
    assert (other["version"], len(other["candles"])) == ("synthetic-1", 75)


def test_what_was_synced_is_what_would_be_made(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    with api_at(NOW) as api:
        made = day(api, f"contract={KEY}&date=2025-01-02")
    bars = marketdata.get_provider().option_intraday([option_of(KEY)], date(2025, 1, 2), date(2025, 1, 2))
    extra = {"source": "synthetic", "version": "synthetic-1"}
    services.store_candles(underlying_type="sector", bars=bars, extra=extra)

    with api_at(NOW) as api:
        assert day(api, f"contract={KEY}&date=2025-01-02") == made


@pytest.mark.parametrize("when", ["2025-01-04", "2025-01-06", "2025-01-10", "2004-01-01", "2199-01-01"])
def test_a_day_without_trading_is_empty_and_no_error(api_at: ApiAt, when: str) -> None:
    make_sector(enum="NIFTY50")

    with api_at(NOW) as api:
        body = day(api, f"contract={KEY}&date={when}")

    assert (body["candles"], body["source"], body["version"]) == ([], None, None)


def test_a_contract_stays_readable_after_its_expiry_at_any_strike_of_the_grid(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")

    with api_at("2025-06-02T12:00:00+05:30") as api:
        body = day(api, "contract=NIFTY50-2025-01-09-26950-PE&date=2025-01-09")

    assert len(body["candles"]) == 75


def test_nothing_is_made_beside_imported_prices(api_at: ApiAt) -> None:
    make_sector_prices(sector=make_sector(enum="NIFTY50"), extra={"source": "import"})

    with api_at(NOW) as api:
        assert day(api, f"contract={KEY}&date=2025-01-02")["candles"] == []


@pytest.mark.parametrize(
    ("contract", "status", "code"),
    [
        ("NIFTY50-2025-01-09-21810-CE", 422, "STRIKE_OFF_GRID"),
        ("NIFTY50-2025-01-09-999950-CE", 422, "STRIKE_OFF_GRID"),
        ("NIFTY50-2025-01-10-21800-CE", 422, "NOT_AN_EXPIRY"),
        ("NIFTY50-9999-12-31-21800-CE", 422, "NOT_AN_EXPIRY"),  # the last day there is
        ("UNHEARDOF-2025-01-30-100-CE", 422, "NO_DERIVATIVES"),
        ("NOSUCH-2025-01-30-100-CE", 404, "INSTRUMENT_NOT_FOUND"),
        ("NIFTY50-2025-01-09--21800-CE", 404, "INSTRUMENT_NOT_FOUND"),
        ("NIFTY50-2025-13-09-21800-CE", 404, "INSTRUMENT_NOT_FOUND"),
        ("NIFTY50-2025-01-09-FUT", 404, "INSTRUMENT_NOT_FOUND"),
        ("NIFTY50", 400, "VALIDATION_ERROR"),
        ("nifty", 400, "VALIDATION_ERROR"),
    ],
)
def test_what_is_no_contract_is_a_typed_error(api_at: ApiAt, contract: str, status: int, code: str) -> None:
    make_sector(enum="NIFTY50")
    make_stock(enum="UNHEARDOF")

    with api_at(NOW) as api:
        response = api.get(f"{URL}?contract={contract}&date=2025-01-02")

    assert (response.status_code, response.json()["code"]) == (status, code)
