"""Places in the queue are those in which runs are claimed: by turns of users, one as the list and the run tell it."""

from __future__ import annotations

import numpy as np
import pytest

from apps.backtests import selectors, services
from apps.backtests.enums import RunStatus
from apps.backtests.models import BacktestRun
from apps.backtests.selectors import queue
from apps.core.configuration import override
from apps.users.models import User
from tests.factories.backtests import make_row
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db


def users(number: int) -> list[User]:
    return [make_user(email=f"user-{each}@example.com") for each in range(number)]


def places(*owners: User) -> dict[int, int]:
    """The place of each waiting run, as its detail tells it; the list must say the same."""
    waiting = BacktestRun.objects.unscoped().filter(status=RunStatus.PENDING)
    found = {run.pk: 1 + queue.count_before_unscoped(run) for run in waiting}
    listed = {job.run_id: job.queue_position for user in owners for job in selectors.list_open_runs(user=user)}
    assert {run.run_id: found[run.pk] for run in waiting} == {k: v for k, v in listed.items() if v is not None}
    return found


def test_who_comes_behind_five_hundred_runs_of_another_user_is_next_but_one() -> None:
    hog, newcomer = users(2)
    runs = [make_row(hog) for _ in range(500)]
    late = make_row(newcomer)

    found = places(hog, newcomer)

    assert (found[runs[0].pk], found[late.pk], found[runs[1].pk], found[runs[-1].pk]) == (1, 2, 3, 501)


def test_runs_under_way_are_turns_that_were_taken() -> None:
    busy, newcomer = users(2)
    for _ in range(2):
        make_row(busy, status=RunStatus.RUNNING)
    third, fourth = make_row(busy), make_row(busy)
    late = [make_row(newcomer) for _ in range(4)]

    found = places(busy, newcomer)

    # Turns: the newcomer's 1 to 4, the busy user's 3 and 4; of one turn the older run goes first.
    order = [late[0], late[1], third, late[2], fourth, late[3]]
    assert [found[run.pk] for run in order] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("seed", range(5))
def test_while_none_ends_runs_are_claimed_in_the_order_of_their_places(seed: int) -> None:
    """Of one turn whoever began a run the longest ago goes first, which is not told: only turns are compared."""
    override("backtest.max_concurrent_per_user", "100")
    override("backtest.global_max_concurrent", "100")
    four = users(4)
    for number in np.random.default_rng(seed).integers(0, 4, size=20):
        make_row(four[number])
    told = places(*four)

    taken: dict[int, int] = dict.fromkeys((user.pk for user in four), 0)
    claimed, turns = [], []
    while (run := services.claim_next()) is not None:
        taken[run.user_id] += 1
        claimed.append(told[run.pk])
        turns.append(taken[run.user_id])

    assert turns == sorted(turns)
    assert len(claimed) == 20
    for turn in set(turns):
        of_turn = [place for place, each in zip(claimed, turns, strict=True) if each == turn]
        first = sum(each < turn for each in turns)
        assert sorted(of_turn) == list(range(first + 1, first + len(of_turn) + 1))
