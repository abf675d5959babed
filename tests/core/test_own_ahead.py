"""A user's own row given before the framework is woken: to its owner alone, and only while it is as it was."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import OperationalError, connection

from apps.backtests.enums import RunStatus
from apps.backtests.models import BacktestRun
from apps.core import configuration
from apps.users import services as users_services
from apps.users.models import Session, User
from tests.core.conftest import Watch
from tests.core.served import Server
from tests.factories.backtests import make_completed_run, make_prices, request_run
from tests.factories.users import make_api_key

pytestmark = pytest.mark.django_db(transaction=True)

ACCOUNT, VERSION, RUN = 1, 1, 1


@pytest.fixture
def run(owner: User, watch: Watch, settings: Any) -> BacktestRun:
    settings.RATE_LIMITS, settings.RATE_LIMIT_KEYS = True, uuid4().hex
    make_prices()
    return make_completed_run(owner)


@pytest.fixture
def server(owner: User, run: BacktestRun) -> Server:
    return Server(owner)


def url(run: BacktestRun) -> str:
    return f"/api/v1/backtest/runs/{run.run_id}/"


def rows(run: BacktestRun) -> Any:
    return BacktestRun.objects.unscoped().filter(pk=run.pk)


def test_the_same_answer_for_the_version_alone(
    server: Server, run: BacktestRun, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(ACCOUNT + VERSION + RUN):
        line, headers, body = server.get(url(run), X_Request_ID="first-one")
    with django_assert_num_queries(ACCOUNT + VERSION):
        server.get(url(run))
    with django_assert_num_queries(VERSION):
        again = server.get(url(run), X_Request_ID="the-second")

    assert server.woken == 1
    assert (line, orjson.loads(body)["run_id"]) == ("200 OK", run.run_id)
    assert again == (line, headers | {"X-Request-ID": "the-second"}, body)


def test_it_is_given_for_as_long_as_the_row_is_as_it_was(server: Server, run: BacktestRun, watch: Watch) -> None:
    for watch.now in (100.0, 200.0, 86500.0):
        server.get(url(run))

    assert server.woken == 1


def test_every_change_of_the_row_shows_with_the_next_request(server: Server, run: BacktestRun) -> None:
    seen = []
    for number in (7, 8, 7):
        rows(run).update(number_of_trades=number)
        answers = [server.get(url(run)) for _ in range(2)]
        seen.append([(orjson.loads(body)["number_of_trades"], headers["ETag"]) for _, headers, body in answers])

    assert [pair[0] == pair[1] for pair in seen] == [True] * 3
    assert [pair[0][0] for pair in seen] == [7, 8, 7]
    assert seen[0] == seen[2]
    assert server.woken == 3


def test_a_change_while_the_answer_is_drawn_is_not_missed(server: Server, run: BacktestRun) -> None:
    def change(execute: Any, sql: str, *rest: Any) -> Any:
        read = execute(sql, *rest)
        if "xmin" not in sql and 'FROM "backtest_runs"' in sql and not changed:
            changed.append(sql)
            rows(run).update(number_of_trades=77)
        return read

    changed: list[str] = []
    with connection.execute_wrapper(change):
        server.get(url(run))

    assert changed
    assert orjson.loads(server.get(url(run))[2])["number_of_trades"] == 77


def test_a_row_that_is_gone_is_missed_with_the_next_request(server: Server, run: BacktestRun) -> None:
    server.get(url(run))
    rows(run).delete()

    line, _, body = server.get(url(run))

    assert (line, orjson.loads(body)["code"]) == ("404 Not Found", "NOT_FOUND")


def test_a_stranger_finds_nothing(server: Server, run: BacktestRun, owner: User, stranger: User) -> None:
    mine = server.get(url(run))
    server.sign_in(stranger)
    theirs = [server.get(url(run)) for _ in range(3)]
    server.sign_in(owner)

    assert [(line, orjson.loads(body)["code"]) for line, _, body in theirs] == [("404 Not Found", "NOT_FOUND")] * 3
    assert server.get(url(run))[2] == mine[2]
    assert server.woken == 1 + 3


def test_a_row_that_changes_hands_is_its_new_owners(
    server: Server, run: BacktestRun, owner: User, stranger: User
) -> None:
    server.get(url(run))
    rows(run).update(user=stranger)

    lines = [server.get(url(run))[0]]
    server.sign_in(stranger)
    lines.append(server.get(url(run))[0])

    assert lines == ["404 Not Found", "200 OK"]


def test_another_credential_of_the_owner_has_it_too(server: Server, run: BacktestRun, owner: User) -> None:
    mine = server.get(url(run))

    theirs = server.get(url(run), Authorization="", X_API_Key=make_api_key(owner).key)

    assert theirs[2] == mine[2]
    assert server.woken == 1


def test_a_session_that_is_ended_is_refused_with_the_next_request(
    server: Server, run: BacktestRun, owner: User
) -> None:
    for _ in range(3):
        server.get(url(run))
    assert server.woken == 1
    users_services.end_session(session_id=Session.objects.for_user(owner).get().pk, user=owner)

    line, _, body = server.get(url(run))

    assert (line, orjson.loads(body)["code"]) == ("401 Unauthorized", "INVALID_TOKEN")


def test_a_client_that_has_it_is_told_so_until_it_changes(server: Server, run: BacktestRun) -> None:
    etag = server.get(url(run))[1]["ETag"]
    held = [server.get(url(run), If_None_Match=etag)[0] for _ in range(2)]
    rows(run).update(number_of_trades=77)

    assert held == ["304 Not Modified"] * 2
    assert server.woken == 2
    assert server.get(url(run), If_None_Match=etag)[0] == "200 OK"


def test_a_run_under_way_is_asked_for_each_time(server: Server, owner: User) -> None:
    waiting = request_run(owner)
    seen = []
    for status in (RunStatus.PENDING, RunStatus.PENDING, RunStatus.FAILED):
        rows(waiting).update(status=status)
        seen.append(orjson.loads(server.get(url(waiting))[2])["status"])

    assert seen == ["pending", "pending", "failed"]
    assert server.woken == 3


def test_a_version_that_cannot_be_asked_for_is_the_frameworks_to_tell(server: Server, run: BacktestRun) -> None:
    def fail(execute: Any, sql: str, *rest: Any) -> Any:
        if "xmin" in sql:
            raise OperationalError
        return execute(sql, *rest)

    for _ in range(2):
        server.get(url(run))
    with connection.execute_wrapper(fail):
        line, _, body = server.get(url(run))

    assert (line, orjson.loads(body)["code"]) == ("503 Service Unavailable", "UNAVAILABLE")
    assert server.get(url(run))[0] == "200 OK"


def test_each_request_counts_once(server: Server, run: BacktestRun, settings: Any) -> None:
    server.get(url(run))
    settings.RATE_LIMIT_KEYS = uuid4().hex
    configuration.override("rate.user_per_minute", "5")

    lines = [server.get(url(run))[0] for _ in range(2)]
    rows(run).update(number_of_trades=77)
    lines += [server.get(url(run))[0] for _ in range(4)]

    assert lines == ["200 OK"] * 5 + ["429 Too Many Requests"]
