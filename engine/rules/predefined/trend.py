"""Predefined strategies that follow a trend. What does not belong here: breakouts, those that fade one."""

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

_DIRECTION = {"left": "PLUS_DI(period)", "right": "MINUS_DI(period)"}
_IS_TREND = {"left": "ADX(period)", "op": ">", "right": "strength"}


def _in_order(order: str, crossing: str) -> dict[str, object]:
    """Both pairs of averages in order, and one of them only since this bar."""
    pairs = ({"left": "EMA(fast)", "right": "EMA(medium)"}, {"left": "EMA(medium)", "right": "EMA(slow)"})
    return {"all": [*({**pair, "op": order} for pair in pairs), {"any": [{**pair, "op": crossing} for pair in pairs]}]}


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
        code="triple_ema",
        name="Triple EMA",
        description=(
            "Buy when the fast average is above the medium and the medium above the slow, on the bar that completes "
            "this order; leave when the fast crosses below the medium. Short mirrored."
        ),
        parameters=(
            _bars("fast", label="Fast period", default=5),
            _bars("medium", label="Medium period", default=13),
            _bars("slow", label="Slow period", default=34),
        ),
        document={
            "enter_long": _in_order(">", "CROSS_ABOVE"),
            "exit_long": {"left": "EMA(fast)", "op": "CROSS_BELOW", "right": "EMA(medium)"},
            "enter_short": _in_order("<", "CROSS_BELOW"),
            "exit_short": {"left": "EMA(fast)", "op": "CROSS_ABOVE", "right": "EMA(medium)"},
        },
        ascending=(("fast", "medium"), ("medium", "slow")),
    ),
    Predefined(
        code="supertrend",
        name="Supertrend",
        description="Buy when Supertrend turns up, sell when it turns down.",
        parameters=(
            _bars("period", label="Period", default=10, minimum=1),
            Parameter("multiplier", "Ranges", "number", 3.0, 0.1, 20.0),
        ),
        document=mirrored(
            up={"left": "SUPERTREND(period,multiplier).direction", "op": "CROSS_ABOVE", "right": 0},
            down={"left": "SUPERTREND(period,multiplier).direction", "op": "CROSS_BELOW", "right": 0},
        ),
    ),
    Predefined(
        code="adx_trend",
        name="ADX trend",
        description=(
            "Buy when the positive directional indicator crosses above the negative while ADX shows a trend, leave "
            "when it crosses below. Short mirrored."
        ),
        parameters=(
            _bars("period", label="Period", default=14),
            Parameter("strength", "Least ADX", "number", 25.0, 1.0, 99.0),
        ),
        document={
            "enter_long": {"all": [_DIRECTION | {"op": "CROSS_ABOVE"}, _IS_TREND]},
            "exit_long": _DIRECTION | {"op": "CROSS_BELOW"},
            "enter_short": {"all": [_DIRECTION | {"op": "CROSS_BELOW"}, _IS_TREND]},
            "exit_short": _DIRECTION | {"op": "CROSS_ABOVE"},
        },
    ),
)
