"""What a process may take of memory, and what comes of asking for more; each in a process of its own."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from apps.core import isolation, memory
from apps.core.errors import DomainError

ARRAY_BYTES = 256 * 2**20


def hold(_beat: Callable[[], None]) -> int:
    """A task that takes a quarter of a gigabyte."""
    return int(np.ones(ARRAY_BYTES, dtype=np.uint8).nbytes)


class Refused(DomainError):
    """What the body is told."""

    message = "Too much."


def test_a_process_is_refused_what_goes_beyond_its_limit_and_one_without_a_limit_is_not(settings: Any) -> None:
    def limited(_beat: Callable[[], None]) -> int:
        settings.BACKTEST_MEMORY_MB = 64
        memory.limit_present_process()
        return hold(_beat)

    def lifted(_beat: Callable[[], None]) -> int:
        settings.BACKTEST_MEMORY_MB = 64
        memory.limit_present_process()
        memory.lift()
        return hold(_beat)

    with pytest.raises(isolation.WantedTooMuch):
        isolation.call(limited, seconds=60)
    assert isolation.call(lifted, seconds=60) == ARRAY_BYTES


def test_a_fork_of_a_limited_process_has_the_limit_of_a_fork_only(settings: Any) -> None:
    def worker(_beat: Callable[[], None]) -> int:
        settings.BACKTEST_MEMORY_MB = 1
        memory.limit_present_process()
        settings.BACKTEST_MEMORY_MB = 512
        return isolation.call(hold, seconds=60)

    assert isolation.call(worker, seconds=60) == ARRAY_BYTES


@pytest.mark.parametrize("said", [MemoryError, SystemError])
def test_what_the_body_held_is_given_back_before_its_end_is_written(said: type[Exception]) -> None:
    held: list[int] = []

    class Large:
        def __del__(self) -> None:
            held.append(1)

    def fill() -> None:
        large = Large()
        assert large is not None
        raise said

    def refused() -> None:
        with memory.wanted(error=Refused):
            fill()

    with pytest.raises(Refused) as caught:
        refused()
    assert (caught.value.message, held) == ("Too much.", [1])
    assert isinstance(caught.value.__cause__, said)


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), memory.wanted(error=Refused):
        raise KeyError


def test_a_process_with_thousands_of_files_open_hears_what_a_fork_answers() -> None:
    files = 1100
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * files, most))
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(files)]
    try:
        assert isolation.call(lambda _beat: 7, seconds=60) == 7
    finally:
        for each in opened:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))
