"""Predefined strategies that follow a trend. What does not belong here: those that fade one (``reversion``)."""

from __future__ import annotations

from engine.indicators import REGISTRY, Parameter
from engine.rules.predefined.definition import Predefined, mirrored

_LONGEST = 500


def _bars(name: str, *, label: str, default: int, minimum: int = 2) -> Parameter:
    return Parameter(name, label, "integer", default, minimum, _LONGEST)


def _crossover(*, average: str, fast: int, slow: int) -> Predefined:
    label = REGISTRY[average].label.lower()
    crossing = {"left": f"{average}(fast)", "right": f"{average}(slow)"}
    return Predefined(
        code=f"{average.lower()}_crossover",
        name=f"{average} crossover",
        description=f"Buy when the fast {label} crosses above the slow one, sell when it crosses below.",
        parameters=(
            _bars("fast", label="Fast period", default=fast, minimum=1),
            _bars("slow", label="Slow period", default=slow),
        ),
        document=mirrored(up={"op": "CROSS_ABOVE", **crossing}, down={"op": "CROSS_BELOW", **crossing}),
        ascending=(("fast", "slow"),),
    )


_MACD = {"left": "MACD(fast,slow,signal).macd", "right": "MACD(fast,slow,signal).signal"}

STRATEGIES = (
    _crossover(average="SMA", fast=20, slow=50),
    _crossover(average="EMA", fast=9, slow=21),
    Predefined(
        code="macd",
        name="MACD",
        description="Buy when the MACD line crosses above its signal line, sell when it crosses below.",
        parameters=(
            _bars("fast", label="Fast period", default=12),
            _bars("slow", label="Slow period", default=26),
            _bars("signal", label="Signal period", default=9, minimum=1),
        ),
        document=mirrored(up={"op": "CROSS_ABOVE", **_MACD}, down={"op": "CROSS_BELOW", **_MACD}),
        ascending=(("fast", "slow"),),
    ),
    Predefined(
        code="bollinger_breakout",
        name="Bollinger breakout",
        description=(
            "Buy when the close crosses above the upper band, sell when it crosses below the middle. "
            "Short: sell when the close crosses below the lower band, cover when it crosses above the middle."
        ),
        parameters=(
            _bars("period", label="Period", default=20),
            Parameter("deviations", "Deviations", "number", 2.0, 0.1, 10.0),
        ),
        document={
            "enter_long": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "BBANDS(period,deviations).upper"},
            "exit_long": {"left": "CLOSE", "op": "CROSS_BELOW", "right": "BBANDS(period,deviations).middle"},
            "enter_short": {"left": "CLOSE", "op": "CROSS_BELOW", "right": "BBANDS(period,deviations).lower"},
            "exit_short": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "BBANDS(period,deviations).middle"},
        },
    ),
)
