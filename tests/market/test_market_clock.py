"""The clock that is always open, through the API: on a Sunday night the market trades. Whether there are prices."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from rest_framework.test import APIClient

import marketdata
from apps.core import configuration, market_clock
from apps.market import selectors
from marketdata import providers
from marketdata.files.provider import FilesProvider
from tests.conftest import client_of
from tests.factories.stocks import make_daily_prices, make_stock
from tests.factories.users import make_user

SUNDAY = datetime(2026, 1, 11, 17, 30, tzinfo=UTC)  # 23:00 in India: 601,200 s of the week are 26 sessions and 16,200 s


@pytest.fixture
def sunday_api(db: None) -> APIClient:
    with time_machine.travel(SUNDAY, tick=False):
        make_stock(enum="SBIN")
        return client_of(make_user())


def quote(api: APIClient) -> dict[str, object]:
    found: dict[str, object] = api.get("/api/v1/market/quotes?instruments=SBIN").json()["quotes"][0]
    return found


def test_by_the_real_clock_the_market_is_closed_on_a_sunday(sunday_api: APIClient) -> None:
    with time_machine.travel(SUNDAY, tick=False):
        assert sunday_api.get("/api/v1/meta").json()["market"]["is_open"] is False
        assert (quote(sunday_api)["is_open"], quote(sunday_api)["at"]) == (False, "2026-01-09T15:30:00+05:30")


def test_by_the_other_one_a_session_runs_and_prices_move(sunday_api: APIClient) -> None:
    configuration.override("market.clock", "always_open")
    prices = set()
    for second in (0, 5, 10, 15, 20, 25):
        with time_machine.travel(SUNDAY.replace(second=second), tick=False):
            prices.add(quote(sunday_api)["price"])
    assert len(prices) > 1
    with time_machine.travel(SUNDAY, tick=False):
        assert (quote(sunday_api)["is_open"], quote(sunday_api)["at"]) == (True, "2026-02-12T13:45:00+05:30")
        assert sunday_api.get("/api/v1/meta").json()["market"] == {
            "is_open": True,
            "next_change_at": "2026-02-12T15:30:00+05:30",
        }


def test_candles_up_to_the_running_session_are_final_ones(sunday_api: APIClient) -> None:
    configuration.override("market.clock", "always_open")
    url = "/api/v1/market/candles?instrument=SBIN&interval={}&from=2026-02-09&to=2026-02-28"
    with time_machine.travel(SUNDAY, tick=False):
        days = sunday_api.get(url.format("1d")).json()
        bars = sunday_api.get(url.format("5m")).json()
    assert [time[:10] for time in days["time"]] == ["2026-02-09", "2026-02-10", "2026-02-11"]
    assert bars["time"][-1] == "2026-02-12T13:40:00+05:30"
    assert len(bars["time"]) == 3 * 75 + 54


def test_prices_from_files_do_not_move_and_keep_the_real_clock(sunday_api: APIClient, tmp_path: Path) -> None:
    configuration.override("market.clock", "always_open")
    synthetic = marketdata.get_provider()
    try:
        providers.choose(FilesProvider(tmp_path))
        with time_machine.travel(SUNDAY, tick=False):
            assert market_clock.now() == SUNDAY
    finally:
        providers.choose(synthetic)


def test_the_service_is_ready_when_prices_are_stored_and_the_provider_answers(db: None, tmp_path: Path) -> None:
    synthetic = marketdata.get_provider()
    assert selectors.is_market_data_up() is False
    make_daily_prices(stock=make_stock(enum="SBIN"))
    assert selectors.is_market_data_up() is True
    try:
        providers.choose(FilesProvider(tmp_path / "missing"))
        assert selectors.is_market_data_up() is False
    finally:
        providers.choose(synthetic)
