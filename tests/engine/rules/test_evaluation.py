"""What a plan says on each bar, in tables a reader can check. Every bar is its close unless the test says more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import indicators, rules
from tests.engine.indicators.samples import bars_of, walk


def said(condition, closes, **columns):
    """The bars, by number, on which a condition holds."""
    signals = rules.evaluate(rules.parse({"enter_long": condition}), bars_of(closes, **columns))
    return np.flatnonzero(signals.enter_long).tolist()


def when(left, op, right=None, **more):
    return {"left": left, "op": op, **({} if right is None else {"right": right}), **more}


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (">", [3, 4]),
        (">=", [1, 2, 3, 4]),
        ("<", [0, 5]),
        ("<=", [0, 1, 2, 5]),
        ("==", [1, 2]),
        ("!=", [0, 3, 4, 5]),
        ("CROSS_ABOVE", [3]),
        ("CROSS_BELOW", [5]),
    ],
)
def test_each_operator_against_a_number_in_rupees(op, expected):
    assert said(when("CLOSE", op, 10.15), [10.1, 10.15, 10.15, 10.2, 10.3, 10.1]) == expected


def test_equality_counts_on_the_previous_bar_of_a_crossing_only():
    #         above, tie, above: crosses again; below, tie: does not cross yet; below: crosses below from the tie
    closes = [11, 10, 11, 9, 10, 9, 11]
    assert said(when("CLOSE", "CROSS_ABOVE", 10), closes) == [2, 6]
    assert said(when("CLOSE", "CROSS_BELOW", 10), closes) == [3, 5]


def test_a_tie_of_two_averages_of_different_periods_is_a_tie():
    # Closes in paise 1 2 3 2 2 2: the mean of three is 2 where the mean of six is 2.
    closes = [0.01, 0.02, 0.03, 0.02, 0.02, 0.02]
    assert said(when("SMA(3)", "==", "SMA(6)"), closes) == [5]
    assert said(when("SMA(3)", ">=", "SMA(6)"), closes) == [5]
    assert said(when("SMA(3)", ">", "SMA(6)"), closes) == []
    assert said(when("SMA(3)", "<", "SMA(6)"), closes) == []


def test_between_includes_both_ends():
    assert said(when("CLOSE", "BETWEEN", 10, upper=12), [9, 10, 11, 12, 13]) == [1, 2, 3]


@pytest.mark.parametrize(
    ("op", "bars", "expected"),
    [
        ("RISING", None, [1, 2, 3, 6]),
        ("RISING", 2, [2, 3]),
        ("RISING", 3, [3]),
        ("FALLING", 1, [5]),
        ("FALLING", 9, []),
    ],
)
def test_rising_and_falling_want_every_step_strict(op, bars, expected):
    assert said(when("CLOSE", op, bars), [1, 2, 3, 4, 4, 3, 5]) == expected


def test_an_offset_looks_back_and_is_not_available_before_the_first_bar():
    assert said(when("CLOSE[2]", "<", 100), [5, 6, 7, 8]) == [2, 3]
    assert said(when("CLOSE", ">", "SMA(2)[1]"), [1, 2, 3, 1]) == [2]
    assert said(when("CLOSE[9]", ">", 0), [5, 6]) == []


def test_prices_are_rupees_and_volume_is_shares():
    columns = {"highs": [12, 13], "lows": [9, 8], "volumes": [700, 300]}
    assert said(when("HIGH", "==", 13), [10, 11], **columns) == [1]
    assert said(when("LOW", "==", 9), [10, 11], **columns) == [0]
    assert said(when("OPEN", "==", 11), [10, 11], **columns) == [1]
    assert said(when("VOLUME", ">=", 700), [10, 11], **columns) == [0]


UNAVAILABLE = when("SMA(3)", ">", 0)


@pytest.mark.parametrize("op", [">", ">=", "<", "<=", "==", "!=", "CROSS_ABOVE", "CROSS_BELOW", "RISING", "FALLING"])
def test_no_operator_holds_in_the_warm_up_nor_does_its_negation(op):
    condition = when("SMA(3)", op) if op in ("RISING", "FALLING") else when("SMA(3)", op, "CLOSE")
    closes = [5, 6, 4, 7, 3, 8, 2]
    first = 2 if op in (">", ">=", "<", "<=", "==", "!=") else 3
    plain, negated = said(condition, closes), said({"not": condition}, closes)
    assert sorted(plain + negated) == list(range(first, len(closes)))


def test_groups_treat_what_is_not_available_as_false():
    closes = [1, 1, 1, 1]
    true = when("CLOSE", "==", 1)
    assert said({"any": [UNAVAILABLE, true]}, closes) == [0, 1, 2, 3]
    assert said({"all": [UNAVAILABLE, true]}, closes) == [2, 3]


def test_not_waits_for_everything_under_it_even_when_a_part_already_decides():
    closes = [1, 1, 1, 1]
    false = when("CLOSE", ">", 1)
    assert said({"not": {"all": [UNAVAILABLE, false]}}, closes) == [2, 3]
    assert said({"not": {"not": UNAVAILABLE}}, closes) == [2, 3]
    assert said({"not": {"not": {"any": [UNAVAILABLE, false]}}}, closes) == [2, 3]


def test_two_numbers_can_be_compared():
    assert said(when(2, ">", 1), [5, 5]) == [0, 1]
    assert said(when(1, "CROSS_ABOVE", 0), [5, 5]) == []


@pytest.mark.parametrize(
    ("condition", "warmup"),
    [
        (when("CLOSE", ">", 1), 0),
        (when("CLOSE[4]", ">", 1), 4),
        (when("SMA(10)", ">", "RSI(14)"), 14),
        (when("SMA(10)", "CROSS_ABOVE", "SMA(20)"), 20),
        (when("SMA(10)[5]", ">", 1), 14),
        (when("SMA(5)", "RISING", 3), 7),
        (when("CLOSE", "BETWEEN", "LOWEST(5)", upper="HIGHEST(9)"), 8),
        ({"all": [when("SMA(5)", ">", 1), when("SMA(9)", ">", 1)]}, 8),
        ({"any": [when("SMA(5)", ">", 1), when("SMA(9)", ">", 1)]}, 4),
        ({"not": {"any": [when("SMA(5)", "<", 1), when("SMA(9)", "<", 1)]}}, 8),
        ({"not": {"not": {"any": [when("SMA(5)", ">", 1), when("SMA(9)", ">", 1)]}}}, 8),
    ],
)
def test_the_warm_up_of_conditions(condition, warmup):
    signals = rules.evaluate(rules.parse({"enter_long": condition}), walk(60))
    assert signals.warmup_bars == warmup
    assert not signals.enter_long[:warmup].any()


@pytest.mark.parametrize("condition", [{"any": [when("SMA(5)", ">", 1), when("SMA(9)", ">", 1)]}])
def test_a_condition_that_can_hold_does_so_on_the_first_bar_after_its_warm_up(condition):
    for written in (condition, {"not": {"not": condition}}):
        signals = rules.evaluate(rules.parse({"enter_long": written}), walk(60))
        assert np.flatnonzero(signals.enter_long)[0] == signals.warmup_bars


def test_the_warm_up_of_a_plan_is_that_of_its_first_condition_that_can_hold():
    document = {"enter_long": when("SMA(20)", ">", 1), "exit_long": when("SMA(5)", ">", 1)}
    assert rules.evaluate(rules.parse(document), walk(30)).warmup_bars == 4


def test_a_side_that_is_not_traded_says_nothing():
    always = when("CLOSE", ">", 0)
    document = dict.fromkeys(("enter_long", "exit_long", "enter_short", "exit_short"), always)
    expected = {"long": (3, 3, 0, 0), "short": (0, 0, 3, 3), "both": (3, 3, 3, 3)}
    for direction, counts in expected.items():
        signals = rules.evaluate(rules.parse({**document, "direction": direction}), bars_of([1, 2, 3]))
        columns = (signals.enter_long, signals.exit_long, signals.enter_short, signals.exit_short)
        assert tuple(int(column.sum()) for column in columns) == counts


@pytest.mark.parametrize("size", [0, 1, 2])
@pytest.mark.parametrize("strategy", rules.predefined.CATALOGUE, ids=lambda strategy: strategy.code)
def test_too_few_bars_give_no_signal_in_the_warm_up_and_no_error(strategy, size):
    signals = rules.evaluate(rules.predefined.build(strategy.code, direction="both"), walk(size))
    for column in (signals.enter_long, signals.exit_long, signals.enter_short, signals.exit_short):
        assert len(column) == size
        assert not column[: signals.warmup_bars].any()


def test_each_distinct_indicator_is_computed_once():
    computed = []
    sma = indicators.REGISTRY["SMA"]

    def counting(bars, params):
        computed.append(params["timeperiod"])
        return sma.columns(bars, params)

    document = {
        "enter_long": {"all": [when("SMA(5)", "CROSS_ABOVE", "SMA(9)"), when("SMA(5)[1]", ">", "SMA(5)[2]")]},
        "exit_long": {"not": when("SMA(9)", ">", "SMA(5)")},
    }
    plan = rules.parse(document)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(indicators.REGISTRY, "SMA", replace(sma, columns=counting))
        rules.evaluate(plan, walk(30))
    assert sorted(computed) == [5, 9]
