"""Predefined strategies of one session: they end every day flat. What does not belong here: those held overnight."""

from __future__ import annotations

from engine.indicators import Parameter
from engine.rules.predefined.definition import Predefined

_RANGE = "OPENING_RANGE(minutes)"


def _time(name: str, *, label: str, default: int) -> Parameter:
    """A time of day in India as hours times 100 plus minutes."""
    return Parameter(name, f"{label}, HHMM", "integer", default, 915, 1529)


_MINUTES = Parameter("minutes", "Minutes of the opening range", "integer", 15, 5, 180)
_LAST_ENTRY = _time("last_entry", label="Last entry", default=1430)
_SQUARE_OFF = _time("square_off", label="Square-off", default=1515)

# The close before, against the range as it stands now: also a first bar after the range can break out.
_ABOVE = [
    {"left": "CLOSE", "op": ">", "right": f"{_RANGE}.high"},
    {"left": "CLOSE[1]", "op": "<=", "right": f"{_RANGE}.high"},
]
_BELOW = [
    {"left": "CLOSE", "op": "<", "right": f"{_RANGE}.low"},
    {"left": "CLOSE[1]", "op": ">=", "right": f"{_RANGE}.low"},
]
_IN_TIME = {"left": "TIME", "op": "<=", "right": "last_entry"}

STRATEGIES = (
    Predefined(
        code="opening_range_breakout",
        name="Opening-range breakout",
        description=(
            "Buy when the close leaves the range of the session's first minutes upward, leave when it falls out of its "
            "other side; short mirrored. Nothing is entered late, and every day ends flat. Needs bars shorter than a "
            "day."
        ),
        parameters=(_MINUTES, _LAST_ENTRY, _SQUARE_OFF),
        document={
            "enter_long": {"all": [*_ABOVE, _IN_TIME]},
            "exit_long": {"left": "CLOSE", "op": "<", "right": f"{_RANGE}.low"},
            "enter_short": {"all": [*_BELOW, _IN_TIME]},
            "exit_short": {"left": "CLOSE", "op": ">", "right": f"{_RANGE}.high"},
            "exits": {"square_off": "square_off"},
        },
        ascending=(("last_entry", "square_off"),),
    ),
    Predefined(
        code="vwap_reversion",
        name="VWAP reversion",
        description=(
            "Buy when the close crosses below the lower band around the session's VWAP, sell when it crosses above the "
            "VWAP; short mirrored. Waits until the bands have formed, and every day ends flat. Needs bars shorter than "
            "a day."
        ),
        parameters=(
            Parameter("deviations", "Deviations", "number", 2.0, 0.1, 10.0),
            _time("first_entry", label="First entry", default=945),
            _LAST_ENTRY,
            _SQUARE_OFF,
        ),
        document={
            "enter_long": {
                "all": [
                    {"left": "CLOSE", "op": "CROSS_BELOW", "right": "VWAP_BANDS(deviations).lower"},
                    {"left": "TIME", "op": "BETWEEN", "right": "first_entry", "upper": "last_entry"},
                ]
            },
            "exit_long": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "VWAP"},
            "enter_short": {
                "all": [
                    {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "VWAP_BANDS(deviations).upper"},
                    {"left": "TIME", "op": "BETWEEN", "right": "first_entry", "upper": "last_entry"},
                ]
            },
            "exit_short": {"left": "CLOSE", "op": "CROSS_BELOW", "right": "VWAP"},
            "exits": {"square_off": "square_off"},
        },
        ascending=(("first_entry", "last_entry"), ("last_entry", "square_off")),
    ),
    Predefined(
        code="short_straddle",
        name="Short straddle on premium",
        description=(
            "Sell the premium at the first bar from the entry time on, buy it back when it has risen by the stop or at "
            "the square-off. For the summed premium of a call and a put of one strike, or for either alone, in bars "
            "shorter than a day; it stands in for two legs that are stopped together."
        ),
        parameters=(
            _time("entry", label="Entry", default=920),
            Parameter("stop", "Stop in percent of the premium", "number", 30.0, 1.0, 100.0),
            _SQUARE_OFF,
        ),
        document={
            "enter_short": {
                "all": [
                    {"left": "TIME", "op": ">=", "right": "entry"},
                    {"left": "TIME", "op": "<", "right": "square_off"},
                    {
                        "any": [
                            {"left": "TIME[1]", "op": "<", "right": "entry"},
                            {"left": "BAR_OF_SESSION", "op": "==", "right": 1},
                        ]
                    },
                ]
            },
            "exits": {"stop_loss_pct": "stop", "square_off": "square_off"},
        },
        ascending=(("entry", "square_off"),),
        direction="short",
    ),
    Predefined(
        code="premium_breakout",
        name="Premium breakout",
        description=(
            "Buy an option when its premium closes above the range of the session's first minutes; leave at the stop, "
            "at the target or at the square-off. Needs bars shorter than a day."
        ),
        parameters=(
            _MINUTES,
            Parameter("stop", "Stop in percent of the premium", "number", 30.0, 1.0, 100.0),
            Parameter("target", "Target in percent of the premium", "number", 60.0, 1.0, 1000.0),
            _LAST_ENTRY,
            _SQUARE_OFF,
        ),
        document={
            "enter_long": {"all": [*_ABOVE, _IN_TIME]},
            "exits": {"stop_loss_pct": "stop", "target_pct": "target", "square_off": "square_off"},
        },
        ascending=(("last_entry", "square_off"),),
    ),
)
