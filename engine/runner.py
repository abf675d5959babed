"""A run: a plan on bars, from signals through fills to statistics.

What does not belong here: any rule of signals (rules), fills (simulation) or statistics (metrics).
"""

from __future__ import annotations

import numpy as np

from engine import rules
from engine.metrics import registry, tally
from engine.simulation import books
from engine.types import Bars, Comparison, Operand, Plan, Result, Settings, Signals


def run(*, plan: Plan, bars: Bars, settings: Settings) -> Result:
    """Run a plan on bars.

    The same arguments give the same result, bit for bit, in any process.

    :raises InvalidSettings: if plan, settings and bars do not fit together
    """
    return simulate(signals=rules.evaluate(plan, bars), plan=plan, bars=bars, settings=settings)


def simulate(*, signals: Signals, plan: Plan, bars: Bars, settings: Settings) -> Result:
    """Carry out signals on bars and measure the outcome; of the plan only direction, exits and sizing count.

    :raises InvalidSettings: if plan, settings, signals and bars do not fit together
    """
    written = books.simulate(signals=signals, plan=plan, bars=bars, settings=settings)
    closed = written.trades
    statistics = registry.measure(
        bars=bars,
        equity=written.equity,
        initial_cash=settings.initial_cash,
        closed=tally.TradeColumns(closed["pnl"], closed["entry_price"] * closed["quantity"], closed["bars_held"]),
        exposed_bars=written.exposed_bars,
    )
    open_trades = books.list_trades(written.open_trades)
    return Result(
        trades=books.list_trades(closed),
        open_trade=open_trades[0] if open_trades else None,
        rejections=books.list_rejections(written.rejections),
        equity=written.equity,
        statistics=statistics,
        warmup_bars=signals.warmup_bars,
    )


def warm() -> None:
    """Make this process load or compile all that a first run needs, by a tiny run."""
    prices = np.array([100_00, 101_00, 102_00, 103_00])
    days = np.arange(len(prices))
    bars = Bars.checked(
        time=days * 86_400, session=days, open=prices, high=prices, low=prices, close=prices, volume=days
    )
    close = Operand(kind="price", name="CLOSE")
    average = Operand(kind="indicator", name="SMA", params=(("timeperiod", 2.0),), output="value")
    above = Comparison(left=close, operator=">", right=average)
    run(plan=Plan(name="warm", enter_long=above), bars=bars, settings=Settings(initial_cash=1_000_00))
