"""The synthetic market looks like NSE and feeds nobody: stylised facts against bands from real data, and no free lunch.

Facts after R. Cont, "Empirical properties of asset returns" (2001).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from marketdata import get_provider, sessions, universe
from scripts.benchmarks import realism

PROVIDER = get_provider()
FACTS = [(section, name, *band) for section, bands in realism.SECTIONS for name, band in bands.items()]


@pytest.mark.parametrize(("section", "fact", "low", "high"), FACTS)
def test_a_fact_is_inside_the_band_of_the_real_market(section, fact, low, high):
    assert low <= realism.synthetic()[section][fact] <= high


def test_stocks_of_one_group_move_together_more_than_strangers():
    logs = {
        symbol: np.diff(np.log(PROVIDER.daily(symbol, *realism.DAILY).close)) for symbol in ("TCS", "INFY", "TATASTEEL")
    }
    peers, strangers = (np.corrcoef(logs["TCS"], logs[other])[0, 1] for other in ("INFY", "TATASTEEL"))
    assert peers > strangers + 0.1


LONG = date(2006, 1, 1), date(2025, 12, 31)


def correlation(left: np.ndarray, right: np.ndarray) -> float:
    return float(np.corrcoef(left, right)[0, 1])


def predictions(symbol: str) -> dict[str, float]:
    """What a strategy could earn from over twenty years, were it not nothing."""
    bars = PROVIDER.intraday(symbol, *LONG)
    opens, closes = np.log(bars.open[:, 0]), np.log(bars.close)
    day, noon = closes[:, -1] - opens, closes[:, 36]
    before, average = closes[199:-1, -1], np.convolve(closes[:, -1], np.ones(200) / 200, "valid")[:-1]
    high, low = bars.high[:, :37].max(axis=1), bars.low[:, :37].min(axis=1)
    return {
        "yesterday": correlation(day[:-1], day[1:]),
        "gap": correlation(opens[1:] - closes[:-1, -1], day[1:]),
        "first half hour": correlation(closes[:, 5] - opens, closes[:, -1] - closes[:, 5]),
        "morning": correlation(noon - opens, closes[:, -1] - noon),
        "place in the range": correlation((bars.close[:, 36] - low) / (high - low), closes[:, -1] - noon),
        "volume": correlation(bars.volume.sum(axis=1)[:-1].astype(float), np.diff(closes[:, -1])),
        "distance from the 200-day mean": correlation(before - average, np.diff(closes[199:, -1])),
    }


def test_nothing_a_strategy_sees_predicts_what_follows():
    stocks = [predictions(symbol) for symbol in list(universe.stocks())[::5]]
    for name in stocks[0]:
        # Ten stocks of one market share its noise: the median of 4,900 days is known to about 0.02.
        assert abs(np.median([found[name] for found in stocks])) < 0.04, name
    assert max(abs(value) for value in predictions("NIFTY50").values()) < 0.05


def test_the_only_trace_is_the_bounce_between_bid_and_ask_and_it_costs_more_than_it_brings():
    closes = np.log(PROVIDER.intraday("HDFCBANK", *LONG).close)
    moves = np.diff(closes, axis=1)
    bounce = correlation(moves[:, :-1].ravel(), moves[:, 1:].ravel())
    assert -0.10 < bounce < -0.02
    assert abs(bounce) * np.abs(moves).mean() < 0.0002  # a round trip costs more than two basis points


def test_no_stock_leaves_the_prices_that_exist():
    lowest = min(int(PROVIDER.daily(symbol, *LONG).low.min()) for symbol in universe.stocks())
    highest = max(int(PROVIDER.daily(symbol, *LONG).high.max()) for symbol in universe.stocks())
    assert (lowest > 20_00, highest < 200_000_00) == (True, True)


@pytest.mark.realdata
def test_real_files_are_measured_by_the_same_functions(nse_data):
    found = realism.real(nse_data)
    assert found["NIFTY 50, daily"]["annual volatility"] == pytest.approx(0.161, abs=0.002)
    assert found["stocks together"]["pairs of stocks"] == pytest.approx(0.325, abs=0.002)
    assert found["NIFTY 50 options"]["smile at -2 sd"] == pytest.approx(1.30, abs=0.02)
    assert set(found) == {section for section, _ in realism.SECTIONS}


def test_a_fact_outside_its_band_is_named():
    broken = {section: dict(facts) for section, facts in realism.synthetic().items()}
    broken["stocks, daily"]["kurtosis"] = 40.0
    assert list(realism.outside(broken)) == ["stocks, daily: kurtosis is 40.000, not from 4 to 12"]
    assert "OUTSIDE" in realism.table(broken, None)
    assert "OUTSIDE" not in realism.table(realism.synthetic(), broken)


def test_the_calendar_of_the_measurement_is_the_markets():
    assert len(sessions.sessions(*realism.DAILY)) / 16 == pytest.approx(247, abs=1)
