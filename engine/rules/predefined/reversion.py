"""Predefined strategies that bet on a return. What does not belong here: those that follow a trend (``trend``)."""

from __future__ import annotations

from engine.indicators import Parameter
from engine.rules.predefined.definition import Predefined, mirrored

STRATEGIES = (
    Predefined(
        code="rsi_reversal",
        name="RSI reversal",
        description=(
            "Buy when RSI crosses above the oversold level from below, sell when it crosses below the overbought "
            "level from above."
        ),
        parameters=(
            Parameter("period", "Period", "integer", 14, 2, 500),
            Parameter("oversold", "Oversold level", "number", 30.0, 1.0, 99.0),
            Parameter("overbought", "Overbought level", "number", 70.0, 1.0, 99.0),
        ),
        document=mirrored(
            up={"left": "RSI(period)", "op": "CROSS_ABOVE", "right": "oversold"},
            down={"left": "RSI(period)", "op": "CROSS_BELOW", "right": "overbought"},
        ),
        ascending=(("oversold", "overbought"),),
    ),
    Predefined(
        code="rsi_trend",
        name="RSI with a trend filter",
        description=(
            "Buy the end of a dip in an uptrend: RSI crosses above the oversold level while the close is above its "
            "long average; leave when RSI is above the overbought level or the close below the average. Short mirrored."
        ),
        parameters=(
            Parameter("period", "Period", "integer", 14, 2, 500),
            Parameter("oversold", "Oversold level", "number", 40.0, 1.0, 99.0),
            Parameter("overbought", "Overbought level", "number", 60.0, 1.0, 99.0),
            Parameter("trend", "Period of the average", "integer", 100, 2, 500),
        ),
        document={
            "enter_long": {
                "all": [
                    {"left": "RSI(period)", "op": "CROSS_ABOVE", "right": "oversold"},
                    {"left": "CLOSE", "op": ">", "right": "SMA(trend)"},
                ]
            },
            "exit_long": {
                "any": [
                    {"left": "RSI(period)", "op": ">", "right": "overbought"},
                    {"left": "CLOSE", "op": "<", "right": "SMA(trend)"},
                ]
            },
            "enter_short": {
                "all": [
                    {"left": "RSI(period)", "op": "CROSS_BELOW", "right": "overbought"},
                    {"left": "CLOSE", "op": "<", "right": "SMA(trend)"},
                ]
            },
            "exit_short": {
                "any": [
                    {"left": "RSI(period)", "op": "<", "right": "oversold"},
                    {"left": "CLOSE", "op": ">", "right": "SMA(trend)"},
                ]
            },
        },
        ascending=(("oversold", "overbought"),),
    ),
    Predefined(
        code="bollinger_reversion",
        name="Bollinger reversion",
        description=(
            "Buy when the close crosses below the lower band, sell when it crosses above the middle. "
            "Short: sell when the close crosses above the upper band, cover when it crosses below the middle."
        ),
        parameters=(
            Parameter("period", "Period", "integer", 20, 2, 500),
            Parameter("deviations", "Deviations", "number", 2.0, 0.1, 10.0),
        ),
        document={
            "enter_long": {"left": "CLOSE", "op": "CROSS_BELOW", "right": "BBANDS(period,deviations).lower"},
            "exit_long": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "BBANDS(period,deviations).middle"},
            "enter_short": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "BBANDS(period,deviations).upper"},
            "exit_short": {"left": "CLOSE", "op": "CROSS_BELOW", "right": "BBANDS(period,deviations).middle"},
        },
    ),
)
