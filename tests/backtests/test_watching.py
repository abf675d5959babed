"""A cancel takes effect while a run works: between the days, the instruments and within the script that it is at."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.backtests import constants, errors, services
from apps.backtests.enums import RunStatus, Stage
from apps.backtests.models import BacktestRun
from apps.backtests.services import admission, execution, legs, results
from apps.backtests.services.legs import documents
from apps.backtests.services.watching import Watch
from apps.core import isolation as processes
from apps.core.events import outbox
from apps.market import selectors as market_selectors
from apps.users.models import User
from tests.factories.backtests import make_prices, make_row, request_run
from tests.factories.sectors import make_sector
from tests.factories.strategies import ABOVE_100

API = "/api/v1/backtest"
OPTIONS = {"instrument_identifier": "NIFTY50", "start_date": "2026-01-05", "preset": {"kind": "straddle"}}
PORTFOLIO = {
    "instruments": ["HANDMADE", "SECOND"],
    "start_date": "2024-01-01",
    "end_date": "2024-12-31",
    "rules": ABOVE_100,
    "allocation": {"max_positions": 2},
}
# 8 bars of more steps than a bar may take: evaluated to its end, it is refused.
REFUSED_SCRIPT = """//@version=6
strategy("Refused")
x = 0
for i = 0 to 60000
    x := x + i
"""


@pytest.fixture
def _always_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "WATCH_SECONDS", -1.0)


def reread(run: BacktestRun) -> BacktestRun:
    return BacktestRun.objects.unscoped().get(pk=run.pk)


def told(user: User) -> list[tuple[str, float]]:
    """What open pages of the user were told: of a run the status and the progress."""
    rows: Any = redis.Redis.from_url(django_settings.REDIS_URL).xrange(outbox.stream_key(user.pk))
    found = [json.loads(fields[b"data"]) for _, fields in rows if fields[b"kind"] == b"job"]
    return [(each["status"], each["progress"]) for each in found]


def claimed() -> BacktestRun:
    run = admission.claim_next()
    assert run is not None
    return run


@pytest.mark.usefixtures("_always_due")
def test_loading_is_shown_as_it_goes_on_and_ends_once_the_run_is_cancelled(owner: User) -> None:
    run = make_row(owner, status=RunStatus.RUNNING)
    watch = Watch(run)

    watch.loading(0.5)
    shown = reread(run)
    services.cancel_run(user=owner, run_id=run.run_id)

    # Loading is the first three tenths of a run.
    assert (shown.stage, shown.progress) == (Stage.LOADING, 0.15)
    for look in (lambda: watch.loading(0.6), watch.enter_simulation, watch.simulating):
        with pytest.raises(errors.RunCancelled):
            look()
    assert reread(run).progress == 0.15


@pytest.mark.usefixtures("_always_due")
@pytest.mark.parametrize("values", [{"status": RunStatus.FAILED, **results.NO_SEATS}, {"attempt": 2}])
def test_work_ends_where_its_run_has_ended_or_is_another_workers(owner: User, values: dict[str, Any]) -> None:
    run = make_row(owner, status=RunStatus.RUNNING)
    BacktestRun.objects.unscoped().filter(pk=run.pk).update(**values)

    with pytest.raises(errors.RunCancelled):
        Watch(run).simulating()


@pytest.mark.usefixtures("_always_due")
@pytest.mark.django_db(transaction=True)
def test_a_long_simulation_tells_open_pages_once(owner: User, settings: Any) -> None:
    """What says nothing new would push out what a page has missed: two a second, of the last 200 that are kept."""
    settings.EVENT_KEYS = f"test:{uuid4().hex}"
    watch = Watch(make_row(owner, status=RunStatus.RUNNING))

    watch.enter_simulation()
    for _ in range(5):
        watch.simulating()

    assert told(owner) == [("running", 0.3)]


@pytest.mark.django_db(transaction=True)
def test_the_end_of_a_run_is_told_with_what_it_had_come_to(owner: User, settings: Any) -> None:
    """As its row says it, and not that it has gone back to the beginning."""
    settings.EVENT_KEYS = f"test:{uuid4().hex}"
    run = make_row(owner, status=RunStatus.RUNNING)

    Watch(run).enter_simulation()
    results.fail(run=run, code="NO_BARS", message="None.")

    assert told(owner) == [("running", 0.3), ("failed", 0.3)]
    assert reread(run).progress == 0.3


def test_who_looks_often_asks_the_database_seldom(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    watch = Watch(make_row(owner, status=RunStatus.RUNNING))

    with django_assert_num_queries(0):
        for share in range(100):
            watch.loading(share / 100)
            watch.simulating()


@pytest.mark.usefixtures("_always_due")
def test_an_option_rule_is_left_on_the_day_of_its_cancel(api: APIClient, owner: User) -> None:
    """As many statements however many days were still to be read."""
    make_sector(enum="NIFTY50")
    counts = []
    for last in ("2026-01-05", "2026-01-09"):
        assert api.post(f"{API}/run-options", {**OPTIONS, "end_date": last}).status_code == 202
        run = claimed()
        services.cancel_run(user=owner, run_id=run.run_id)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            execution.execute(run)
        counts.append(len(asked))
        assert (reread(run).status, reread(run).extra) == (RunStatus.FAILED, {"code": "CANCELLED"})

    assert counts[0] == counts[1]


def test_loading_of_an_option_rule_says_how_far_it_is(api: APIClient) -> None:
    make_sector(enum="NIFTY50")
    assert api.post(f"{API}/run-options", {**OPTIONS, "end_date": "2026-01-09"}).status_code == 202
    run, shares = claimed(), list[float]()

    legs.market.load(
        instrument=market_selectors.get_named_instrument(identifier="NIFTY50"),
        rule=documents.restore(run.strategy["rules"], name="Straddle"),
        start=run.start_date,
        end=run.end_date,
        between=shares.append,
    )

    assert shares == [0.0, 0.2, 0.4, 0.6, 0.8]


@pytest.mark.usefixtures("_always_due")
def test_a_portfolio_is_left_before_the_next_instrument(api: APIClient, owner: User) -> None:
    make_prices()
    make_prices(enum="SECOND")
    assert api.post(f"{API}/run-portfolio", PORTFOLIO).status_code == 202
    run = claimed()
    services.cancel_run(user=owner, run_id=run.run_id)

    with CaptureQueriesContext(connection) as asked:
        execution.execute(run)

    assert reread(run).extra == {"code": "CANCELLED"}
    assert [query["sql"] for query in asked if "stock_price_daily" in query["sql"]] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("_always_due")
def test_a_script_is_left_in_the_midst_of_its_bars(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    class CancelledThen(Watch):
        """The user cancels as the script begins."""

        def enter_simulation(self) -> None:
            super().enter_simulation()
            services.cancel_run(user=owner, run_id=run.run_id)

    make_prices()
    monkeypatch.setattr(processes, "_QUIET_SECONDS", 0.0)
    monkeypatch.setattr(execution, "Watch", CancelledThen)
    run = request_run(owner, strategy_custom_script=REFUSED_SCRIPT)

    execution.execute(claimed())

    assert reread(run).extra == {"code": "CANCELLED"}
