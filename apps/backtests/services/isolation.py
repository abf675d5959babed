"""Evaluating a backtest in a process with limits: beyond them the run ends, never the worker or the web process.

What does not belong here: the process itself (core), what is evaluated, the ends of runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from apps.backtests import errors
from apps.backtests.enums import StrategyKind
from apps.core import configuration, isolation

Answer = TypeVar("Answer")
Beat = isolation.Beat


def evaluate(task: Callable[[Beat], Answer], *, kind: str, between: Beat = lambda: None) -> Answer:
    """What the task gives: of a script in a process of its own, of any other kind of strategy here.

    :raises OutOfMemory, RunTimedOut: if a script takes more than a run may
    :raises DomainError: what the task itself refuses
    """
    if kind != StrategyKind.SCRIPT:
        return task(between)
    return call(task, seconds=configuration.get_int("backtest.max_seconds"), between=between)


def call(task: Callable[[Beat], Answer], *, seconds: float, between: Beat = lambda: None) -> Answer:
    """What the task gives, evaluated in a process of its own.

    :raises OutOfMemory: if it asks for more memory than a run may
    :raises RunTimedOut: if it takes longer
    :raises DomainError: what the task itself refuses
    """
    try:
        return isolation.call(task, seconds=seconds, between=between)
    except isolation.WantedTooMuch as error:
        raise errors.OutOfMemory from error
    except isolation.TookTooLong as error:
        raise errors.RunTimedOut from error
