"""Random rules documents that are sound. What does not belong here: expectations about them."""

from __future__ import annotations

from hypothesis import strategies as st

from engine import indicators
from engine.indicators import Indicator
from engine.rules import vocabulary

numbers = st.integers(-2000, 200_000) | st.floats(-1e6, 1e6, allow_nan=False)


def _given(indicator: Indicator) -> st.SearchStrategy[dict[str, float]]:
    """Parameters that make short warm-ups; what must be the greater of two is."""
    values = {
        parameter.name: st.integers(2, 6)
        if parameter.kind == "integer"
        else st.floats(parameter.minimum, parameter.maximum, allow_nan=False)
        for parameter in indicator.parameters
    }
    if "slowperiod" in values:
        values["slowperiod"] = st.integers(7, 12)
    if "acceleration" in values:
        values["acceleration"] = st.floats(0.001, 0.1)
        values["maximum"] = st.floats(0.1, 1)
    return st.fixed_dictionaries(values)


@st.composite
def operands(draw: st.DrawFn) -> object:
    """A number, a price, an indicator as object or as text."""
    kind = draw(st.sampled_from(["number", "price", "indicator", "text"]))
    if kind == "number":
        return draw(numbers)
    offset = draw(st.integers(0, 3))
    timeframe = draw(st.sampled_from([None, None, "15m", "30m", "1h", "1d"]))
    if kind == "price":
        return {"price": draw(st.sampled_from(vocabulary.PRICES)), "offset": offset, "timeframe": timeframe}
    indicator = draw(st.sampled_from(list(indicators.REGISTRY.values())))
    output = draw(st.sampled_from(indicator.outputs))
    if kind == "text":
        return f"{indicator.name}.{output}{f'@{timeframe}' if timeframe else ''}[{offset}]"
    given = draw(_given(indicator))
    of_it = {"indicator": indicator.name, "params": given, "output": output}
    return {**of_it, "offset": offset, "timeframe": timeframe}


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, object]:
    """Any operator between operands that fit it."""
    operator = draw(st.sampled_from(list(vocabulary.OPERATORS.values())))
    comparison = {"left": draw(operands()), "op": operator.name}
    comparison["right"] = draw(st.integers(1, 4)) if operator.right == "bars" else draw(operands())
    if operator.right == "range":
        comparison["upper"] = draw(operands())
    return comparison


def _grouped(inner: st.SearchStrategy[dict[str, object]]) -> st.SearchStrategy[dict[str, object]]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda members: {"all": members}, several),
        st.builds(lambda members: {"any": members}, several),
        st.builds(lambda member: {"not": member}, inner),
    )


def conditions() -> st.SearchStrategy[dict[str, object]]:
    """Comparisons in up to two levels of groups."""
    once = comparisons() | _grouped(comparisons())
    return once | _grouped(once)


_percent = st.floats(0.01, 100)
_rupees = st.integers(1, 10**6).map(lambda paise: paise / 100)
_clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(1, 59))
_whole = st.integers(1, 500)
_UNITS = {"pct": _percent, "points": _rupees, "atr": st.floats(0.01, 10)}


@st.composite
def _exits(draw: st.DrawFn) -> dict[str, object]:
    """Each level in one unit or none, and the exits that have no unit to choose."""
    chosen: dict[str, object] = {}
    for level in ("stop_loss", "target", "trailing_stop"):
        unit = draw(st.sampled_from([None, *_UNITS]))
        if unit is not None:
            chosen[f"{level}_{unit}"] = draw(_UNITS[unit])
    if any(name.endswith("_atr") for name in chosen):
        chosen["atr_period"] = draw(_whole)
    others = st.fixed_dictionaries({}, optional={"break_even_pct": _percent, "max_bars": _whole, "square_off": _clocks})
    return {**chosen, **draw(others)}


_held = {"first_time": st.just("09:20"), "last_time": st.just("15:00"), "max_per_day": _whole, "max_entries": _whole}
_waiting = {"kind": st.sampled_from(["limit", "stop"]), "offset_pct": st.floats(0, 99), "valid_bars": _whole}
_entries = st.fixed_dictionaries({}, optional=_held) | st.fixed_dictionaries({}, optional=_held).flatmap(
    lambda held: st.fixed_dictionaries(_waiting).map(lambda waiting: {**held, **waiting})
)
_sizings = st.one_of(
    st.just({"kind": "all_in"}),
    st.builds(lambda value: {"kind": "quantity", "value": value}, st.integers(1, 10**9)),
    st.builds(lambda paise: {"kind": "cash", "value": paise / 100}, st.integers(1, 10**14)),
    st.builds(
        lambda kind, value: {"kind": kind, "value": value},
        st.sampled_from(["percent_of_equity", "risk_per_trade"]),
        _percent,
    ),
)
_names = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=120)

documents = st.fixed_dictionaries(
    {"enter_long": conditions(), "enter_short": conditions(), "direction": st.sampled_from(vocabulary.DIRECTIONS)},
    optional={
        "name": _names,
        "exit_long": conditions(),
        "exit_short": conditions(),
        "exits": _exits(),
        "entries": _entries,
        "sizing": _sizings,
        "inputs": st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), numbers, max_size=4),
    },
)
