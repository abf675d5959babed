"""Terms that cannot be: refused when posted, each with its field or its code, and no run left behind."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.backtests.models import BacktestRun
from apps.stocks.models import Stock
from apps.users.models import User
from tests.factories.backtests import make_candles, make_prices, request_body
from tests.factories.sectors import make_sector

URL = "/api/v1/backtest/run"
SCRIPT = (
    '//@version=5\nstrategy("S")\nn = input.int(3, "Length")\nif close > n\n    strategy.entry("in", strategy.long)\n'
)
CALL = {"instrument_type": "option", "instrument_identifier": "NIFTY50-2025-09-16-25000-CE"}
SPAN = {"start_date": "2025-09-11", "end_date": "2025-09-16"}


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()


def count_runs() -> int:
    return BacktestRun.objects.unscoped().count()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"interval": "2h"}, "interval"),
        ({"interval": "5m", "start_date": "2013-01-01"}, "end_date"),
        ({"adjusted": "perhaps"}, "adjusted"),
        ({"strategy_custom_script": SCRIPT}, "strategy"),
        ({"rules": None, "strategy_custom_script": SCRIPT, "parameters": {"n": [1]}}, "parameters.n"),
        ({"rules": None, "strategy_custom_script": SCRIPT, "settings": {"stop_loss_pct": 2}}, "settings.stop_loss_pct"),
        ({"rules": None, "strategy_custom_script": SCRIPT, "settings": {"direction": "long"}}, "settings.direction"),
        ({"parameters": {"fast": "3"}}, "parameters.fast"),
        ({"settings": {"square_off": "15:15"}}, "settings.square_off"),
        ({"interval": "5m", "settings": {"square_off": "25:15"}}, "settings.square_off"),
        ({"settings": {"lot_size": 75}}, "settings.lot_size"),
        ({"settings": {"quantities": "whole", "lot_size": 75}}, "settings.lot_size"),
        ({"settings": {"quantities": "dozens"}}, "settings.quantities"),
        ({"settings": {"costs": {"kind": "flat_pct"}}}, "settings.costs.percent"),
        ({"settings": {"costs": {"kind": "flat_pct", "percent": 51}}}, "settings.costs.percent"),
        ({"settings": {"costs": {"kind": "flat_pct", "percent": 0.00000012}}}, "settings.costs.percent"),
        ({"settings": {"costs": {"kind": "none", "percent": 1}}}, "settings.costs.percent"),
        ({"settings": {"costs": {"kind": "flat_pct", "percent": 1, "segment": "options"}}}, "settings.costs.segment"),
        ({"settings": {"costs": {"kind": "india", "segment": "bonds"}}}, "settings.costs.segment"),
        ({"settings": {"costs": {"kind": "india", "segment": "options"}}}, "settings.costs.segment"),
        ({"settings": {"slippage_bps": -1}}, "settings.slippage_bps"),
        ({"settings": {"slippage_ticks": 1001}}, "settings.slippage_ticks"),
        ({"settings": {"max_bars": 1.5}}, "settings.max_bars"),
        ({"settings": {"target_points": 0}}, "settings.target_points"),
        ({**CALL, **SPAN, "adjusted": True}, "adjusted"),
    ],
)
def test_refused_term_is_named(api: APIClient, values: dict[str, Any], field: str) -> None:
    make_sector()
    response = api.post(URL, request_body(**values))

    body = response.json()
    assert (response.status_code, body["code"]) == (400, "VALIDATION_ERROR")
    assert list(body["details"]["fields"]) == [field]
    assert count_runs() == 0


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({"settings": {"stop_loss_pct": 2, "stop_loss_atr": 1}}, 400, "INVALID_RULES"),
        ({"settings": {"atr_period": 7}}, 400, "INVALID_RULES"),
        ({"settings": {"sizing": {"kind": "cash"}}}, 400, "INVALID_RULES"),
        ({"start_date": "2015-01-01", "settings": {"costs": {"kind": "india"}}}, 422, "COSTS_UNKNOWN"),
        ({"interval": "5m"}, 422, "NO_BARS"),
        ({"instrument_type": "option", "instrument_identifier": "HANDMADE"}, 404, "INSTRUMENT_NOT_FOUND"),
        (
            {"instrument_type": "option", "instrument_identifier": "NOWHERE-2025-09-16-25-CE"},
            404,
            "INSTRUMENT_NOT_FOUND",
        ),
        ({**CALL, "start_date": "2024-01-01", "end_date": "2024-01-02"}, 422, "NO_BARS"),
    ],
)
def test_what_cannot_be_run_leaves_no_run(api: APIClient, values: dict[str, Any], status: int, code: str) -> None:
    make_sector()
    response = api.post(URL, request_body(**values))

    assert (response.status_code, response.json()["code"], count_runs()) == (status, code, 0)


@pytest.mark.parametrize(
    ("script", "line", "column", "code"),
    [
        ('//@version=5\nstrategy("S")\nnonsense(close)\n', 3, 1, "SCRIPT_UNKNOWN_NAME"),
        ('//@version=5\nstrategy("S")\nx = y + 1\n', 3, 5, "SCRIPT_UNKNOWN_NAME"),
        ('//@version=5\nstrategy("S")\nx = close + "text"\n', 3, 13, "SCRIPT_TYPE"),
        ("", None, None, None),
    ],
)
def test_bad_script_is_refused_at_its_line(
    api: APIClient, script: str, line: int | None, column: int | None, code: str | None
) -> None:
    response = api.post(URL, request_body(rules=None, strategy_custom_script=script))

    body = response.json()
    assert (response.status_code, count_runs()) == (400, 0)
    if code is None:
        assert list(body["details"]["fields"]) == ["strategy_custom_script"]
        return
    (problem,) = body["details"]["errors"]
    assert body["code"] == "INVALID_SCRIPT"
    assert (problem["pointer"], problem["line"], problem["column"], problem["code"]) == (
        "/strategy_custom_script",
        line,
        column,
        code,
    )


@pytest.mark.parametrize("parameters", [{"colour": 1}, {"n": 2.5}, {"n": "many"}])
def test_wrong_input_of_a_script_is_refused(api: APIClient, parameters: dict[str, object]) -> None:
    response = api.post(URL, request_body(rules=None, strategy_custom_script=SCRIPT, parameters=parameters))

    assert (response.status_code, response.json()["code"]) == (400, "INVALID_SCRIPT")
    assert response.json()["details"]["errors"][0]["pointer"] == "/parameters"


def test_run_shows_its_script_and_its_inputs(api: APIClient) -> None:
    response = api.post(URL, request_body(rules=None, strategy_custom_script=SCRIPT, parameters={"n": 7}))

    body = response.json()
    assert (response.status_code, body["strategy_custom_script"]) == (202, SCRIPT)
    assert (body["strategy"]["kind"], body["strategy"]["rules"], body["strategy"]["parameters"]) == (
        "script",
        None,
        {"n": 7},
    )
    assert body["strategy"]["sentence"].startswith("The script S enters long")


def test_list_shows_the_interval_and_filters_by_it(api: APIClient, owner: User) -> None:
    make_candles()
    api.post(URL, request_body())
    api.post(URL, request_body(interval="5m"))

    rows = [api.get(f"/api/v1/backtest/runs/{tail}").json()["results"] for tail in ("", "?interval=5m")]
    assert [[row["interval"] for row in found] for found in rows] == [["5m", "1d"], ["5m"]]


def test_stopped_instrument_is_refused(api: APIClient) -> None:
    Stock.objects.filter(enum="HANDMADE").update(status="inactive")

    response = api.post(URL, request_body(interval="1w"))

    assert (response.status_code, response.json()["code"]) == (422, "INSTRUMENT_INACTIVE")
