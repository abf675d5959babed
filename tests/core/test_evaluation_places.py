"""However many previews and sensitivities are asked for, a web process evaluates so many at a time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from rest_framework.test import APIClient

from apps.core import errors, isolation
from apps.users.models import User
from tests.factories.backtests import make_completed_run, make_prices
from tests.races import together

SCRIPT = '//@version=6\nstrategy("Above")\nif close > 100.0\n    strategy.entry("L", strategy.long)\n'
BODY = {"instrument": "HANDMADE", "start_date": "2024-01-01", "end_date": "2024-01-31"}
PREVIEW = "/api/v1/strategies/preview"


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All places are taken."""
    monkeypatch.setattr(isolation, "WAIT_SECONDS", 0.01)
    with isolation.place(), isolation.place():
        yield


@pytest.mark.django_db(transaction=True)
def test_of_many_evaluations_at_once_two_have_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process writes down when it begins and when it ends."""
    monkeypatch.setattr(isolation, "WAIT_SECONDS", 60.0)
    notes = os.open(tmp_path / "notes", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def work(_beat: Callable[[], None]) -> None:
        os.write(notes, b"+")
        time.sleep(0.1)
        os.write(notes, b"-")

    def evaluate(_number: int) -> None:
        with isolation.place():
            isolation.call(work, seconds=60)

    together(8, evaluate)
    os.close(notes)

    written = (tmp_path / "notes").read_text()
    assert django_settings.EVALUATIONS_AT_ONCE == 2
    assert (written.count("+"), written.count("-")) == (8, 8)
    assert max(accumulate(1 if sign == "+" else -1 for sign in written)) == 2


@pytest.mark.django_db
def test_a_preview_that_would_wait_too_long_is_sent_away(api: APIClient, full: None) -> None:
    make_prices()

    late = api.post(PREVIEW, {**BODY, "script": SCRIPT})
    rules = api.post(PREVIEW, {**BODY, "rules": {"enter_long": {"left": "CLOSE", "op": ">", "right": 100}}})

    assert (late.status_code, late.json()["code"], late["Retry-After"]) == (503, "UNAVAILABLE", "2")
    assert rules.status_code == 200, "rules need no process of their own"


@pytest.mark.django_db
def test_a_sensitivity_that_would_wait_too_long_is_sent_away(api: APIClient, owner: User, full: None) -> None:
    make_prices()
    run = make_completed_run(owner)

    late = api.post(f"/api/v1/backtest/runs/{run.run_id}/sensitivity", {})

    assert (late.status_code, late.json()["code"], late["Retry-After"]) == (503, "UNAVAILABLE", "2")


@pytest.mark.django_db
def test_a_place_is_free_again_after_whatever_came_of_it(api: APIClient) -> None:
    make_prices()

    def refuse(_beat: Callable[[], None]) -> None:
        raise errors.NotFound

    for _ in range(4):
        with pytest.raises(errors.NotFound), isolation.place():
            isolation.call(refuse, seconds=60)

    answer = api.post(PREVIEW, {**BODY, "script": SCRIPT})
    assert answer.status_code == 200, answer.content
