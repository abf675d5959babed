"""Settings a run refuses, and that it refuses them before anything is computed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from engine.errors import InvalidSettings
from engine.simulation import books, kernel
from engine.types import Exits, Plan, Settings, Sizing
from tests.engine.simulation import candles

BARS, SIGNALS = candles.read("""
open high low close signal
 100  101  99   100 buy
 100  101  99   100 -
""")
SETTINGS = Settings(initial_cash=100_000)
PLAN = Plan(name="fine")


@pytest.mark.parametrize("cash", [0, -1, 2**53, float("nan"), float("inf"), 100.5])
def test_the_initial_cash_is_whole_paise_above_zero(cash):
    with pytest.raises(InvalidSettings, match="initial cash"):
        books.simulate(signals=SIGNALS, plan=PLAN, bars=BARS, settings=Settings(initial_cash=cash))


@pytest.mark.parametrize(("field", "most"), [("stop_loss_pct", 100), ("target_pct", 1000), ("trailing_stop_pct", 100)])
def test_a_price_cannot_fall_by_more_than_100_percent_but_rise_by_more(field, most):
    for percentage in (0, -1, most + 0.01, float("nan"), float("inf")):
        with pytest.raises(InvalidSettings, match=field):
            books.simulate(
                signals=SIGNALS, plan=replace(PLAN, exits=Exits(**{field: percentage})), bars=BARS, settings=SETTINGS
            )
    books.simulate(signals=SIGNALS, plan=replace(PLAN, exits=Exits(**{field: most})), bars=BARS, settings=SETTINGS)


@pytest.mark.parametrize(
    "sizing",
    [
        Sizing("quantity", 0),
        Sizing("quantity", 1.5),
        Sizing("quantity", float("nan")),
        Sizing("cash", 0),
        Sizing("cash", float("inf")),
        Sizing("percent_of_equity", 0),
        Sizing("percent_of_equity", 101),
        Sizing(cast(Any, "martingale")),
    ],
)
def test_sizing_that_makes_no_sense(sizing):
    with pytest.raises(InvalidSettings):
        books.simulate(signals=SIGNALS, plan=replace(PLAN, sizing=sizing), bars=BARS, settings=SETTINGS)


@pytest.mark.parametrize("field", ["fill_on", "path_mode", "stop_basis"])
def test_an_unknown_choice_names_its_setting(field):
    unknown: dict[str, Any] = {field: "sideways"}
    with pytest.raises(InvalidSettings, match=f"{field} must be one of .*, not sideways"):
        books.simulate(signals=SIGNALS, plan=PLAN, bars=BARS, settings=replace(SETTINGS, **unknown))


def test_an_unknown_direction():
    with pytest.raises(InvalidSettings, match="direction must be one of long, short, both"):
        books.simulate(signals=SIGNALS, plan=replace(PLAN, direction=cast(Any, "up")), bars=BARS, settings=SETTINGS)


def test_no_bars():
    none = replace(BARS, **{name: getattr(BARS, name)[:0] for name in ("time", "open", "high", "low", "close")})
    with pytest.raises(InvalidSettings, match="no bars"):
        books.simulate(signals=SIGNALS, plan=PLAN, bars=none, settings=SETTINGS)


@pytest.mark.parametrize("name", ["enter_long", "exit_long", "enter_short", "exit_short"])
def test_signals_of_another_length(name):
    shorter: dict[str, Any] = {name: np.zeros(1, bool)}
    with pytest.raises(InvalidSettings, match="differ in length"):
        books.simulate(signals=replace(SIGNALS, **shorter), plan=PLAN, bars=BARS, settings=SETTINGS)


def test_the_largest_sensible_settings_are_accepted():
    plan = Plan(name="edge", exits=Exits(100, 100, 100), sizing=Sizing("percent_of_equity", 100))
    written = books.simulate(signals=SIGNALS, plan=plan, bars=BARS, settings=Settings(initial_cash=2**53 - 1))
    assert len(written.open_trades) == 1


def test_the_pass_is_compiled_once_whatever_the_arrays():
    """Strided, writable and read-only columns, and other integer sizes, meet one compiled pass."""
    books.simulate(signals=SIGNALS, plan=PLAN, bars=BARS, settings=SETTINGS)
    compiled = len(kernel.simulate.signatures)
    other = replace(BARS, open=BARS.open.astype(np.int64), close=np.repeat(BARS.close, 2)[::2])
    books.simulate(signals=replace(SIGNALS, exit_long=np.zeros(4, bool)[::2]), plan=PLAN, bars=other, settings=SETTINGS)
    assert len(kernel.simulate.signatures) == compiled == 1
