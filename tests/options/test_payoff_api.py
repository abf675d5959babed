"""Payoffs over HTTP: hand-worked positions, last prices where none are named, what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories.options import day_row, make_option_days
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_stock
from tests.market.conftest import ApiAt

URL = "/api/v1/options/payoff"
NOW = "2025-01-03T11:07:31+05:30"
KEY = "NIFTY50-2025-01-09-{}-{}"


def leg(side: str, strike: int, right: str, price: str, **values: Any) -> dict[str, Any]:
    return {"contract": KEY.format(strike, right), "side": side, "price": price, "quantity": 75, **values}


def position(api: Any, *legs: dict[str, Any], **values: Any) -> dict[str, Any]:
    response = api.post(URL, {"underlying": "NIFTY50", "legs": legs, **values})
    assert response.status_code == 200, response.json()
    body: dict[str, Any] = response.json()
    return body


def extremes(body: dict[str, Any]) -> tuple[Any, ...]:
    return body["break_evens"], body["max_profit"], body["max_loss"], body["net_premium"]


def test_a_straddle_a_condor_and_a_spread_come_to_what_is_worked_out_by_hand(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")

    with api_at(NOW) as api:
        straddle = position(api, leg("buy", 21800, "CE", "180.50"), leg("buy", 21800, "PE", "150.25"))
        condor = position(
            api,
            leg("buy", 21500, "PE", "20"), leg("sell", 21600, "PE", "40"),
            leg("sell", 22000, "CE", "45"), leg("buy", 22100, "CE", "20"),
        )  # fmt: skip
        spread = position(api, leg("buy", 21800, "CE", "100"), leg("sell", 21900, "CE", "60"))

    assert extremes(straddle) == (["21469.25", "22130.75"], None, "-24806.25", "-24806.25")
    assert extremes(condor) == (["21555.00", "22045.00"], "3375.00", "-4125.00", "3375.00")
    assert extremes(spread) == (["21840.00"], "4500.00", "-3000.00", "-3000.00")
    assert condor["expiry_date"] == "2025-01-09"


def test_a_leg_without_a_price_takes_the_last_one_with_what_it_implies(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    spelled = {"option_type": "CE", "strike": "21800", "expiry_date": "2025-01-09", "side": "sell", "lots": 2}

    with api_at(NOW) as api:
        chain = api.get("/api/v1/options/chain?underlying=NIFTY50&atm_levels=2").json()
        body = position(api, spelled, underlying="NIFTY")

    row = next(row["call"] for row in chain["rows"] if row["strike"] == "21800.00")
    (found,) = body["legs"]
    assert (found["contract"], found["side"]) == ("NIFTY50-2025-01-09-21800-CE", "sell")
    assert (found["quantity"], found["lot_size"]) == (150, 75)
    assert (found["price"], found["last_price"]) == (row["ltp"], row["ltp"])
    assert found["greeks"] == {name: row[name] for name in found["greeks"]}
    assert body["greeks"]["delta"] == pytest.approx(-150 * row["delta"], abs=1e-4)
    assert body["greeks"]["theta"] == pytest.approx(-150 * row["theta"], abs=1e-2)
    assert (body["spot"], body["at"]) == (chain["spot"], chain["at"])
    assert (body["source"], body["version"]) == ("synthetic", "synthetic-1")
    assert (body["max_loss"], body["net_premium"]) == (None, body["max_profit"])


def test_sold_at_the_last_price_a_position_is_worth_nothing_today_at_the_spot(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    legs = [{"contract": KEY.format(21800, right), "side": "sell", "lots": 1} for right in ("CE", "PE")]

    with api_at(NOW) as api:
        body = position(api, *legs, points=3, range_pct="10")

    spot = float(body["spot"])
    assert body["prices"] == pytest.approx([spot * 0.9, 21800, spot, spot * 1.1], abs=0.006)
    assert body["today"][body["prices"].index(spot)] == pytest.approx(0, abs=0.2)  # 1e-6 of volatility
    at_strike = body["at_expiry"][body["prices"].index(21800.0)]
    assert f"{at_strike:.2f}" == body["max_profit"] == body["net_premium"]


def test_the_underlying_can_be_a_leg(api_at: ApiAt) -> None:
    make_stock(enum="RELIANCE")
    call = {"contract": "RELIANCE-2025-01-30-1300-CE", "side": "sell", "price": "20", "lots": 1}
    share = {"side": "buy", "quantity": 500, "price": "1270"}

    with api_at(NOW) as api:
        body = position(api, call, underlying="RELIANCE", underlying_leg=share)

    assert extremes(body) == (["1250.00"], "25000.00", "-625000.00", "10000.00")
    assert [each["contract"] for each in body["legs"]] == ["RELIANCE-2025-01-30-1300-CE", None]
    assert body["legs"][1]["greeks"]["delta"] == 1.0
    assert 0 < body["greeks"]["delta"] < 500


def test_a_calendar_is_valued_when_its_first_leg_expires(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    far = {"contract": "NIFTY50-2025-01-30-21800-CE", "side": "buy", "quantity": 75}

    with api_at(NOW) as api:
        body = position(api, leg("sell", 21800, "CE", "150"), far | {"price": "350"})

    assert body["expiry_date"] == "2025-01-09"
    assert (body["max_loss"], body["net_premium"]) == ("-15000.00", "-15000.00")
    low, high = (float(each) for each in body["break_evens"])
    assert low < 21800 < high
    best = max(body["at_expiry"])
    assert body["prices"][body["at_expiry"].index(best)] == pytest.approx(21800, rel=0.01)
    assert best <= float(body["max_profit"])


def test_imported_prices_are_the_closes_of_one_day(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    make_option_days(
        [day_row(price=10000), day_row(right="PE", price=None), day_row(right="PE", date=date(2025, 9, 10))]
    )
    legs = [{"contract": f"NIFTY50-2025-09-16-25000-{right}", "side": "buy", "lots": 1} for right in ("CE", "PE")]

    with api_at("2025-09-12T09:00:00+05:30") as api:
        body = position(api, legs[0])
        refused = api.post(URL, {"underlying": "NIFTY50", "legs": legs})
        named = position(api, legs[0], legs[1] | {"price": "90"})

    assert (body["source"], body["spot"], body["legs"][0]["price"]) == ("import", "25005.50", "100.00")
    # The put did not trade on the 11th; its price of the 10th is not fresh.
    assert (refused.status_code, refused.json()["code"]) == (422, "NO_OPTION_PRICES")
    assert (named["legs"][1]["last_price"], named["net_premium"]) == (None, "-14250.00")


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({"legs": []}, 400, "VALIDATION_ERROR"),
        ({"legs": [leg("buy", 21800, "CE", "1")] * 9}, 400, "VALIDATION_ERROR"),
        ({"legs": [leg("hold", 21800, "CE", "1")]}, 400, "VALIDATION_ERROR"),
        ({"legs": [leg("buy", 21800, "CE", "1", lots=1)]}, 400, "VALIDATION_ERROR"),
        ({"legs": [leg("buy", 21800, "CE", "1") | {"strike": "21800"}]}, 400, "VALIDATION_ERROR"),
        ({"legs": [leg("buy", 21800, "CE", "-1")]}, 400, "VALIDATION_ERROR"),
        ({"legs": [leg("buy", 21800, "CE", "1", quantity=0)]}, 400, "VALIDATION_ERROR"),
        ({"legs": [{"side": "buy", "lots": 1, "option_type": "CE", "strike": "1"}]}, 400, "VALIDATION_ERROR"),
        ({"legs": [leg("buy", 21800, "CE", "1", contract="RELIANCE-2025-01-30-1300-CE")]}, 400, "VALIDATION_ERROR"),
        ({"legs": [leg("buy", 21800, "CE", "1", contract="NIFTY50")]}, 400, "VALIDATION_ERROR"),
        ({"legs": [leg("buy", 21810, "CE", "1")]}, 422, "STRIKE_OFF_GRID"),
        ({"legs": [leg("buy", 21800, "CE", "1", contract="NIFTY50-2025-01-02-21800-CE")]}, 422, "NOT_AN_EXPIRY"),
        ({"points": 502}, 400, "VALIDATION_ERROR"),
        ({"range_pct": "0"}, 400, "VALIDATION_ERROR"),
        ({"at": "2025-01-03T12:00:00+05:30"}, 400, "VALIDATION_ERROR"),
        ({"margin": True}, 400, "VALIDATION_ERROR"),
        ({"underlying": "NOSUCH"}, 404, "INSTRUMENT_NOT_FOUND"),
    ],
)
def test_a_position_that_cannot_be_is_a_typed_error(
    api_at: ApiAt, values: dict[str, Any], status: int, code: str
) -> None:
    make_sector(enum="NIFTY50")
    make_stock(enum="RELIANCE")
    body = {"underlying": "NIFTY50", "legs": [leg("buy", 21800, "CE", "1")]}

    with api_at(NOW) as api:
        response = api.post(URL, body | values)

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_eight_legs_cost_the_queries_of_one(api_at: ApiAt, django_assert_num_queries: Any) -> None:
    make_sector(enum="NIFTY50")

    for count in (1, 8):
        with api_at(NOW) as api:
            position(api, leg("buy", 21800, "CE", "1"))
            # Account, no such stock and sector (twice: underlying, legs), imported options, imported prices.
            with django_assert_num_queries(7):
                position(api, *[leg("buy", 21800 + 50 * number, "CE", "1") for number in range(count)])
