"""All indicators by name: every module of ``library`` is one entry.

What does not belong here: how any of them is computed.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

import numpy as np

from engine.errors import InvalidRules
from engine.indicators import library
from engine.indicators.definition import Column, Indicator, Params
from engine.types import Bars


def _collect() -> dict[str, Indicator]:
    """The INDICATOR of every module of the library, in the order of their names."""
    found = [
        importlib.import_module(f"{library.__name__}.{module.name}").INDICATOR
        for module in pkgutil.iter_modules(library.__path__)
    ]
    return {indicator.name: indicator for indicator in sorted(found, key=lambda indicator: indicator.name)}


REGISTRY: Mapping[str, Indicator] = _collect()


def resolve(indicator: Indicator, given: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Every parameter of an indicator with its value, in the indicator's order, defaults filled in.

    :raises InvalidRules: if a name is unknown or a value is out of bounds; its pointer is the parameter's name
    """
    known = {parameter.name for parameter in indicator.parameters}
    for name in given:
        if name not in known:
            raise InvalidRules(pointer=f"/{name}", reason=f"{indicator.name} has no such parameter")
    resolved = {p.name: float(given.get(p.name, p.default)) for p in indicator.parameters}
    for parameter in indicator.parameters:
        complaint = parameter.complaint(resolved[parameter.name])
        if complaint:
            raise InvalidRules(pointer=f"/{parameter.name}", reason=f"{parameter.name} of {indicator.name} {complaint}")
    unrelated = indicator.relation(resolved) if indicator.relation else None
    if unrelated:
        raise InvalidRules(pointer="", reason=f"{indicator.name}: {unrelated}")
    return tuple(resolved.items())


def columns(indicator: Indicator, params: Params, bars: Bars) -> tuple[Column, ...]:
    """Columns of an indicator for parameters that :func:`resolve` gave, NaN where there is no value."""
    if len(bars) <= indicator.warmup(params):
        return tuple(np.full(len(bars), np.nan) for _ in indicator.outputs)
    return indicator.columns(bars, params)


def compute(name: str, params: Mapping[str, float], bars: Bars) -> dict[str, Column]:
    """Compute an indicator over bars.

    Returns a float64 column a bar for each output, NaN where there is no value yet. Prices are in rupees.

    :raises InvalidRules: if the name or a parameter is unknown, or a parameter is out of bounds
    """
    indicator = REGISTRY.get(name)
    if indicator is None:
        raise InvalidRules(pointer="", reason="There is no such indicator")
    resolved = dict(resolve(indicator, params))
    return dict(zip(indicator.outputs, columns(indicator, resolved, bars), strict=True))


def catalogue() -> list[dict[str, object]]:
    """Every indicator as JSON, for a form to be drawn from."""
    return [indicator.to_json() for indicator in REGISTRY.values()]
