"""Evaluating what users wrote in a forked process with limits: what goes wrong there costs that process only.

The process inherits the prices and gives back columns and plain values. It never touches the database, whose connection
stays its parent's. What does not belong here: what is evaluated, what its limits mean to a user.
"""

from __future__ import annotations

import gc
import math
import os
import pickle
import resource
import select
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, NoReturn, TypeVar

from django.conf import settings

from apps.core import clock, errors, memory, pickles

Answer = TypeVar("Answer")
Beat = Callable[[], None]

_PAGE = resource.getpagesize()
_CHUNK = 2**16
# An answer as long as this is none: the largest run has a tenth of it.
_LONGEST_ANSWER = 512 * memory.MEGABYTE
# The first byte of an answer; a beat is a byte of its own and comes before it.
_BEAT, _DONE, _REFUSED = b"b", b"d", b"r"
_BEAT_SECONDS = 0.2
# A process that says nothing may be in a long step: who waits for it looks around as often all the same.
_QUIET_SECONDS = 0.5
# A thread that waits answers nobody else: soon it is better that the client comes again.
WAIT_SECONDS = 1.0
_RETRY_SECONDS = 2
_places = BoundedSemaphore(settings.EVALUATIONS_AT_ONCE)
# The exit status of a process that was refused memory, or ended by an error of its own for want of it.
_STARVED = 3


class EvaluationBroke(Exception):
    """The process ended by a bug; its trace is in the log."""


class TookTooLong(Exception):
    """The process had not come to its end in time, and was ended."""


class WantedTooMuch(Exception):
    """The process asked for more memory than it may have, or gave more of an answer than is taken."""


@contextmanager
def place() -> Iterator[None]:
    """Evaluate in the body while a client waits: a process lets settings.EVALUATIONS_AT_ONCE in at a time.

    So however many ask, they take no more memory than so many times ``BACKTEST_MEMORY_MB``. Workers need no place: each
    does one thing at a time.

    :raises Unavailable: if none becomes free soon
    """
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise errors.Unavailable(retry_after=_RETRY_SECONDS)
    try:
        yield
    finally:
        _places.release()


def call(
    task: Callable[[Beat], Answer],
    *,
    seconds: float,
    processor_seconds: float | None = None,
    step_seconds: float = math.inf,
    between: Beat = lambda: None,
) -> Answer:
    """What the task gives, evaluated in a process of its own.

    The task is handed what it may call between two steps; ``between`` is called here from time to time, within a long
    step too, and ends the process by raising.

    :raises WantedTooMuch: if it asks for more memory than ``BACKTEST_MEMORY_MB`` beyond what the present process has
    :raises TookTooLong: if it takes longer, in all or for a step, or more of the processor than it may (``seconds``)
    :raises DomainError: what the task itself refuses
    :raises EvaluationBroke: if it ends in any other way
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(task, writing=writing, processor_seconds=processor_seconds or seconds)
    os.close(writing)
    raw: bytes | None = None
    try:
        raw = _listen(reading, until=clock.monotonic() + seconds, step_seconds=step_seconds, between=between)
    finally:
        os.close(reading)
        if raw is None:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    answer: Answer = _understood(raw, status=os.waitstatus_to_exitcode(status))
    return answer


def _listen(reading: int, *, until: float, step_seconds: float, between: Beat) -> bytes:
    """All that the process says but for its beats.

    :raises TookTooLong: if it does not come to its end in time, or to that of a step
    """
    said = bytearray()
    # Not select, which knows no file beyond the first thousand: a web process has one for each connection.
    sight = select.poll()
    sight.register(reading, select.POLLIN)
    due = min(until, clock.monotonic() + step_seconds)
    while True:
        left = max(0.0, due - clock.monotonic())
        # What has been said meanwhile is heard first: a look around that took long is no fault of the process.
        if not sight.poll(math.ceil(min(left, _QUIET_SECONDS) * 1000)):
            if not left:
                raise TookTooLong
            between()
            continue
        chunk = os.read(reading, _CHUNK)
        if not chunk:
            return bytes(said)
        if not said:
            beats = len(chunk) - len(chunk.lstrip(_BEAT))
            chunk = chunk[beats:]
            if beats:
                between()
                due = min(until, clock.monotonic() + step_seconds)
        said += chunk
        if len(said) > _LONGEST_ANSWER:
            raise WantedTooMuch


def _understood(raw: bytes, *, status: int) -> Any:
    """The answer of a process that ended so."""
    if raw[:1] == _DONE and status == 0:
        return pickles.read(raw[1:])
    if raw[:1] == _REFUSED and status == 0:
        code, message, details = pickles.read(raw[1:])
        raise next(error for error in errors.registry() if error.code == code)(message, details=details)
    if status == -signal.SIGXCPU:
        raise TookTooLong
    if status in (-signal.SIGKILL, -signal.SIGABRT, _STARVED):
        # A machine without memory kills; a library that gets none, such as LLVM, gives itself up.
        raise WantedTooMuch
    raise EvaluationBroke(f"The evaluation ended with status {status}")


def _work(task: Callable[[Beat], object], *, writing: int, processor_seconds: float) -> NoReturn:
    """Be the process: limit it, do the task, say what came of it, and end without any of the parent's cleaning up."""
    status = 1
    try:
        _limit(processor_seconds)
        answer = _answered(task, writing=writing)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        status = 0
    finally:
        # A compiler that gets no memory, for one, ends by an error of its own; to print it takes memory too.
        if status and memory.is_behind(sys.exception()):
            status = _STARVED
        elif status:
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(status)


def _answered(task: Callable[[Beat], object], *, writing: int) -> bytes:
    due = clock.monotonic() + _BEAT_SECONDS

    def beat() -> None:
        nonlocal due
        if clock.monotonic() >= due:
            os.write(writing, _BEAT)
            due = clock.monotonic() + _BEAT_SECONDS

    try:
        return _DONE + pickle.dumps(task(beat), protocol=pickle.HIGHEST_PROTOCOL)
    except errors.DomainError as error:
        return _REFUSED + pickle.dumps((error.code, error.message, error.details), protocol=pickle.HIGHEST_PROTOCOL)


def _limit(processor_seconds: float) -> None:
    """Bound memory and time from here on; the parent's own signals, and what it has in memory, mean nothing here."""
    gc.freeze()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * _PAGE
    most = held + settings.BACKTEST_MEMORY_MB * memory.MEGABYTE
    memory.lift()
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (int(processor_seconds) + 1, int(processor_seconds) + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
