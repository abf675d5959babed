"""Work killed after so many statements of a transaction, as by kill -9. What does not belong here: assertions."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connection


class Counter:
    """Counts the statements inside transactions, and kills the process after one of them if told so."""

    def __init__(self, *, last: int | None = None) -> None:
        self.seen = 0
        self.last = last

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        if not connection.in_atomic_block:
            return execute(*statement)
        if self.last == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = execute(*statement)
        self.seen += 1
        if self.seen == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def count_statements(work: Callable[[], object]) -> int:
    """Do the work here, to its end; how many statements of it were inside a transaction."""
    counter = Counter()
    with connection.execute_wrapper(counter):
        work()
    return counter.seen


def kill_after(number: int, work: Callable[[], object]) -> None:
    """Do the work in a process that is killed after so many statements, before the commit they wait for."""
    child = os.fork()
    if child == 0:
        _work(number, work)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, "it was not killed"


def _work(number: int, work: Callable[[], object]) -> None:
    try:
        # The connection is the parent's; the process makes one of its own.
        connection.connection = None
        with connection.execute_wrapper(Counter(last=number)):
            work()
    finally:
        os._exit(1)
