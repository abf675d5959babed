"""Runs of option rules over HTTP, on the synthetic market, which is the same on every machine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.backtests import services
from apps.backtests.models import BacktestRun
from apps.market import selectors as market_selectors
from apps.market.models import Trade
from apps.notifications.models import Notification
from apps.users.models import User
from tests.factories.backtests import make_completed_run, make_prices
from tests.factories.sectors import make_sector

POST = "/api/v1/backtest/run-options"
RUNS = "/api/v1/backtest/runs/"
BODY = {
    "instrument_identifier": "NIFTY50",
    "start_date": "2026-01-05",
    "end_date": "2026-01-09",
    "initial_wallet_amount": "500000.00",
    "preset": {"kind": "straddle", "stop": {"value": 30}},
}


@pytest.fixture(autouse=True)
def _index(db: None) -> None:
    make_sector(enum="NIFTY50")


def run_of(api: APIClient, **values: Any) -> dict[str, Any]:
    """The completed run of a posted rule; a value of None takes the field away."""
    body = {name: value for name, value in {**BODY, **values}.items() if value is not None}
    posted = api.post(POST, body)
    assert posted.status_code == 202, posted.json()
    services.execute_pending()
    run: dict[str, Any] = api.get(f"{RUNS}{posted.json()['run_id']}/").json()
    assert run["status"] == "completed", run["error_message"]
    return run


def result_of(api: APIClient, run: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"{RUNS}{run['run_id']}/options").json()
    return found


def test_a_straddle_is_sold_at_the_money_every_day(api: APIClient) -> None:
    run = run_of(api)
    result, (first, *_) = result_of(api, run), result_of(api, run)["days"]

    assert (run["strategy"]["kind"], run["interval"], run["instrument_identifier"]) == ("option_legs", "5m", "NIFTY50")
    assert "whole lots of each contract" in run["strategy"]["terms"]
    assert len(result["days"]) == 5
    assert [leg["leg"] for leg in result["legs"]] == [1, 2]
    nifty = market_selectors.get_named_instrument(identifier="NIFTY50")
    bars = market_selectors.load_bars(
        instrument=nifty, interval="5m", start=date(2026, 1, 5), end=date(2026, 1, 5)
    ).bars
    # The strike nearest to the close of 09:15, the last bar that had ended at 09:20; expiry on Tuesday.
    strike = (int(bars.close[0]) + 2500) // 5000 * 50
    assert first["contracts"] == [f"NIFTY50-2026-01-06-{strike}-{right}" for right in ("CE", "PE")]


def test_fills_are_those_of_the_contracts_bars(api: APIClient, owner: User) -> None:
    run = run_of(api, end_date="2026-01-05", preset={"kind": "straddle"})

    trades = Trade.objects.unscoped().filter(backtest_run_id=BacktestRun.objects.unscoped().get().pk).order_by("id")
    total = Decimal(0)
    for trade in trades:
        contract = market_selectors.get_named_instrument(identifier=trade.instrument_identifier)
        bars = market_selectors.load_bars(
            instrument=contract, interval="5m", start=date(2026, 1, 5), end=date(2026, 1, 5)
        ).bars
        # Sold at the close of 09:15, bought at that of 15:10, which ends at 15:15: bar 71.
        sold, bought = Decimal(int(bars.close[0])) / 100, Decimal(int(bars.close[71])) / 100
        assert (trade.sell_price, trade.buy_price) == (sold, bought)
        assert trade.pnl == (sold - bought) * trade.quantity
        total += trade.pnl
    assert len(trades) == 2
    assert run["open_trades"] == []
    assert Decimal(run["total_pnl"]) == total
    assert Decimal(run["final_wallet_amount"]) == Decimal(500_000) + total


def test_the_same_rule_gives_the_same_result_and_its_manifest_can_be_posted(api: APIClient) -> None:
    first = run_of(api, settings={"costs": {"kind": "india"}, "slippage_ticks": 1})
    second = run_of(api, **{**dict.fromkeys(BODY), **first["manifest"]["request"]})

    assert second["manifest"] == first["manifest"]
    assert second["final_wallet_amount"] == first["final_wallet_amount"]
    again = api.post(f"{RUNS}{first['run_id']}/rerun", {})
    services.execute_pending()
    third = api.get(f"{RUNS}{again.json()['run_id']}/").json()
    assert (third["reproduction"]["same_data"], third["reproduction"]["same_result"]) == (True, True)
    assert first["statistics"]["charges"] > 0


def test_the_target_of_a_leg_fills_only_when_traded_through(api: APIClient) -> None:
    leg = {"side": "short", "right": "CE"}
    asked = {"preset": None, "start_date": "2026-01-05", "end_date": "2026-01-05"}
    (contract,) = result_of(api, run_of(api, **asked, legs=[leg]))["days"][0]["contracts"]
    option = market_selectors.get_named_instrument(identifier=contract)
    bars = market_selectors.load_bars(
        instrument=option, interval="5m", start=date(2026, 1, 5), end=date(2026, 1, 5)
    ).bars
    # Sold at the close of 09:15; the target is ten paise, two ticks, above the lowest premium until 15:10.
    points = int(bars.close[0] - bars.low[1:71].min()) / 100 - 0.1
    legs = [{**leg, "target": {"value": round(points, 2), "unit": "points"}}]

    runs = [run_of(api, **asked, legs=legs, settings={"penetration_ticks": ticks}) for ticks in (0, 2, 3)]

    found = [api.get(f"{RUNS}{run['run_id']}/trades/").json()["results"][0] for run in runs]
    assert [trade["exit_reason"] for trade in found] == ["target", "target", "square_off"]
    assert float(found[1]["buy_price"]) == pytest.approx(float(bars.low[1:71].min()) / 100 + 0.1)
    assert runs[2]["assumptions"]["penetration_ticks"] == 3
    assert runs[2]["manifest"]["request"]["settings"]["penetration_ticks"] == 3
    assert "traded through by 3 ticks" in runs[2]["strategy"]["terms"]


def test_days_legs_and_trades_add_up_to_the_run(api: APIClient) -> None:
    run = run_of(
        api,
        preset={"kind": "iron_condor", "width": 1, "wing": 2, "stop": {"value": 10}, "re_entry": {"count": 2}},
        settings={"costs": {"kind": "india"}},
        settles=True,
    )
    result = result_of(api, run)

    total = pytest.approx(float(run["total_pnl"]), abs=0.01)
    assert sum(day["pnl"] for day in result["days"]) == total
    assert sum(leg["pnl"] for leg in result["legs"]) == total
    assert sum(leg["trades"] for leg in result["legs"]) == run["number_of_trades"]
    trades = api.get(f"{RUNS}{run['run_id']}/trades/", {"page_size": 100}).json()["results"]
    # On Tuesday, the expiry, what was not stopped was settled.
    settled = {trade["sell_date"] for trade in trades if trade["exit_reason"] == "expiry"}
    assert settled == {"2026-01-06"}
    assert {trade["entry_tag"] for trade in trades} == {"leg 1", "leg 2", "leg 3", "leg 4"}
    assert result["legs"][2]["stops"] == result["legs"][3]["stops"] == 0, "bought wings have no stop"


@pytest.mark.parametrize("strike", [{"by": "premium", "value": 50}, {"by": "delta", "value": 0.2}])
def test_legs_by_premium_and_delta_are_out_of_the_money(api: APIClient, strike: dict[str, Any]) -> None:
    leg = {"side": "short", "right": "CE", "strike": strike}
    run = run_of(api, preset=None, legs=[leg, {**leg, "right": "PE"}], end_date="2026-01-07")
    for day in result_of(api, run)["days"]:
        call, put = (int(name.split("-")[4]) for name in day["contracts"])
        assert call > put


def test_a_day_without_a_contract_is_listed_with_its_reason(api: APIClient) -> None:
    leg = {"side": "short", "right": "CE", "strike": {"by": "atm", "value": 100}}
    run = run_of(api, preset=None, legs=[leg], entry_time="09:15")
    assert {day["skipped"] for day in result_of(api, run)["days"]} == {"no_bar_before_entry"}
    assert run["notes"][0] == "5 days were skipped: no bar had ended before the entry."
    assert (run["total_pnl"], run["number_of_trades"]) == ("0.00", 0)


def test_the_other_views_of_a_run_know_it(api: APIClient, owner: User) -> None:
    run = run_of(api)
    for tail in ("equity", "drawdowns", "heatmap", "report", "export_csv", "export_xlsx", "export_json", "trades/"):
        assert api.get(f"{RUNS}{run['run_id']}/{tail}").status_code == 200, tail
    assert api.get(RUNS).json()["results"][0]["strategy_name"] == "Option rule"
    note = Notification.objects.for_user(owner).get()
    assert (note.title, note.extra) == ("Backtest completed", {"run_id": run["run_id"]})


def test_other_runs_have_no_days_and_strangers_see_none(api: APIClient, owner: User, stranger: User) -> None:
    make_prices()
    run = make_completed_run(owner)
    assert api.get(f"{RUNS}{run.run_id}/options").json() == {"days": [], "legs": [], "margin": None}
    other = make_completed_run(stranger)
    assert api.get(f"{RUNS}{other.run_id}/options").status_code == 404


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"preset": None}, "legs"),
        ({"legs": [{"side": "short", "right": "CE"}]}, "legs"),
        ({"entry_time": "15:15"}, "legs"),
        ({"end_date": "2026-01-04"}, "end_date"),
        ({"end_date": "2027-01-07"}, "end_date"),
        ({"preset": {"kind": "butterfly"}}, "preset"),
        ({"preset": {"kind": "straddle", "stop": {"value": 0}}}, "legs"),
        ({"preset": {"kind": "straddle", "re_entry": {"count": 1}}}, "legs"),
        ({"instrument_identifier": "NIFTY50-2026-01-06-26000-CE"}, "instrument_identifier"),
        ({"settings": {"stop_basis": "fill"}}, "settings"),
    ],
)
def test_what_cannot_be_run_is_refused(api: APIClient, values: dict[str, Any], field: str) -> None:
    body = {name: value for name, value in {**BODY, **values}.items() if value is not None}
    answer = api.post(POST, body)
    assert answer.status_code in (400, 422), answer.json()
    assert field in str(answer.json())
    assert not BacktestRun.objects.unscoped().exists()
