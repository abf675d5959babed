"""What is outside the subset and what to write instead; what only draws. What does not belong here: deciding."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

# Whatever begins so draws, prints or names a way to draw: accepted and ignored.
DRAWN = (
    "alert.",
    "barmerge.",
    "box.",
    "chart.",
    "color.",
    "currency.",
    "display.",
    "extend.",
    "font.",
    "format.",
    "hline.",
    "label.",
    "line.",
    "linefill.",
    "location.",
    "log.",
    "plot.",
    "polyline.",
    "position.",
    "scale.",
    "shape.",
    "size.",
    "str.",
    "table.",
    "text.",
    "xloc.",
    "yloc.",
)
DRAWN_NAMES = frozenset(
    {
        "syminfo.ticker",
        "syminfo.tickerid",
        "syminfo.prefix",
        "syminfo.description",
        "syminfo.type",
        "syminfo.currency",
        "syminfo.basecurrency",
        "syminfo.root",
        "syminfo.session",
        "syminfo.timezone",
        "timeframe.period",
        "timeframe.main_period",
        "session.regular",
        "session.extended",
        "strategy.oca.none",
        "strategy.account_currency",
        "strategy.commission.percent",
        "strategy.commission.cash_per_order",
        "strategy.commission.cash_per_contract",
    }
)
DRAWN_CALLS = frozenset(
    {
        "plot",
        "plotshape",
        "plotchar",
        "plotarrow",
        "plotbar",
        "plotcandle",
        "hline",
        "fill",
        "bgcolor",
        "barcolor",
        "alert",
        "alertcondition",
        "max_bars_back",
        "color",
        "label",
        "line",
        "box",
        "table",
    }
)

_EXACT = {
    "last_bar_index": "last_bar_index looks ahead: use bar_index",
    "last_bar_time": "last_bar_time looks ahead: use time",
    "timenow": "There is no clock in a backtest: use time",
    "time_close": "time_close is outside the subset: use time, or hour and minute",
    "bid": "There are no quotes in a backtest: use close",
    "ask": "There are no quotes in a backtest: use close",
    "session.islastbar": "session.islastbar looks ahead: compare hour and minute",
    "session.islastbar_regular": "session.islastbar_regular looks ahead: compare hour and minute",
    "indicator": "An indicator places no orders: write strategy(...)",
    "study": "An indicator places no orders: write strategy(...)",
    "library": "A library places no orders: write strategy(...)",
    "security": "Other symbols and timeframes are outside the subset: choose the run's timeframe",
    "iff": "iff is of Pine 4: write condition ? yes : no",
    "tostring": "Write str.tostring",
    "tickerid": "Write syminfo.tickerid",
    "period": "Write timeframe.period",
    "interval": "Write timeframe.multiplier",
    "isintraday": "Write timeframe.isintraday",
    "ta.swma": "ta.swma is outside the subset: write (x[3] + 2 * x[2] + 2 * x[1] + x) / 6",
    "ta.bbw": "ta.bbw is outside the subset: write [m, u, l] = ta.bb(close, 20, 2), then (u - l) / m",
    "ta.kcw": "ta.kcw is outside the subset: write [m, u, l] = ta.kc(close, 20, 1.5), then (u - l) / m",
    "ta.range": "ta.range is outside the subset: write ta.highest(x, 20) - ta.lowest(x, 20)",
    "ta.max": "ta.max is outside the subset: write var float top = na, then top := math.max(nz(top, x), x)",
    "ta.min": "ta.min is outside the subset: write var float low_ = na, then low_ := math.min(nz(low_, x), x)",
    "ta.pvt": "ta.pvt is outside the subset: write ta.cum(nz(ta.change(close) / close[1] * volume))",
    "ta.tsi": "ta.tsi is outside the subset: write ta.ema(ta.ema(ta.change(x), 25), 13) / "
    "ta.ema(ta.ema(math.abs(ta.change(x)), 25), 13)",
    "ta.correlation": "ta.correlation is outside the subset: write "
    "(ta.sma(x * y, 20) - ta.sma(x, 20) * ta.sma(y, 20)) / (ta.stdev(x, 20) * ta.stdev(y, 20))",
    "ta.percentrank": "ta.percentrank is outside the subset: count the x[i] that are at most x in a for loop",
    "ta.alma": "ta.alma is outside the subset: take ta.hma or ta.wma, or add weighted x[i] up in a for loop",
    "timeframe.in_seconds": "timeframe.in_seconds is outside the subset: use timeframe.multiplier, minutes where "
    "timeframe.isminutes",
    "strategy.risk.allow_entry_in": "strategy.risk.* is outside the subset: leave out the entries of the other side",
    "math.random": "Chance is outside the subset: the same run gives the same result",
    "input.time": "input.time is outside the subset: choose the dates of the run",
    "input.symbol": "Other symbols are outside the subset: choose the run's instrument",
    "input.enum": "input.enum is outside the subset: use input.string with options",
    "strategy.default_entry_qty": "strategy.default_entry_qty is outside the subset: leave qty out",
    "strategy.convert_to_account": "There is one currency: use the amount as it is",
    "strategy.convert_to_symbol": "There is one currency: use the amount as it is",
}
_PREFIXES = {
    "request.": "Other symbols and timeframes are outside the subset: choose the run's timeframe; keep values of the "
    'day in a var that begins anew at timeframe.change("D")',
    "ticker.": "Other symbols are outside the subset: choose the run's instrument",
    "runtime.": "runtime.* is outside the subset: place no order instead",
    "strategy.risk.": "strategy.risk.* is outside the subset: test strategy.equity or strategy.netprofit in an if",
    "strategy.oca.": "Order groups are outside the subset: strategy.exit cancels its other level by itself",
    "strategy.opentrades.": "This of an open trade is outside the subset: use strategy.position_avg_price",
    "strategy.closedtrades.": "This of a closed trade is outside the subset: use strategy.netprofit",
    "strategy.": "This is outside the subset: docs/script.md lists what strategy.* offers",
    "ta.": "This study is outside the subset: docs/script.md lists what ta.* offers",
    "math.": "This function is outside the subset: docs/script.md lists what math.* offers",
    "input.": "This input is outside the subset: use input.int, float, bool, string, source or session",
    "syminfo.": "This about the symbol is outside the subset: syminfo.mintick is known",
    "timeframe.": "This about the timeframe is outside the subset: use timeframe.isintraday or multiplier",
    "session.": 'This about the session is outside the subset: use time(timeframe.period, "0915-1530")',
    "barstate.": "This about the bar is outside the subset: barstate.isfirst and isconfirmed are known",
    "dayofweek.": "The days are dayofweek.sunday to dayofweek.saturday",
}


# In version 4 these had no prefix.
_PREFIXED = ("ta.", "math.")
_COLORS = frozenset({"red", "green", "blue", "lime", "orange", "yellow", "white", "black", "gray", "silver", "purple"})
_LEAST_ALIKE = 0.8


def instead(name: str, known: Collection[str] = ()) -> str | None:
    """What to write instead of something outside the subset; None for what nobody ever heard of."""
    if name in _EXACT:
        return _EXACT[name]
    reason = next((reason for prefix, reason in _PREFIXES.items() if name.startswith(prefix)), None)
    closest = difflib.get_close_matches(name, known, n=1, cutoff=_LEAST_ALIKE) if reason else []
    return f"{reason}; the closest is {closest[0]}" if closest else reason


def renamed(name: str, known: Iterable[str]) -> str | None:
    """What to write for a name of version 4, which had no prefix; None for any other."""
    full = {prefix + name for prefix in _PREFIXED}
    found = next((each for each in known if each in full), f"color.{name}" if name in _COLORS else None)
    return found and f"Write {found}"


def alike(name: str, known: Iterable[str]) -> str:
    """The known name that was meant, as the end of a sentence; often nothing."""
    found = difflib.get_close_matches(name, known, n=1, cutoff=_LEAST_ALIKE)
    return f": write {found[0]}" if found else ""
