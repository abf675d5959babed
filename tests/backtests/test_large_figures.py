"""Figures beyond 64 bits: a float such as 1e24 comes out of a JSON column as a whole number that size."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from rest_framework.test import APIClient

from apps.backtests.models import BacktestRun
from apps.core import json_text
from apps.users.models import User
from tests.factories.backtests import make_completed_run, make_prices

RUNS = "/api/v1/backtest/runs/"


def run_of(owner: User) -> BacktestRun:
    """909 shares bought at 110 and worth 160 two days after the start."""
    make_prices(closes=(99, 110, 160))
    return make_completed_run(owner)


def test_a_profit_of_days_has_an_annual_growth_that_can_be_read(api: APIClient, owner: User) -> None:
    run = run_of(owner)
    answer = api.get(f"{RUNS}{run.run_id}/")

    grown = (100_000 + 909 * 50) / 100_000
    assert answer.status_code == 200
    assert answer.json()["statistics"]["cagr_pct"] == pytest.approx((grown ** (365.25 / 2) - 1) * 100, rel=1e-9)


@pytest.mark.parametrize("tail", ["export_json", "export_xlsx", "export_csv", "report", "sensitivity"])
def test_every_answer_about_such_a_result_can_be_written(api: APIClient, owner: User, tail: str) -> None:
    path = f"{RUNS}{run_of(owner).run_id}/{tail}"
    ask = api.post if tail == "sensitivity" else api.get
    assert ask(path).status_code == 200


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (2**64 - 1, b"18446744073709551615"),
        (-(2**63), b"-9223372036854775808"),
        ({"a": [10**24, True, 1.5], "b": 7}, b'{"a":[1e+24,true,1.5],"b":7}'),
        ((-(2**63) - 1,), b"[-9.223372036854776e+18]"),
    ],
)
def test_whole_numbers_beyond_64_bits_are_written_as_fractions(value: Any, written: bytes) -> None:
    assert json_text.dumps(value) == written


def test_what_is_no_json_is_still_refused() -> None:
    with pytest.raises(orjson.JSONEncodeError):
        json_text.dumps({"a": object()})
