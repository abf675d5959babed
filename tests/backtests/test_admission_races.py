"""The limits hold on real connections that act at the same moment, and nothing is done twice.

Each of these fails when the advisory lock, or the condition of the UPDATE that it names, is taken away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from apps.backtests import errors, services
from apps.backtests.enums import RunStatus
from apps.backtests.models import BacktestRun
from apps.core import configuration
from apps.market.models import Trade
from apps.notifications.models import Notification
from apps.users.models import User
from tests.conftest import client_of
from tests.factories.backtests import make_prices, make_row, request_body, request_run
from tests.factories.users import make_user
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/api/v1/backtest/run"
THREADS = 10
ROUNDS = 10


def set_limits(**limits: int | str) -> None:
    for name, value in limits.items():
        configuration.override(f"backtest.{name}", str(value))


def claim_all() -> int:
    number = 0
    while services.claim_next() is not None:
        number += 1
    return number


def test_parallel_claims_never_exceed_a_limit_and_leave_no_place_free() -> None:
    set_limits(max_concurrent_per_user=2, global_max_concurrent=5)
    users = [make_user(email=f"user{number}@example.com") for number in range(3)]
    for round_ in range(ROUNDS):
        BacktestRun.objects.unscoped().delete()
        for user in users:
            for _ in range(8):
                make_row(user)

        claimed = together(THREADS, lambda _: claim_all())

        running = Counter(
            BacktestRun.objects.unscoped().filter(status=RunStatus.RUNNING).values_list("user_id", flat=True)
        )
        assert sorted(running.values()) == [1, 2, 2], f"round {round_}: {running}"
        assert sum(claimed) == 5


def test_parallel_posts_are_rejected_beyond_the_limit(owner: User) -> None:
    make_prices()
    set_limits(on_limit="reject", max_concurrent_per_user=3)
    client = client_of(owner)
    for round_ in range(ROUNDS):
        BacktestRun.objects.unscoped().delete()
        # The ring is not answered: the runs wait, as when every worker is busy.
        set_limits(global_max_concurrent=0)

        answers = together(THREADS, lambda _: client.post(URL, request_body()))

        assert Counter(answer.status_code for answer in answers) == {202: 3, 429: THREADS - 3}, f"round {round_}"
        assert BacktestRun.objects.for_user(owner).count() == 3


def test_parallel_posts_never_overfill_the_queue(owner: User) -> None:
    make_prices()
    set_limits(max_pending_per_user=4, global_max_concurrent=0)
    client = client_of(owner)

    answers = together(THREADS, lambda _: client.post(URL, request_body()))

    assert Counter(answer.status_code for answer in answers) == {202: 4, 429: THREADS - 4}
    assert BacktestRun.objects.for_user(owner).count() == 4


def test_parallel_posts_with_one_key_make_one_run(owner: User) -> None:
    make_prices()
    set_limits(global_max_concurrent=0)
    client = client_of(owner)

    answers = together(THREADS, lambda _: client.post(URL, request_body(), HTTP_IDEMPOTENCY_KEY="once"))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["run_id"] for answer in answers}) == 1
    assert BacktestRun.objects.for_user(owner).count() == 1


def test_many_rings_execute_each_run_once(owner: User) -> None:
    make_prices()
    set_limits(global_max_concurrent=0)
    for _ in range(12):
        request_run(owner)
    set_limits(global_max_concurrent=20, max_concurrent_per_user=20)

    together(THREADS, lambda _: services.execute_pending())

    runs = BacktestRun.objects.for_user(owner)
    assert set(runs.values_list("status", "attempt", "number_of_trades")) == {("completed", 1, 1)}
    assert Counter(Trade.objects.for_user(owner).values_list("backtest_run_id", flat=True)) == dict.fromkeys(
        runs.values_list("pk", flat=True), 1
    )
    assert Notification.objects.for_user(owner).count() == 12


def cancel(user: User, run: BacktestRun) -> bool:
    """Whether the cancellation was accepted."""
    try:
        services.cancel_run(user=user, run_id=run.run_id)
    except errors.RunAlreadyFinished:
        return False
    return True


def test_cancelled_run_has_no_result_and_a_run_with_a_result_was_not_cancelled(owner: User) -> None:
    make_prices()
    set_limits(global_max_concurrent=0)
    runs = [request_run(owner) for _ in range(40)]
    set_limits(global_max_concurrent=20, max_concurrent_per_user=20)

    def cancel_some(part: int) -> dict[int, bool]:
        return {run.pk: cancel(owner, run) for run in runs[part::4]}

    def work() -> dict[int, bool]:
        services.execute_pending()
        return {}

    calls: list[Callable[[], dict[int, bool]]] = [partial(cancel_some, part) for part in range(4)]
    everything = [*calls, *[work] * 4]
    answers = together(len(everything), lambda number: everything[number]())

    accepted = {pk: was for answer in answers for pk, was in answer.items()}
    ended = {run.pk: run for run in BacktestRun.objects.for_user(owner)}
    traded = set(Trade.objects.for_user(owner).values_list("backtest_run_id", flat=True))
    assert {pk: run.extra.get("code") == "CANCELLED" for pk, run in ended.items()} == accepted
    assert {pk for pk, run in ended.items() if run.status == RunStatus.COMPLETED} == traded
    assert Notification.objects.for_user(owner).count() == len(traded)
