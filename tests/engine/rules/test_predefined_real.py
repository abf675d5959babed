"""Every strategy that ships runs over real bars, daily and of five minutes, and says the same on a part of them."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from engine import rules, runner
from engine.errors import InvalidSettings
from engine.rules import predefined
from engine.types import Bars, Settings
from tests.engine.indicators.samples import head

IST = ZoneInfo("Asia/Kolkata")
INTRADAY = {"opening_range_breakout", "vwap_reversion", "short_straddle", "premium_breakout"}
every_code = pytest.mark.parametrize("code", [strategy.code for strategy in predefined.CATALOGUE])


def read(path: Path, *, when: str) -> Bars:
    """Bars of a file with a column of days or of moments in India."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    moments = [dt.datetime.fromisoformat(row[when]) for row in rows]
    opens = [moment if moment.tzinfo else moment.replace(tzinfo=IST) for moment in moments]
    prices = {name: [round(float(row[name]) * 100) for row in rows] for name in ("open", "high", "low", "close")}
    columns = {
        "time": [int(moment.timestamp()) for moment in opens],
        "session": [moment.date().toordinal() - dt.date(1970, 1, 1).toordinal() for moment in moments],
        **prices,
        "volume": [round(float(row["volume"])) for row in rows],
    }
    return Bars.checked(**{name: np.array(column) for name, column in columns.items()})


@pytest.fixture(scope="session")
def daily(nse_data: Path) -> Bars:
    return read(nse_data / "daily_equity" / "RELIANCE.csv.gz", when="date")


@pytest.fixture(scope="session")
def five_minutes(nse_data: Path) -> Bars:
    return read(nse_data / "intraday" / "SBIN_5min_2025-08-18_2025-11-21.csv.gz", when="timestamp")


@pytest.mark.realdata
@every_code
def test_it_runs_over_five_minute_bars(code, five_minutes):
    result = runner.run(plan=predefined.build(code), bars=five_minutes, settings=Settings(initial_cash=10_000_000))
    assert result.trades or result.open_trade
    assert np.isfinite(result.equity).all()


@pytest.mark.realdata
@every_code
def test_it_runs_over_daily_bars_or_says_that_it_needs_shorter_ones(code, daily):
    settings = Settings(initial_cash=10_000_000)
    if code in INTRADAY:
        with pytest.raises(InvalidSettings, match="A time of day needs bars shorter than a day"):
            runner.run(plan=predefined.build(code), bars=daily, settings=settings)
        return
    result = runner.run(plan=predefined.build(code), bars=daily, settings=settings)
    assert result.trades or result.open_trade


@pytest.mark.realdata
@every_code
def test_it_says_the_same_while_the_rest_is_not_known(code, five_minutes):
    plan = predefined.build(code)
    whole, known = rules.evaluate(plan, five_minutes), rules.evaluate(plan, head(five_minutes, 3000))
    for slot in ("enter_long", "exit_long", "enter_short", "exit_short"):
        np.testing.assert_array_equal(getattr(known, slot), getattr(whole, slot)[:3000])
