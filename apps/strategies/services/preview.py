"""What a strategy would have seen and said on a chart. What does not belong here: orders, running it (backtests)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from apps.market import selectors as market_selectors
from apps.strategies import errors, selectors
from apps.strategies.constants import MAX_PREVIEW_LINES
from apps.strategies.services.compiling import Overrides, Understood, compile_predefined, compile_rules, restore_plan
from apps.strategies.services.rule_based import get_readable
from engine import rules
from engine.errors import InvalidSettings
from engine.types import Bars, Operand, Plan

if TYPE_CHECKING:
    from apps.users.models import User

SLOTS = ("enter_long", "exit_long", "enter_short", "exit_short")


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator as the strategy reads it: a value a bar, NaN where there is none; prices in rupees."""

    label: str
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Preview:
    """A strategy over bars. ``time``: opens in epoch seconds; ``places``: bar numbers of each signal, by its slot.

    ``lines_left_out``: how many more indicators the strategy reads than are shown.
    """

    understood: Understood
    instrument: str
    interval: str
    source: str
    version: str | None
    warmup_bars: int
    time: NDArray[np.int64]
    lines: tuple[Line, ...]
    lines_left_out: int
    places: Mapping[str, NDArray[np.int64]]


def preview(*, user: User, request: Mapping[str, Any]) -> Preview:
    """Evaluate a strategy over an instrument's bars; nothing is kept and nothing traded.

    ``request`` is the checked body: an instrument, an interval, dates and exactly one strategy.

    :raises NotFound: if the strategy does not exist or is not the user's to see
    :raises InvalidRules: if the strategy or a parameter cannot be understood
    :raises InstrumentNotFound: if there is no such instrument
    :raises NoBars: if it has no prices between the dates
    :raises PreviewRefused: if the strategy does not fit the bars
    """
    understood = _understood(user=user, request=request)
    instrument = market_selectors.get_named_instrument(identifier=request["instrument"])
    loaded = market_selectors.load_bars(
        instrument=instrument, interval=request["interval"], start=request["start_date"], end=request["end_date"]
    )
    plan = restore_plan(understood.rules)
    try:
        signals = rules.evaluate(plan, loaded.bars)
        lines = _lines(plan, bars=loaded.bars)
    except InvalidSettings as error:
        raise errors.PreviewRefused(f"The strategy does not fit these bars: {error}.") from error
    return Preview(
        understood=understood,
        instrument=instrument.identifier,
        interval=request["interval"],
        source=loaded.source,
        version=loaded.version,
        warmup_bars=signals.warmup_bars,
        time=loaded.bars.time,
        lines=lines[:MAX_PREVIEW_LINES],
        lines_left_out=max(0, len(lines) - MAX_PREVIEW_LINES),
        places={slot: np.flatnonzero(getattr(signals, slot)) for slot in SLOTS},
    )


def _understood(*, user: User, request: Mapping[str, Any]) -> Understood:
    parameters, overrides = request.get("parameters", {}), Overrides(direction=request.get("direction"))
    if "strategy_predefined" in request:
        predefined = selectors.get_predefined(user=user, pk=request["strategy_predefined"])
        return compile_predefined(predefined, parameters=parameters, overrides=overrides)
    if "strategy_rule_based" in request:
        document = get_readable(user=user, pk=request["strategy_rule_based"]).rules_json
        return compile_rules(document, parameters=parameters, overrides=overrides)
    return compile_rules(request["rules"], parameters=parameters, overrides=overrides)


def _lines(plan: Plan, *, bars: Bars) -> tuple[Line, ...]:
    """Each indicator that the plan reads, once, in reading order; where it looks back, as it stood on its own bar."""
    columns = rules.Columns(bars)
    drawn: dict[Operand, Line] = {}
    for operand in rules.operands(plan):
        shown = replace(operand, offset=0)
        if operand.kind == "indicator" and shown not in drawn:
            drawn[shown] = Line(label=rules.operand_words(shown), values=columns.of(shown))
    return tuple(drawn.values())
