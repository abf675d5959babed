"""The equity as a series: exact peaks and troughs, drawdown from before sampling."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from rest_framework.test import APIClient

from apps.backtests.models import BacktestRun
from apps.users.models import User
from tests.factories.backtests import make_row

FIRST = date(2020, 1, 1)


def make_curve(user: User, equity: list[float]) -> BacktestRun:
    days = [str(FIRST + timedelta(days=index)) for index in range(len(equity))]
    return make_row(
        user,
        status="completed",
        final_wallet_amount=Decimal("1.00"),
        initial_wallet_amount=Decimal("1000.00"),
        equity_curve_json={"time": days, "equity": equity},
    )


def read(api: APIClient, run: BacktestRun, query: str = "format=columns") -> dict[str, Any]:
    response = api.get(f"/api/v1/backtest/runs/{run.run_id}/equity?{query}")
    assert response.status_code == 200, response.json()
    answer: dict[str, Any] = response.json()
    return answer


def test_short_series_is_whole_and_drawdown_counts_from_the_wallet(api: APIClient, owner: User) -> None:
    run = make_curve(owner, [900.0, 1200.0, 600.0, 1200.0])

    body = read(api, run)

    assert (body["points_total"], body["sampled"]) == (4, False)
    assert body["equity"] == [900.0, 1200.0, 600.0, 1200.0]
    assert body["drawdown_pct"] == [10.0, 0.0, 50.0, 0.0]


def test_list_is_the_default_and_has_the_same_points(api: APIClient, owner: User) -> None:
    run = make_curve(owner, [900.0, 1200.0])

    body = read(api, run, "")

    assert body["points"] == [
        {"time": "2020-01-01", "equity": 900.0, "drawdown_pct": 10.0},
        {"time": "2020-01-02", "equity": 1200.0, "drawdown_pct": 0.0},
    ]


def test_sample_keeps_the_single_peak_and_trough_and_both_ends(api: APIClient, owner: User) -> None:
    equity = [1000.0 + index * 0.01 for index in range(5000)]
    equity[1234], equity[4321] = 5000.0, 1.0
    run = make_curve(owner, equity)

    body = read(api, run, "format=columns&points=50")

    assert (body["points_total"], body["sampled"]) == (5000, True)
    assert len(body["time"]) <= 50
    assert {5000.0, 1.0, equity[0], equity[-1]} <= set(body["equity"])
    assert body["time"] == sorted(body["time"])
    # 1 after a peak of 5000, though the two stand in different buckets.
    assert max(body["drawdown_pct"]) == 99.98


@pytest.mark.parametrize("size", [9, 10, 11, 12, 57, 1000])
def test_sample_never_exceeds_what_was_asked_for_and_keeps_the_extremes(api: APIClient, owner: User, size: int) -> None:
    equity = np.random.default_rng(size).uniform(1, 2000, size).round(2).tolist()
    run = make_curve(owner, equity)

    body = read(api, run, "format=columns&points=10")

    assert len(body["equity"]) <= 10
    assert {min(equity), max(equity)} <= set(body["equity"])


def test_part_of_the_series_keeps_the_drawdown_of_the_whole(api: APIClient, owner: User) -> None:
    run = make_curve(owner, [2000.0, 1000.0, 1500.0, 1800.0])

    body = read(api, run, "format=columns&from=2020-01-02&to=2020-01-03")

    assert body["time"] == ["2020-01-02", "2020-01-03"]
    assert body["drawdown_pct"] == [50.0, 25.0]
    assert body["points_total"] == 2


@pytest.mark.parametrize("query", ["from=2020-02-01", "from=2020-01-03&to=2020-01-02"])
def test_part_without_days_is_empty(api: APIClient, owner: User, query: str) -> None:
    body = read(api, make_curve(owner, [1000.0, 1100.0, 1200.0]), f"format=columns&{query}")

    assert (body["time"], body["points_total"], body["sampled"]) == ([], 0, False)


@pytest.mark.parametrize("query", ["points=9", "points=x", "from=2020", "format=xml", "colour=blue"])
def test_query_is_checked(api: APIClient, owner: User, query: str) -> None:
    run = make_curve(owner, [1000.0])

    assert api.get(f"/api/v1/backtest/runs/{run.run_id}/equity?{query}").status_code == 400
