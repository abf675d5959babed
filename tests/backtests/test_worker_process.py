"""Web and worker as real processes with a real broker between them."""

from __future__ import annotations

import json

import pytest

from apps.backtests.models import BacktestRun
from apps.users.models import User
from tests.backtests.service import Service
from tests.factories.backtests import make_prices, request_body
from tests.factories.sweeps import ABOVE_SCRIPT

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def test_posted_backtest_is_completed_by_the_worker(service: Service, owner: User) -> None:
    make_prices()

    run = service.backtest(user=owner, body=request_body())

    assert (run["status"], run["final_wallet_amount"], run["number_of_trades"]) == ("completed", "107945.00", 1)
    trades = json.loads(service.call("GET", f"/backtest/runs/{run['run_id']}/trades/", user=owner))
    assert [trade["pnl"] for trade in trades["results"]] == ["-13635.00"]


def test_posted_script_is_evaluated_in_a_process_of_its_own_below_the_worker(service: Service, owner: User) -> None:
    make_prices()

    run = service.backtest(user=owner, body=request_body(rules=None, strategy_custom_script=ABOVE_SCRIPT))

    assert (run["status"], run["number_of_trades"]) == ("completed", 1)


def test_bug_in_one_run_leaves_the_worker_alive_and_the_next_run_sound(service: Service, owner: User) -> None:
    make_prices()
    broken = BacktestRun.objects.create(
        user=owner,
        strategy={"name": "Broken"},
        instrument_type="stock",
        instrument_identifier="HANDMADE",
        start_date="2024-01-01",
        end_date="2024-12-31",
        initial_wallet_amount="100000.00",
    )

    run = service.backtest(user=owner, body=request_body())

    assert run["status"] == "completed"
    broken.refresh_from_db()
    assert (broken.status, broken.extra) == ("failed", {"code": "INTERNAL_ERROR"})
