"""How instruments share the cash: hand-worked tables, and what holds for every portfolio."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InvalidBars, InvalidSettings
from engine.portfolio import columns
from engine.portfolio import runner as portfolios
from engine.portfolio.allocation import Allocation
from engine.portfolio.runner import Candidate, PortfolioResult
from engine.types import Bars, Entries, Exits, Operand, Plan, Settings, Signals
from tests.engine.portfolio.test_single import PLANS, SETTINGS, bars_of, signals_of

PLAN = Plan(name="table")


def _candidate(closes: list[float | None], said: str, *, rank: list[float] | None = None) -> Candidate:
    """Daily bars of one price each, None a day without; ``said``: b(uy), s(ell) or - a bar."""
    days = np.array([day for day, close in enumerate(closes) if close is not None])
    prices = np.array([round(close * 100) for close in closes if close is not None])
    four = dict.fromkeys(("open", "high", "low", "close"), prices)
    bars = Bars.checked(time=days * 86_400, session=days, volume=days, **four)
    words = np.array(list(said))
    none = np.zeros(len(words), bool)
    signals = Signals(words == "b", words == "s", none, none, warmup_bars=0)
    return Candidate(bars, signals, rank=None if rank is None else np.array(rank))


def _run(allocation: Allocation, *candidates: Candidate, plan: Plan = PLAN, **terms: Any) -> PortfolioResult:
    chosen = Settings(**{"initial_cash": 1_000_00, **terms})
    return portfolios.simulate(candidates=candidates, plan=plan, allocation=allocation, settings=chosen)


def _lines(result: PortfolioResult) -> list[str]:
    return [
        f"{held.instrument}: {trade.quantity} from {trade.entry_index} at {trade.entry_price / 100:g}"
        f" to {trade.exit_index} at {trade.exit_price / 100:g}, {trade.exit_reason}"
        for held in (*result.trades, *result.open_trades)
        for trade in (held.trade,)
    ]


def _refusals(result: PortfolioResult) -> list[tuple[int, int, str]]:
    return [(each.instrument, each.at, each.reason) for each in result.rejections]


def test_equal_parts_of_the_equity_in_whole_shares() -> None:
    one = _candidate([100, 110, 120, 120], "b-s-")
    two = _candidate([30, 30, 33, 36], "-b--")
    result = _run(Allocation(max_positions=2), one, two)
    # A half of 1,000 buys 5 at 100; a half of 1,050 at 30 is 17.5, and 500 are free: 16.
    assert _lines(result) == ["0: 5 from 0 at 100 to 2 at 120, signal", "1: 16 from 1 at 30 to 3 at 36, end"]
    # 1,000; 500 + 5 x 110; 20 + 600 + 16 x 33; 620 + 16 x 36.
    assert (result.equity / 100).tolist() == [1000, 1050, 1148, 1196]


def test_a_fixed_amount_for_each_entry_while_the_cash_lasts() -> None:
    allocation = Allocation("fixed", max_positions=3, amount=400_00)
    result = _run(allocation, *(_candidate([100, 100], "b-") for _ in range(3)))
    assert [line.split(" from")[0] for line in _lines(result)] == ["0: 4", "1: 4"]
    assert _refusals(result) == [(2, 0, "insufficient_cash")]


def test_the_best_rank_goes_first_and_the_rest_has_no_place() -> None:
    candidates = [_candidate([100, 100], "b-", rank=[rank, 0]) for rank in (1.0, float("nan"), 3.0, 2.0)]
    highest = Allocation(max_positions=2, rank_by=Operand("price", "CLOSE"))
    assert _refusals(_run(highest, *candidates)) == [(0, 0, "max_positions"), (1, 0, "max_positions")]
    lowest = replace(highest, highest_first=False)
    assert _refusals(_run(lowest, *candidates)) == [(1, 0, "max_positions"), (2, 0, "max_positions")]


def test_equal_ranks_go_by_the_list() -> None:
    candidates = [_candidate([100, 100], "b-", rank=[5.0, 5.0]) for _ in range(3)]
    result = _run(Allocation(max_positions=2, rank_by=Operand("price", "CLOSE")), *candidates)
    assert [held.instrument for held in result.open_trades] == [0, 1]


@pytest.mark.parametrize("fill_on", ["same_close", "next_open"])
def test_what_is_left_pays_for_what_is_entered_at_the_same_price_of_time(fill_on: str) -> None:
    first = _candidate([100, 100, 100, 100], "-b--")
    second = _candidate([50, 60, 60, 60], "bs--")
    result = _run(Allocation(), first, second, fill_on=fill_on)
    late = fill_on == "next_open"
    # All of 1,000 in the second: 20 at 50 (16 at 60); the first, earlier in the list, takes its place and its cash.
    sold = "1: 16 from 1 at 60 to 2 at 60, signal" if late else "1: 20 from 0 at 50 to 1 at 60, signal"
    bought = "0: 10 from 2 at 100 to 3 at 100, end" if late else "0: 12 from 1 at 100 to 3 at 100, end"
    assert _lines(result) == [sold, bought]
    assert result.rejections == ()


def test_a_stop_in_a_bar_frees_its_place_for_the_close() -> None:
    falling = _candidate([100, 80, 80], "b--")
    other = _candidate([10, 10, 10], "-b-")
    result = _run(Allocation(), falling, other, plan=replace(PLAN, exits=Exits(stop_loss_pct=10)))
    assert _lines(result) == ["0: 10 from 0 at 100 to 1 at 80, stop", "1: 80 from 1 at 10 to 2 at 10, end"]


def test_days_without_a_bar_keep_the_last_price_and_let_orders_wait() -> None:
    gappy = _candidate([100, None, 130], "b-")
    late = _candidate([None, 10, 10], "b-")
    result = _run(Allocation(max_positions=2), gappy, late, fill_on="next_open")
    # The order of the first waits for its next bar, on day 2.
    assert _lines(result) == ["0: 3 from 2 at 130 to 2 at 130, end", "1: 50 from 2 at 10 to 2 at 10, end"]
    result = _run(Allocation(max_positions=2), gappy, late)
    assert (result.equity / 100).tolist() == [1000, 1000, 1150]


def test_buy_and_hold_is_equal_parts_of_all() -> None:
    one, two = _candidate([100, 110, 120], "---"), _candidate([None, 50, 55], "--")
    bars = [one.bars, two.bars]
    axis = columns.axis_of(bars)
    # 100 %, (110 + 100) / 2, (120 + 110) / 2, of 100 rupees.
    assert columns.index_of(bars, axis=axis).tolist() == [100_00, 105_00, 115_00]
    result = _run(Allocation(), one, two)
    assert result.statistics["buy_and_hold_return_pct"] == pytest.approx(15, abs=1e-9)


@pytest.mark.parametrize(
    ("allocation", "plan", "message"),
    [
        (Allocation(max_positions=0), PLAN, "max_positions must be 1 to 200"),
        (Allocation("fixed"), PLAN, "The amount of an entry must be above zero"),
        (Allocation(), replace(PLAN, entries=Entries(kind="limit")), "market orders"),
        (Allocation(), replace(PLAN, entries=Entries(max_entries=2)), "market orders"),
        (Allocation(), replace(PLAN, exits=Exits(stop_loss_atr=2)), "needs that as a column"),
        (Allocation(), replace(PLAN, exits=Exits(square_off=900)), "time of day needs bars shorter"),
    ],
)
def test_what_cannot_be_shared_is_refused(allocation: Allocation, plan: Plan, message: str) -> None:
    with pytest.raises(InvalidSettings, match=message):
        _run(allocation, _candidate([100, 100], "b-"), plan=plan)


def test_lists_that_cannot_be_are_refused() -> None:
    with pytest.raises(InvalidSettings, match="1 to 200 instruments, not 0"):
        portfolios.run(plan=PLAN, bars=[], allocation=Allocation(), settings=Settings(initial_cash=1))
    one = _candidate([100, 100], "b-")
    other = one._replace(bars=replace(one.bars, session=one.bars.session + 1))
    with pytest.raises(InvalidBars, match="disagree on the session"):
        _run(Allocation(), one, other)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Candidate], Plan, Allocation, Settings]:
    candidates = []
    for _ in range(draw(st.integers(1, 4))):
        bars = draw(bars_of(most=18))
        rank = np.array(draw(st.lists(st.integers(0, 3), min_size=len(bars), max_size=len(bars))), float)
        candidates.append(Candidate(bars, draw(signals_of(bars)), rank=rank))
    kind: Any = draw(st.sampled_from(["equal", "fixed"]))
    allocation = Allocation(kind, max_positions=draw(st.integers(1, 4)), amount=300_000)
    return candidates, draw(PLANS), allocation, draw(SETTINGS)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(worlds())
def test_equity_is_cash_and_positions_and_places_are_kept(world: Any) -> None:
    """Replayed as purchases and sales, so that the profit column is not believed."""
    candidates, plan, allocation, terms = world
    terms = replace(terms, costs=None)
    result = portfolios.simulate(candidates=candidates, plan=plan, allocation=allocation, settings=terms)
    held = [*result.trades, *result.open_trades]
    rows = columns.spread(
        [each.bars.close for each in candidates],
        axis=columns.axis_of([each.bars for each in candidates]),
        empty=0,
        kind=np.int32,
    )
    for at, equity in enumerate(result.equity):
        cash, worth, places = float(terms.initial_cash), 0.0, 0
        for number, trade in held:
            side = 1 if trade.side == "long" else -1
            is_open = trade.entry_index <= at and (at < trade.exit_index or trade.exit_reason == "end")
            if trade.entry_index <= at:
                cash -= side * trade.quantity * trade.entry_price
            if trade.entry_index <= at and not is_open:
                cash += side * trade.quantity * trade.exit_price
            known = rows[number, : at + 1]
            if is_open:
                worth += side * trade.quantity * float(known[known > 0][-1])
                places += 1
        assert abs(cash + worth - equity) < 1e-4
        assert places <= allocation.max_positions


@settings(deadline=None, derandomize=True, max_examples=100)
@given(worlds())
def test_longs_never_buy_with_cash_that_is_not_there(world: Any) -> None:
    candidates, plan, allocation, terms = world
    plan = replace(plan, direction="long")
    result = portfolios.simulate(candidates=candidates, plan=plan, allocation=allocation, settings=terms)
    for at in range(len(result.equity)):
        bound = sum(
            held.trade.quantity * held.trade.entry_price
            for held in (*result.trades, *result.open_trades)
            if held.trade.entry_index <= at and (at < held.trade.exit_index or held.trade.exit_reason == "end")
        )
        realised = sum(held.trade.pnl for held in result.trades if held.trade.exit_index <= at)
        assert bound <= terms.initial_cash + realised + 1e-4
