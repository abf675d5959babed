"""When a run ends, as its detail and the list of jobs tell it: by runs like it, and by how many do run at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.backtests import services
from apps.backtests.models import BacktestRun
from apps.core import clock
from apps.core.configuration import override
from apps.users.models import User
from tests.factories.backtests import make_row

pytestmark = pytest.mark.django_db

RULES: dict[str, Any] = {"kind": "rules", "id": None, "name": "Row", "sentence": "", "rules": {}, "parameters": {}}
SCRIPT = {**RULES, "kind": "script"}
PORTFOLIO = {"kind": "portfolio"}


def make_ended(user: User, *seconds: float, **values: Any) -> None:
    for each in seconds:
        make_row(user, status="completed", final_wallet_amount="1.00", time_taken=each, **values)


def told(api: APIClient, run: BacktestRun) -> int | None:
    """What the detail of a run says; the list of jobs must say the same."""
    (listed,) = (job for job in api.get("/api/v1/jobs").json()["results"] if job["id"] == run.run_id)
    shown: int | None = api.get(f"/api/v1/backtest/runs/{run.run_id}/").json()["eta_seconds"]
    assert listed["eta_seconds"] == shown
    return shown


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, 2),
        ({"instrument_type": "sector"}, None),
        ({"instrument_type": "option"}, 12),
        ({"strategy": SCRIPT}, 31),
        ({"settings": PORTFOLIO}, 53),
    ],
)
def test_only_runs_of_the_same_kind_say_how_long_one_takes(
    owner: User, stranger: User, api: APIClient, values: dict[str, Any], expected: int | None
) -> None:
    """Shares 1 and 3 s, options 12 s, scripts 30.5 s, portfolios 52.5 s; another user's runs say nothing."""
    make_ended(owner, 1.0, 3.0)
    make_ended(owner, 12.0, instrument_type="option")
    make_ended(owner, 30.5, strategy=SCRIPT)
    make_ended(owner, 52.5, settings=PORTFOLIO)
    make_ended(stranger, 100.0)
    make_ended(stranger, 100.0, instrument_type="sector")

    assert told(api, make_row(owner, **values)) == expected


def test_the_last_fifty_runs_count(owner: User, api: APIClient) -> None:
    make_ended(owner, 1000.0, *[4.0] * 50)

    assert told(api, make_row(owner)) == 4


@pytest.mark.parametrize(
    ("running", "allowed", "expected"),
    [
        # Nothing runs: one after the other.
        (0, 20, [10, 20, 30]),
        # One child in all: the first waits for the one that runs.
        (1, 20, [20, 30, 40]),
        # Two at once: one of them ends each 5 s.
        (2, 20, [15, 20, 25]),
        (4, 20, [13, 15, 18]),
        # A limit that was lowered ends no run, but only two go on.
        (4, 2, [15, 20, 25]),
        (1, 0, [None, None, None]),
    ],
)
def test_as_many_go_at_once_as_run_now(
    owner: User, stranger: User, api: APIClient, running: int, allowed: int, expected: list[int | None]
) -> None:
    override("backtest.global_max_concurrent", str(allowed))
    make_ended(owner, 10.0)
    for _ in range(running):
        make_row(stranger, status="running")
    waiting = [make_row(owner) for _ in range(3)]

    assert [told(api, run) for run in waiting] == expected


def seconds_left(elapsed: float) -> int | None:
    """What is told of a run that began so long ago, where runs like it took 12 s."""
    started_at = clock.now() - timedelta(seconds=elapsed)
    return services.eta_seconds(typical=12.0, place=None, started_at=started_at, running=1)


def test_what_takes_longer_than_usual_is_never_told_to_end_now(owner: User, api: APIClient) -> None:
    make_ended(owner, 12.0)
    begun = make_row(owner, status="running", started_at=clock.now())
    late = make_row(owner, status="running", started_at=clock.now() - timedelta(seconds=12))

    assert told(api, begun) in range(1, 13)
    assert told(api, late) is None


def test_what_is_left_is_what_runs_like_it_took_less_what_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)

    assert [seconds_left(elapsed) for elapsed in (0, 4.5, 11.9, 12, 600)] == [12, 8, 1, None, None]


def test_a_run_of_no_time_ends_in_a_second_not_in_none(owner: User, api: APIClient) -> None:
    make_ended(owner, 0.0)

    assert told(api, make_row(owner)) == 1
