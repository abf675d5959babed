"""Saying at regular times that a worker still lives, while it works. What does not belong here: what a lease is.

The thread runs although the worker computes: compiled kernels let go of the interpreter's lock, and scripts are
evaluated in a process of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread

import structlog
from django.db import InterfaceError, OperationalError, connection

log = structlog.get_logger(__name__)


@contextmanager
def renewing(renew: Callable[[], bool], *, seconds: float, name: str) -> Iterator[None]:
    """Call ``renew`` every so many seconds while the body works, on a connection of its own, until it answers False.

    A database that does not answer is asked again: a lease outlives a few missed renewals.
    """
    is_over = Event()
    work = partial(_renew, renew, is_over=is_over, seconds=seconds)
    thread = Thread(target=work, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _renew(renew: Callable[[], bool], *, is_over: Event, seconds: float) -> None:
    try:
        while not is_over.wait(seconds):
            try:
                if not renew():
                    return
            except (OperationalError, InterfaceError) as error:
                log.warning("lease_not_renewed", error=type(error).__name__)
                connection.close()
    finally:
        connection.close()
