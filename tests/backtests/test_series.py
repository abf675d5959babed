"""Equity by bar, drawdowns and months of a run, each worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rest_framework.test import APIClient

from apps.backtests.selectors import curves, drawdowns, monthly, packing
from apps.backtests.services.reports import scales, words
from apps.users.models import User
from tests.factories.backtests import make_candles, make_completed_run, make_prices, make_row

RUNS = "/api/v1/backtest/runs/"


def curve_of(values: list[float], *, initial: float = 100.0, first: str = "2024-01-01") -> curves.Curve:
    days = np.datetime64(first) + np.arange(len(values))
    return curves.Curve(days=days, seconds=None, equity=np.array(values, dtype=np.float64), initial=initial)


def facts_of(fall: drawdowns.Drawdown) -> tuple[Any, ...]:
    return (
        fall.peak_date,
        fall.trough_date,
        fall.recovered_date,
        fall.days_to_trough,
        fall.days_to_recover,
        fall.days,
    )


def test_falls_are_the_deepest_first_with_their_dates() -> None:
    #         1    2   3   4    5    6    7
    curve = curve_of([100, 110, 99, 88, 110, 120, 114])
    deepest, second = drawdowns.deepest(curve, limit=5)

    assert facts_of(deepest) == (date(2024, 1, 2), date(2024, 1, 4), date(2024, 1, 5), 2, 1, 3)
    assert (deepest.peak_equity, deepest.trough_equity) == (110.0, 88.0)
    assert deepest.depth_pct == pytest.approx(20.0)
    assert facts_of(second) == (date(2024, 1, 6), date(2024, 1, 7), None, 1, None, 1)
    assert second.depth_pct == pytest.approx(5.0)
    assert drawdowns.deepest(curve, limit=1) == [deepest]


def test_fall_from_the_first_wallet_has_no_peak_day() -> None:
    (fall,) = drawdowns.deepest(curve_of([95, 90, 101]), limit=5)

    assert facts_of(fall) == (None, date(2024, 1, 2), date(2024, 1, 3), 1, 1, 2)
    assert fall.peak_equity == 100.0


@pytest.mark.parametrize("values", [[100.0], [100.0, 100.0], [101.0, 102.0]])
def test_equity_that_never_falls_has_no_falls(values: list[float]) -> None:
    assert drawdowns.deepest(curve_of(values), limit=5) == []


def test_months_and_years_are_returns_from_end_to_end() -> None:
    # January ends at 110, February at 99, and March of the next year at 198.
    days = np.array(["2024-01-30", "2024-01-31", "2024-02-29", "2025-03-03"], dtype="datetime64[D]")
    curve = curves.Curve(days=days, seconds=None, equity=np.array([105.0, 110.0, 99.0, 198.0]), initial=100.0)
    found = monthly.heatmap_of(curve)

    assert [year.year for year in found.years] == [2024, 2025]
    assert [year.total for year in found.years] == pytest.approx([-1.0, 100.0])
    assert list(found.years[0].months) == [pytest.approx(10.0), pytest.approx(-10.0), *[None] * 10]
    assert list(found.years[1].months) == [None, None, pytest.approx(100.0), *[None] * 9]
    assert [found.best, found.worst] == pytest.approx([100.0, -10.0])


def test_series_over_http(api: APIClient, owner: User) -> None:
    make_prices()
    run = make_completed_run(owner)

    falls = api.get(f"{RUNS}{run.run_id}/drawdowns").json()["drawdowns"]
    months = api.get(f"{RUNS}{run.run_id}/heatmap").json()

    # 109090 falls to 86365 and is not reached again by 107945.
    assert [(fall["peak_date"], fall["trough_date"], fall["recovered_date"]) for fall in falls] == [
        ("2024-01-03", "2024-01-04", None)
    ]
    assert (falls[0]["peak_equity"], falls[0]["depth_pct"]) == ("109090.00", pytest.approx(22725 / 109090 * 100))
    assert falls[0]["depth_pct"] == pytest.approx(run.extra["statistics"]["max_drawdown_pct"], abs=1e-9)
    assert months == {
        "years": [{"year": 2024, "months": [pytest.approx(7.945), *[None] * 11], "total": pytest.approx(7.945)}],
        "best": pytest.approx(7.945),
        "worst": pytest.approx(7.945),
    }


@pytest.mark.parametrize(
    ("query", "status"), [("limit=0", 400), ("limit=101", 400), ("colour=1", 400), ("limit=1", 200)]
)
def test_limit_of_the_falls(api: APIClient, owner: User, query: str, status: int) -> None:
    make_prices()
    run = make_completed_run(owner)

    assert api.get(f"{RUNS}{run.run_id}/drawdowns?{query}").status_code == status


@pytest.mark.parametrize("tail", ["drawdowns", "heatmap", "equity?by=day"])
def test_series_need_a_result_of_the_user(api: APIClient, stranger_api: APIClient, owner: User, tail: str) -> None:
    waiting = make_row(owner)

    answers = [client.get(f"{RUNS}{waiting.run_id}/{tail}") for client in (api, stranger_api)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (409, "RUN_NOT_COMPLETED"),
        (404, "NOT_FOUND"),
    ]


def test_intraday_equity_is_by_bar_or_by_day(api: APIClient, owner: User) -> None:
    make_candles()
    run = make_completed_run(owner, interval="5m")
    url = f"{RUNS}{run.run_id}/equity?format=columns"

    bars, days = api.get(url).json(), api.get(f"{url}&by=day").json()

    assert bars["equity"] == [100000.0, 100000.0, 109090.0, 86365.0, 86365.0, 86365.0, 107945.0, 107945.0]
    assert bars["time"][1:3] == ["2024-01-01T09:20:00+05:30", "2024-01-01T09:25:00+05:30"]
    assert bars["drawdown_pct"][3] == pytest.approx(22725 / 109090 * 100, abs=1e-4)
    assert (days["time"], days["equity"]) == (["2024-01-01", "2024-01-02"], [86365.0, 107945.0])
    assert days["drawdown_pct"] == [13.635, 0.0]


def test_part_of_the_intraday_equity_is_chosen_by_day(api: APIClient, owner: User) -> None:
    make_candles()
    run = make_completed_run(owner, interval="5m")

    body = api.get(f"{RUNS}{run.run_id}/equity?from=2024-01-02&to=2024-01-02").json()

    assert (body["points_total"], body["sampled"]) == (4, False)
    assert body["points"][0] == {
        "time": "2024-01-02T09:15:00+05:30",
        "equity": 86365.0,
        "drawdown_pct": pytest.approx(20.8314, abs=1e-4),
    }


@given(st.lists(st.integers(1, 10**13), min_size=1, max_size=50))
def test_packing_loses_nothing_of_a_paisa(paise: list[int]) -> None:
    time: NDArray[np.int64] = np.arange(len(paise), dtype=np.int64) * 300 + 1_700_000_000
    packed = packing.pack(time=time, equity=np.array(paise, dtype=np.float64))

    times, found = packing.unpack(packed)

    assert times.tolist() == time.tolist()
    assert np.rint(found * 100).astype(np.int64).tolist() == paise


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0.0, "₹0.00"),
        (-0.001, "₹0.00"),
        (999.5, "₹999.50"),
        (100000.0, "₹1,00,000.00"),
        (-12345678.9, "-₹1,23,45,678.90"),
    ],
)
def test_rupees_are_written_in_lakh_and_crore(amount: float, written: str) -> None:
    assert words.rupees(amount) == written


@given(st.dates(date(1995, 1, 1), date(2030, 1, 1)), st.integers(0, 10_000))
def test_dates_below_a_chart_are_few_and_within_it(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    found = [day for day, _ in scales.date_ticks(first=first, last=last)]

    assert len(found) <= 9
    assert found == sorted(set(found))
    assert all(first <= day <= last for day in found)


def test_values_beside_a_chart_are_round() -> None:
    assert scales.value_ticks(low=86000.0, high=110000.0) == [90000.0, 100000.0, 110000.0]
    assert scales.value_ticks(low=-21.0, high=0.0) == [-20.0, -10.0, 0.0]
    assert scales.value_ticks(low=5.0, high=5.0) == [5.0]
