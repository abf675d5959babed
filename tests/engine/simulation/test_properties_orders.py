"""What holds of runs with waiting orders, charges, slippage and a clock: fills inside the bar, books that add up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.costs.schedule import flat_percent
from engine.simulation import books
from engine.types import Bars, Entries, Exits, Plan, Settings, Sizing
from tests.engine.simulation.test_properties import bars_strategy, signals_strategy

unhurried = settings(deadline=None, derandomize=True)

BARS_A_DAY = 6
# 15:15, 15:20 and so on: the day's six bars begin at 15:00.
SQUARE_OFF = st.none() | st.sampled_from([15 * 60 + 15, 15 * 60 + 20, 15 * 60 + 27])


@st.composite
def cases(draw):
    drawn = draw(bars_strategy(least=7))
    number = np.arange(len(drawn))
    day = number // BARS_A_DAY + 20_000
    time = day * 86_400 + 9 * 3600 + 30 * 60 + number % BARS_A_DAY * 300
    bars = Bars(time, day.astype(np.int32), drawn.open, drawn.high, drawn.low, drawn.close, drawn.volume)
    pct = st.none() | st.sampled_from([0.5, 1.0, 3.3])
    plan = Plan(
        name="orders",
        direction=draw(st.sampled_from(["long", "short", "both"])),
        exits=Exits(
            draw(pct), draw(pct), draw(pct), square_off=draw(SQUARE_OFF), max_bars=draw(st.none() | st.just(3))
        ),
        sizing=draw(st.sampled_from([Sizing(), Sizing("cash", 700_000.0), Sizing("quantity", 30)])),
        entries=Entries(
            kind=draw(st.sampled_from(["market", "limit", "stop"])),
            offset_pct=draw(st.sampled_from([0.0, 0.7, 2.0])),
            valid_bars=draw(st.integers(1, 9)),
            max_per_day=draw(st.none() | st.integers(1, 2)),
            max_entries=draw(st.integers(1, 3)),
        ),
    )
    chosen = Settings(
        initial_cash=draw(st.sampled_from([1_000_000, 123_456_789])),
        fill_on=draw(st.sampled_from(["same_close", "next_open"])),
        path_mode=draw(st.sampled_from(["pessimistic", "tv_path", "optimistic"])),
        units=draw(st.sampled_from(["whole", "fractional"])),
        costs=draw(st.sampled_from([None, flat_percent(Decimal("0.05"))])),
    )
    return {"bars": bars, "signals": draw(signals_strategy(bars)), "plan": plan, "settings": chosen}


def all_trades(written):
    return (*books.list_trades(written.trades), *books.list_trades(written.open_trades))


@unhurried
@given(cases())
def test_without_slippage_every_fill_is_a_price_of_its_bar(case):
    written, bars = books.simulate(**case), case["bars"]
    for trade in all_trades(written):
        assert bars.low[trade.exit_index] <= trade.exit_price <= bars.high[trade.exit_index]
        if trade.entries == 1:
            assert bars.low[trade.entry_index] <= trade.entry_price <= bars.high[trade.entry_index]


@unhurried
@given(cases())
def test_net_profits_add_up_to_the_equity_and_charges_to_the_total(case):
    written = books.simulate(**case)
    trades = all_trades(written)
    earned = sum(trade.pnl for trade in trades)
    assert abs(case["settings"].initial_cash + earned - written.equity[-1]) < 1e-3
    assert abs(sum(trade.charges for trade in trades) - written.charges) < 1e-6
    for trade in trades:
        sign = 1 if trade.side == "long" else -1
        gross = sign * trade.quantity * (trade.exit_price - trade.entry_price)
        assert abs(trade.gross_pnl - gross) < 1e-3


@unhurried
@given(cases())
def test_charges_never_add_to_the_equity_of_the_same_quantities(case):
    fixed = replace(case["plan"], sizing=Sizing("quantity", 10))
    free = replace(case["settings"], costs=None, units="whole")
    paid = replace(free, costs=flat_percent(Decimal("0.05")))
    rich = {"initial_cash": 10**12}
    with_costs = books.simulate(**{**case, "plan": fixed, "settings": replace(paid, **rich)})
    without = books.simulate(**{**case, "plan": fixed, "settings": replace(free, **rich)})
    assert (with_costs.equity <= without.equity + 1e-3).all()
    assert without.equity[-1] - with_costs.equity[-1] == with_costs.charges


@unhurried
@given(cases())
def test_a_day_with_a_square_off_ends_flat(case):
    written, bars = books.simulate(**case), case["bars"]
    if case["plan"].exits.square_off is None:
        return
    for trade in books.list_trades(written.trades):
        assert bars.session[trade.entry_index] == bars.session[trade.exit_index]
    assert len(written.open_trades) == 0 or bars.session[-1] == bars.session[written.open_trades["entry_index"][0]]


@unhurried
@given(cases())
def test_no_day_has_more_entries_than_allowed(case):
    written, bars = books.simulate(**case), case["bars"]
    most, plan = case["plan"].entries.max_per_day, case["plan"]
    if most is None or plan.entries.max_entries > 1:
        return
    days = [bars.session[trade.entry_index] for trade in all_trades(written)]
    assert all(days.count(day) <= most for day in days)
