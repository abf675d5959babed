"""Days that are not traded are listed with their reason, and cost nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import InvalidBars, InvalidSettings
from engine.legs import presets
from engine.legs.days import Day
from engine.legs.rule import LegRule, Level, ReEntry, Strike, WholeLevel
from tests.engine.legs import tables

FLAT = "09:15 100 50\n09:20 100 50\n09:35 100 50"
SHORT = LegRule("short", "CE")


def _reason(day: Day, **settings: object) -> str | None:
    result = tables.run(tables.rule_of(SHORT), day, **settings)
    assert result.equity[-1] == settings.get("initial_cash", tables.CASH)
    assert result.trades == ()
    return result.days[0].skipped


def test_a_day_without_a_contract_is_listed_and_the_next_is_traded() -> None:
    first = replace(tables.day_of(FLAT, rights="C"), contracts=(), skipped="no_contract")
    second = tables.day_of("09:15 100 50\n09:20 100 50\n09:35 100 45", number=1, rights="C")
    result = tables.run(tables.rule_of(SHORT), first, second)
    assert [(day.session, day.skipped, day.pnl) for day in result.days] == [
        (20_000, "no_contract", 0),
        (20_001, None, 50_00),
    ]
    assert result.trades[0].entry_index == 3
    assert (result.equity - tables.CASH).tolist() == [0, 0, 0, 0, 0, 50_00]


def test_a_contract_without_a_trade_at_the_entry() -> None:
    assert _reason(tables.day_of("09:15 100 -\n09:20 100 50\n09:35 100 50", rights="C")) == "no_price"


def test_no_bar_has_ended_before_the_entry() -> None:
    assert _reason(tables.day_of("09:20 100 50\n09:25 100 50\n09:35 100 50", rights="C")) == "no_bar_before_entry"


def test_a_session_that_is_over_before_the_entry() -> None:
    day = tables.day_of("09:05 100 50\n09:10 100 50", rights="C")
    assert _reason(day) == "session_too_short"


def test_a_session_that_is_over_before_the_exit_is_left_at_its_last_close() -> None:
    day = tables.day_of("09:15 100 50\n09:20 100 50\n09:25 100 48", rights="C")
    (trade,) = tables.run(tables.rule_of(SHORT), day).trades
    assert (trade.exit_index, trade.exit_price, trade.exit_reason) == (2, 48_00, "square_off")


@pytest.mark.parametrize(("cash", "reason"), [(500_00, None), (499_99, "insufficient_cash")])
def test_premiums_bought_must_be_paid_for(cash: int, reason: str | None) -> None:
    day = tables.day_of(FLAT, rights="C")
    result = tables.run(tables.rule_of(LegRule("long", "CE")), day, initial_cash=cash)
    assert result.days[0].skipped == reason
    assert result.equity.tolist() == [cash] * 3


def test_a_run_that_lost_all_trades_no_more() -> None:
    first = tables.day_of("09:15 100 50\n09:20 100 50\n09:35 100 70", rights="C")
    second = tables.day_of(FLAT, number=1, rights="C")
    result = tables.run(tables.rule_of(SHORT), first, second, initial_cash=150_00)
    assert [day.skipped for day in result.days] == [None, "insufficient_cash"]
    assert result.equity[-1] == -50_00


@pytest.mark.parametrize(
    ("legs", "values", "message"),
    [
        ((), {}, "A rule has 1 to 8 legs, not 0"),
        ((SHORT,) * 9, {}, "A rule has 1 to 8 legs, not 9"),
        ((SHORT,), {"leave": "09:20"}, "The entry must be before the exit"),
        ((SHORT,), {"stop": WholeLevel(0)}, "A stop or target of the whole must be above 0"),
        ((replace(SHORT, lots=0),), {}, "Leg 1: lots must be 1 to 1000"),
        ((replace(SHORT, re_entry=ReEntry(1)),), {}, "Leg 1: a re-entry follows a stop"),
        ((replace(SHORT, stop=Level(30), re_entry=ReEntry(11)),), {}, "Leg 1: re-entries must be 1 to 10"),
        ((SHORT, replace(SHORT, strike=Strike("atm", 1.5))), {}, "Leg 2: steps from the money must be whole"),
        ((replace(SHORT, strike=Strike("premium", 0)),), {}, "Leg 1: the premium must be above 0"),
        ((replace(SHORT, strike=Strike("delta", 1)),), {}, "Leg 1: the delta must be between 0 and 1"),
        ((replace(SHORT, target=Level(101)),), {}, "Leg 1: a stop or target must be above 0 and at most 100"),
        ((LegRule("long", "CE", stop=Level(101)),), {}, "Leg 1: a stop or target must be above 0 and at most 100"),
    ],
)
def test_rules_that_cannot_be_are_refused(legs: tuple[LegRule, ...], values: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidSettings, match=message):
        tables.run(tables.rule_of(*legs, **values), tables.day_of(FLAT, rights="C"))


def test_days_that_cannot_be_are_refused() -> None:
    day, rule = tables.day_of(FLAT, rights="C"), tables.rule_of(SHORT)
    with pytest.raises(InvalidBars, match="later than the one before"):
        tables.run(rule, day, day)
    with pytest.raises(InvalidSettings, match="1 contracts for 2 legs"):
        tables.run(tables.rule_of(*presets.straddle()), day)
    bad = replace(day.contracts[0], high=np.array([50_00, 49_00, 50_00], np.int32))
    with pytest.raises(InvalidBars, match="C1 has impossible premiums"):
        tables.run(rule, replace(day, contracts=(bad,)))
    with pytest.raises(InvalidSettings, match="C1 does not fit its leg"):
        tables.run(tables.rule_of(LegRule("short", "PE")), day)
    with pytest.raises(InvalidSettings, match="set off the fill price"):
        tables.run(rule, day, stop_basis="signal_close")
    with pytest.raises(InvalidSettings, match="needs bars shorter than a day"):
        tables.run(rule, tables.day_of("09:15 100 50", rights="C"))
    with pytest.raises(InvalidSettings, match="no day to trade"):
        tables.run(rule)


@pytest.mark.parametrize(
    ("cash", "margin", "reason", "lacks"),
    [(1_000_00, 1_000_00, None, False), (999_99, 1_000_00, "insufficient_margin", True), (1_00, 0, None, False)],
)
def test_the_margin_must_be_free_beside_what_the_sale_brings_in(
    cash: int, margin: int, reason: str | None, lacks: bool
) -> None:
    # Sold for 500: neither does it pay for the margin, nor does it lower it.
    day = replace(tables.day_of(FLAT, rights="C"), margin=margin)
    (found,) = tables.run(tables.rule_of(SHORT, asks_margin=True), day, initial_cash=cash).days
    assert (found.skipped, found.lacks_margin) == (reason, lacks)


@pytest.mark.parametrize(("cash", "lacks"), [(1_120_00, False), (1_119_99, True)])
def test_what_is_bought_is_paid_for_beside_the_margin(cash: int, lacks: bool) -> None:
    # Ten units bought at 12 and sold at 50, a margin of 1,000; the day is traded, for it is not asked for.
    day = replace(tables.day_of("09:15 100 50 12\n09:20 100 50 12\n09:35 100 50 12"), margin=1_000_00)
    (found,) = tables.run(tables.rule_of(SHORT, LegRule("long", "PE")), day, initial_cash=cash).days
    assert (found.skipped, found.lacks_margin, found.premium) == (None, lacks, 380_00)


def test_cash_that_does_not_pay_is_said_before_a_margin_that_is_not_free() -> None:
    day = replace(tables.day_of("09:15 100 5 50\n09:20 100 5 50\n09:35 100 5 50"), margin=1_000_00)
    (found,) = tables.run(tables.rule_of(SHORT, LegRule("long", "PE"), asks_margin=True), day, initial_cash=449_99).days
    assert found.skipped == "insufficient_cash"
