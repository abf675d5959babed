"""One answer a key: the first answer again, for the same request of the same user on the same route."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connection

from apps.core import clock, errors, services
from apps.core.models import IdempotencyKey
from tests.races import together


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.times = 0
        self.lock = threading.Lock()

    def __call__(self) -> services.Answer:
        with self.lock:
            self.times += 1
        return services.Answer(status=202, body={"number": self.times, "amount": Decimal("1.50")})


def answer(work: Work, **changes: object) -> services.Answer:
    call = {"user_id": 1, "route": "POST /x", "key": "k1", "request": {"a": 1}, "work": work, **changes}
    return services.answer_once(**call)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_same_key_and_request_give_the_first_answer_again() -> None:
    work = Work()

    first, second = answer(work), answer(work)

    assert (first.status, first.body, first.replayed) == (202, {"number": 1, "amount": Decimal("1.50")}, False)
    assert (second.status, second.body, second.replayed) == (202, {"number": 1, "amount": "1.50"}, True)
    assert work.times == 1


@pytest.mark.django_db
def test_order_of_fields_does_not_matter_and_their_values_do() -> None:
    work = Work()
    answer(work, request={"a": 1, "b": 2})

    assert answer(work, request={"b": 2, "a": 1}).replayed
    with pytest.raises(errors.IdempotencyConflict):
        answer(work, request={"a": 1, "b": 3})
    assert work.times == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"user_id": 2}, {"route": "POST /y"}, {"key": "k2"}])
def test_scope_of_a_key_is_user_and_route(change: dict[str, object]) -> None:
    work = Work()
    answer(work)

    assert not answer(work, **change).replayed
    assert work.times == 2


@pytest.mark.django_db
def test_without_a_key_everything_is_done() -> None:
    work = Work()

    assert [answer(work, key=None).replayed for _ in range(2)] == [False, False]
    assert (work.times, IdempotencyKey.objects.count()) == (2, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "tab\t", "é"])
def test_strange_key_is_refused(key: str) -> None:
    with pytest.raises(errors.ValidationFailed):
        answer(Work(), key=key)


@pytest.mark.django_db
def test_failed_work_leaves_the_key_free() -> None:
    def fail() -> services.Answer:
        raise errors.Conflict

    with pytest.raises(errors.Conflict):
        answer(fail)  # type: ignore[arg-type]
    assert not answer(Work()).replayed


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_with_one_key_do_the_work_once() -> None:
    work = Work()

    answers = together(10, lambda _: answer(work))

    assert work.times == 1
    assert [each.body["number"] for each in answers] == [1] * 10
    assert sorted(each.replayed for each in answers) == [False] + [True] * 9


@pytest.mark.django_db(transaction=True)
def test_request_that_is_still_worked_on_is_said_to_be() -> None:
    is_working, may_finish = threading.Event(), threading.Event()

    def slow() -> services.Answer:
        is_working.set()
        may_finish.wait(30)
        return services.Answer(status=200, body={})

    def ask(number: int) -> str:
        if number == 0:
            return str(answer(slow).status)  # type: ignore[arg-type]
        is_working.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        try:
            answer(Work())
        except errors.IdempotencyInProgress as error:
            return error.code
        finally:
            may_finish.set()
        return "done twice"

    assert together(2, ask) == ["200", "IDEMPOTENCY_IN_PROGRESS"]


@pytest.mark.django_db
def test_database_that_is_lost_is_no_request_that_is_worked_on() -> None:
    def lose(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT"):
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, *rest)

    work = Work()
    with connection.execute_wrapper(lose), pytest.raises(OperationalError):
        answer(work)

    assert work.times == 0


@pytest.mark.django_db
def test_answer_is_forgotten_after_a_day_and_not_before() -> None:
    work = Work()
    answer(work, key="old")
    answer(work, key="young")
    day = timedelta(hours=24)
    IdempotencyKey.objects.filter(key="old").update(created_at=clock.now() - day - timedelta(minutes=1))
    IdempotencyKey.objects.filter(key="young").update(created_at=clock.now() - day + timedelta(minutes=1))

    assert services.purge_answers() == 1

    assert answer(work, key="young").replayed
    assert not answer(work, key="old").replayed
