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
