"""A sync of options: of each of the last sessions the contracts that were listed on it, by the configuration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import time_machine

import marketdata
from apps.core.configuration import override
from apps.options.models import Option5Min
from apps.stocks.models import Stock
from apps.sync.enums import SyncMode
from tests.factories.stocks import make_daily_prices
from tests.factories.sync import EVENING, make_market, open_sync, run_sync

pytestmark = pytest.mark.django_db

PROVIDER = marketdata.get_provider()


@pytest.fixture(autouse=True)
def _evening() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        override("sync.option_days", "2")
        override("options.atm_levels", "1")
        yield


def test_the_contracts_of_the_last_sessions_are_stored_with_the_providers_candles() -> None:
    make_market(stocks=["TCS"])

    log = run_sync("option")

    assert (log.status, log.total_items, log.success_count) == ("completed", 1, 1)
    listed = {day: PROVIDER.contracts("TCS", day, levels=1) for day in (date(2026, 1, 2), date(2026, 1, 5))}
    wanted = {(each.option.strike, each.option.right, str(day)) for day in listed for each in listed[day]}
    stored = Option5Min.objects.all()
    assert {(row.option_strike, row.option_type, day) for row in stored for day in row.candles_json} == wanted
    assert len(wanted) == 12

    option = listed[date(2026, 1, 5)][0].option
    bars = PROVIDER.option_intraday([option], date(2026, 1, 5), date(2026, 1, 5))[option]
    row = stored.get(option_strike=option.strike, option_type=option.right)
    assert row.expiry_date == option.expiry
    candles = row.candles_json["2026-01-05"]
    assert [Decimal(str(candle["close"])) * 100 for _, candle in sorted(candles.items())] == bars.close[0].tolist()
    assert row.extra == {"source": "synthetic", "version": PROVIDER.version}


def test_a_second_sync_fetches_the_last_day_again_and_changes_no_row() -> None:
    make_market(stocks=["TCS"])
    run_sync("option")
    before = list(Option5Min.objects.order_by("id").values())

    log = run_sync("option")

    assert list(Option5Min.objects.order_by("id").values()) == before
    assert (log.extra["intraday_inserted"], log.extra["intraday_updated"], log.extra["intraday_unchanged"]) == (0, 0, 6)


def test_a_hard_sync_takes_the_days_given() -> None:
    make_market(stocks=["TCS"])

    log = run_sync("option", mode=SyncMode.HARD, start_date=date(2025, 12, 8), end_date=date(2025, 12, 9))

    assert log.success_count == 1
    assert {day for row in Option5Min.objects.all() for day in row.candles_json} == {"2025-12-08", "2025-12-09"}


def test_it_is_about_underlyings_that_have_options() -> None:
    make_market(stocks=["TCS"], sectors=["NIFTY50", "NIFTYMETAL"])

    log = open_sync("option")

    assert sorted(log.items.values_list("instrument", flat=True)) == ["NIFTY50", "TCS"]


def test_an_underlying_with_real_prices_is_skipped() -> None:
    make_market(stocks=["TCS"])
    make_daily_prices(stock=Stock.objects.get(), extra={"source": "import", "file": "TCS.csv"})

    log = run_sync("option")

    assert (log.skipped_count, log.extra["skips"][0]["code"]) == (1, "REAL_BARS")
    assert not Option5Min.objects.exists()
