"""Doing the same thing at the same moment, each on its own connection. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import TypeVar

from django.db import connection, connections

T = TypeVar("T")
GIVE_UP_SECONDS = 60


def together(count: int, work: Callable[[int], T]) -> list[T]:
    """The results of ``work(0) … work(count - 1)``, started together in threads."""
    barrier = Barrier(count)

    def run(number: int) -> T:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=GIVE_UP_SECONDS)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def wait_until(is_true: Callable[[], object]) -> None:
    """Ask again and again for at most ten seconds."""
    pause = Event()
    for _ in range(1000):
        if is_true():
            return
        pause.wait(0.01)
    raise AssertionError("It never came true.")
