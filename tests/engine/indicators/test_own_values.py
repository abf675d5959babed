"""Tables worked by hand for what TA-Lib does not have. What does not belong here: comparisons with TA-Lib."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from engine import indicators
from engine.errors import InvalidBars
from engine.types import Bars
from tests.engine.indicators.samples import bars_of, walk

NAN = float("nan")

# Each has a table below.
WORKED = {
    "HMA",
    "VWMA",
    "VWAP",
    "VWAP_BANDS",
    "KELTNER",
    "DONCHIAN",
    "SUPERTREND",
    "ICHIMOKU",
    "PIVOTS",
    "PREV_DAY",
    "OPENING_RANGE",
    "GAP",
    "TIME",
    "DAY_OF_WEEK",
    "SESSION_OF_MONTH",
    "BAR_OF_SESSION",
    "DTE",
}
# 2025-08-28 is a Thursday; September begins on the Monday after the weekend.
THURSDAY, FRIDAY, MONDAY = 20328, 20329, 20332
OPEN_SECONDS = 13_500


def three_days() -> Bars:
    """Two bars on Thursday and on Friday, three on Monday, from 09:15, five minutes each; expiry on Tuesday."""
    session = np.array([THURSDAY, THURSDAY, FRIDAY, FRIDAY, MONDAY, MONDAY, MONDAY])
    minute = np.array([0, 5, 0, 5, 0, 5, 10])
    return Bars.checked(
        time=session * 86_400 + OPEN_SECONDS + minute * 60,
        session=session,
        open=np.array([100, 110, 121, 130, 99, 105, 107]) * 100,
        high=np.array([112, 115, 131, 133, 108, 109, 120]) * 100,
        low=np.array([98, 109, 119, 123, 97, 101, 106]) * 100,
        close=np.array([110, 110, 130, 126, 104, 107, 119]) * 100,
        volume=np.full(7, 10),
        expiry=np.full(7, MONDAY + 1),
    )


def of(name: str, output: str = "value", *, bars: Bars | None = None, **params: float) -> list[float]:
    return indicators.compute(name, params, bars or three_days())[output].tolist()


@pytest.mark.parametrize(
    ("name", "output", "expected"),
    [
        ("PREV_DAY", "high", [NAN, NAN, 115, 115, 133, 133, 133]),
        ("PREV_DAY", "low", [NAN, NAN, 98, 98, 119, 119, 119]),
        ("PREV_DAY", "close", [NAN, NAN, 110, 110, 126, 126, 126]),
        # 121 over 110 is 10 %; 99 under 126 is 21.43 %.
        ("GAP", "value", [NAN, NAN, 10, 10, -27 / 126 * 100, -27 / 126 * 100, -27 / 126 * 100]),
        # Of 115 98 110 and of 133 119 126: (h + l + c) / 3, and around it.
        ("PIVOTS", "pivot", [NAN, NAN, 323 / 3, 323 / 3, 126, 126, 126]),
        ("PIVOTS", "r1", [NAN, NAN, 646 / 3 - 98, 646 / 3 - 98, 133, 133, 133]),
        ("PIVOTS", "r2", [NAN, NAN, 323 / 3 + 17, 323 / 3 + 17, 140, 140, 140]),
        ("PIVOTS", "r3", [NAN, NAN, 115 + 2 * (323 / 3 - 98), 115 + 2 * (323 / 3 - 98), 147, 147, 147]),
        ("PIVOTS", "s1", [NAN, NAN, 646 / 3 - 115, 646 / 3 - 115, 119, 119, 119]),
        ("PIVOTS", "s2", [NAN, NAN, 323 / 3 - 17, 323 / 3 - 17, 112, 112, 112]),
        ("PIVOTS", "s3", [NAN, NAN, 98 - 2 * (115 - 323 / 3), 98 - 2 * (115 - 323 / 3), 105, 105, 105]),
        ("TIME", "value", [915, 920, 915, 920, 915, 920, 925]),
        ("DAY_OF_WEEK", "value", [4, 4, 5, 5, 1, 1, 1]),
        ("SESSION_OF_MONTH", "value", [1, 1, 2, 2, 1, 1, 1]),
        ("BAR_OF_SESSION", "value", [1, 2, 1, 2, 1, 2, 3]),
        ("DTE", "value", [5, 5, 4, 4, 1, 1, 1]),
    ],
)
def test_what_sessions_and_clocks_say(name, output, expected):
    np.testing.assert_allclose(of(name, output), expected, rtol=1e-12)


def test_the_opening_range_is_known_once_its_minutes_are_over():
    assert of("OPENING_RANGE", "high", minutes=5) == pytest.approx([NAN, 112, NAN, 131, NAN, 108, 108], nan_ok=True)
    assert of("OPENING_RANGE", "low", minutes=5) == pytest.approx([NAN, 98, NAN, 119, NAN, 97, 97], nan_ok=True)
    # Ten minutes: only Monday has a bar after them.
    assert of("OPENING_RANGE", "high", minutes=10) == pytest.approx([NAN] * 6 + [109], nan_ok=True)
    assert of("OPENING_RANGE", "low", minutes=10) == pytest.approx([NAN] * 6 + [97], nan_ok=True)


def test_what_does_not_expire_has_no_days_to_expiry():
    assert all(math.isnan(value) for value in of("DTE", bars=walk(5)))


def test_bars_of_what_has_expired_are_refused():
    columns = {
        name: getattr(three_days(), name) for name in ("time", "session", "open", "high", "low", "close", "volume")
    }
    with pytest.raises(InvalidBars, match="Bar 4: the instrument has expired"):
        Bars.checked(**columns, expiry=np.full(7, FRIDAY))


def test_session_vwap_starts_anew_each_session_and_waits_for_volume():
    bars = bars_of(
        [100, 103, 104, 200, 210],
        highs=[102, 106, 104, 203, 210],
        lows=[98, 100, 104, 200, 210],
        volumes=[10, 30, 0, 0, 5],
        sessions=[1, 1, 1, 2, 2],
    )
    # Typical prices 100 103 104 201 210: (100*10 + 103*30) / 40 = 102.25, and no volume leaves it there.
    assert of("VWAP", bars=bars) == pytest.approx([100, 102.25, 102.25, NAN, 210], nan_ok=True)


def test_bands_around_the_session_vwap_weigh_squares_by_volume():
    bars = bars_of([100, 106, 104, 200, 210], volumes=[10, 30, 0, 0, 5], sessions=[1, 1, 1, 2, 2])
    # Bar 1: mean (1000 + 3180) / 40 = 104.5; squares (10*4.5**2 + 30*1.5**2) / 40 = 6.75.
    width = 2 * math.sqrt(6.75)
    expected = {
        "middle": [100, 104.5, 104.5, NAN, 210],
        "upper": [100, 104.5 + width, 104.5 + width, NAN, 210],
        "lower": [100, 104.5 - width, 104.5 - width, NAN, 210],
    }
    for output, column in expected.items():
        assert of("VWAP_BANDS", output, bars=bars) == pytest.approx(column, nan_ok=True, rel=1e-12)


def test_volume_weighted_average_needs_volume_in_its_window():
    bars = bars_of([10, 20, 40, 50, 60], volumes=[1, 3, 0, 0, 2])
    # (10*1 + 20*3) / 4, then 20 alone, then nobody, then 60 alone.
    assert of("VWMA", bars=bars, timeperiod=2) == pytest.approx([NAN, 17.5, 20, NAN, 60], nan_ok=True)


def test_hull_average_of_four():
    # WMA(4) = (a + 2b + 3c + 4d) / 10 from bar 3, and WMA(2) = (a + 2b) / 3 on the same bars. Twice the second less
    # the first is then averaged by WMA(2), two being the root of four.
    bars = bars_of([1, 2, 3, 4, 5, 6, 5.5, 4])
    wma4 = [3, 4, 5, (4 + 2 * 5 + 3 * 6 + 4 * 5.5) / 10, (5 + 2 * 6 + 3 * 5.5 + 4 * 4) / 10]
    wma2 = [11 / 3, 14 / 3, 17 / 3, (6 + 2 * 5.5) / 3, (5.5 + 2 * 4) / 3]
    leading = [2 * fast - slow for fast, slow in zip(wma2, wma4, strict=True)]
    expected = [(before + 2 * now) / 3 for before, now in itertools.pairwise(leading)]
    assert of("HMA", bars=bars, timeperiod=4) == pytest.approx([NAN] * 4 + expected, nan_ok=True, rel=1e-12)


def test_donchian_channel_includes_the_bar():
    bars = bars_of([5, 5, 5, 5], highs=[9, 6, 7, 8], lows=[4, 3, 5, 5])
    assert of("DONCHIAN", "upper", bars=bars, timeperiod=2) == pytest.approx([NAN, 9, 7, 8], nan_ok=True)
    assert of("DONCHIAN", "lower", bars=bars, timeperiod=2) == pytest.approx([NAN, 3, 3, 5], nan_ok=True)
    assert of("DONCHIAN", "middle", bars=bars, timeperiod=2) == pytest.approx([NAN, 6, 5, 6.5], nan_ok=True)


RANGES = {"highs": [10, 12, 13, 12, 14], "lows": [8, 9, 11, 10, 11]}


def test_keltner_channel_is_an_average_and_its_ranges():
    # True ranges 2 3 2 2 3; ATR(3) from bar 2: 7/3, 20/9, 67/27. EMA(2) is seeded by the mean of 9 and 11, alpha 2/3.
    bars = bars_of([9, 11, 12, 11, 13], **RANGES)
    ema = [34 / 3, 100 / 9, 334 / 27]
    ranges = [7 / 3, 20 / 9, 67 / 27]
    given: dict[str, Any] = {"timeperiod": 2, "atrperiod": 3, "multiplier": 1.5}
    for output, sign in (("middle", 0), ("upper", 1.5), ("lower", -1.5)):
        expected = [NAN, NAN, *(middle + sign * width for middle, width in zip(ema, ranges, strict=True))]
        assert of("KELTNER", output, bars=bars, **given) == pytest.approx(expected, nan_ok=True, rel=1e-12)


def test_supertrend_starts_down_turns_when_passed_and_only_closes_in():
    # ATR(1) is the bar's true range. With multiplier 1 the bands are (high + low) / 2 -+ that range.
    highs = [11, 12, 16, 17, 18, 14, 13]
    lows = [9, 10, 13, 15, 15, 11, 10]
    closes = [10, 11, 15, 16, 16, 12, 11]
    bars = bars_of(closes, highs=highs, lows=lows)
    # bar  range  bands           in force after the ratchet                       close, direction
    #  0     2    8     12        upper 12, starts down                            10  down 12
    #  1     2    9     13        upper stays 12                                   11  down 12
    #  2     5    9.5   19.5      upper stays 12; lower 9.5 (rose)                 15 > 12: up 9.5
    #  3     2    14    18        lower 14                                         16  up 14
    #  4     3    13.5  19.5      lower stays 14; upper 18 (19.5 is above it)      16  up 14
    #  5     5    7.5   17.5      lower stays 14; upper 17.5                       12 < 14: down 17.5
    #  6     3    8.5   14.5      upper 14.5                                       11  down 14.5
    given: dict[str, Any] = {"timeperiod": 1, "multiplier": 1}
    assert of("SUPERTREND", bars=bars, **given) == [12, 12, 9.5, 14, 14, 17.5, 14.5]
    assert of("SUPERTREND", "direction", bars=bars, **given) == [-1, -1, 1, 1, 1, -1, -1]


def test_supertrend_turns_only_when_the_close_is_beyond_the_band():
    # Ranges of 1 around 10: the lower band is 9 and the upper 11; a close at the band is not beyond it.
    bars = bars_of([10, 12, 11], highs=[10.5, 12.5, 11.5], lows=[9.5, 11.5, 10.5])
    given: dict[str, Any] = {"timeperiod": 1, "multiplier": 1}
    # bar 1: range 2.5, bands 9.5 14.5; 12 > 11 turns up. bar 2: range 1.5, bands 9.5 12.5.
    assert of("SUPERTREND", "direction", bars=bars, **given) == [-1, 1, 1]
    tie = bars_of([10, 11], highs=[10.5, 11], lows=[9.5, 10.5])
    assert of("SUPERTREND", "direction", bars=tie, **given) == [-1, -1]


def test_ichimoku_lines_begin_together_and_the_cloud_is_of_the_past():
    highs = [12, 14, 13, 16, 18, 17, 15]
    lows = [8, 10, 11, 12, 14, 13, 9]
    bars = bars_of([10, 12, 12, 14, 16, 15, 12], highs=highs, lows=lows)
    given: dict[str, Any] = {"fastperiod": 2, "slowperiod": 3, "spanperiod": 4, "displacement": 2}
    # Middles of 2 bars from 1: 11 12 13.5 15 15.5 13; of 3 from 2: 11 13 14.5 15 13.5; of 4 from 3: 12 14 14.5 13.5.
    # Spans stand one bar later than they were computed; everything begins with span B, at bar 4.
    assert of("ICHIMOKU", "conversion", bars=bars, **given) == pytest.approx([NAN] * 4 + [15, 15.5, 13], nan_ok=True)
    assert of("ICHIMOKU", "base", bars=bars, **given) == pytest.approx([NAN] * 4 + [14.5, 15, 13.5], nan_ok=True)
    span_a = [(13.5 + 13) / 2, (15 + 14.5) / 2, (15.5 + 15) / 2]
    assert of("ICHIMOKU", "span_a", bars=bars, **given) == pytest.approx([NAN] * 4 + span_a, nan_ok=True)
    assert of("ICHIMOKU", "span_b", bars=bars, **given) == pytest.approx([NAN] * 4 + [12, 14, 14.5], nan_ok=True)
