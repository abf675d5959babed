"""The terms of a run in one English sentence. What does not belong here: the strategy's own sentence (engine)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.backtests.enums import CostKind, CostSegment, FillOn, MarginUse, PathMode, Quantities, RunKind, StopBasis
from apps.market.enums import Interval


def terms_words(terms: Mapping[str, Any]) -> str:
    """On what bars, at what prices, in what quantities and at what cost a run trades."""
    prices = "adjusted prices" if terms["adjusted"] else "raw prices"
    parts = [
        f"Bars of {Interval(terms['interval']).label.lower()}, {prices}",
        f"orders fill {_lower(FillOn(terms['fill_on']).label)}",
        f"levels stand off {_lower(StopBasis(terms['stop_basis']).label)}",
        f"of two levels in one bar {_lower(PathMode(terms['path_mode']).label)}",
        _quantities(terms),
        cost_words(terms["costs"]),
        _slippage(terms),
        *_penetration(terms),
        *_margin(terms),
    ]
    return f"{'; '.join(parts)}."


def traded_words(terms: Mapping[str, Any], *, usual: str) -> str:
    """What a run trades: the instruments of a portfolio, else its one."""
    return ", ".join(terms.get("instruments") or [usual])


def cost_words(costs: Mapping[str, Any]) -> str:
    """What orders cost."""
    if costs["kind"] == CostKind.FLAT_PCT:
        return f"{costs['percent']:.15g} % of each order's value as charges"
    if costs["kind"] == CostKind.INDIA:
        return f"Indian charges by trade date for {_lower(CostSegment(costs['segment']).label)}"
    return "no charges"


def _quantities(terms: Mapping[str, Any]) -> str:
    if terms.get("kind") == RunKind.OPTIONS:
        return "whole lots of each contract"
    if terms["quantities"] == Quantities.LOTS:
        return f"lots of {terms['lot_size']}"
    return _lower(Quantities(terms["quantities"]).label)


def _slippage(terms: Mapping[str, Any]) -> str:
    given = [
        f"{terms[name]:.15g} {unit}{'' if terms[name] == 1 else 's'}"
        for name, unit in (("slippage_ticks", "tick"), ("slippage_bps", "basis point"))
        if terms[name]
    ]
    return f"slippage of {' and '.join(given)} an order" if given else "no slippage"


def _margin(terms: Mapping[str, Any]) -> list[str]:
    return ["a day is skipped whose margin is not free"] if terms.get("margin") == MarginUse.REQUIRED else []


def _penetration(terms: Mapping[str, Any]) -> list[str]:
    ticks = terms["penetration_ticks"]
    if not ticks:
        return []
    return [f"a limit or target fills when traded through by {ticks:.15g} tick{'' if ticks == 1 else 's'}"]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
