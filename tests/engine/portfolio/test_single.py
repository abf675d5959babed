"""A portfolio of one instrument is the ordinary run, trade for trade and to the last bit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import rules, runner
from engine.costs.schedule import DayRates, Schedule
from engine.portfolio import runner as portfolios
from engine.portfolio.allocation import Allocation
from engine.portfolio.runner import Candidate
from engine.simulation import checks
from engine.types import Bars, Entries, Exits, Plan, Settings, Signals, Sizing

unhurried = settings(deadline=None, derandomize=True, max_examples=300)
PCT = st.none() | st.sampled_from([1.0, 2.5, 5.0])
COSTS = Schedule.checked(
    segment="equity_delivery",
    rows=(DayRates(valid_from=date(1970, 1, 1), brokerage_pct=Decimal("0.1"), stt_sell_pct=Decimal("0.1")),),
    duty_rounding="nearest_rupee",
)
BARS_A_DAY = 6


@st.composite
def bars_of(draw: st.DrawFn, *, least: int = 8, most: int = 40) -> Bars:
    size = draw(st.integers(least, most))
    rows = [sorted(draw(st.lists(st.integers(9_000, 11_000), min_size=4, max_size=4))) for _ in range(size)]
    at = np.arange(size)
    days = 20_000 + at // BARS_A_DAY
    first, high, low, last = ([row[column] for row in rows] for column in (1, 3, 0, 2))
    columns = {"open": first, "high": high, "low": low, "close": last}
    time = days * 86_400 + 13_500 + at % BARS_A_DAY * 300
    return Bars.checked(time=time, session=days, volume=at, **{name: np.array(each) for name, each in columns.items()})


@st.composite
def signals_of(draw: st.DrawFn, bars: Bars) -> Signals:
    column = st.lists(st.booleans(), min_size=len(bars), max_size=len(bars)).map(np.array)
    return Signals(draw(column), draw(column), draw(column), draw(column), warmup_bars=0)


PLANS = st.builds(
    Plan,
    name=st.just("property"),
    direction=st.sampled_from(["long", "short", "both"]),
    exits=st.builds(
        Exits,
        stop_loss_pct=PCT,
        target_pct=PCT,
        trailing_stop_pct=PCT,
        max_bars=st.none() | st.integers(1, 5),
        square_off=st.none() | st.sampled_from([9 * 60 + 25, 9 * 60 + 35]),
    ),
    entries=st.builds(
        Entries,
        first_minute=st.none() | st.just(9 * 60 + 20),
        max_per_day=st.none() | st.integers(1, 2),
    ),
)
SETTINGS = st.builds(
    Settings,
    initial_cash=st.sampled_from([15_000, 1_000_000, 123_456_789]),
    fill_on=st.sampled_from(["same_close", "next_open"]),
    path_mode=st.sampled_from(["pessimistic", "tv_path", "optimistic"]),
    stop_basis=st.sampled_from(["fill", "signal_close"]),
    slippage_ticks=st.sampled_from([0.0, 2.0]),
    costs=st.sampled_from([None, COSTS]),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Bars, Signals, Plan, Settings, bool]:
    bars = draw(bars_of())
    return bars, draw(signals_of(bars)), draw(PLANS), draw(SETTINGS), draw(st.booleans())


@unhurried
@given(cases())
def test_one_instrument_is_the_ordinary_run(case: Any) -> None:
    bars, signals, plan, terms, is_equal = case
    sizing = Sizing() if is_equal else Sizing("cash", 400_000)
    allocation = Allocation() if is_equal else Allocation("fixed", amount=400_000)
    single = runner.simulate(signals=signals, plan=replace(plan, sizing=sizing), bars=bars, settings=terms)
    shared = portfolios.simulate(
        candidates=[Candidate(bars, signals)], plan=plan, allocation=allocation, settings=terms
    )
    assert [held.trade for held in shared.trades] == list(single.trades)
    assert [held.trade for held in shared.open_trades] == ([single.open_trade] if single.open_trade else [])
    assert [tuple(each)[1:] for each in shared.rejections] == [
        (each.index, each.side, each.reason) for each in single.rejections
    ]
    assert shared.equity.tolist() == single.equity.tolist()
    assert shared.statistics == single.statistics
    assert shared.charges == single.charges


def test_one_instrument_of_a_written_plan_with_atr_is_the_ordinary_run() -> None:
    generator = np.random.default_rng(7)
    close = np.rint(100_00 * np.exp(np.cumsum(generator.normal(0, 0.01, 400)))).astype(np.int64)
    open_ = np.append(close[:1], close[:-1])
    days = np.arange(400)
    bars = Bars.checked(
        time=days * 86_400,
        session=days,
        open=open_,
        high=np.maximum(open_, close) + 50,
        low=np.minimum(open_, close) - 50,
        close=close,
        volume=days,
    )
    plan = rules.parse(
        {
            "enter_long": {"left": "EMA(5)", "op": "CROSS_ABOVE", "right": "EMA(20)"},
            "exit_long": {"left": "EMA(5)", "op": "CROSS_BELOW", "right": "EMA(20)"},
        }
    )
    plan = replace(plan, exits=Exits(stop_loss_atr=2.0))
    assert checks.needs_atr(plan.exits)
    terms = Settings(initial_cash=1_000_000_00)
    single = runner.run(plan=plan, bars=bars, settings=terms)
    shared = portfolios.run(plan=plan, bars=[bars], allocation=Allocation(), settings=terms)
    assert len(single.trades) > 5
    assert [held.trade for held in shared.trades] == list(single.trades)
    assert shared.statistics == single.statistics
    assert shared.warmup_bars == single.warmup_bars
