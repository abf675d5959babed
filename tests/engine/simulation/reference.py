"""The rules of fills once more, as plain as they can be written: one order, one bar, one price at a time.

For the comparison with the compiled steps; long and short are spelled out, nothing is signed or packed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor, inf

from engine.types import Bars, Plan, Settings, Signals


@dataclass
class Bar:
    at: int
    open: float
    high: float
    low: float
    close: float

    @property
    def path(self) -> list[float]:
        nearer_high = abs(self.high - self.open) < abs(self.open - self.low)
        middle = [self.high, self.low] if nearer_high else [self.low, self.high]
        return [self.open, *middle, self.close]


@dataclass
class Holding:
    side: str
    quantity: float
    at: int
    price: float
    base: float
    charges: float
    kind: str
    stop: float = 0.0
    target: float = inf
    top: float = 0.0
    bottom: float = inf


@dataclass
class Book:
    cash: float
    held: Holding | None = None
    trades: list[tuple[object, ...]] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    equity: list[float] = field(default_factory=list)


class Reference:
    """A run, bar by bar. Charges: a percentage of the value in hundredths of a percent, to the paisa half up."""

    def __init__(self, *, plan: Plan, settings: Settings, charge_bps: int = 0) -> None:
        self.plan, self.settings, self.charge_bps = plan, settings, charge_bps
        self.book = Book(cash=float(settings.initial_cash))

    def run(self, bars: Bars, signals: Signals) -> Book:
        market: list[str] = []
        leaving: str | None = None
        waiting: tuple[str, float, int] | None = None
        kind, at_open = self.plan.entries.kind, self.settings.fill_on == "next_open"
        for at in range(len(bars)):
            bar = Bar(at, *(float(getattr(bars, name)[at]) for name in ("open", "high", "low", "close")))
            if waiting and at - waiting[2] > self.plan.entries.valid_bars:
                waiting = None
            if at_open:
                self.at_market(bar, bar.open, leaving, market, base=float(bars.close[at - 1]))
            market, leaving = [], None
            if waiting and self.opens_beyond(waiting, bar):
                price = bar.open if kind == "limit" else self.slip(bar.open, waiting[0] == "long")
                self.enter(waiting[0], price, bar, base=float(bars.close[waiting[2]]))
                waiting = None
            waiting = self.through(bar, waiting, bars)
            enter, leaving = self.decide(signals, at)
            if enter and kind == "market":
                market = [enter]
            elif enter:
                away = -1 if (kind == "limit") == (enter == "long") else 1
                waiting = (enter, bar.close * (100 + away * self.plan.entries.offset_pct) / 100, at)
            if not at_open:
                self.at_market(bar, bar.close, leaving, market, base=bar.close)
                market, leaving = [], None
            self.book.equity.append(self.book.cash + self.gain(bar.close))
        return self.book

    def decide(self, signals: Signals, at: int) -> tuple[str | None, str | None]:
        long = bool(signals.enter_long[at]) and self.plan.direction != "short"
        short = bool(signals.enter_short[at]) and self.plan.direction != "long"
        enter = None if long == short else "long" if long else "short"
        if self.book.held is None:
            return enter, None
        mine = self.book.held.side
        leave = bool(signals.exit_long[at] if mine == "long" else signals.exit_short[at])
        if enter == mine:
            enter = None
        if enter and self.plan.entries.kind == "market":
            return enter, None
        return enter, "signal" if leave else None

    def at_market(self, bar: Bar, price: float, leaving: str | None, market: list[str], *, base: float) -> None:
        held, most = self.book.held, self.plan.exits.max_bars
        if held:
            overdue = most is not None and bar.at - held.at >= most
            if leaving or overdue:
                self.leave(bar, self.slip(price, held.side == "short"), leaving or "time")
        for side in market:
            self.enter(side, self.slip(price, side == "long"), bar, base=base)

    def slip(self, price: float, buys: bool) -> float:
        away = self.settings.slippage_ticks * self.settings.tick_size + price * self.settings.slippage_bps / 10_000
        return max(price + away if buys else price - away, 0.0)

    def charge(self, quantity: float, price: float) -> float:
        return float((floor(quantity * price + 0.5) * self.charge_bps + 5_000) // 10_000)

    def gain(self, price: float) -> float:
        held = self.book.held
        if held is None:
            return 0.0
        return held.quantity * (price - held.price if held.side == "long" else held.price - price)

    def wanted(self, price: float) -> float:
        sizing = self.plan.sizing
        if sizing.kind == "quantity":
            return sizing.value
        budget = {
            "all_in": self.book.cash,
            "cash": sizing.value,
            "percent_of_equity": self.book.cash * sizing.value / 100,
        }[sizing.kind]
        quantity = floor(budget / price)
        while quantity > 0 and quantity * price + self.charge(quantity, price) > budget:
            quantity -= 1
        return quantity

    def enter(self, side: str, price: float, bar: Bar, *, base: float) -> None:
        if self.book.held and self.book.held.side == side:
            return
        if self.book.held:
            self.leave(bar, price, "reverse")
        lot = self.settings.lot_size
        quantity = self.wanted(price) // lot * lot
        needed = max(quantity, lot)
        if needed * price + self.charge(needed, price) > self.book.cash:
            self.book.refused.append((bar.at, side, "insufficient_cash"))
        elif quantity < lot:
            self.book.refused.append((bar.at, side, "below_one_lot"))
        else:
            charges = self.charge(quantity, price)
            self.book.cash -= charges
            start = base if self.settings.stop_basis == "signal_close" else price
            kind = self.plan.entries.kind
            self.book.held = Holding(side, quantity, bar.at, price, start, charges, kind, top=start, bottom=start)
            self.set_levels(self.book.held)

    def set_levels(self, held: Holding) -> None:
        exits, up = self.plan.exits, held.side == "long"
        held.stop, held.target = (-inf, inf) if up else (inf, -inf)
        if exits.stop_loss_pct:
            held.stop = held.base * (100 - exits.stop_loss_pct if up else 100 + exits.stop_loss_pct) / 100
        if exits.stop_loss_points:
            held.stop = held.base - exits.stop_loss_points if up else held.base + exits.stop_loss_points
        if exits.target_pct:
            held.target = held.base * (100 + exits.target_pct if up else 100 - exits.target_pct) / 100
        if exits.target_points:
            held.target = held.base + exits.target_points if up else held.base - exits.target_points

    def leave(self, bar: Bar, price: float, reason: str) -> None:
        held = self.book.held
        assert held is not None
        charges, gross = self.charge(held.quantity, price), self.gain(price)
        net = gross - charges - held.charges
        self.book.trades.append((held.side, held.quantity, held.at, held.price, bar.at, price, net, reason))
        self.book.cash += gross - charges
        self.book.held = None

    def stop_now(self, held: Holding) -> tuple[float, str]:
        exits, up = self.plan.exits, held.side == "long"
        found = [(held.stop, "stop")]
        if exits.trailing_stop_pct:
            part = exits.trailing_stop_pct
            found.append((held.top * (100 - part) / 100 if up else held.bottom * (100 + part) / 100, "trailing"))
        if exits.trailing_stop_points:
            away = exits.trailing_stop_points
            found.append((held.top - away if up else held.bottom + away, "trailing"))
        return (max if up else min)(found, key=lambda level: level[0])

    def opens_beyond(self, order: tuple[str, float, int], bar: Bar) -> bool:
        below = bar.open <= order[1]
        above = bar.open >= order[1]
        return below if (self.plan.entries.kind == "limit") == (order[0] == "long") else above

    def fills_within(self, order: tuple[str, float, int], bar: Bar) -> bool:
        side, level, _ = order
        through = self.settings.penetration_ticks * self.settings.tick_size
        if self.plan.entries.kind == "limit":
            return bar.low <= level - through if side == "long" else bar.high >= level + through
        return bar.high >= level if side == "long" else bar.low <= level

    def through(self, bar: Bar, waiting: tuple[str, float, int] | None, bars: Bars) -> tuple[str, float, int] | None:
        held, turned = self.book.held, False
        leave = self.level_met(held, bar) if held else None
        fills = waiting is not None and self.fills_within(waiting, bar)
        if fills and leave and waiting and held:
            fills = waiting[0] != held.side and self.comes_before(waiting, leave, held, bar)
        if fills and waiting:
            side, level, given = waiting
            price = level if self.plan.entries.kind == "limit" else self.slip(level, side == "long")
            before = self.book.held
            self.enter(side, price, bar, base=float(bars.close[given]))
            turned = self.book.held is not before
            waiting = None
        elif leave:
            self.leave(bar, *leave)
        held = self.book.held
        if turned and held:
            self.after_entry(held, bar)
        elif held:
            self.see(held, bar.high, bar.low)
        return waiting

    def comes_before(self, order: tuple[str, float, int], leave: tuple[float, str], held: Holding, bar: Bar) -> bool:
        price = order[1] if self.plan.entries.kind == "limit" else self.slip(order[1], order[0] == "long")
        if leave[0] == bar.open:
            return False
        nearer_below = price >= leave[0] if held.side == "long" else price <= leave[0]
        nearer_above = price <= leave[0] if held.side == "long" else price >= leave[0]
        is_limit = self.plan.entries.kind == "limit"
        return is_limit and nearer_above if leave[1] == "target" else not is_limit and nearer_below

    def level_met(self, held: Holding, bar: Bar) -> tuple[float, str] | None:
        up = held.side == "long"
        stop, reason = self.stop_now(held)
        through = self.settings.penetration_ticks * self.settings.tick_size
        if bar.open <= stop if up else bar.open >= stop:
            return self.slip(bar.open, not up), reason
        if bar.open >= held.target if up else bar.open <= held.target:
            return bar.open, "target"
        stops = bar.low <= stop if up else bar.high >= stop
        gains = bar.high >= held.target + through if up else bar.low <= held.target - through
        at_stop, at_target = (self.slip(stop, not up), reason), (held.target, "target")
        if stops and gains:
            first_up = bar.path[1] == bar.high and bar.path[1] != bar.low
            if bar.high == bar.low:
                first_up = False
            favourable_first = first_up if up else not first_up
            mode = self.settings.path_mode
            return at_target if mode == "optimistic" or (mode == "tv_path" and favourable_first) else at_stop
        return at_stop if stops else at_target if gains else None

    def after_entry(self, held: Holding, bar: Bar) -> None:
        """The rest of the bar: prices that may, and prices that must, have come after the entry."""
        up, mode = held.side == "long", self.settings.path_mode
        stop, reason = self.stop_now(held)
        through = self.settings.penetration_ticks * self.settings.tick_size
        good, bad = (bar.high, bar.low) if up else (bar.low, bar.high)
        good_first = (abs(bar.high - bar.open) < abs(bar.open - bar.low)) == up
        if held.kind == "limit":
            may = {"pessimistic": [bad, bar.close], "optimistic": [good, bad, bar.close]}
            may["tv_path"] = [bad, bar.close] if good_first else [bad, good, bar.close]
        else:
            may = {"pessimistic": [bad, bar.close], "optimistic": [good, bar.close]}
            may["tv_path"] = [good, bad, bar.close] if good_first else [good, bar.close]
        for price in may[mode]:
            if price <= stop if up else price >= stop:
                level = min(stop, held.price) if up else max(stop, held.price)
                self.leave(bar, self.slip(level, not up), reason)
                return
            if price >= held.target + through if up else price <= held.target - through:
                self.leave(bar, held.target, "target")
                return
        seen = (good, bar.close) if held.kind == "stop" else (bar.close, bad)
        self.see(held, max(seen), min(seen))

    def see(self, held: Holding, high: float, low: float) -> None:
        part, up = self.plan.exits.break_even_pct, held.side == "long"
        if part and (high >= held.price * (100 + part) / 100 if up else low <= held.price * (100 - part) / 100):
            held.stop = max(held.stop, held.price) if up else min(held.stop, held.price)
        held.top, held.bottom = max(held.top, high), min(held.bottom, low)
