"""Whatever is submitted, claimed, finished, lost or cancelled, in whatever order: the rules of the queue hold.

Never more than the limits, no run lost, none ended twice, none starved, no free place beside a run that may start.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from apps.backtests import constants, services
from apps.backtests.enums import RunStatus
from apps.backtests.models import BacktestRun
from apps.backtests.services import results
from apps.core import clock, configuration
from apps.notifications.models import Notification
from tests.factories.backtests import make_row
from tests.factories.users import make_user

USERS = 3
ENDED = (RunStatus.COMPLETED, RunStatus.FAILED)
members = st.integers(0, USERS - 1)
limits = st.integers(1, 4)
numbers = st.integers(1, 5)


class Queue(RuleBasedStateMachine):
    """The queue with workers that may vanish, sleep past their lease and wake up."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.users = [make_user(email=f"queue{number}@example.com") for number in range(USERS)]
        self.submitted = 0
        self.workers: list[BacktestRun] = []
        self.zombies: list[BacktestRun] = []
        self.highest = {"all": 0, "user": 0}
        self.set_limits(in_all=3, per_user=2)

    def teardown(self) -> None:
        try:
            self.drain()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def rows(self) -> Any:
        return BacktestRun.objects.unscoped()

    def set_limits(self, *, in_all: int, per_user: int) -> None:
        configuration.override("backtest.global_max_concurrent", str(in_all))
        configuration.override("backtest.max_concurrent_per_user", str(per_user))
        self.in_all, self.per_user = in_all, per_user
        self.highest = {
            "all": max(in_all, self.rows().filter(status=RunStatus.RUNNING).count()),
            "user": max([per_user, *Counter(run.user_id for run in self.running()).values()]),
        }

    def running(self) -> list[BacktestRun]:
        return list(self.rows().filter(status=RunStatus.RUNNING))

    @rule(member=members, number=numbers)
    def submit(self, member: int, number: int) -> None:
        for _ in range(number):
            make_row(self.users[member])
        self.submitted += number

    @rule(number=numbers)
    def claim(self, number: int) -> None:
        for _ in range(number):
            self.claim_one()
            self.limits_hold()

    def claim_one(self) -> None:
        before = Counter(run.user_id for run in self.running())
        waiting = set(
            self.rows().filter(status=RunStatus.PENDING, available_at__isnull=True).values_list("user_id", flat=True)
        )
        run = services.claim_next()
        if run is None:
            may_start = [user for user in waiting if before[user] < self.per_user]
            assert not may_start or sum(before.values()) >= self.in_all, "a free place and a run that may start"
            return
        others = [before[user] for user in waiting if before[user] < self.per_user]
        assert before[run.user_id] <= min(others, default=before[run.user_id]), "a busier user went first"
        self.workers.append(run)

    @precondition(lambda self: self.workers)
    @rule(place=st.integers(0, 99))
    def finish(self, place: int) -> None:
        run = self.workers.pop(place % len(self.workers))
        assert results.fail(run=run, code="DONE", message="Done.")

    @precondition(lambda self: self.workers)
    @rule(place=st.integers(0, 99))
    def lose(self, place: int) -> None:
        self.lose_one(place)

    def lose_one(self, place: int) -> None:
        run = self.workers.pop(place % len(self.workers))
        self.rows().filter(pk=run.pk).update(lease_expires_at=clock.now() - timedelta(seconds=1))
        services.ring_pending()
        row = self.rows().get(pk=run.pk)
        if row.cancel_requested:
            assert (row.status, row.extra.get("code")) == (RunStatus.FAILED, "CANCELLED"), "cancelled, and not ended"
        self.zombies.append(run)

    @precondition(lambda self: self.zombies)
    @rule(place=st.integers(0, 99))
    def wake_zombie(self, place: int) -> None:
        run = self.zombies[place % len(self.zombies)]
        before = self.rows().values_list("status", "attempt", "extra").get(pk=run.pk)
        assert not results.fail(run=run, code="ZOMBIE", message="Zombie.")
        assert self.rows().values_list("status", "attempt", "extra").get(pk=run.pk) == before

    @rule()
    def end_backoff(self) -> None:
        self.rows().filter(status=RunStatus.PENDING).update(available_at=None)

    @rule(member=members)
    def cancel_one(self, member: int) -> None:
        run = self.rows().filter(user=self.users[member], status=RunStatus.PENDING).first()
        if run is not None:
            services.cancel_run(user=self.users[member], run_id=run.run_id)

    @precondition(lambda self: self.workers)
    @rule(place=st.integers(0, 99), is_lost=st.booleans())
    def cancel_running(self, place: int, *, is_lost: bool) -> None:
        """What works on it goes on until it looks; if it is lost before, whoever reaps it ends it."""
        run = self.workers[place % len(self.workers)]
        if not self.rows().get(pk=run.pk).cancel_requested:
            services.cancel_run(user=run.user, run_id=run.run_id)
        if is_lost:
            self.lose_one(place)

    @rule(in_all=limits, per_user=limits)
    def reconfigure(self, in_all: int, per_user: int) -> None:
        self.set_limits(in_all=in_all, per_user=per_user)

    def drain(self) -> None:
        """With a worker that lives, every run ends, and the users take turns."""
        while self.workers:
            assert results.fail(run=self.workers.pop(), code="DONE", message="Done.")
        self.end_backoff()
        started: list[int] = []
        while (run := services.claim_next()) is not None:
            started.append(run.user_id)
            assert results.fail(run=run, code="DONE", message="Done.")
        assert not self.rows().exclude(status__in=ENDED).exists()
        left = Counter(started)
        for this, following in pairwise(started):
            left[this] -= 1
            assert this != following or all(not left[user] for user in left if user != this), "one went twice in a row"

    @invariant()
    def limits_hold(self) -> None:
        running = self.running()
        assert len(running) <= self.highest["all"]
        assert max(Counter(run.user_id for run in running).values(), default=0) <= self.highest["user"]
        assert {run.pk for run in running} == {run.pk for run in self.workers}

    @invariant()
    def leases_hold(self) -> None:
        leased = self.rows().filter(lease_expires_at__isnull=False, global_seat__isnull=False, user_seat__isnull=False)
        assert set(leased.values_list("pk", flat=True)) == {run.pk for run in self.running()}
        free = self.rows().filter(lease_expires_at__isnull=True, global_seat__isnull=True, user_seat__isnull=True)
        assert free.count() + leased.count() == self.submitted

    @invariant()
    def nothing_is_lost_or_ended_twice(self) -> None:
        assert self.rows().count() == self.submitted
        ended = self.rows().filter(status__in=ENDED).exclude(extra__code="CANCELLED").count()
        assert Notification.objects.unscoped().count() == ended
        assert not self.rows().filter(attempt__gt=constants.MAX_ATTEMPTS).exists()


@pytest.mark.django_db
def test_rules_of_the_queue_hold_in_any_order() -> None:
    run_state_machine_as_test(
        Queue,
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
