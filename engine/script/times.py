"""Times: ``time(timeframe, session)``, parts of a moment, ``timestamp``.

What does not belong here: the columns of the bars.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from engine.script import names, nodes, values
from engine.script.arguments import bind, known_number, known_text, numeric
from engine.script.context import Context
from engine.script.errors import Code, quoted
from engine.script.nodes import Node
from engine.script.values import Value, refusal

_SESSION = re.compile(r"([0-2][0-9])([0-5][0-9])-([0-2][0-9])([0-5][0-9])(?::([1-7]{1,7}))?", re.ASCII)
_PERIODS = {
    "D": "period.day",
    "1D": "period.day",
    "W": "period.week",
    "1W": "period.week",
    "M": "period.month",
    "1M": "period.month",
}
_ALL_DAYS = 254
_IST = timedelta(hours=5, minutes=30)
_INDIA = ("Asia/Kolkata", "GMT+5:30", "GMT+0530", "UTC+5:30", "IST")
_PARTS = ("year", "month", "day", "hour?", "minute?", "second?")


def of_bar(context: Context, call: nodes.Call) -> Value:
    """``time(timeframe, session)``: when the bar, or its day, week or month, began; na outside the session."""
    bound = bind(call, ("timeframe", "session?", "timezone?"))
    _check_zone(context, bound.get("timezone"))
    period = _period(context, bound["timeframe"])
    if "session" in bound:
        node = bound["session"]
        window = _window(known_text(context, node), node)
        if period != "time":
            raise refusal(Code.UNSUPPORTED, node.place, "A session goes with timeframe.period")
        return names.base(context, "time.within", kind="int", place=call.place, numbers=window)
    return names.base(context, period, kind="int", place=call.place)


def _period(context: Context, node: Node) -> str:
    """The column that says when a bar of a timeframe began."""
    value = context.lower(node)
    if value.kind == "paint" or value.text == "":
        return "time"
    if value.text in _PERIODS:
        return _PERIODS[value.text]
    reason = 'A timeframe here is timeframe.period, "D", "W" or "M"'
    raise refusal(Code.UNSUPPORTED, node.place, reason)


def _check_zone(context: Context, node: Node | None) -> None:
    if node is None:
        return
    value = context.lower(node)
    if value.kind != "paint" and value.text not in _INDIA:
        raise refusal(Code.UNSUPPORTED, node.place, 'Times are those of India: write "Asia/Kolkata", or leave it out')


def _window(text: str, node: Node) -> tuple[float, ...]:
    """First and last minute of a session, and its days as bits from Sunday, bit 1, on."""
    found = _SESSION.fullmatch(text)
    if found is None:
        raise refusal(Code.ARGUMENT, node.place, f"{quoted(text)} is no session such as 0915-1530 or 0915-1530:23456")
    first, last = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
    if not 0 <= first < last <= 24 * 60:
        raise refusal(Code.ARGUMENT, node.place, "A session ends after it begins, on the same day")
    days = sum(1 << int(day) for day in set(found[5])) if found[5] else _ALL_DAYS
    return (float(first), float(last), float(days))


def part(context: Context, call: nodes.Call) -> Value:
    """``hour(t)`` and its kin, in India."""
    bound = bind(call, ("time", "timezone?"))
    _check_zone(context, bound.get("timezone"))
    return names.clock(context, call.name, numeric(context, bound["time"]), call.place)


def timestamp(context: Context, call: nodes.Call) -> Value:
    """``timestamp(year, month, day, hour, minute)`` in India, of fixed numbers."""
    if len(call.positional) == 1 and context.lower(call.positional[0]).text is not None:
        reason = "A date is written in numbers: timestamp(2024, 4, 1), or with hour and minute"
        raise refusal(Code.ARGUMENT, call.positional[0].place, reason)
    if call.positional and len(call.positional) > 3:
        first = context.lower(call.positional[0])
        if first.text is not None:
            _check_zone(context, call.positional[0])
            call = nodes.Call(call.place, call.depth, call.name, call.positional[1:], call.keywords)
    bound = bind(call, _PARTS)
    parts = [int(_whole(context, bound[name.rstrip("?")])) for name in _PARTS if name.rstrip("?") in bound]
    try:
        moment = datetime(*parts, tzinfo=UTC) - _IST  # type: ignore[arg-type, misc]
    except (ValueError, OverflowError) as error:
        raise refusal(Code.ARGUMENT, call.place, "There is no such date and time") from error
    return values.number(moment.timestamp() * 1000.0, whole=True)


def _whole(context: Context, node: Node) -> float:
    number = known_number(context, node)
    if number % 1 != 0 or not 0 <= number < 10_000:
        raise refusal(Code.ARGUMENT, node.place, "A part of a date is a whole number")
    return number


def new_period(context: Context, call: nodes.Call) -> Value:
    """``timeframe.change("D")``: whether a new day, week or month began with this bar."""
    period = _period(context, bind(call, ("timeframe",))["timeframe"])
    return names.base(context, "new", kind="bool", place=call.place, numbers=(float(_NEW.index(period)),))


_NEW = ("time", "period.day", "period.week", "period.month")

CALLS = {
    "time": of_bar,
    "timestamp": timestamp,
    "timeframe.change": new_period,
    **dict.fromkeys(names.CLOCK_WORDS, part),
}
