"""The margin of an option rule: what the market estimates at each entry, shown, or required of the cash."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from rest_framework.test import APIClient

from apps.backtests.services.legs.margins import Closes
from apps.market import selectors as market_selectors
from marketdata import instrument_keys
from tests.backtests.test_option_rules import POST, result_of, run_of
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_stock

LOT = 65
CONDOR = {"kind": "iron_condor", "width": 2, "wing": 4}


@pytest.fixture(autouse=True)
def _index(db: None) -> None:
    make_sector(enum="NIFTY50")


def estimate(day: dict[str, Any], *sides: int) -> float:
    """What paper trading would block for a lot of each of the day's contracts, traded at 09:20."""
    held = {instrument_keys.parse(name): side * LOT for name, side in zip(day["contracts"], sides, strict=True)}
    underlying = market_selectors.get_named_instrument(identifier="NIFTY50")
    now = datetime.fromisoformat(f"{day['date']}T09:20:00+05:30")
    found = market_selectors.find_margin(underlying=underlying, held=held, now=now)  # type: ignore[arg-type]
    assert found is not None
    return float(found.total)


def test_each_day_shows_what_paper_trading_would_block(api: APIClient) -> None:
    run = run_of(api)
    result = result_of(api, run)

    shown = [day["margin"] for day in result["days"]]
    assert shown == [estimate(day, -1, -1) for day in result["days"]]
    # Two short legs of 65 at about 26,000: at least the exposure of both, two percent each.
    assert min(shown) > 2 * 0.02 * LOT * 25_000
    assert result["margin"] == {
        "use": "shown",
        "highest": max(shown),
        "mean": round(sum(shown) / 5, 2),
        "return_on_highest_pct": pytest.approx(float(run["total_pnl"]) / max(shown) * 100, abs=1e-5),
        "days_short": 0,
    }


def test_bought_wings_lower_the_margin_and_bought_options_need_none(api: APIClient) -> None:
    one_day = {"end_date": "2026-01-05"}
    (naked,) = result_of(api, run_of(api, **one_day, preset={**CONDOR, "kind": "strangle"}))["days"]
    (hedged,) = result_of(api, run_of(api, **one_day, preset=CONDOR))["days"]
    bought = result_of(api, run_of(api, **one_day, preset={"kind": "straddle", "side": "long"}))

    assert hedged["margin"] == estimate(hedged, -1, -1, 1, 1)
    assert hedged["margin"] < naked["margin"]
    assert (bought["days"][0]["margin"], bought["margin"]["highest"]) == (0, None)


def test_legs_of_one_contract_count_as_one(api: APIClient) -> None:
    leg = {"side": "short", "right": "CE", "lots": 2}
    legs = [leg, {**leg, "side": "long", "lots": 1}]
    (day,) = result_of(api, run_of(api, end_date="2026-01-05", preset=None, legs=legs))["days"]
    assert day["margin"] == estimate({**day, "contracts": day["contracts"][:1]}, -1)


def test_a_day_below_the_margin_is_traded_and_told_unless_it_is_required(api: APIClient) -> None:
    asked = {"initial_wallet_amount": "50000.00", "preset": {"kind": "straddle"}}
    shown = run_of(api, **asked)
    required = run_of(api, **asked, settings={"margin": "required"})

    assert shown["number_of_trades"] == 10
    assert shown["notes"][0] == "On 5 days the cash was below the margin: a broker would have refused the entry."
    assert result_of(api, shown)["margin"]["days_short"] == 5
    assert required["number_of_trades"] == 0
    assert required["notes"][0] == "5 days were skipped: the cash did not leave the margin free."
    result = result_of(api, required)
    assert {day["skipped"] for day in result["days"]} == {"insufficient_margin"}
    assert [day["margin"] for day in result["days"]] == [day["margin"] for day in result_of(api, shown)["days"]]
    assert (result["margin"]["highest"], result["margin"]["days_short"]) == (None, 5)
    assert required["assumptions"]["margin"] == "required"
    assert required["strategy"]["terms"].endswith("a day is skipped whose margin is not free.")


def test_the_margin_is_free_to_the_paisa(api: APIClient) -> None:
    asked = {"end_date": "2026-01-05", "preset": {"kind": "straddle"}, "settings": {"margin": "required"}}
    (day,) = result_of(api, run_of(api, **asked))["days"]
    margin = Decimal(str(day["margin"]))

    enough = run_of(api, **asked, initial_wallet_amount=str(margin))
    short = run_of(api, **asked, initial_wallet_amount=str(margin - Decimal("0.01")))

    assert (enough["number_of_trades"], short["number_of_trades"]) == (2, 0)
    assert enough["manifest"]["request"]["settings"]["margin"] == "required"


@pytest.mark.parametrize(("underlying", "kind"), [("NIFTY50", "index"), ("RELIANCE", "stock")])
def test_a_margin_that_nobody_knows_cannot_be_required(api: APIClient, underlying: str, kind: str) -> None:
    make_stock(enum="RELIANCE")
    body = {"instrument_identifier": underlying, "start_date": "2016-05-30", "end_date": "2016-06-03"}
    answer = api.post(POST, {**body, "preset": {"kind": "straddle"}, "settings": {"margin": "required"}})
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    (refused,) = answer.json()["details"]["fields"]["settings.margin"]
    assert refused["message"].startswith(f"The margins are not known: No margins rule for {kind} ")


def test_a_result_says_on_how_many_days_no_margin_is_known(api: APIClient) -> None:
    run = run_of(api, start_date="2016-05-30", end_date="2016-06-02", preset={"kind": "straddle"})
    result = result_of(api, run)
    first, second, *known = [day["margin"] for day in result["days"]]

    assert (first, second, len(known)) == (None, None, 2)
    assert run["notes"][0] == "On 2 days no terms of the margin are known: the cash was not held against any."
    assert (result["margin"]["highest"], result["margin"]["days_short"]) == (max(known), 0)


def test_the_estimate_knows_nothing_after_its_morning(api: APIClient) -> None:
    """The same day alone and at the end of a range: the deviation is that of the days before it."""
    (alone,) = result_of(api, run_of(api, start_date="2026-01-09"))["days"]
    assert result_of(api, run_of(api))["days"][-1]["margin"] == alone["margin"]


def test_the_deviation_of_a_morning_is_that_of_the_days_before_it() -> None:
    closes = Closes(np.array([10, 11, 14, 15]), np.array([100_00, 110_00, 121_00, 10_00]))
    assert closes.deviation_before(15) == pytest.approx(math.log(1.1))
    assert closes.deviation_before(14) == pytest.approx(math.log(1.1))
    assert closes.deviation_before(11) == 0
