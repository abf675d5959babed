"""What no prices could make possible is refused when it is posted, with its reason, and leaves no run."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.backtests import services
from apps.backtests.models import BacktestRun, Sweep
from apps.users.models import User
from tests.factories.backtests import make_prices, request_body
from tests.factories.sectors import make_sector
from tests.factories.strategies import ABOVE_100
from tests.factories.sweeps import ABOVE, ABOVE_SCRIPT, make_completed_sweep, sweep_body

RUN, PORTFOLIO = "/api/v1/backtest/run", "/api/v1/backtest/run-portfolio"
# Its lot is 75.
CALL = {
    "instrument_type": "option",
    "instrument_identifier": "NIFTY50-2025-09-16-25000-CE",
    "start_date": "2025-09-11",
    "end_date": "2025-09-16",
}
ONE_SHARE = '//@version=5\nstrategy("S")\nif close > 100\n    strategy.entry("in", strategy.long)\n'
HUNDRED = {"kind": "quantity", "value": 100}
RISK = {"kind": "risk_per_trade", "value": 1}
WEEKLY = {"left": {"price": "CLOSE", "timeframe": "1w"}, "op": ">", "right": 100}
DAILY = {"left": {"price": "CLOSE", "timeframe": "1d"}, "op": ">", "right": 100}
AT_MARKET = "The entries of a portfolio are market orders, one into a position"
LIMIT = {"entries": {"kind": "limit", "offset_pct": 1}}


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()
    make_sector()


def answer_of(api: APIClient, url: str, values: dict[str, Any]) -> tuple[int, str, int]:
    """Status, reason and how many runs there are."""
    response = api.post(url, request_body(**values))
    body = response.json()
    message = body.get("message", "") if response.status_code != 422 else f"{body['code']} {body['message']}"
    return response.status_code, message, BacktestRun.objects.unscoped().count()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (
            {"settings": {"quantities": "lots", "lot_size": 75, "sizing": HUNDRED}},
            "The quantity of an order must be a multiple of 75, not 100",
        ),
        ({**CALL, "settings": {"sizing": HUNDRED}}, "The quantity of an order must be a multiple of 75, not 100"),
        (
            {**CALL, "rules": None, "strategy_custom_script": ONE_SHARE},
            "The quantity of an order must be a multiple of 75, not 1",
        ),
        (
            {"settings": {"sizing": RISK}},
            "Sizing by risk per trade needs a stop: the risk is what is lost when it is met",
        ),
        (
            {"instrument_type": "sector", "instrument_identifier": "NIFTY50", "rules": {**ABOVE_100, "sizing": RISK}},
            "Sizing by risk per trade needs a stop: the risk is what is lost when it is met",
        ),
        (
            {"rules": {**ABOVE_100, "exits": {"square_off": "15:15"}}},
            "A time of day needs bars shorter than a day",
        ),
        ({"rules": {**ABOVE_100, "enter_long": DAILY}}, "The timeframe 1d is not longer than the bars of the run"),
    ],
)
def test_what_is_known_beforehand_is_refused_when_posted(api: APIClient, values: dict[str, Any], reason: str) -> None:
    assert answer_of(api, RUN, values) == (422, f"SIMULATION_REFUSED The simulation refuses to run: {reason}.", 0)


@pytest.mark.parametrize(
    "values",
    [
        {**CALL, "settings": {"sizing": {"kind": "quantity", "value": 150}}},
        {"settings": {"sizing": RISK, "stop_loss_pct": 2}},
        {"settings": {"sizing": RISK, "trailing_stop_atr": 2}},
        {"rules": None, "strategy_custom_script": ONE_SHARE},
        {"rules": {**ABOVE_100, "enter_long": WEEKLY}},
    ],
)
def test_what_can_be_carried_out_is_taken_in(api: APIClient, values: dict[str, Any]) -> None:
    assert answer_of(api, RUN, values) == (202, "", 1)


@pytest.mark.parametrize(
    ("rules", "answer"),
    [
        ({**ABOVE_100, "sizing": RISK}, (202, "", 1)),
        (
            {**ABOVE_100, **LIMIT},
            (
                422,
                f"SIMULATION_REFUSED The simulation refuses to run: {AT_MARKET}.",
                0,
            ),
        ),
    ],
    ids=["its own sizing does not count", "entries wait for a price"],
)
def test_a_portfolio_is_sized_by_its_allocation(
    api: APIClient, rules: dict[str, Any], answer: tuple[int, str, int]
) -> None:
    asked = {"instruments": ["HANDMADE"], "allocation": {"max_positions": 1}, "rules": rules}
    body = {name: value for name, value in request_body(**asked).items() if not name.startswith("instrument_")}
    response = api.post(PORTFOLIO, body)
    said = response.json()
    message = f"{said['code']} {said['message']}" if response.status_code == 422 else ""
    assert (response.status_code, message, BacktestRun.objects.unscoped().count()) == answer


LOTS = {"quantities": "lots", "lot_size": 75}
SOME = {**ABOVE, "inputs": {**ABOVE["inputs"], "many": 100}, "sizing": {"kind": "quantity", "value": "many"}}
NONE_MADE = "No combination of the grid makes a strategy"
NOT_75 = "The quantity of an order must be a multiple of 75, not 100"


@pytest.mark.parametrize("path", ["sweep", "walk-forward"])
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"settings": {**LOTS, "sizing": HUNDRED}}, NOT_75),
        (
            {"settings": {"sizing": RISK}},
            "Sizing by risk per trade needs a stop: the risk is what is lost when it is met",
        ),
        ({"rules": {**ABOVE, "exits": {"square_off": "15:15"}}}, "A time of day needs bars shorter than a day"),
        ({"rules": {**ABOVE, "enter_long": DAILY}}, "The timeframe 1d is not longer than the bars of the run"),
        (
            {
                "rules": None,
                "strategy_custom_script": ABOVE_SCRIPT.replace("percent_of_equity", "fixed"),
                "settings": LOTS,
            },
            NOT_75,
        ),
        ({"rules": SOME, "grid": {"many": [100.0, 110.0]}, "settings": LOTS}, NOT_75),
        (
            {"rules": SOME, "grid": {"many": [0.0, -1.0]}},
            f"{NONE_MADE}: /sizing/value: Expected more than 0 and up to 1e+09 shares, whole",
        ),
        (
            {
                "rules": None,
                "strategy_custom_script": ABOVE_SCRIPT + "n = input.int(5, minval=2)\n",
                "grid": {"n": [0.0, 1.0]},
            },
            f"{NONE_MADE}: The input 'n' must be at least 2",
        ),
    ],
)
def test_a_sweep_of_which_nothing_can_be_carried_out_is_refused_when_posted(
    api: APIClient, path: str, values: dict[str, Any], reason: str
) -> None:
    walk = {"train_sessions": 4, "test_sessions": 2} if path == "walk-forward" else None

    response = api.post(f"/api/v1/backtest/{path}", sweep_body(walk=walk, **values))

    body = response.json()
    assert (response.status_code, body["code"]) == (422, "SIMULATION_REFUSED")
    assert body["message"] == f"The simulation refuses to run: {reason}."
    assert not Sweep.objects.unscoped().exists()


def test_a_combination_that_cannot_be_carried_out_is_left_out_of_its_sweep(owner: User) -> None:
    sweep = make_completed_sweep(owner, rules=SOME, grid={"many": [100.0, 75.0]}, settings=LOTS)

    rows = services.list_sweep_rows(user=owner, sweep_id=sweep.sweep_id, metric="sharpe")

    assert (sweep.status, sweep.extra["tried"]) == ("completed", 1)
    assert [row["parameters"] for row in rows] == [{"many": 75.0}]
