"""Settings a run refuses, and that it refuses them before anything is computed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from engine.errors import InvalidSettings
from engine.simulation import books, kernel
from engine.types import Entries, Exits, Expiry, Plan, Settings, Sizing
from tests.engine.simulation import candles

BARS, SIGNALS = candles.read("""
open high low close signal
 100  101  99   100 buy
 100  101  99   100 -
""")
SETTINGS = Settings(initial_cash=100_000)
PLAN = Plan(name="fine")


def only(field: str, value: Any) -> Exits:
    return replace(Exits(), **{field: value})


def run(**changes: Any) -> books.Books:
    """A run with exits, entries, sizing or settings changed by name."""
    names = {"exits": Exits(), "entries": Entries(), "sizing": PLAN.sizing}
    plan = replace(PLAN, **{name: changes.pop(name) for name in names if name in changes})
    return books.simulate(signals=SIGNALS, plan=plan, bars=BARS, settings=replace(SETTINGS, **changes))


@pytest.mark.parametrize("cash", [0, -1, 2**53, float("nan"), float("inf"), 100.5])
def test_the_initial_cash_is_whole_paise_above_zero(cash):
    with pytest.raises(InvalidSettings, match="initial cash"):
        books.simulate(signals=SIGNALS, plan=PLAN, bars=BARS, settings=Settings(initial_cash=cash))


@pytest.mark.parametrize(("field", "most"), [("stop_loss_pct", 100), ("target_pct", 1000), ("trailing_stop_pct", 100)])
def test_a_price_cannot_fall_by_more_than_100_percent_but_rise_by_more(field, most):
    for percentage in (0, -1, most + 0.01, float("nan"), float("inf")):
        with pytest.raises(InvalidSettings, match=field):
            books.simulate(
                signals=SIGNALS, plan=replace(PLAN, exits=only(field, percentage)), bars=BARS, settings=SETTINGS
            )
    books.simulate(signals=SIGNALS, plan=replace(PLAN, exits=only(field, most)), bars=BARS, settings=SETTINGS)


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
    compiled = len(cast(Any, kernel.simulate).signatures)
    other = replace(BARS, open=BARS.open.astype(np.int64), close=np.repeat(BARS.close, 2)[::2])
    books.simulate(signals=replace(SIGNALS, exit_long=np.zeros(4, bool)[::2]), plan=PLAN, bars=other, settings=SETTINGS)
    assert len(cast(Any, kernel.simulate).signatures) == compiled == 1


@pytest.mark.parametrize(
    ("exits", "named"),
    [
        (Exits(stop_loss_pct=2, stop_loss_points=300), "stop_loss is given more than once"),
        (Exits(target_points=1, target_atr=1), "target is given more than once"),
        (Exits(trailing_stop_pct=2, trailing_stop_atr=1), "trailing_stop is given more than once"),
        (Exits(stop_loss_points=0), "stop_loss_points"),
        (Exits(target_atr=float("nan")), "target_atr"),
        (Exits(break_even_pct=-1), "break_even_pct"),
        (Exits(max_bars=0), "max_bars"),
        (Exits(square_off=24 * 60), "square_off"),
        (Exits(stop_loss_atr=2), "needs that as a column"),
        (Exits(square_off=15 * 60), "bars shorter than a day"),
    ],
)
def test_exits_that_make_no_sense(exits, named):
    with pytest.raises(InvalidSettings, match=named):
        run(exits=exits)


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        (Entries(offset_pct=-0.1), "offset_pct"),
        (Entries(offset_pct=100), "offset_pct"),
        (Entries(valid_bars=0), "valid_bars"),
        (Entries(max_entries=0), "max_entries"),
        (Entries(max_per_day=0), "max_per_day"),
        (Entries(first_minute=600, last_minute=599), "last_minute"),
        (Entries(first_minute=600), "bars shorter than a day"),
        (Entries(kind=cast(Any, "iceberg")), "kind of entries must be one of market, limit, stop"),
    ],
)
def test_entries_that_make_no_sense(entries, named):
    with pytest.raises(InvalidSettings, match=named):
        run(entries=entries)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"units": "dozens"}, "units must be one of whole, lots, fractional"),
        ({"lot_size": 75}, "needs units lots"),
        ({"units": "lots", "lot_size": 0}, "lot_size"),
        ({"units": "lots", "lot_size": 75, "sizing": Sizing("quantity", 100)}, "multiple of 75"),
        ({"units": "fractional", "sizing": Sizing("quantity", 0)}, "quantity"),
        ({"sizing": Sizing("risk_per_trade", 1)}, "needs a stop"),
        ({"sizing": Sizing("risk_per_trade", 101), "exits": Exits(stop_loss_pct=1)}, "risk_per_trade"),
        ({"tick_size": 0}, "tick_size"),
        ({"slippage_ticks": -1}, "slippage_ticks"),
        ({"slippage_bps": 10_001}, "slippage_bps"),
        ({"penetration_ticks": float("nan")}, "penetration_ticks"),
        ({"expiry": Expiry(session=20_000, settlement=-1)}, "settlement"),
    ],
)
def test_a_market_that_makes_no_sense(changes, named):
    with pytest.raises(InvalidSettings, match=named):
        run(**changes)


def test_an_average_range_of_another_length():
    with pytest.raises(InvalidSettings, match="average true range and the bars differ"):
        books.simulate(signals=SIGNALS, plan=PLAN, bars=BARS, settings=SETTINGS, atr=np.ones(3))
