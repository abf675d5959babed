"""Evaluating a backtest in a process with limits: beyond them the run ends, never the worker or the web process.

What does not belong here: the process itself (core), what is evaluated, the ends of runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

from apps.backtests import errors
from apps.backtests.enums import StrategyKind
from apps.core import configuration, isolation

Answer = TypeVar("Answer")
Beat = isolation.Beat


# Other processes on the machine lengthen a script's time by the clock: half as long again is its own fault.
CLOCK_TO_PROCESSOR = 1.5


def evaluate(task: Callable[[Beat], Answer], *, kind: str, between: Beat = lambda: None) -> Answer:
    """What one evaluation of a strategy gives: of a script in a process of its own, of any other kind here.

    ``between`` is called while a script is evaluated, and ends that by raising.

    :raises OutOfMemory, RunTimedOut: if a script takes more than it may
    :raises DomainError: what the task itself refuses
    """
    if kind != StrategyKind.SCRIPT:
        return task(lambda: None)
    processor = configuration.get_int("backtest.script_seconds")
    seconds = min(configuration.get_int("backtest.max_seconds"), processor * CLOCK_TO_PROCESSOR)
    return call(task, seconds=seconds, processor_seconds=processor, between=between)


def evaluate_steps(task: Callable[[Beat], Answer], *, kind: str, between: Beat) -> Answer:
    """What many evaluations of a strategy give: as ``evaluate``, with the time of a script for each of them.

    :raises OutOfMemory, RunTimedOut: if a script takes more than it may, or all of them more than a run may
    :raises DomainError: what the task itself refuses
    """
    if kind != StrategyKind.SCRIPT:
        return task(between)
    step = configuration.get_int("backtest.script_seconds") * CLOCK_TO_PROCESSOR
    return call(task, seconds=configuration.get_int("backtest.max_seconds"), step_seconds=step, between=between)


def call(
    task: Callable[[Beat], Answer],
    *,
    seconds: float,
    processor_seconds: float | None = None,
    step_seconds: float = math.inf,
    between: Beat = lambda: None,
) -> Answer:
    """What the task gives, evaluated in a process of its own.

    :raises OutOfMemory: if it asks for more memory than a run may
    :raises RunTimedOut: if it takes longer
    :raises DomainError: what the task itself refuses
    """
    try:
        return isolation.call(
            task, seconds=seconds, processor_seconds=processor_seconds, step_seconds=step_seconds, between=between
        )
    except isolation.WantedTooMuch as error:
        raise errors.OutOfMemory from error
    except isolation.TookTooLong as error:
        raise errors.RunTimedOut from error
