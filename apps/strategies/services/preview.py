"""What a strategy would have seen and said on a chart. What does not belong here: orders, running it (backtests)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from apps.core import isolation
from apps.market import selectors as market_selectors
from apps.strategies import constants, errors, selectors
from apps.strategies.constants import MAX_PREVIEW_LINES, PREVIEW_CASH, SCRIPT_POINTER
from apps.strategies.enums import PreviewPlaces
from apps.strategies.services.compiling import (
    Overrides,
    Understood,
    compile_predefined,
    compile_rules,
    compile_script,
    restore_plan,
)
from apps.strategies.services.rule_based import get_readable
from engine import rules, runner
from engine import script as scripts
from engine.errors import EngineError
from engine.types import Bars, Operand, Plan, Settings

if TYPE_CHECKING:
    from apps.users.models import User

Evaluated = tuple[Sequence[tuple[str, NDArray[np.float64]]], Mapping[str, NDArray[np.int64]]]

SLOTS = ("enter_long", "exit_long", "enter_short", "exit_short")


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator as the strategy reads it: a value a bar, NaN where there is none; prices in rupees."""

    label: str
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """A strategy over bars; ``places``: bar numbers by slot, of signals, or of a script's fills."""

    name: str
    sentence: str
    warmup_bars: int
    lines: tuple[Line, ...]
    places: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What was seen on which bars. ``time``: opens in epoch seconds; ``places_are``: signals or fills.

    ``lines_left_out``: how many more indicators the strategy reads than are shown.
    """

    seen: Seen
    places_are: PreviewPlaces
    instrument: str
    interval: str
    source: str
    version: str | None
    time: NDArray[np.int64]
    lines_left_out: int


def preview(*, user: User, request: Mapping[str, Any]) -> Preview:
    """Evaluate a strategy over an instrument's bars; nothing is kept and nothing traded.

    ``request`` is the checked body: an instrument, an interval, dates and exactly one strategy.

    :raises NotFound: if the strategy does not exist or is not the user's to see
    :raises InvalidRules, InvalidScript: if the strategy or a parameter cannot be understood
    :raises InstrumentNotFound: if there is no such instrument
    :raises NoBars: if it has no prices between the dates
    :raises PreviewRefused: if the strategy does not fit the bars, or a script takes more than a preview may
    :raises Unavailable: if other scripts are evaluated for too long
    """
    see, places_are = _strategy(user=user, request=request)
    instrument = market_selectors.get_named_instrument(identifier=request["instrument"])
    loaded = market_selectors.load_bars(
        instrument=instrument, interval=request["interval"], start=request["start_date"], end=request["end_date"]
    )
    try:
        seen = see(bars=loaded.bars)
    except EngineError as error:
        raise errors.PreviewRefused(_unfit(error)) from error
    return Preview(
        seen=replace(seen, lines=seen.lines[:MAX_PREVIEW_LINES]),
        places_are=places_are,
        instrument=instrument.identifier,
        interval=request["interval"],
        source=loaded.source,
        version=loaded.version,
        time=loaded.bars.time,
        lines_left_out=max(0, len(seen.lines) - MAX_PREVIEW_LINES),
    )


def _strategy(*, user: User, request: Mapping[str, Any]) -> tuple[Callable[..., Seen], PreviewPlaces]:
    """How the strategy of a request looks at bars, and what its places are."""
    if "script" in request:
        program = compile_script(request["script"], parameters=request["parameters"], pointer=SCRIPT_POINTER)
        return partial(_see_program, program=program), PreviewPlaces.FILLS
    return partial(_see_plan, understood=_understood(user=user, request=request)), PreviewPlaces.SIGNALS


def _see_plan(*, understood: Understood, bars: Bars) -> Seen:
    plan = restore_plan(understood.rules)
    signals = rules.evaluate(plan, bars)
    return Seen(
        name=understood.name,
        sentence=understood.sentence,
        warmup_bars=signals.warmup_bars,
        lines=_lines(plan, bars=bars),
        places={slot: np.flatnonzero(getattr(signals, slot)) for slot in SLOTS},
    )


def _see_program(*, program: scripts.Program, bars: Bars) -> Seen:
    """What a script computes, and where its orders fill: what it orders depends on what it holds.

    :raises PreviewRefused: if it goes beyond its limits on these bars, takes too long or wants too much memory
    :raises Unavailable: if others are evaluated for too long
    """
    seconds = constants.PREVIEW_SECONDS
    try:
        with isolation.place():
            lines, places = isolation.call(partial(_evaluated, program=program, bars=bars), seconds=seconds)
    except isolation.TookTooLong as error:
        message = f"The script takes longer than {seconds:g} seconds on these bars: choose a shorter range."
        raise errors.PreviewRefused(message) from error
    except isolation.WantedTooMuch as error:
        message = "The script needs more memory on these bars than a preview may have: choose a shorter range."
        raise errors.PreviewRefused(message) from error
    return Seen(
        name=program.declared.title,
        sentence=scripts.sentence(program),
        warmup_bars=program.warmup_bars,
        lines=tuple(Line(label, values) for label, values in lines),
        places=places,
    )


def _evaluated(_beat: isolation.Beat, *, program: scripts.Program, bars: Bars) -> Evaluated:
    """The studies of a script by their calls, and the bars of its fills by slot; reads and writes nothing.

    :raises PreviewRefused: if it goes beyond its limits on these bars
    """
    settings = Settings(initial_cash=PREVIEW_CASH, fill_on=program.declared.fill_on or "same_close")
    try:
        result = runner.run_program(program=program, bars=bars, settings=settings)
        lines = runner.studies(program=program, bars=bars)
    except EngineError as error:
        raise errors.PreviewRefused(_unfit(error)) from error
    open_ = () if result.open_trade is None else (result.open_trade,)
    places: dict[str, set[int]] = {slot: set() for slot in SLOTS}
    for trade in (*result.trades, *open_):
        places[f"enter_{trade.side}"].add(trade.entry_index)
    for trade in result.trades:
        places[f"exit_{trade.side}"].add(trade.exit_index)
    return lines, {slot: np.array(sorted(found), dtype=np.int64) for slot, found in places.items()}


def _unfit(error: EngineError) -> str:
    return f"The strategy does not fit these bars: {error}."


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
