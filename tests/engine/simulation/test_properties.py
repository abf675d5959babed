"""What holds of every simulation: the books add up, fills are prices of their bar, a run repeats itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.simulation import books
from engine.types import Bars, Exits, Plan, Settings, Signals, Sizing

# The first run of a process may compile; and the examples are the same on every run.
unhurried = settings(deadline=None, derandomize=True)

PCT = st.none() | st.sampled_from([0.5, 1.0, 2.5, 3.3, 5.0, 12.0])


@st.composite
def bars_strategy(draw, *, least=1):
    size = draw(st.integers(least, 40))
    rows = []
    for _ in range(size):
        four = sorted(draw(st.lists(st.integers(9_000, 11_000), min_size=4, max_size=4)))
        inner = draw(st.permutations(four[1:3]))
        rows.append((inner[0], four[3], four[0], inner[1]))
    open_, high, low, close = (np.array(column) for column in zip(*rows, strict=True))
    days = np.arange(size)
    return Bars.checked(time=days * 86_400, session=days, open=open_, high=high, low=low, close=close, volume=days)


@st.composite
def signals_strategy(draw, bars):
    column = st.lists(st.booleans(), min_size=len(bars), max_size=len(bars)).map(np.array)
    return Signals(draw(column), draw(column), draw(column), draw(column), warmup_bars=0)


SIZINGS = st.sampled_from(
    [Sizing(), Sizing("quantity", 50), Sizing("cash", 700_000.0), Sizing("percent_of_equity", 37.5)]
)
PLANS = st.builds(
    Plan,
    name=st.just("property"),
    direction=st.sampled_from(["long", "short", "both"]),
    exits=st.builds(Exits, stop_loss_pct=PCT, target_pct=PCT, trailing_stop_pct=PCT),
    sizing=SIZINGS,
)
SETTINGS = st.builds(
    Settings,
    initial_cash=st.sampled_from([5_000, 1_000_000, 123_456_789]),
    fill_on=st.sampled_from(["same_close", "next_open"]),
    path_mode=st.sampled_from(["pessimistic", "tv_path", "optimistic"]),
    stop_basis=st.sampled_from(["fill", "signal_close"]),
)


@st.composite
def cases(draw):
    bars = draw(bars_strategy())
    return {
        "bars": bars,
        "signals": draw(signals_strategy(bars)),
        "plan": draw(PLANS),
        "settings": draw(SETTINGS),
    }


@unhurried
@given(cases())
def test_equity_is_cash_and_position_of_the_trades_at_every_close(case):
    """Replayed as purchases and sales, so that the profit column is not believed."""
    written = books.simulate(**case)
    trades = books.list_trades(written.trades) + books.list_trades(written.open_trades)
    for index, close in enumerate(case["bars"].close.tolist()):
        cash, shares = float(case["settings"].initial_cash), 0.0
        for trade in trades:
            sign = 1 if trade.side == "long" else -1
            if trade.entry_index <= index:
                cash -= sign * trade.quantity * trade.entry_price
                shares += sign * trade.quantity
            if trade.exit_index <= index and trade.exit_reason != "end":
                cash += sign * trade.quantity * trade.exit_price
                shares -= sign * trade.quantity
        assert abs(cash + shares * close - written.equity[index]) < 1e-3


@unhurried
@given(cases())
def test_profits_add_up_to_the_last_equity(case):
    written = books.simulate(**case)
    total = float(case["settings"].initial_cash)
    for pnl in written.trades["pnl"].tolist():
        total += pnl
    total += sum(written.open_trades["pnl"].tolist())
    assert total == written.equity[-1]


@unhurried
@given(cases())
def test_no_order_spends_more_than_there_is(case):
    written = books.simulate(**case)
    cash = float(case["settings"].initial_cash)
    for trade in books.list_trades(written.trades) + books.list_trades(written.open_trades):
        assert trade.quantity >= 1
        assert trade.quantity * trade.entry_price <= cash
        cash += trade.pnl


@unhurried
@given(cases())
def test_fills_are_prices_of_their_bar_and_trades_follow_one_another(case):
    written, bars = books.simulate(**case), case["bars"]
    trades = books.list_trades(written.trades) + books.list_trades(written.open_trades)
    at_open = case["settings"].fill_on == "next_open"
    for trade in trades:
        assert trade.entry_price == (bars.open if at_open else bars.close)[trade.entry_index]
        assert bars.low[trade.exit_index] <= trade.exit_price <= bars.high[trade.exit_index]
        assert trade.mae >= 0
        assert trade.mfe >= 0
        assert trade.bars_held == trade.exit_index - trade.entry_index >= 0
    for first, second in pairwise(trades):
        assert first.exit_index <= second.entry_index


@unhurried
@given(cases())
def test_a_stop_is_never_better_and_a_target_never_worse_than_its_level(case):
    written, bars = books.simulate(**case), case["bars"]
    from_signal = case["settings"].stop_basis == "signal_close" and case["settings"].fill_on == "next_open"
    exits = case["plan"].exits
    for trade in books.list_trades(written.trades):
        sign = 1 if trade.side == "long" else -1
        base = float(bars.close[trade.entry_index - 1]) if from_signal else trade.entry_price
        gap = trade.exit_price == bars.open[trade.exit_index]
        if trade.exit_reason == "stop":
            level = base * (100 - sign * exits.stop_loss_pct) / 100
            assert sign * trade.exit_price < sign * level if gap else trade.exit_price == level
        if trade.exit_reason == "target":
            level = base * (100 + sign * exits.target_pct) / 100
            assert sign * trade.exit_price > sign * level if gap else trade.exit_price == level


@unhurried
@given(bars_strategy(least=3), PLANS, SETTINGS, st.booleans())
def test_pessimistic_is_at_most_tv_path_is_at_most_optimistic_for_one_trade(bars, plan, chosen, is_long):
    once = np.zeros(len(bars), bool)
    once[0] = True
    never = np.zeros(len(bars), bool)
    signals = Signals(once if is_long else never, never, never if is_long else once, never, warmup_bars=0)
    finals = []
    for path_mode in ("pessimistic", "tv_path", "optimistic"):
        mode = replace(chosen, path_mode=path_mode)
        finals.append(books.simulate(signals=signals, plan=plan, bars=bars, settings=mode).equity[-1])
    assert finals == sorted(finals)


@unhurried
@given(cases())
def test_the_same_run_twice_is_the_same_to_the_byte(case):
    first, second = books.simulate(**case), books.simulate(**case)
    assert first.equity.tobytes() == second.equity.tobytes()
    assert first.trades.tolist() == second.trades.tolist()
    assert first.rejections.tolist() == second.rejections.tolist()


@unhurried
@given(cases(), st.data())
def test_a_run_does_not_know_the_bars_after_it(case, data):
    """Cut short, the run has the same equity and the same trades up to the cut."""
    size = data.draw(st.integers(1, len(case["bars"])))
    bars, signals = case["bars"], case["signals"]
    names = ("time", "session", "open", "high", "low", "close", "volume")
    shorter = Bars(*(getattr(bars, name)[:size] for name in names))
    said = ("enter_long", "exit_long", "enter_short", "exit_short")
    cut = replace(signals, **{name: getattr(signals, name)[:size] for name in said})
    whole = books.simulate(**case)
    part = books.simulate(signals=cut, bars=shorter, plan=case["plan"], settings=case["settings"])
    assert part.equity.tobytes() == whole.equity[:size].tobytes()
    assert part.trades.tolist() == whole.trades[whole.trades["exit_index"] < size].tolist()
