"""What holds for every option rule: money is never invented, fills are inside their bars, nothing looks ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.costs.schedule import DayRates, Schedule
from engine.legs.days import Contract, Day
from engine.legs.rule import LegRule, Level, ReEntry, WholeLevel
from tests.engine.legs import tables

BARS = 12
COSTS = Schedule.checked(
    segment="options",
    rows=(
        DayRates(
            valid_from=date(2000, 1, 1),
            brokerage_flat=Decimal(20),
            stt_sell_pct=Decimal("0.1"),
            exchange_pct=Decimal("0.035"),
            stamp_buy_pct=Decimal("0.003"),
            gst_pct=Decimal(18),
            exercise_stt_pct=Decimal("0.125"),
        ),
    ),
)

levels = st.none() | st.builds(Level, st.sampled_from([5.0, 10.0, 33.0]), st.sampled_from(["percent", "points"]))
wholes = st.none() | st.builds(WholeLevel, st.sampled_from([3.0, 10.0, 400.0]), st.sampled_from(["rupees", "percent"]))


@st.composite
def leg_rules(draw: st.DrawFn) -> LegRule:
    stop = draw(levels)
    again = st.none() | st.builds(ReEntry, st.integers(1, 3), st.sampled_from(["once", "cost"]))
    return LegRule(
        draw(st.sampled_from(["long", "short"])),
        draw(st.sampled_from(["CE", "PE"])),
        stop=stop,
        target=draw(levels),
        re_entry=draw(again) if stop else None,
        lots=draw(st.integers(1, 3)),
    )


def _columns(draw: st.DrawFn, *, gaps: bool) -> dict[str, np.ndarray]:
    cells = []
    for _ in range(BARS):
        low, high = sorted((draw(st.integers(30_00, 90_00)), draw(st.integers(30_00, 90_00))))
        open_, close = draw(st.integers(low, high)), draw(st.integers(low, high))
        is_gap = gaps and draw(st.integers(0, 9)) == 9
        cells.append((0, 0, 0, 0) if is_gap else (open_, high, low, close))
    return {name: np.array(cells, np.int32)[:, index] for index, name in enumerate(tables.NAMES)}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Any, tuple[Day, ...], dict[str, Any]]:
    legs = tuple(draw(st.lists(leg_rules(), min_size=1, max_size=3)))
    days = []
    for number in range(2):
        day = tables.day_of("\n".join(f"{9 + m // 60:02}:{m % 60:02} 100" for m in range(15, 75, 5)), number=number)
        contracts = tuple(
            Contract(f"{leg.right}{index}", 95_00, leg.right, day.session + index % 2, 10, **_columns(draw, gaps=True))
            for index, leg in enumerate(legs)
        )
        days.append(replace(day, contracts=contracts))
    rule = tables.rule_of(
        *legs, entry="09:25", leave="10:00", stop=draw(wholes), target=draw(wholes), settles=draw(st.booleans())
    )
    terms = {
        "fill_on": draw(st.sampled_from(["same_close", "next_open"])),
        "path_mode": draw(st.sampled_from(["pessimistic", "tv_path", "optimistic"])),
        "slippage_ticks": draw(st.sampled_from([0, 1])),
        "costs": draw(st.sampled_from([None, COSTS])),
    }
    return rule, tuple(days), terms


@given(worlds())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_equity_is_cash_and_positions_at_every_bar(world: Any) -> None:
    rule, days, terms = world
    result = tables.run(rule, *days, **terms)
    expected, cash = [], float(tables.CASH)
    for index, day in enumerate(days):
        marks = np.array([_marks(contract) for contract in day.contracts])
        for bar in range(BARS):
            at, open_ = index * BARS + bar, 0.0
            closed = [trade for trade in result.trades if trade.exit_index <= at]
            for trade in result.trades:
                if trade.entry_index <= at < trade.exit_index:
                    side = 1 if trade.side == "long" else -1
                    open_ += side * trade.quantity * (marks[trade.leg, bar] - trade.entry_price)
            expected.append(cash + sum(trade.pnl for trade in closed) + open_)
    charges_open = _charges_before_exit(result.trades, count=len(expected), equity=result.equity)
    assert np.allclose(result.equity + charges_open, expected, atol=0 if terms["costs"] is None else 1e-6)
    assert result.equity[-1] == cash + sum(day.pnl for day in result.days)
    assert abs(sum(leg.pnl for leg in result.legs) - sum(day.pnl for day in result.days)) < 1e-3


def _charges_before_exit(trades: Any, *, count: int, equity: Any) -> np.ndarray:
    """What entering cost, between the entry and the exit: paid at once, in ``pnl`` only at the exit."""
    paid = np.zeros(count)
    for trade in trades:
        held = slice(trade.entry_index, trade.exit_index)
        if trade.charges:
            paid[held] += _entry_charges(trade)
    return paid


def _entry_charges(trade: Any) -> float:
    value = Decimal(int(np.floor(trade.quantity * trade.entry_price + 0.5)))
    half = Decimal(1)
    exchange = value * Decimal("0.00035")
    gst = (Decimal(2000) + exchange) * Decimal("0.18")
    duty = value * (Decimal("0.00003") if trade.side == "long" else Decimal("0.001"))
    return float(sum(each.quantize(half, rounding="ROUND_HALF_UP") for each in (Decimal(2000), exchange, gst, duty)))


def _marks(contract: Contract) -> np.ndarray:
    """The last known close of each bar."""
    known = contract.close.astype(float)
    for bar in range(1, BARS):
        known[bar] = known[bar] or known[bar - 1]
    return known


@given(worlds())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_fills_are_inside_their_bars_and_a_days_legs_end_flat(world: Any) -> None:
    rule, days, terms = world
    result = tables.run(rule, *days, **{**terms, "slippage_ticks": 0})
    assert all(trade.entry_index // BARS == trade.exit_index // BARS == trade.day for trade in result.trades)
    assert sum(day.trades for day in result.days) == len(result.trades)
    for trade in result.trades:
        contract, bar = days[trade.day].contracts[trade.leg], trade.entry_index % BARS
        assert contract.low[bar] <= trade.entry_price <= contract.high[bar]
        leave = trade.exit_index % BARS
        if trade.exit_reason in ("stop", "target"):
            assert contract.low[leave] <= trade.exit_price <= contract.high[leave]
        count = rule.legs[trade.leg].re_entry.count if rule.legs[trade.leg].re_entry else 0
        assert trade.entry <= count
        assert trade.mae >= 0 <= trade.mfe


@given(worlds(), st.integers(2, BARS - 1))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_comes_later_changes_nothing_before_it(world: Any, cut: int) -> None:
    rule, days, terms = world
    changed = tuple(
        replace(
            contract,
            **{
                name: np.append(getattr(contract, name)[:cut], np.full(BARS - cut, 33_00, np.int32))
                for name in tables.NAMES
            },
        )
        for contract in days[1].contracts
    )
    before = tables.run(rule, *days, **terms)
    after = tables.run(rule, days[0], replace(days[1], contracts=changed), **terms)
    seen = BARS + cut
    assert before.equity[:seen].tolist() == after.equity[:seen].tolist()
    closed = [[trade for trade in run.trades if trade.exit_index < seen] for run in (before, after)]
    assert closed[0] == closed[1]
