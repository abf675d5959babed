"""Predefined strategies that enter where the price leaves a channel or jumps.

What does not belong here: those of one session (``intraday``).
"""

from __future__ import annotations

from engine.indicators import Parameter
from engine.rules.predefined.definition import Predefined

_LONGEST = 500

STRATEGIES = (
    Predefined(
        code="bollinger_breakout",
        name="Bollinger breakout",
        description=(
            "Buy when the close crosses above the upper band, sell when it crosses below the middle. "
            "Short: sell when the close crosses below the lower band, cover when it crosses above the middle."
        ),
        parameters=(
            Parameter("period", "Period", "integer", 20, 2, _LONGEST),
            Parameter("deviations", "Deviations", "number", 2.0, 0.1, 10.0),
        ),
        document={
            "enter_long": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "BBANDS(period,deviations).upper"},
            "exit_long": {"left": "CLOSE", "op": "CROSS_BELOW", "right": "BBANDS(period,deviations).middle"},
            "enter_short": {"left": "CLOSE", "op": "CROSS_BELOW", "right": "BBANDS(period,deviations).lower"},
            "exit_short": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "BBANDS(period,deviations).middle"},
        },
    ),
    Predefined(
        code="keltner_breakout",
        name="Keltner breakout",
        description=(
            "Buy when the close crosses above the upper line of the Keltner channel, sell when it crosses below the "
            "middle. Short mirrored."
        ),
        parameters=(
            Parameter("period", "Period", "integer", 20, 2, _LONGEST),
            Parameter("ranges", "Period of the ranges", "integer", 10, 1, _LONGEST),
            Parameter("multiplier", "Ranges", "number", 2.0, 0.1, 10.0),
        ),
        document={
            "enter_long": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "KELTNER(period,ranges,multiplier).upper"},
            "exit_long": {"left": "CLOSE", "op": "CROSS_BELOW", "right": "KELTNER(period,ranges,multiplier).middle"},
            "enter_short": {"left": "CLOSE", "op": "CROSS_BELOW", "right": "KELTNER(period,ranges,multiplier).lower"},
            "exit_short": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "KELTNER(period,ranges,multiplier).middle"},
        },
    ),
    Predefined(
        code="donchian",
        name="Donchian breakout (turtle)",
        description=(
            "Buy when the close is above the highest high of the bars before, sell when it is below the lowest low of "
            "fewer bars before. Short mirrored."
        ),
        parameters=(
            Parameter("leave", "Bars of the exit", "integer", 10, 2, _LONGEST),
            Parameter("enter", "Bars of the entry", "integer", 20, 2, _LONGEST),
        ),
        document={
            "enter_long": {"left": "CLOSE", "op": ">", "right": "DONCHIAN(enter).upper[1]"},
            "exit_long": {"left": "CLOSE", "op": "<", "right": "DONCHIAN(leave).lower[1]"},
            "enter_short": {"left": "CLOSE", "op": "<", "right": "DONCHIAN(enter).lower[1]"},
            "exit_short": {"left": "CLOSE", "op": ">", "right": "DONCHIAN(leave).upper[1]"},
        },
        ascending=(("leave", "enter"),),
    ),
    Predefined(
        code="gap",
        name="Opening gap",
        description=(
            "Buy on the first bar of a session that opens so many percent above the close before it and closes above "
            "its own open, leave when the close is back at that close: the gap is filled. Short mirrored."
        ),
        parameters=(
            Parameter("up", "Gap upward in percent", "number", 0.5, 0.1, 20.0),
            Parameter("down", "Gap downward in percent", "number", -0.5, -20.0, -0.1),
        ),
        document={
            "enter_long": {
                "all": [
                    {"left": "GAP", "op": ">=", "right": "up"},
                    {"left": "BAR_OF_SESSION", "op": "==", "right": 1},
                    {"left": "CLOSE", "op": ">", "right": "OPEN"},
                ]
            },
            "exit_long": {"left": "CLOSE", "op": "<=", "right": "PREV_DAY.close"},
            "enter_short": {
                "all": [
                    {"left": "GAP", "op": "<=", "right": "down"},
                    {"left": "BAR_OF_SESSION", "op": "==", "right": 1},
                    {"left": "CLOSE", "op": "<", "right": "OPEN"},
                ]
            },
            "exit_short": {"left": "CLOSE", "op": ">=", "right": "PREV_DAY.close"},
        },
    ),
)
