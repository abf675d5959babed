"""The compiled steps against the rules written down once more in plain Python, bar by bar on random input."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.costs.schedule import flat_percent
from engine.simulation import books
from engine.types import Entries, Exits, Plan, Settings, Sizing
from tests.engine.simulation.reference import Reference
from tests.engine.simulation.test_properties import bars_strategy, signals_strategy

unhurried = settings(deadline=None, derandomize=True, max_examples=400)

PCT = st.sampled_from([0.5, 1.0, 2.5, 3.3, 5.0])
POINTS = st.sampled_from([50.0, 120.0, 333.0, 700.0])


@st.composite
def exits_strategy(draw):
    chosen = {}
    for level in ("stop_loss", "target", "trailing_stop"):
        unit = draw(st.sampled_from(["", "pct", "points"]))
        if unit:
            chosen[f"{level}_{unit}"] = draw(PCT if unit == "pct" else POINTS)
    return Exits(
        **chosen,
        break_even_pct=draw(st.none() | PCT),
        max_bars=draw(st.none() | st.integers(1, 6)),
    )


PLANS = st.builds(
    Plan,
    name=st.just("reference"),
    direction=st.sampled_from(["long", "short", "both"]),
    exits=exits_strategy(),
    sizing=st.sampled_from(
        [Sizing(), Sizing("quantity", 50), Sizing("cash", 700_000.0), Sizing("percent_of_equity", 37.5)]
    ),
    entries=st.builds(
        Entries,
        kind=st.sampled_from(["market", "limit", "stop"]),
        offset_pct=st.sampled_from([0.0, 0.5, 2.0, 4.0]),
        valid_bars=st.integers(1, 4),
    ),
)


@st.composite
def cases(draw):
    bars = draw(bars_strategy())
    charge_bps = draw(st.sampled_from([0, 0, 5, 37]))
    chosen = Settings(
        initial_cash=draw(st.sampled_from([5_000, 1_000_000, 123_456_789])),
        fill_on=draw(st.sampled_from(["same_close", "next_open"])),
        path_mode=draw(st.sampled_from(["pessimistic", "tv_path", "optimistic"])),
        stop_basis=draw(st.sampled_from(["fill", "signal_close"])),
        slippage_ticks=draw(st.sampled_from([0, 0, 1, 7])),
        slippage_bps=draw(st.sampled_from([0, 0, 8])),
        penetration_ticks=draw(st.sampled_from([0, 0, 1])),
        costs=flat_percent(Decimal(charge_bps) / 100) if charge_bps else None,
    )
    return {"bars": bars, "signals": draw(signals_strategy(bars)), "plan": draw(PLANS), "settings": chosen}, charge_bps


@unhurried
@given(cases())
def test_the_same_trades_refusals_and_equity(drawn):
    case, charge_bps = drawn
    written = books.simulate(**case)
    slow = Reference(plan=case["plan"], settings=case["settings"], charge_bps=charge_bps)
    book = slow.run(case["bars"], case["signals"])
    fast = [(*trade[:7], trade.exit_reason) for trade in books.list_trades(written.trades)]
    assert [trade[:3] + trade[4:5] + trade[7:] for trade in fast] == [
        trade[:3] + trade[4:5] + trade[7:] for trade in book.trades
    ]
    for mine, other in zip(fast, book.trades, strict=True):
        assert mine[3] == pytest.approx(other[3], rel=1e-12)
        assert mine[5:7] == pytest.approx(other[5:7], rel=1e-9, abs=1e-4)
    assert [tuple(refusal) for refusal in written_refusals(written)] == book.refused
    assert written.equity.tolist() == pytest.approx(book.equity, rel=1e-12, abs=1e-4)


def written_refusals(written):
    return [(refusal.index, refusal.side, refusal.reason) for refusal in books.list_rejections(written.rejections)]
