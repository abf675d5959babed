"""A worker says that it lives while it computes, and leases are short enough for work to be back in half a minute."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numba
import numpy as np
import numpy.typing as npt
import pytest
from django.conf import settings
from django.db import OperationalError

from apps.backtests import constants as backtests
from apps.core import renewal
from apps.sync import constants as sync
from tests.races import wait_until

ROOT = Path(__file__).resolve().parents[2]
MOST_TURNS = 10_000_000_000
RING_SECONDS = settings.CELERY_BEAT_SCHEDULE["ring-pending-backtests"]["schedule"]


@numba.njit(nogil=True)
def compute_while(flag: npt.NDArray[np.int64], turns: npt.NDArray[np.int64]) -> int:
    """Count in compiled code until another thread changes the flag, or for minutes.

    The count is an array, for the compiler cannot know that it is not the flag, and so reads that anew each time.
    """
    while flag[0] == 0 and turns[0] < MOST_TURNS:
        turns[0] += 1
    return int(turns[0])


def rungs_until(seconds: float) -> float:
    """Until the first ring that comes so long after a ring, or later."""
    return float(math.ceil(seconds / RING_SECONDS) * RING_SECONDS)


def test_a_lost_run_runs_again_within_half_a_minute() -> None:
    """The lease that was just renewed, up to a ring for its end to be seen, the pause, and the ring after that."""
    worst = backtests.LEASE.total_seconds() + RING_SECONDS + rungs_until(backtests.RETRY_DELAY.total_seconds())

    assert worst == 25.0


def test_a_lost_part_of_a_sweep_and_a_lost_instrument_of_a_sync_go_on_within_half_a_minute() -> None:
    parts = backtests.LEASE.total_seconds() + settings.CELERY_BEAT_SCHEDULE["ring-sweeps"]["schedule"]
    stands = max(sync.LEASE, sync.STALLED_AFTER).total_seconds()
    items = stands + settings.CELERY_BEAT_SCHEDULE["ring-pending-syncs"]["schedule"]

    assert (parts, items) == (20.0, 20.0)


def test_four_renewals_may_be_missed() -> None:
    assert (backtests.HEARTBEAT_SECONDS, sync.HEARTBEAT_SECONDS) == (3.0, 3.0)


def test_the_lease_is_renewed_while_a_kernel_computes_and_says_nothing() -> None:
    """The kernel ends only because the other thread runs: a kernel that kept the interpreter's lock would not."""
    flag, turns = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    compute_while(np.ones(1, dtype=np.int64), turns)

    def renew() -> bool:
        flag[0] = 1
        return False

    with renewal.renewing(renew, seconds=0.01, name="kernel"):
        assert 0 < compute_while(flag, turns) < MOST_TURNS


def test_every_kernel_of_the_engine_lets_go_of_the_lock_of_the_interpreter() -> None:
    made = [
        (path.name, call)
        for path in sorted((ROOT / "engine").rglob("*.py"))
        for call in re.findall(r"njit\([^)]*\)", path.read_text("utf-8"))
    ]

    assert made
    assert [pair for pair in made if "nogil=True" not in pair[1]] == []


def test_a_database_that_does_not_answer_is_asked_again() -> None:
    asked: list[int] = []

    def renew() -> bool:
        asked.append(1)
        if len(asked) < 3:
            raise OperationalError
        return False

    with renewal.renewing(renew, seconds=0.01, name="away"):
        wait_until(lambda: len(asked) == 3)


@pytest.mark.parametrize("answers", [1, 3])
def test_who_is_told_that_it_is_over_does_not_ask_again(answers: int) -> None:
    asked: list[int] = []

    def renew() -> bool:
        asked.append(1)
        return len(asked) < answers

    with renewal.renewing(renew, seconds=0.001, name="over"):
        wait_until(lambda: len(asked) == answers)
    assert len(asked) == answers
