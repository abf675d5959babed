"""A run that has ended is drawn once: whoever may see it gets those bytes until its row changes."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.backtests.models import BacktestRun
from apps.users.models import User
from tests.conftest import client_of
from tests.factories.backtests import make_completed_run, make_prices, request_run
from tests.factories.users import make_user

ACCOUNT, VERSION, RUN = 1, 1, 1


def url(run: BacktestRun) -> str:
    return f"/api/v1/backtest/runs/{run.run_id}/"


@pytest.fixture
def prices(db: None) -> None:
    make_prices()


@pytest.fixture
def run(owner: User, prices: None) -> BacktestRun:
    return make_completed_run(owner)


def change(run: BacktestRun, **values: Any) -> None:
    BacktestRun.objects.unscoped().filter(pk=run.pk).update(**values)


def test_a_run_that_has_ended_is_drawn_once(api: APIClient, run: BacktestRun, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(ACCOUNT + VERSION + RUN):
        first = api.get(url(run))
    with django_assert_num_queries(ACCOUNT + VERSION):
        second = api.get(url(run))
    assert first.json()["run_id"] == run.run_id
    assert (second.content, second["ETag"]) == (first.content, first["ETag"])


def test_every_change_of_the_row_shows_at_once(api: APIClient, run: BacktestRun) -> None:
    """Both in one transaction, which the number of the transaction alone would not tell apart."""
    seen = []
    for name in ("first", "second", "first"):
        change(run, strategy=run.strategy | {"name": name})
        answer = api.get(url(run))
        seen.append((answer.json()["strategy_name"], answer["ETag"]))
    assert [name for name, _ in seen] == ["first", "second", "first"]
    assert len({etag for _, etag in seen}) == 2


def test_a_client_that_has_the_answer_is_told_so(api: APIClient, run: BacktestRun) -> None:
    etag = api.get(url(run))["ETag"]
    same = api.get(url(run), headers={"If-None-Match": etag})
    change(run, number_of_trades=77)
    other = api.get(url(run), headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    assert (other.status_code, other.json()["number_of_trades"]) == (200, 77)


def test_an_answer_that_is_kept_is_its_owners(api: APIClient, run: BacktestRun) -> None:
    api.get(url(run))
    answer = client_of(make_user(email="stranger@example.com")).get(url(run))
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_a_run_under_way_is_drawn_each_time(api: APIClient, owner: User, prices: None) -> None:
    """Its place in the queue is no part of its row."""
    ahead = request_run(owner)
    waiting = request_run(owner)
    places = [api.get(url(waiting)).json()["queue_position"]]
    ahead.delete()
    places.append(api.get(url(waiting)).json()["queue_position"])
    assert places == [2, 1]
