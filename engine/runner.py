"""A run: a plan on bars, from signals through fills to statistics.

What does not belong here: any rule of signals (rules), fills (simulation) or statistics (metrics).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine import indicators, rules, script
from engine.errors import InvalidSettings
from engine.metrics import registry
from engine.rules import script_indicators
from engine.script import evaluation
from engine.script.program import Program
from engine.simulation import books, checks, scripted
from engine.types import Bars, Comparison, Exits, Operand, Plan, Result, Settings, Signals

PAISE_PER_RUPEE = 100.0

# Touches the compiled code of scripts: columns, the machine, an order.
_WARM = """//@version=6
strategy("warm")
var float kept = na
kept := close
if close > open + 1 and close[bar_index] < kept
    strategy.entry("L", strategy.long)
"""


Benchmark = NDArray[np.int32]


def run(*, plan: Plan, bars: Bars, settings: Settings, benchmark: Benchmark | None = None) -> Result:
    """Run a plan on bars.

    The same arguments give the same result, bit for bit, in any process. ``benchmark``: closes in paise, one a bar,
    that alpha and beta are against; None: the bars' own.

    :raises InvalidSettings: if plan, settings, benchmark and bars do not fit together
    :raises InvalidCosts: if the charges of a bar's date are not known
    """
    signals = rules.evaluate(plan, bars)
    return simulate(signals=signals, plan=plan, bars=bars, settings=settings, benchmark=benchmark)


def simulate(
    *, signals: Signals, plan: Plan, bars: Bars, settings: Settings, benchmark: Benchmark | None = None
) -> Result:
    """Carry out signals on bars and measure the outcome; of the plan its conditions do not count.

    :raises InvalidSettings: if plan, settings, signals, benchmark and bars do not fit together
    :raises InvalidCosts: if the charges of a bar's date are not known
    """
    if benchmark is not None and (len(benchmark) != len(bars) or not (benchmark > 0).all()):
        raise InvalidSettings("The benchmark must have a price above zero for each bar")
    atr = _average_true_range(plan.exits, bars) if checks.needs_atr(plan.exits) else None
    written = books.simulate(signals=signals, plan=plan, bars=bars, settings=settings, atr=atr)
    return _measured(written, bars=bars, settings=settings, warmup_bars=signals.warmup_bars, benchmark=benchmark)


def _measured(
    written: books.Books, *, bars: Bars, settings: Settings, warmup_bars: int, benchmark: Benchmark | None = None
) -> Result:
    """The books of a run with its statistics."""
    statistics = registry.measure(
        bars=bars,
        equity=written.equity,
        initial_cash=settings.initial_cash,
        closed=written.trades,
        activity=registry.Activity(written.exposed_bars, written.charges, written.traded),
        benchmark=benchmark,
    )
    open_trades = books.list_trades(written.open_trades)
    return Result(
        trades=books.Trades(written.trades),
        open_trade=open_trades[0] if open_trades else None,
        rejections=books.list_rejections(written.rejections),
        equity=written.equity,
        statistics=statistics,
        warmup_bars=warmup_bars,
        charges=written.charges,
    )


def run_program(*, program: Program, bars: Bars, settings: Settings) -> Result:
    """Run a script on bars; where its orders fill is the settings' to say.

    :raises InvalidSettings: if settings and bars do not fit together
    :raises ScriptError: if the script goes beyond its limits on these bars
    """
    columns = evaluation.columns(program, bars, script_indicators.columns)
    return simulate_program(program=program, columns=columns, bars=bars, settings=settings)


def simulate_program(
    *, program: Program, columns: NDArray[np.float64], bars: Bars, settings: Settings, first: int = 0
) -> Result:
    """Carry out a script whose columns are there; what it orders before bar ``first`` is not placed.

    :raises InvalidSettings: if settings and bars do not fit together
    :raises ScriptError: if the script goes beyond its limits on these bars
    """
    written = scripted.simulate(program=program, columns=columns, bars=bars, settings=settings, first=first)
    return _measured(written, bars=bars, settings=settings, warmup_bars=program.warmup_bars)


def studies(*, program: Program, bars: Bars) -> list[tuple[str, NDArray[np.float64]]]:
    """The studies that the orders of a script depend on, by their calls: a value for each bar, NaN where there is none.

    :raises ScriptError: TOO_HEAVY, before anything is computed
    """
    labels = script.labels(program)
    found = evaluation.chosen(program, bars, script_indicators.columns, tuple(labels))
    return list(zip(labels.values(), found, strict=True))


def _average_true_range(exits: Exits, bars: Bars) -> NDArray[np.float64]:
    """The average true range in paise, one value a bar; NaN in its warm-up."""
    (values,) = indicators.columns(indicators.REGISTRY["ATR"], {"timeperiod": float(exits.atr_period)}, bars)
    return values * PAISE_PER_RUPEE


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
    indicators.compute("SUPERTREND", {"timeperiod": 1}, bars)
    run_program(program=script.compile(_WARM), bars=bars, settings=Settings(initial_cash=1_000_00))
