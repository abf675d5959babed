"""A result can be made again: by its manifest, by a rerun, in another process with other hash seeds."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from apps.backtests import services
from apps.backtests.models import BacktestRun
from apps.core import clock
from apps.stocks.models import StockPriceDaily
from apps.users.models import RolePermission, User
from tests.backtests.test_terms import SCRIPT
from tests.factories.backtests import make_candles, make_completed_run, make_prices, make_row
from tests.factories.strategies import make_predefined

URL = "/api/v1/backtest/run"
RUNS = "/api/v1/backtest/runs/"
TERMS = {"costs": {"kind": "india"}, "slippage_ticks": 1, "stop_loss_pct": 5.0, "quantities": "lots", "lot_size": 10}


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()


def manifest_of(run: BacktestRun) -> dict[str, Any]:
    found: dict[str, Any] = run.extra["manifest"]
    return found


def test_manifest_names_all_that_the_result_rests_on(owner: User) -> None:
    run = make_completed_run(owner, settings=TERMS)

    manifest = dict(manifest_of(run))
    request = manifest.pop("request")
    assert request == {
        "instrument_type": "stock",
        "instrument_identifier": "HANDMADE",
        "start_date": "2024-01-01",
        "end_date": "2024-12-31",
        "initial_wallet_amount": "100000.00",
        "interval": "1d",
        "adjusted": False,
        "rules": run.strategy["rules"],
        "settings": {
            "fill_on": "same_close",
            "path_mode": "pessimistic",
            "stop_basis": "fill",
            "quantities": "lots",
            "lot_size": 10,
            "costs": {"kind": "india", "segment": "equity_delivery"},
            "slippage_ticks": 1,
            "slippage_bps": 0,
            "penetration_ticks": 0,
        },
    }
    assert (len(manifest.pop("result_hash")), len(manifest.pop("rulebook_version"))) == (64, 16)
    assert manifest == {
        "data_source": "import",
        "data_hash": run.extra["assumptions"]["data_hash"],
        "model_version": None,
        "engine_version": settings.VERSION,
        "seed": None,
    }


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"settings": TERMS},
        {"settings": {"quantities": "fractional"}, "interval": "5m"},
        {"strategy_custom_script": SCRIPT, "parameters": {"level": 115}},
    ],
    ids=["plain", "terms", "intraday", "script"],
)
def test_posting_the_request_of_a_manifest_gives_the_same_hash(
    api: APIClient, owner: User, values: dict[str, Any]
) -> None:
    make_candles()
    first = make_completed_run(owner, **values)

    posted = api.post(URL, manifest_of(first)["request"])
    services.execute_pending()

    assert posted.status_code == 202, posted.json()
    again = BacktestRun.objects.for_user(owner).get(run_id=posted.json()["run_id"])
    assert again.pk != first.pk
    assert manifest_of(again)["result_hash"] == manifest_of(first)["result_hash"]


def test_predefined_strategy_run_again_as_rules_gives_the_same_hash(api: APIClient, owner: User) -> None:
    predefined = make_predefined("sma_crossover").pk
    first = make_completed_run(owner, strategy_predefined=predefined, parameters={"fast": 2, "slow": 3})

    posted = api.post(URL, manifest_of(first)["request"])
    services.execute_pending()

    again = BacktestRun.objects.for_user(owner).get(run_id=posted.json()["run_id"])
    assert manifest_of(again)["result_hash"] == manifest_of(first)["result_hash"]


def test_another_result_has_another_hash(owner: User) -> None:
    hashes = {
        manifest_of(make_completed_run(owner, settings=settings))["result_hash"]
        for settings in ({}, {"slippage_bps": 1}, {"fill_on": "next_open"}, {"costs": {"kind": "india"}})
    }

    assert len(hashes) == 4


def test_rerun_says_that_it_gave_the_same(api: APIClient, owner: User) -> None:
    first = make_completed_run(owner, settings=TERMS)

    posted = api.post(f"{RUNS}{first.run_id}/rerun")
    services.execute_pending()

    assert posted.status_code == 202
    body = api.get(f"{RUNS}{posted.json()['run_id']}/").json()
    assert body["reproduction"] == {"run_id": first.run_id, "same_data": True, "same_result": True}
    assert body["manifest"]["result_hash"] == manifest_of(first)["result_hash"]
    assert api.get(f"{RUNS}{first.run_id}/").json()["reproduction"] is None


def test_rerun_on_changed_prices_says_so(api: APIClient, owner: User) -> None:
    first = make_completed_run(owner)
    StockPriceDaily.objects.filter(date="2024-01-04").update(open_price=96, high_price=96, low_price=96, close_price=96)

    posted = api.post(f"{RUNS}{first.run_id}/rerun")
    services.execute_pending()

    body = api.get(f"{RUNS}{posted.json()['run_id']}/").json()
    assert body["reproduction"] == {"run_id": first.run_id, "same_data": False, "same_result": False}


def test_rerun_is_answered_once_for_a_key(api: APIClient, owner: User) -> None:
    first = make_completed_run(owner)

    answers = [api.post(f"{RUNS}{first.run_id}/rerun", headers={"Idempotency-Key": "again"}) for _ in range(2)]

    assert [answer["Idempotent-Replayed"] for answer in answers] == ["false", "true"]
    assert answers[0].json()["run_id"] == answers[1].json()["run_id"]
    assert BacktestRun.objects.unscoped().count() == 2


def test_rerun_needs_a_completed_run_of_the_user(api: APIClient, stranger_api: APIClient, owner: User) -> None:
    waiting, done = make_row(owner), make_completed_run(owner)

    answers = [
        client.post(f"{RUNS}{run.run_id}/rerun").status_code for client, run in ((api, waiting), (stranger_api, done))
    ]

    assert answers == [409, 404]
    assert BacktestRun.objects.unscoped().count() == 2


def test_rerun_needs_the_permission(api: APIClient, owner: User) -> None:
    first = make_completed_run(owner)
    RolePermission.objects.filter(permission__code="backtest.run").delete()

    response = api.post(f"{RUNS}{first.run_id}/rerun")

    assert (response.status_code, response.json()["code"]) == (403, "PERMISSION_DENIED")


def test_rerun_needs_a_trial_or_subscription_in_force(api: APIClient, owner: User) -> None:
    first = make_completed_run(owner)
    User.objects.filter(pk=owner.pk).update(trial_end_date=clock.today() - timedelta(days=1))

    response = api.post(f"{RUNS}{first.run_id}/rerun")

    assert (response.status_code, response.json()["code"]) == (402, "SUBSCRIPTION_REQUIRED")


SCRIPT_OF_A_PROCESS = """
import numpy as np
from apps.backtests.services import manifests
from engine import rules, runner
from engine.types import Bars, Settings
days = np.arange(300)
close = np.round(10000 + 2000 * np.sin(days / 9) + 500 * np.sin(days / 2.3)).astype(int)
bars = Bars.checked(time=days * 86400, session=days, open=close, high=close, low=close, close=close, volume=days)
document = {"enter_long": {"left": "EMA(5)", "op": "CROSS_ABOVE", "right": "EMA(12)"},
            "exit_long": {"left": "EMA(5)", "op": "CROSS_BELOW", "right": "EMA(12)"}, "exits": {"stop_loss_atr": 2}}
result = runner.run(plan=rules.parse(document), bars=bars, settings=Settings(initial_cash=10_000_000))
assert len(result.trades) > 2
print(manifests.hash_of(result))
"""


def test_hash_is_the_same_in_every_process() -> None:
    """No set or dictionary order may reach the hash."""
    found = set()
    for seed in ("0", "1", "4711"):
        code = f"import django; django.setup()\n{SCRIPT_OF_A_PROCESS}"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            cwd=settings.BASE_DIR,
        )
        assert done.returncode == 0, done.stderr
        found.add(done.stdout.strip().splitlines()[-1])

    assert len(found) == 1
