"""Parts of sweeps among workers: leases, lost workers, cancellation in the middle, one end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.backtests import constants, errors, services
from apps.backtests.models import Sweep, SweepPart
from apps.backtests.services import sweeps_results, sweeps_work
from apps.core import clock
from apps.users.models import User
from tests.factories.backtests import make_prices
from tests.factories.sweeps import WALK, make_completed_sweep, request_sweep


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()


@pytest.fixture
def three_parts(monkeypatch: pytest.MonkeyPatch, owner: User) -> Sweep:
    """A sweep of three combinations in three parts."""
    monkeypatch.setattr(constants, "PART_BARS", 366)
    return request_sweep(owner)


def again(sweep: Sweep) -> Sweep:
    return Sweep.objects.unscoped().get(pk=sweep.pk)


def claimed() -> SweepPart:
    part = sweeps_work.claim_part()
    assert part is not None
    return part


def lose(part: SweepPart) -> None:
    """Let the lease of a part run out."""
    SweepPart.objects.filter(pk=part.pk).update(lease_expires_at=clock.now() - timedelta(seconds=1))


def test_a_sweep_is_divided_and_joined_whatever_the_order(three_parts: Sweep) -> None:
    parts = [claimed() for _ in range(3)]
    assert [(part.number, part.first, part.last) for part in parts] == [(0, 0, 1), (1, 1, 2), (2, 2, 3)]
    assert sweeps_work.claim_part() is None
    for part in reversed(parts):
        assert again(three_parts).status == "running"
        sweeps_work.work(part)
        sweeps_work.join_finished()
    done = again(three_parts)
    assert (done.status, done.extra["tried"]) == ("completed", 3)


def test_windows_are_chosen_in_parts_and_traded_by_one_part_after_them(
    monkeypatch: pytest.MonkeyPatch, owner: User
) -> None:
    whole = make_completed_sweep(owner, walk=WALK)
    monkeypatch.setattr(constants, "PART_BARS", 1)
    walk = request_sweep(owner, walk=WALK)
    parts = [claimed() for _ in range(walk.parts - 1)]
    # So many parts as there may be; the windows, of which there are two, go to the first two.
    assert (len(parts), {(part.first, part.last) for part in parts}) == (constants.MAX_WALK_PARTS, {(0, 3)})

    for part in reversed(parts):
        assert sweeps_work.claim_part() is None
        sweeps_work.work(part)
        sweeps_work.join_finished()
        assert again(walk).status == "running"
    outcomes = list(SweepPart.objects.filter(sweep=walk).order_by("number").values_list("outcome", flat=True))
    assert [list(outcome or {}) for outcome in outcomes[:3]] == [["0"], ["1"], []]
    last = claimed()
    assert (last.first, last.last, sweeps_work.claim_part()) == (3, 3, None)
    sweeps_work.work(last)
    sweeps_work.join_finished()
    assert (again(walk).status, again(walk).extra) == ("completed", whole.extra)


def test_two_workers_who_join_write_one_end(three_parts: Sweep) -> None:
    for _ in range(3):
        sweeps_work.work(claimed())
    first, second = again(three_parts), again(three_parts)
    assert [sweeps_results.join(first), sweeps_results.join(second)] == [True, False]


def test_a_lost_part_is_done_by_another_and_its_first_worker_is_fenced_off(three_parts: Sweep) -> None:
    slow = claimed()
    lose(slow)
    others = [claimed() for _ in range(3)]
    assert [(part.number, part.attempt) for part in others] == [(0, 2), (1, 1), (2, 1)]
    sweeps_work.work(slow)
    assert SweepPart.objects.get(pk=slow.pk).status == "running"
    for part in others:
        sweeps_work.work(part)
    sweeps_work.join_finished()
    assert again(three_parts).status == "completed"


def test_a_part_that_loses_its_workers_again_and_again_ends_the_sweep(three_parts: Sweep) -> None:
    for _ in range(constants.MAX_ATTEMPTS):
        lose(claimed())
    while (part := sweeps_work.claim_part()) is not None:
        sweeps_work.work(part)
    ended = again(three_parts)
    assert (ended.status, ended.extra["code"]) == ("failed", "WORKER_LOST")


def test_a_worker_notices_between_two_steps_that_the_sweep_was_cancelled(
    three_parts: Sweep, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "WATCH_SECONDS", -1.0)
    part = claimed()
    between = sweeps_work._watch(part)
    between()
    services.cancel_sweep(user=owner, sweep_id=three_parts.sweep_id)
    with pytest.raises(errors.SweepStopped):
        between()
    sweeps_work.work(part)
    ended = SweepPart.objects.get(pk=part.pk)
    assert (ended.status, ended.values) == ("running", None)
    assert again(three_parts).extra["code"] == "CANCELLED"


def test_watching_renews_the_lease(three_parts: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "WATCH_SECONDS", -1.0)
    part = claimed()
    lose(part)
    sweeps_work._watch(part)()
    renewed = SweepPart.objects.get(pk=part.pk).lease_expires_at
    assert renewed is not None
    assert renewed > clock.now()


def test_users_take_turns(three_parts: Sweep, stranger: User) -> None:
    theirs = request_sweep(stranger)
    turns = [claimed().sweep_id for _ in range(4)]
    assert turns == [three_parts.pk, theirs.pk, three_parts.pk, theirs.pk]


def test_prices_that_are_gone_fail_the_sweep_with_their_reason(three_parts: Sweep) -> None:
    Sweep.objects.unscoped().filter(pk=three_parts.pk).update(start_date="1999-01-01", end_date="1999-01-02")
    services.execute_sweeps()
    ended = again(three_parts)
    assert (ended.status, ended.extra["code"]) == ("failed", "NO_BARS")


def test_a_bug_fails_the_sweep_and_goes_on_to_the_log(three_parts: Sweep) -> None:
    Sweep.objects.unscoped().filter(pk=three_parts.pk).update(strategy={"name": "broken"})
    with pytest.raises(KeyError):
        services.execute_sweeps()
    ended = again(three_parts)
    assert (ended.status, ended.extra["code"]) == ("failed", constants.INTERNAL_CODE)


def test_a_lost_ring_is_repeated_while_something_waits(three_parts: Sweep) -> None:
    services.ring_sweeps()
    services.execute_sweeps()
    assert again(three_parts).status == "completed"
