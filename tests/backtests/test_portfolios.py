"""One strategy over several instruments with one wallet, over HTTP, worked out by hand.

ABOVE_100 enters above 100 and leaves below it. HANDMADE closes at 99 110 120 95 90 104 130 130 from 1 January 2024,
SECOND at 50 50 200 250 90 90 90 90.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rest_framework.test import APIClient

from apps.backtests import services
from apps.backtests.models import BacktestRun
from apps.core import clock
from apps.market.models import Trade
from apps.notifications.models import Notification
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services
from apps.users.models import User
from tests.factories.backtests import make_prices
from tests.factories.strategies import ABOVE_100

POST = "/api/v1/backtest/run-portfolio"
RUNS = "/api/v1/backtest/runs/"
BODY = {
    "instruments": ["HANDMADE", "SECOND"],
    "start_date": "2024-01-01",
    "end_date": "2024-12-31",
    "initial_wallet_amount": "100000.00",
    "rules": ABOVE_100,
    "allocation": {"max_positions": 2},
}


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()
    make_prices(enum="SECOND", closes=(50, 50, 200, 250, 90, 90, 90, 90))


def run_of(api: APIClient, **values: Any) -> dict[str, Any]:
    posted = api.post(POST, {**BODY, **values})
    assert posted.status_code == 202, posted.json()
    services.execute_pending()
    run: dict[str, Any] = api.get(f"{RUNS}{posted.json()['run_id']}/").json()
    assert run["status"] == "completed", run["error_message"]
    return run


def trades_of() -> list[str]:
    """``HANDMADE 454 110 -> 95 = -6810``: shares, bought, sold, profit."""
    return [_line(row) for row in Trade.objects.unscoped().order_by("id")]


def _line(row: Trade) -> str:
    prices = f"{row.buy_price:.0f} -> {row.sell_price:.0f}"
    return f"{row.instrument_identifier} {float(row.quantity):g} {prices} = {row.pnl:.0f}"


def test_equal_parts_of_one_wallet(api: APIClient) -> None:
    run = run_of(api)

    # 2 Jan: half of 100,000 buys 454 at 110. 3 Jan: half of 104,540 at 200: 261, of the 50,060 free: 250.
    assert trades_of() == ["HANDMADE 454 110 -> 95 = -6810", "SECOND 250 200 -> 90 = -27500"]
    # 6 Jan: half of 65,690 buys 315 at 104; they are worth 130 at the end.
    assert run["final_wallet_amount"] == "73880.00"
    assert (run["number_of_trades"], run["interval"]) == (2, "1d")
    assert run["strategy"]["sentence"].endswith(
        "In place of that size, each entry takes an equal part of the equity, at most 2 at a time, in the order "
        "of the list."
    )
    assert "1 position is open at the end, marked at last prices." in run["notes"]
    (held,) = run["open_trades"]
    named = ("instrument", "entry_date", "exit_date", "side", "quantity", "entry_price", "exit_price", "pnl")
    assert [held[name] for name in named] == [
        "HANDMADE",
        "2024-01-06",
        "2024-01-08",
        "long",
        315,
        "104.00",
        "130.00",
        "8190.00",
    ]
    assert run["open_trade"] is None


def test_a_fixed_amount_and_one_place_by_rank(api: APIClient) -> None:
    allocation = {"kind": "fixed", "max_positions": 1, "amount": "20000.00", "rank_by": "CLOSE"}
    run = run_of(api, allocation=allocation)

    # The first alone enters on 2 January; SECOND finds no place on 3 January, on 4 January its price is 250 and free.
    assert trades_of() == ["HANDMADE 181 110 -> 95 = -2715", "SECOND 80 250 -> 90 = -12800"]
    assert [order["reason"] for order in run["rejected_orders"]] == ["max_positions"]


def test_exits_that_their_bar_leaves_open_are_counted(api: APIClient) -> None:
    # Bought at 101; the day after reaches the target, 105, and the stop, 97.
    prices = {"open": [101, 102], "high": [101, 106], "low": [101, 96], "close": [101, 99]}
    columns: dict[str, Any] = {name: np.array(column, dtype=np.int64) * 100 for name, column in prices.items()}
    stocks_services.store_imported_bars(
        enum="BOTH",
        bars=stocks_selectors.PriceColumns(
            date=np.datetime64("2024-01-01") + np.arange(2), volume=np.ones(2, dtype=np.int64), **columns
        ),
        extra={"source": "import", "file": "handmade"},
        data_until=clock.now(),
    )
    run = run_of(
        api,
        instruments=["BOTH"],
        allocation={"max_positions": 1},
        settings={"target_points": 4, "stop_loss_points": 4},
    )

    assert trades_of() == ["BOTH 990 101 -> 97 = -3960"]
    assert "1 trade ended in a bar that does not tell which level came first: see path_mode." in run["notes"]


def test_one_instrument_is_the_ordinary_run(api: APIClient) -> None:
    run = run_of(api, instruments=["HANDMADE"], allocation={"max_positions": 1})
    assert (run["final_wallet_amount"], run["total_pnl"], run["number_of_trades"]) == ("107945.00", "7945.00", 1)


def test_the_manifest_can_be_posted_and_rerun(api: APIClient) -> None:
    first = run_of(api, allocation={"max_positions": 2, "rank_by": "CLOSE", "highest_first": False})
    second = api.post(POST, first["manifest"]["request"])
    assert second.status_code == 202, second.json()
    again = api.post(f"{RUNS}{first['run_id']}/rerun", {})
    services.execute_pending()
    posted = api.get(f"{RUNS}{second.json()['run_id']}/").json()
    third = api.get(f"{RUNS}{again.json()['run_id']}/").json()
    assert posted["manifest"] == first["manifest"]
    assert (third["reproduction"]["same_data"], third["reproduction"]["same_result"]) == (True, True)


def test_the_other_views_of_a_run_know_it(api: APIClient, owner: User) -> None:
    run = run_of(api)
    for tail in ("equity", "drawdowns", "heatmap", "report", "export_csv", "export_xlsx", "export_json", "trades/"):
        assert api.get(f"{RUNS}{run['run_id']}/{tail}").status_code == 200, tail
    assert Notification.objects.for_user(owner).get().title == "Backtest completed"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"instruments": []}, "instruments"),
        ({"instruments": ["HANDMADE", "HANDMADE"]}, "named twice"),
        ({"instruments": ["HANDMADE", "NOBODY"]}, "NOBODY"),
        ({"instruments": ["HANDMADE"] * 51}, "instruments"),
        ({"allocation": {"max_positions": 0}}, "max_positions"),
        ({"allocation": {"kind": "fixed", "max_positions": 1}}, "amount"),
        ({"allocation": {"max_positions": 1, "rank_by": "NONSENSE(3)"}}, "rank_by"),
        ({"instrument_identifier": "HANDMADE"}, "instrument_identifier"),
        ({"strategy_custom_script": "x"}, "strategy_custom_script"),
    ],
)
def test_what_cannot_be_run_is_refused(api: APIClient, values: dict[str, Any], word: str) -> None:
    answer = api.post(POST, {**BODY, **values})
    assert answer.status_code in (400, 404, 422), answer.json()
    assert word in str(answer.json())
    assert not BacktestRun.objects.unscoped().exists()
