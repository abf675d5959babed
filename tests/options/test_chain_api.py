"""The chain over HTTP: exact values from imported prices, the provider's at a moment, nothing from the future."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

import marketdata
from marketdata.instrument_keys import Right
from tests.factories.options import day_row, make_option_days, option_of
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_stock
from tests.market.conftest import ApiAt

URL = "/api/v1/options/chain"
NOW = "2025-01-03T11:07:31+05:30"
RIGHTS: tuple[Right, Right] = ("CE", "PE")
SYNTHETIC = {"source": "synthetic", "version": "synthetic-1"}


def chain(api: Any, query: str) -> dict[str, Any]:
    response = api.get(f"{URL}?{query}")
    assert response.status_code == 200, response.json()
    body: dict[str, Any] = response.json()
    return body


def test_greeks_pcr_and_max_pain_of_an_imported_day_are_those_worked_out_by_hand(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    # Fifteen days before the expiry; call less put at the money makes the forward 24580 while the spot is 24560.
    row = day_row(date=date(2025, 9, 1), underlying=2456000)
    make_option_days(
        [
            row._replace(option_strike=Decimal(24550), open=31164, high=31164, low=31164, close=31164),
            row._replace(
                option_strike=Decimal(24550), option_type="PE", open=28164, high=28164, low=28164, close=28164
            ),
        ]
    )

    with api_at("2025-09-02T09:00:00+05:30") as api:
        body = chain(api, "underlying=NIFTY50")

    assert body | {"rows": []} == {
        "underlying": "NIFTY50",
        "expiry_date": "2025-09-16",
        "at": "2025-09-01T15:30:00+05:30",
        "is_open": False,
        "is_stale": False,
        "source": "import",
        "version": None,
        "spot": "24560.00",
        "forward": "24580.00",
        "atm_strike": "24550.00",
        "straddle_price": "593.28",
        "put_call_ratio": 1.0,
        "max_pain": "24550.00",
        "days_to_expiry": 15.0,
        "lot_size": 75,
        "rows": [],
    }
    (strike,) = body["rows"]
    assert (strike["strike"], strike["call"]["label"], strike["put"]["label"]) == ("24550.00", "ATM", "ATM")
    call, put = strike["call"], strike["put"]
    assert (call["contract"], call["ltp"]) == ("NIFTY50-2025-09-16-24550-CE", "311.64")
    assert (call["volume"], call["open_interest"]) == (7500, 150)
    # F 24580, K 24550, T 15/365, volatility 14.92 %.
    assert round(call["iv_pct"], 2) == 14.92
    assert (round(call["delta"], 4), round(call["gamma"], 6)) == (0.5221, 0.000536)
    assert (round(call["theta"], 3), round(call["vega"], 3)) == (-9.871, 19.848)
    assert (round(put["iv_pct"], 2), round(put["delta"], 4)) == (14.92, -0.4779)


def test_pcr_and_max_pain_are_over_the_rows(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    held = {24400: (100, 300), 24500: (250, 200), 24600: (300, 80)}
    make_option_days(
        [
            day_row(strike=str(strike), right=right, open_interest=units, underlying=2451000)
            for strike, both in held.items()
            for right, units in zip(RIGHTS, both, strict=True)
        ]
    )

    with api_at("2025-09-12T09:00:00+05:30") as api:
        body = chain(api, "underlying=NIFTY50")
        narrow = chain(api, "underlying=NIFTY50&atm_levels=0")

    assert (body["put_call_ratio"], body["max_pain"]) == (0.8923, "24500.00")
    assert [(row["call"]["label"], row["put"]["label"]) for row in body["rows"]] == [
        ("ITM1", "OTM1"), ("ATM", "ATM"), ("OTM1", "ITM1")
    ]  # fmt: skip
    assert (narrow["put_call_ratio"], len(narrow["rows"])) == (0.8, 1)


def test_a_price_that_implies_nothing_has_no_greeks_and_what_did_not_trade_no_price(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    make_option_days(
        [
            # Deep in the money below its intrinsic value of 1000, the put without a trade.
            day_row(strike="24000", price=90000, underlying=2500000),
            day_row(strike="24000", right="PE", price=None, underlying=2500000, open_interest=0),
            day_row(strike="25000", price=20000, underlying=2500000, open_interest=0),
            day_row(strike="25000", right="PE", price=None, underlying=2500000),
        ]
    )

    with api_at("2025-09-12T09:00:00+05:30") as api:
        body = chain(api, "underlying=NIFTY50")

    below, atm = body["rows"]
    nothing = dict.fromkeys(("iv_pct", "delta", "gamma", "theta", "vega", "rho"))
    assert {name: below["call"][name] for name in nothing} == nothing
    assert below["put"]["ltp"] is None
    assert {name: below["put"][name] for name in nothing} == nothing
    # Without both prices at the money the forward is the spot, and there is no straddle.
    assert (body["forward"], body["straddle_price"]) == ("25000.00", None)
    assert atm["call"]["iv_pct"] is not None
    # Only the put at 25000 and the call at 24000 are held: no fraction by zero, 150 by 150.
    assert body["put_call_ratio"] == 1.0


def test_a_chain_is_the_providers_at_this_moment(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    provider, moment = marketdata.get_provider(), datetime.fromisoformat(NOW)
    spot = provider.quotes(["NIFTY50"], moment)["NIFTY50"]
    atm = (spot.price + 2500) // 5000 * 50
    option = option_of(f"NIFTY50-2025-01-09-{atm + 50}-PE")
    expected, greeks = provider.option_quotes([option], moment)[option], provider.greeks([option], moment)[option]

    with api_at(NOW) as api:
        body = chain(api, "underlying=NIFTY50")

    assert (body["source"], body["version"], body["is_open"]) == ("synthetic", "synthetic-1", True)
    assert (body["at"], body["expiry_date"]) == ("2025-01-03T11:07:30+05:30", "2025-01-09")
    assert (body["spot"], body["atm_strike"]) == (f"{spot.price / 100:.2f}", f"{atm}.00")
    # Parity is exact in this market: the forward is the spot.
    assert body["forward"] == body["spot"]
    assert [row["strike"] for row in body["rows"]] == [f"{atm + 50 * step}.00" for step in range(-10, 11)]
    put = body["rows"][11]["put"]
    assert (put["contract"], put["label"]) == (str(option), "ITM1")
    assert (put["ltp"], put["volume"]) == (f"{expected.price / 100:.2f}", expected.volume)
    assert put["open_interest"] == expected.open_interest
    assert greeks is not None
    assert (put["iv_pct"], put["delta"]) == (round(greeks.volatility * 100, 4), round(greeks.delta, 6))


def test_a_past_moment_shows_what_was_known_then(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    with api_at(NOW) as api:
        then = chain(api, "underlying=NIFTY50&atm_levels=1")

    with api_at("2025-06-02T12:00:00+05:30") as api:
        assert chain(api, f"underlying=NIFTY50&atm_levels=1&at={NOW}") == then
        closed = chain(api, "underlying=NIFTY50&atm_levels=1&date=2025-01-03")

    assert (closed["at"], closed["is_open"]) == ("2025-01-03T15:30:00+05:30", False)


def test_an_imported_day_is_not_seen_before_its_close(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    make_option_days([day_row(date=date(2025, 9, day), underlying=2500000 + day) for day in (10, 11)])

    seen = {}
    for moment in ("2025-09-11T15:29:59+05:30", "2025-09-11T15:30:00+05:30"):
        with api_at(moment) as api:
            seen[moment[11:19]] = chain(api, "underlying=NIFTY50")["spot"]

    assert seen == {"15:29:59": "25000.10", "15:30:00": "25000.11"}


def test_an_expired_chain_stays_readable_with_what_it_settled_at(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")

    with api_at("2025-06-02T12:00:00+05:30") as api:
        body = chain(api, "underlying=NIFTY50&expiry_date=2025-01-09&atm_levels=1")

    assert (body["at"], body["days_to_expiry"]) == ("2025-01-09T15:30:00+05:30", 0.0)
    spot = Decimal(body["spot"])
    for row in body["rows"]:
        strike = Decimal(row["strike"])
        assert Decimal(row["call"]["ltp"]) == max(spot - strike, Decimal(0))
        assert Decimal(row["put"]["ltp"]) == max(strike - spot, Decimal(0))
        assert (row["call"]["iv_pct"], row["call"]["delta"]) == (None, None)


def test_on_the_evening_of_an_expiry_the_next_one_is_shown(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    found = {}
    for moment in ("2025-01-09T15:29:00+05:30", "2025-01-09T15:30:00+05:30"):
        with api_at(moment) as api:
            found[moment[11:16]] = chain(api, "underlying=NIFTY50&atm_levels=0")["expiry_date"]

    assert found == {"15:29": "2025-01-09", "15:30": "2025-01-16"}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("underlying=NIFTYIT", 422, "NO_DERIVATIVES"),
        ("underlying=UNHEARDOF", 422, "NO_DERIVATIVES"),
        ("underlying=NOSUCH", 404, "INSTRUMENT_NOT_FOUND"),
        ("underlying=NIFTY50-2025-01-09-24000-CE", 422, "NO_DERIVATIVES"),
        ("underlying=NIFTY50&expiry_date=2025-01-10", 422, "NOT_AN_EXPIRY"),
        ("underlying=RELIANCE&expiry_date=2025-01-09", 422, "NOT_AN_EXPIRY"),
        ("underlying=NIFTY50&strike_interval=25", 422, "STRIKE_OFF_GRID"),
        ("underlying=NIFTY50&at=2025-01-03T11:07:32%2B05:30", 400, "VALIDATION_ERROR"),
        ("underlying=NIFTY50&date=2025-01-04", 400, "VALIDATION_ERROR"),
        ("underlying=NIFTY50&date=2025-01-02&at=2025-01-02T12:00:00Z", 400, "VALIDATION_ERROR"),
        ("underlying=NIFTY50&at=2025-01-02T12:00:00", 400, "VALIDATION_ERROR"),
        ("underlying=NIFTY50&atm_levels=101", 400, "VALIDATION_ERROR"),
        ("underlying=NIFTY50&strike_interval=0", 400, "VALIDATION_ERROR"),
        ("underlying=NIFTY50&strike_interval=-50", 400, "VALIDATION_ERROR"),
        ("underlying=NIFTY50&date=2004-12-31", 400, "VALIDATION_ERROR"),
        ("underlying=NIFTY50&at=2004-12-31T12:00:00Z", 400, "VALIDATION_ERROR"),
        ("underlying=NIFTY50&expiry_date=1999-01-01", 422, "NO_DERIVATIVES"),
        ("underlying=NIFTY50&expiry_date=2199-01-01", 422, "NOT_AN_EXPIRY"),  # a Tuesday, past the calendar
        ("underlying=NIFTY50&date=2005-01-01", 422, "NO_OPTION_PRICES"),
        ("", 400, "VALIDATION_ERROR"),
    ],
)
def test_what_cannot_be_is_a_typed_error(api_at: ApiAt, query: str, status: int, code: str) -> None:
    for enum in ("NIFTY50", "NIFTYIT"):
        make_sector(enum=enum)
    for enum in ("RELIANCE", "UNHEARDOF"):
        make_stock(enum=enum)

    with api_at(NOW) as api:
        response = api.get(f"{URL}?{query}")

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_the_options_of_an_imported_underlying_are_not_made(api_at: ApiAt) -> None:
    make_sector_prices(sector=make_sector(enum="NIFTY50"), extra={"source": "import"})

    with api_at(NOW) as api:
        response = api.get(f"{URL}?underlying=NIFTY50")

    assert (response.status_code, response.json()["code"]) == (422, "NO_OPTION_PRICES")
    assert response.json()["details"] == {"underlying": "NIFTY50"}


def test_a_file_without_the_underlyings_price_takes_its_close(api_at: ApiAt) -> None:
    bars = [("2025-09-11", "24990.00", "25010.00", "24980.00", "25005.00", 0)]
    make_sector_prices(sector=make_sector(enum="NIFTY50"), bars=bars, extra={"source": "import"})
    make_option_days([day_row(underlying=None)])

    with api_at("2025-09-12T09:00:00+05:30") as api:
        assert chain(api, "underlying=NIFTY50")["spot"] == "25005.00"


def test_a_chain_costs_the_same_queries_however_many_strikes(api_at: ApiAt, django_assert_num_queries: Any) -> None:
    make_sector(enum="NIFTY50")

    for levels in (1, 40):
        with api_at(NOW) as api:
            chain(api, "underlying=NIFTY50")  # the configuration and the rulebook are read
            with django_assert_num_queries(5):  # account, no such stock, sector, imported options, imported prices
                chain(api, f"underlying=NIFTY50&atm_levels={levels}")
