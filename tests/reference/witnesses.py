"""Three witnesses of one case: backtesting.py, vectorbt and a plain loop in exact arithmetic.

Each takes bars and signals and gives trades and final equity. What does not belong here: indicators, files, and
the project's own engine.
"""

from __future__ import annotations

import warnings
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.reference.cases import Bars, Case

STOP_PCT, TARGET_PCT = 2, 4


class Trade(NamedTuple):
    """A round trip by bar index; prices in rupees, exact where the witness is exact."""

    entry: int
    exit: int
    quantity: int
    entry_price: float | Fraction
    exit_price: float | Fraction
    reason: str

    @property
    def pnl(self) -> float | Fraction:
        return self.quantity * (self.exit_price - self.entry_price)


class Run(NamedTuple):
    """What one witness says of one case."""

    trades: list[Trade]
    equity: float | Fraction


def level_hit(bars: Bars, i: int, entry_price: Fraction) -> tuple[Fraction, str] | None:
    """Where bar i leaves a long position: a level beyond which it opens, else the stop, else the target."""
    stop, target = entry_price * (100 - STOP_PCT) / 100, entry_price * (100 + TARGET_PCT) / 100
    if bars.open[i] <= stop or bars.open[i] >= target:
        return Fraction(bars.open[i]), "stop" if bars.open[i] <= stop else "target"
    if bars.low[i] <= stop:
        return stop, "stop"
    return (target, "target") if bars.high[i] >= target else None


class _Book:
    """One long position at most, all-in with whole shares; money in paise, exact."""

    def __init__(self, cash: int) -> None:
        self.cash = Fraction(cash * 100)
        self.held: tuple[int, int, Fraction] | None = None
        self.trades: list[Trade] = []

    def obey(self, i: int, price: int, *, enter: bool, leave: bool) -> None:
        if self.held and leave:
            self.sell(i, Fraction(price), "signal")
        elif not self.held and enter and self.cash >= price:
            self.held = (i, int(self.cash // price), Fraction(price))

    def sell(self, i: int, price: Fraction, reason: str) -> None:
        if self.held:
            entry, quantity, entry_price = self.held
            self.cash += quantity * (price - entry_price)
            self.trades.append(Trade(entry, i, quantity, entry_price / 100, price / 100, reason))
            self.held = None


def by_hand(bars: Bars, enter: list[bool], leave: list[bool], case: Case) -> Run:
    """Walk the bars: orders due at the open, then the levels, then orders at the close."""
    book = _Book(case.cash)
    for i, close in enumerate(bars.close):
        if case.fill_on == "next_open" and i:
            book.obey(i, bars.open[i], enter=enter[i - 1], leave=leave[i - 1])
        hit = level_hit(bars, i, book.held[2]) if book.held and case.levels else None
        if hit:
            book.sell(i, *hit)
        if case.fill_on == "same_close":
            book.obey(i, close, enter=enter[i], leave=leave[i])
    book.sell(len(bars.close) - 1, Fraction(bars.close[-1]), "open")
    return Run(book.trades, book.cash / 100)


def backtesting_py(bars: Bars, enter: list[bool], leave: list[bool], case: Case, *, plain: bool = False) -> Run:
    """Run backtesting.py: levels as the order's own sl and tp, whole shares counted here from the fill price.

    ``plain`` leaves the size to the engine, the way its tutorial does.
    """
    import backtesting  # type: ignore[import-not-found]
    import pandas as pd

    same_close = case.fill_on == "same_close"
    asked_to_close = set()

    class Rule(backtesting.Strategy):
        def init(self) -> None:
            pass

        def next(self) -> None:
            i = len(self.data) - 1
            if self.position and leave[i]:
                asked_to_close.add(self.trades[0].entry_bar)
                self.position.close()
            elif not self.position and enter[i]:
                paise = bars.close[i] if same_close else bars.open[i + 1]
                size = {} if plain else {"size": round(self.equity * 1e6) // (paise * 10_000)}
                fill = paise / 100
                levels = {"sl": fill * (1 - STOP_PCT / 100), "tp": fill * (1 + TARGET_PCT / 100)}
                self.buy(**size, **(levels if case.levels else {}))

    columns = {name.title(): [paise / 100 for paise in getattr(bars, name)] for name in bars._fields[1:]}
    frame = pd.DataFrame(columns, index=pd.to_datetime(bars.date))
    with warnings.catch_warnings():
        # Assumption: an open position is marked at the last close, which finalize_trades would not do.
        warnings.filterwarnings("ignore", message="Some trades remain open")
        stats = backtesting.Backtest(frame, Rule, cash=case.cash, trade_on_close=same_close).run()
    trades = []
    for trade in (*stats._strategy.closed_trades, *stats._strategy.trades):
        reason = "signal" if trade.entry_bar in asked_to_close else "stop"
        if trade.exit_price is None:
            trades.append(_open_trade(bars, trade.entry_bar, int(trade.size), trade.entry_price))
            continue
        if reason == "stop" and trade.exit_price > trade.entry_price:
            reason = "target"
        trades.append(
            Trade(trade.entry_bar, trade.exit_bar, int(trade.size), trade.entry_price, trade.exit_price, reason)
        )
    return Run(trades, float(stats["Equity Final [$]"]))


def vectorbt(bars: Bars, enter: list[bool], leave: list[bool], case: Case, *, plain: bool = False) -> Run:
    """Run from_signals of vectorbt with its own stops, each bar as three rows: its open, its range, its close.

    vectorbt makes at most one order a row and sets a stop live on the row after the entry; in three rows an entry
    at the open is stoppable by its own bar, an entry at the close is not, and a stop and an entry fit in one bar.
    ``plain`` gives it one row a bar.
    """
    import numpy as np
    import vectorbt as vbt  # type: ignore[import-not-found]

    o, h, lo, c = (np.array(column) / 100 for column in bars[1:])
    same_close = case.fill_on == "same_close"
    shifted = [np.array(flags if same_close else [False, *flags[:-1]]) for flags in (enter, leave)]
    if plain:
        rows, price, flags, per_bar = [o, h, lo, c], c if same_close else o, shifted, 1
    else:
        per_bar, none = 3, np.zeros(len(o), dtype=bool)
        rows = [np.column_stack(three).ravel() for three in ((o, o, c), (o, h, c), (o, lo, c), (o, c, c))]
        price = np.column_stack((o, c, c)).ravel()
        flags = [np.column_stack((none, none, f) if same_close else (f, none, none)).ravel() for f in shifted]
    stops = {"sl_stop": STOP_PCT / 100, "tp_stop": TARGET_PCT / 100} if case.levels else {}
    portfolio = vbt.Portfolio.from_signals(
        rows[3], flags[0], flags[1], open=rows[0], high=rows[1], low=rows[2], price=price, init_cash=case.cash,
        size=np.inf, size_granularity=1, direction="longonly", stop_entry_price="fillprice",
        stop_exit_price="stoplimit", **stops,
    )  # fmt: skip
    trades = []
    for row in portfolio.trades.records.itertuples():
        entry, quantity = row.entry_idx // per_bar, round(row.size)
        if row.status == 0:
            trades.append(_open_trade(bars, entry, quantity, row.entry_price))
            continue
        level = "target" if row.exit_price > row.entry_price else "stop"
        reason = "signal" if flags[1][row.exit_idx] else level
        trades.append(Trade(entry, row.exit_idx // per_bar, quantity, row.entry_price, row.exit_price, reason))
    return Run(trades, float(portfolio.value().iloc[-1]))


def _open_trade(bars: Bars, entry: int, quantity: int, entry_price: float) -> Trade:
    return Trade(entry, len(bars.close) - 1, quantity, entry_price, bars.close[-1] / 100, "open")
