"""Longer bars made of a run's own: what they hold, and that nothing of them is known before they end."""

from __future__ import annotations

import numpy as np
import pytest

from engine import indicators
from engine.errors import InvalidSettings
from engine.types import Bars
from tests.engine.indicators.samples import bars_of, head, sessions, walk

MONDAY = 20332
OPEN_SECONDS = 13_500


def at(*moments: str, closes: list[int] | None = None) -> Bars:
    """Bars that open at ``day HH:MM``, the day counted from Monday; bar n closes at n rupees unless told."""
    day = np.array([MONDAY + int(moment.split()[0]) for moment in moments])
    clock = [moment.split()[1].split(":") for moment in moments]
    close = np.array(closes or range(1, len(moments) + 1)) * 100
    return Bars.checked(
        time=day * 86_400 - 19_800 + np.array([int(hour) * 3600 + int(minute) * 60 for hour, minute in clock]),
        session=day,
        open=close,
        high=close + 50,
        low=close - 50,
        close=close,
        volume=np.arange(1, len(moments) + 1),
    )


def labels(bars: Bars) -> list[str]:
    india = (bars.time + 19_800).tolist()
    return [f"{second // 86_400 - MONDAY} {second % 86_400 // 3600:02}:{second % 3600 // 60:02}" for second in india]


QUARTERS = at("0 09:15", "0 09:20", "0 09:25", "0 09:30", "0 09:40", "0 09:45", "0 09:50")


def test_a_longer_bar_is_labelled_by_its_open_and_holds_what_its_bars_did():
    made = indicators.frame(QUARTERS, "15m").bars
    assert labels(made) == ["0 09:15", "0 09:30", "0 09:45"]
    assert made.open.tolist() == [100, 400, 600]
    assert made.high.tolist() == [350, 550, 750]
    assert made.low.tolist() == [50, 350, 550]
    assert made.close.tolist() == [300, 500, 700]
    assert made.volume.tolist() == [6, 9, 13]


def test_a_longer_bar_is_known_from_the_bar_that_closes_with_it_and_not_before():
    # 09:25 closes at 09:30, where the first quarter of an hour ends; 09:40 closes at 09:45; the last has not ended.
    assert indicators.frame(QUARTERS, "15m").newest.tolist() == [-1, -1, 0, 0, 1, 1, 1]


def test_where_the_last_bar_is_missing_the_longer_one_is_known_with_the_next():
    bars = at("0 09:15", "0 09:20", "0 09:30", "0 09:35")
    assert indicators.frame(bars, "15m").newest.tolist() == [-1, -1, 0, 0]


def test_hours_are_counted_from_a_quarter_past_nine_also_where_the_first_bar_is_missing():
    bars = at("0 09:25", "0 10:10", "0 10:15", "0 15:10", "0 15:15", "0 15:25", "1 09:15")
    frame = indicators.frame(bars, "1h")
    assert labels(frame.bars) == ["0 09:15", "0 10:15", "0 14:15", "0 15:15", "1 09:15"]
    # The short last hour of a day would end at 16:15: it is known the next day.
    assert frame.newest.tolist() == [-1, 0, 0, 2, 2, 2, 3]


def test_a_day_is_known_from_the_first_bar_of_the_next():
    bars = at("0 15:20", "0 15:25", "1 09:15", "1 15:25", "4 09:15")
    frame = indicators.frame(bars, "1d")
    assert labels(frame.bars) == ["0 15:20", "1 09:15", "4 09:15"]
    assert frame.newest.tolist() == [-1, -1, 0, 0, 1]


def test_a_week_begins_on_monday_and_is_known_from_the_next():
    bars = at("0 09:15", "4 09:15", "6 09:15", "7 09:15", "15 09:15", "16 09:15")
    frame = indicators.frame(bars, "1w")
    assert labels(frame.bars) == ["0 09:15", "7 09:15", "15 09:15"]
    assert frame.bars.close.tolist() == [300, 400, 600]
    assert frame.newest.tolist() == [-1, -1, -1, 0, 1, 1]


def test_a_column_of_the_frame_is_seen_as_its_newest_ended_bar():
    frame = indicators.frame(QUARTERS, "15m")
    seen = frame.seen(frame.bars.close / 100)
    np.testing.assert_array_equal(seen, [np.nan, np.nan, 3, 3, 5, 5, 5])


@pytest.mark.parametrize("timeframe", indicators.TIMEFRAMES)
@pytest.mark.parametrize("name", ["SMA", "RSI", "SUPERTREND", "PREV_DAY", "OPENING_RANGE", "VWAP", "DTE", "TIME"])
def test_the_future_changes_nothing_that_was_seen(timeframe, name):
    bars = sessions(12, bars_a_day=30)

    def seen(known: Bars) -> np.ndarray:
        frame = indicators.frame(known, timeframe)
        given = {"timeperiod": 2} if name in ("SMA", "RSI", "SUPERTREND") else {}
        return frame.seen(next(iter(indicators.compute(name, given, frame.bars).values())))

    whole = seen(bars)
    for size in range(0, len(bars), 7):
        np.testing.assert_array_equal(seen(head(bars, size)), whole[:size])


def test_the_last_value_of_a_frame_is_not_shown_while_it_may_still_change():
    """A move on the last bar of an hour that has not ended reaches no earlier bar."""
    bars = sessions(3)
    for size in (40, 41, 42, 100):
        known = head(bars, size)
        frame = indicators.frame(known, "1h")
        hours = (known.time - OPEN_SECONDS) // 3600
        ended = [(hours[: index + 1] != hours[index]).sum() for index in range(size)]
        last_close = [known.close[count - 1] if count else np.nan for count in ended]
        closes_hour = (known.time - OPEN_SECONDS) % 3600 == 3300
        expected = np.where(closes_hour, known.close, last_close)
        np.testing.assert_array_equal(frame.seen(frame.bars.close.astype(float)), expected)


@pytest.mark.parametrize("timeframe", ["15m", "30m", "1h", "1d"])
def test_a_timeframe_that_is_not_longer_than_the_bars_is_refused(timeframe):
    with pytest.raises(InvalidSettings, match="not longer than the bars of the run"):
        indicators.frame(bars_of([1, 2, 3]), timeframe)


def test_quarters_of_an_hour_are_no_longer_than_themselves():
    bars = at("0 09:15", "0 09:30", "0 09:45")
    with pytest.raises(InvalidSettings, match="15m is not longer"):
        indicators.frame(bars, "15m")
    assert len(indicators.frame(bars, "30m").bars) == 2


def test_bars_of_a_minute_are_refused():
    with pytest.raises(InvalidSettings, match="at least five minutes"):
        indicators.frame(at("0 09:15", "0 09:16"), "15m")


@pytest.mark.parametrize("timeframe", indicators.TIMEFRAMES)
def test_one_bar_alone_and_none_at_all_know_nothing_longer(timeframe):
    for size in (0, 1):
        assert indicators.frame(head(walk(5), size), timeframe).newest.tolist() == [-1] * size
