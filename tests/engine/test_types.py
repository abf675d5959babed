"""Bars that no market could have printed are refused by the first of them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import InvalidBars
from engine.types import Bars

SOUND = {
    "time": [300, 600, 900, 1200],
    "session": [7, 7, 8, 8],
    "open": [100, 101, 102, 103],
    "high": [105, 106, 107, 108],
    "low": [95, 96, 97, 98],
    "close": [101, 102, 103, 104],
    "volume": [0, 10, 20, 30],
}


def columns(**changes):
    return {name: np.array(changes.get(name, values)) for name, values in SOUND.items()}


def test_sound_columns_become_typed_and_read_only():
    bars = Bars.checked(**columns(close=[101.0, 102.0, 103.0, 104.0]))
    assert len(bars) == 4
    assert [str(getattr(bars, name).dtype) for name in SOUND] == ["int64", *["int32"] * 5, "int64"]
    assert bars.close.tolist() == [101, 102, 103, 104]
    for name in SOUND:
        with pytest.raises(ValueError, match="read-only"):
            getattr(bars, name)[0] = 1


def test_the_columns_are_copied():
    given = columns()
    bars = Bars.checked(**given)
    given["volume"][0] = 5
    assert bars.volume[0] == 0


def test_no_bars_are_sound():
    assert len(Bars.checked(**{name: np.array([]) for name in SOUND})) == 0


def test_open_and_close_may_be_the_high_or_the_low():
    Bars.checked(**columns(open=[95, 106, 97, 108], close=[105, 96, 107, 98]))


@pytest.mark.parametrize(
    ("changes", "index", "reason"),
    [
        ({"close": [101, np.nan, 103, 104]}, 1, "a value is missing"),
        ({"volume": [0, 10, 20, np.inf]}, 3, "a value is missing"),
        ({"time": [300, 600, 600, 1200]}, 2, "the time does not increase"),
        ({"time": [300, 200, 900, 1200]}, 1, "the time does not increase"),
        ({"session": [7, 7, 8, 7]}, 3, "the session goes back"),
        ({"low": [95, 0, 97, 98]}, 1, "a price is not above zero"),
        ({"open": [100, 101, -1, 103]}, 2, "a price is not above zero"),
        ({"high": [105, 106, 2**31, 108]}, 2, "a price is too large"),
        ({"close": [101, 102, 103.5, 104]}, 2, "a value is not whole"),
        ({"volume": [0, 10, 20.5, 30]}, 2, "a value is not whole"),
        ({"high": [105, 106, 107, 97]}, 3, "low is above high"),
        ({"open": [106, 101, 102, 103]}, 0, "open or close is outside low and high"),
        ({"close": [101, 95, 103, 104]}, 1, "open or close is outside low and high"),
        ({"volume": [0, 10, -1, 30]}, 2, "the volume is negative"),
    ],
)
def test_each_rule_names_its_first_bad_bar(changes, index, reason):
    with pytest.raises(InvalidBars) as refused:
        Bars.checked(**columns(**changes))
    assert (refused.value.index, refused.value.reason) == (index, reason)
    assert str(refused.value) == f"Bar {index}: {reason}"


def test_the_first_bad_bar_comes_before_the_first_rule():
    with pytest.raises(InvalidBars, match="Bar 1: the volume is negative"):
        Bars.checked(**columns(volume=[0, -1, 20, 30], close=[101, 102, np.nan, 104]))


def test_the_first_rule_speaks_for_a_bar_that_breaks_two():
    with pytest.raises(InvalidBars, match="Bar 1: the time does not increase"):
        Bars.checked(**columns(volume=[0, -1, 20, 30], time=[300, 300, 900, 1200]))


def test_columns_of_different_lengths():
    with pytest.raises(InvalidBars, match="the columns differ in length"):
        Bars.checked(**columns(close=[101, 102, 103]))
