"""The market at a moment: the last trade, the forming bar, and that nothing of the future shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from marketdata import get_provider, live, sessions
from marketdata.errors import SymbolNotFound
from marketdata.types import Quote

DAY = date(2026, 1, 2)
PRICES = ("open", "high", "low", "close")


def ist(text: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), tzinfo=sessions.IST)


def quote(symbol: str, now: datetime) -> Quote:
    return get_provider().quotes([symbol], now)[symbol]


@pytest.mark.parametrize("symbol", ["SBIN", "MARUTI", "NIFTY50"])
def test_sixty_trades_a_bar_have_exactly_its_open_high_low_and_close(symbol):
    bars = get_provider().intraday(symbol, DAY, DAY)
    for bar in range(75):
        traded = live.trades(symbol, DAY, bar)
        assert len(traded) == 60
        assert [traded[0], traded.max(), traded.min(), traded[-1]] == [getattr(bars, name)[0, bar] for name in PRICES]
        assert np.all(traded % 5 == 0)


def test_a_quote_is_the_last_trade_and_changes_every_five_seconds():
    traded = live.trades("SBIN", DAY, 22)  # 11:05 to 11:10
    found = [quote("SBIN", ist("11:05:00") + timedelta(seconds=second)) for second in range(300)]
    assert [each.price for each in found] == np.repeat(traded, 5).tolist()
    assert found[7].at == ist("11:05:05")
    assert found[7].is_open


def test_a_quote_carries_the_day_so_far():
    bars = get_provider().intraday("SBIN", DAY, DAY)
    previous = get_provider().daily("SBIN", date(2026, 1, 1), date(2026, 1, 1))
    assert quote("SBIN", ist("10:14:59.999")) == Quote(
        price=int(bars.close[0, 11]),
        at=ist("10:14:55"),
        is_open=True,
        open=int(bars.open[0, 0]),
        high=int(bars.high[0, :12].max()),
        low=int(bars.low[0, :12].min()),
        previous_close=int(previous.close[0]),
        volume=int(bars.volume[0, :12].sum()),
    )


@pytest.mark.parametrize(
    ("now", "session"),
    [
        (ist("15:30:00"), DAY),
        (ist("12:00:00", date(2026, 1, 4)), DAY),  # Sunday
        (ist("09:14:59", date(2026, 1, 5)), DAY),  # Monday before the open
        (ist("12:00:00", date(2026, 1, 26)), date(2026, 1, 23)),  # a holiday
    ],
)
def test_while_the_market_is_closed_the_quote_is_the_last_close(now, session):
    daily = get_provider().daily("TCS", session, session)
    found = quote("TCS", now)
    assert (found.price, found.at, found.is_open) == (daily.close[0], ist("15:30:00", session), False)
    assert (found.open, found.high, found.low) == (daily.open[0], daily.high[0], daily.low[0])
    assert found.volume == daily.volume[0]


def test_every_forming_bar_becomes_the_final_one():
    whole = get_provider().intraday("TCS", DAY, DAY)
    for bar in range(75):
        forming = live.bars_so_far("TCS", ist("09:15:00") + timedelta(minutes=5 * bar, seconds=299))
        for name in (*PRICES, "volume"):
            assert getattr(forming, name)[0, : bar + 1].tolist() == getattr(whole, name)[0, : bar + 1].tolist()
        assert (forming.counts.tolist(), forming.forming) == ([bar + 1], True)


def test_a_forming_bar_only_grows():
    whole = get_provider().intraday("TCS", DAY, DAY)
    high, low, volume = 0, 10**9, -1
    for trade in range(60):
        forming = live.bars_so_far("TCS", ist("12:00:00") + timedelta(seconds=5 * trade))
        assert forming.open[0, 33] == whole.open[0, 33]
        assert forming.high[0, 33] >= high
        assert forming.low[0, 33] <= low
        assert forming.volume[0, 33] > volume
        assert forming.low[0, 33] <= forming.close[0, 33] <= forming.high[0, 33]
        high, low, volume = forming.high[0, 33], forming.low[0, 33], forming.volume[0, 33]


def test_the_first_trade_of_a_bar_does_not_know_its_range():
    forming = live.bars_so_far("TCS", ist("12:00:00"))
    assert len({int(getattr(forming, name)[0, 33]) for name in PRICES}) == 1


def test_where_in_a_bar_the_extremes_are_touched_is_no_rule():
    highs = np.array([live.trades("INFY", DAY, bar).argmax() for bar in range(75)])
    assert len(set(highs.tolist())) > 30
    assert 15 < highs.mean() < 45


def test_moments_are_read_in_ist():
    assert quote("SBIN", datetime(2026, 1, 2, 5, 37, 33, tzinfo=UTC)) == quote("SBIN", ist("11:07:33"))


def test_an_unknown_symbol_and_a_naive_moment_are_refused():
    with pytest.raises(SymbolNotFound):
        get_provider().quotes(["SBIN", "NOPE"], ist("11:00"))
    with pytest.raises(ValueError, match="aware"):
        get_provider().quotes(["SBIN"], datetime(2026, 1, 2, 11, 0))  # noqa: DTZ001
