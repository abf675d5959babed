"""Which options and expiries are listed: by the rulebook, the configuration, the request, and by imported files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.core import services as core_services
from apps.options import selectors
from apps.options.errors import StrikeOffGrid
from apps.options.selectors import StrikesWanted
from marketdata import rulebook
from marketdata.instrument_keys import Option
from tests.factories.options import day_row, make_option_days, option_of
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_daily_prices, make_stock
from tests.market.conftest import ApiAt

URL = "/api/v1/options/contracts/"
NOW = "2025-01-03T11:07:31+05:30"
RULES = rulebook.default()


def configure(key: str, value: str) -> None:
    core_services.change_setting(key=key, value=value, actor="test", ip_address=None)


def imported_close(symbol: str, close: str) -> None:
    """A last close before 2025-01-03, and an imported option, so that the chain is listed around it."""
    bars = [("2025-01-02", close, close, close, close, 0)]
    make_sector_prices(sector=make_sector(enum=symbol), bars=bars, extra={"source": "import"})


def strikes_of(api: Any, query: str) -> list[str]:
    response = api.get(f"{URL}?{query}&page_size=200")
    assert response.status_code == 200, response.json()
    return [row["strike"] for row in response.json()["results"][::2]]


@pytest.mark.parametrize(
    ("symbol", "close", "atm"),
    [
        ("NIFTY50", "24525.00", "24550.00"),  # halfway goes up
        ("NIFTY50", "24575.00", "24600.00"),
        ("NIFTY50", "24524.95", "24500.00"),
        ("BANKNIFTY", "51250.00", "51300.00"),
        ("BANKNIFTY", "51249.95", "51200.00"),
    ],
)
def test_the_strike_at_the_money_is_rounded_half_up(api_at: ApiAt, symbol: str, close: str, atm: str) -> None:
    imported_close(symbol, close)

    with api_at(NOW) as api:
        assert strikes_of(api, f"underlying={symbol}&strike_mode=single") == [atm]


def test_a_stocks_interval_goes_by_its_price(api_at: ApiAt) -> None:
    bars = [("2025-01-02", "2487.50", "2487.50", "2487.50", "2487.50", 0)]
    make_daily_prices(stock=make_stock(enum="TCS"), bars=bars, extra={"source": "import"})

    with api_at(NOW) as api:
        assert strikes_of(api, "underlying=TCS&atm_levels=1") == ["2460.00", "2480.00", "2500.00"]


def test_a_list_is_both_rights_of_2n_plus_1_strikes_around_the_close_before(api_at: ApiAt) -> None:
    imported_close("NIFTY50", "24500.00")

    with api_at(NOW) as api:
        body = api.get(f"{URL}?underlying=NIFTY50&atm_levels=1&expiry_date=2025-01-09").json()

    assert body["count"] == 6
    assert [(row["contract"], row["option_type"], row["label"]) for row in body["results"]] == [
        ("NIFTY50-2025-01-09-24450-CE", "CE", "ITM1"),
        ("NIFTY50-2025-01-09-24450-PE", "PE", "OTM1"),
        ("NIFTY50-2025-01-09-24500-CE", "CE", "ATM"),
        ("NIFTY50-2025-01-09-24500-PE", "PE", "ATM"),
        ("NIFTY50-2025-01-09-24550-CE", "CE", "OTM1"),
        ("NIFTY50-2025-01-09-24550-PE", "PE", "ITM1"),
    ]
    assert {row["lot_size"] for row in body["results"]} == {75}


def test_what_the_request_does_not_say_the_configuration_says(api_at: ApiAt) -> None:
    imported_close("NIFTY50", "24500.00")
    with api_at(NOW) as api:
        assert len(strikes_of(api, "underlying=NIFTY50")) == 21
    configure("options.atm_levels", "2")
    configure("options.strike_interval", "25")

    with api_at(NOW) as api:
        assert strikes_of(api, "underlying=NIFTY50") == ["24450.00", "24475.00", "24500.00", "24525.00", "24550.00"]
        assert strikes_of(api, "underlying=NIFTY50&atm_levels=1&strike_interval=100") == [
            "24400.00", "24500.00", "24600.00"
        ]  # fmt: skip


def test_the_day_of_a_list_does_not_know_its_own_close(api_at: ApiAt) -> None:
    bars = [(f"2025-01-0{day}", *[f"{24000 + 500 * day}.00"] * 4, 0) for day in (1, 2, 3)]
    make_sector_prices(sector=make_sector(enum="NIFTY50"), bars=bars, extra={"source": "import"})  # type: ignore[arg-type]

    with api_at("2025-01-03T16:00:00+05:30") as api:
        atm = "underlying=NIFTY50&strike_mode=single"
        assert strikes_of(api, atm) == ["25000.00"]
        assert strikes_of(api, f"{atm}&date=2025-01-02") == ["24500.00"]
        refused = api.get(f"{URL}?{atm}&date=2025-01-01")

    assert (refused.status_code, refused.json()["code"]) == (422, "NO_OPTION_PRICES")


def test_a_single_strike_is_named_or_at_the_money(api_at: ApiAt) -> None:
    imported_close("NIFTY50", "24525.00")

    with api_at(NOW) as api:
        rows = api.get(f"{URL}?underlying=NIFTY&strike_mode=single&strike=24700").json()["results"]

    assert [(row["contract"], row["label"]) for row in rows] == [
        ("NIFTY50-2025-01-09-24700-CE", "OTM3"),
        ("NIFTY50-2025-01-09-24700-PE", "ITM3"),
    ]


def test_the_list_of_an_expired_series_is_that_of_its_last_day(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")

    with api_at("2025-06-02T12:00:00+05:30") as api:
        expired = strikes_of(api, "underlying=NIFTY50&expiry_date=2025-01-09")
    with api_at("2025-01-09T10:00:00+05:30") as api:
        assert strikes_of(api, "underlying=NIFTY50") == expired


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("strike_mode=single&strike=24510", 422, "STRIKE_OFF_GRID"),
        ("strike_mode=single&strike=24500.05", 422, "STRIKE_OFF_GRID"),
        ("strike_interval=25", 422, "STRIKE_OFF_GRID"),
        ("expiry_date=2025-01-10", 422, "NOT_AN_EXPIRY"),
        ("date=2025-01-03&expiry_date=2025-01-02", 422, "NOT_AN_EXPIRY"),
        ("date=2025-01-06", 400, "VALIDATION_ERROR"),
        ("date=2004-12-31", 400, "VALIDATION_ERROR"),
        ("strike=24500", 400, "VALIDATION_ERROR"),
        ("strike_mode=single&strike=-24500", 400, "VALIDATION_ERROR"),
        ("strike_mode=single&strike=0", 400, "VALIDATION_ERROR"),
        ("strike_mode=none", 400, "VALIDATION_ERROR"),
        ("atm_levels=-1", 400, "VALIDATION_ERROR"),
    ],
)
def test_what_cannot_be_listed_is_a_typed_error(api_at: ApiAt, query: str, status: int, code: str) -> None:
    make_sector(enum="NIFTY50")

    with api_at(NOW) as api:
        response = api.get(f"{URL}?underlying=NIFTY50&{query}")

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_day_that_is_no_expiry_names_the_next_ones(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")

    with api_at(NOW) as api:
        details = api.get(f"{URL}?underlying=NIFTY50&expiry_date=2025-01-10").json()["details"]

    assert details == {
        "underlying": "NIFTY50",
        "expiry_date": "2025-01-10",
        "next_expiries": ["2025-01-16", "2025-01-23", "2025-01-30", "2025-02-06"],
    }


def test_expiries_are_weeks_and_months_as_the_configuration_and_the_request_say(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    make_sector(enum="BANKNIFTY")
    weeks = [("2025-01-09", "weekly"), ("2025-01-16", "weekly"), ("2025-01-23", "weekly"), ("2025-01-30", "monthly")]
    months = [("2025-01-30", "monthly"), ("2025-02-27", "monthly")]

    def listed(api: Any, query: str) -> list[tuple[str, str]]:
        return [(row["date"], row["cycle"]) for row in api.get(f"/api/v1/options/expiries?{query}").json()]

    with api_at(NOW) as api:
        assert listed(api, "underlying=NIFTY50") == weeks
        assert listed(api, "underlying=NIFTY50&calendar=monthly&count=2") == months
        # BANKNIFTY has no weeklies any more, and is listed all the same.
        assert listed(api, "underlying=BANKNIFTY&count=2") == months
        assert api.get("/api/v1/options/expiries?underlying=NIFTY50&count=1").json()[0]["days_left"] == 6
    configure("options.expiry_calendar", "monthly")
    with api_at(NOW) as api:
        assert listed(api, "underlying=NIFTY50&count=2") == months
        assert strikes_of(api, "underlying=NIFTY50&atm_levels=0&expiry_date=2025-01-09") != []


def test_imported_contracts_win_over_the_rules(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    # A Friday that is no expiry by the rule, strikes 100 apart, a lot of 40.
    friday = date(2025, 9, 19)
    rows = [
        day_row(strike=strike, right=right, expiry_date=friday, lot_size=40, date=day, underlying=2505000)
        for strike in ("24900", "25000", "25100", "25200")
        for right in ("CE", "PE")
        for day in (date(2025, 9, 10), date(2025, 9, 11))
    ]
    make_option_days(rows)

    with api_at("2025-09-12T10:00:00+05:30") as api:
        body = api.get(f"{URL}?underlying=NIFTY50&atm_levels=1").json()
        expiries = api.get("/api/v1/options/expiries?underlying=NIFTY50").json()
        off = api.get(f"{URL}?underlying=NIFTY50&strike_mode=single&strike=25050")

    # 25050 lies halfway between 25000 and 25100: the upper one.
    assert [(row["contract"], row["label"]) for row in body["results"][::2]] == [
        ("NIFTY50-2025-09-19-25000-CE", "ITM1"),
        ("NIFTY50-2025-09-19-25100-CE", "ATM"),
        ("NIFTY50-2025-09-19-25200-CE", "OTM1"),
    ]
    assert {row["lot_size"] for row in body["results"]} == {40}
    assert expiries == [{"date": "2025-09-19", "cycle": "weekly", "days_left": 7}]
    assert off.json()["code"] == "STRIKE_OFF_GRID"


BANDS = (
    "0.50",
    "20",
    "90",
    "100",
    "100.05",
    "250",
    "251",
    "500",
    "501",
    "1000",
    "1010",
    "2500",
    "2501",
    "5000",
    "20001",
)


@pytest.mark.parametrize("spot", BANDS)
def test_every_strike_that_a_stocks_list_can_have_can_be_named(db: None, spot: str) -> None:
    expiry = date(2025, 1, 30)
    rungs = selectors.list_rungs(
        rules=RULES,
        underlying="TCS",
        spot=Decimal(spot),
        on=date(2025, 1, 3),
        strikes_wanted=StrikesWanted(atm_levels=100),
    )

    for rung in rungs:
        selectors.check_contract(rules=RULES, option=Option("TCS", expiry, rung.strike, rung.right))


@pytest.mark.parametrize("key", ["TCS-2025-01-30-1403-CE", "TCS-2025-01-30-4010-CE", "NIFTY50-2025-01-09-24525-CE"])
def test_a_strike_that_no_list_has_cannot_be_named(db: None, key: str) -> None:
    with pytest.raises(StrikeOffGrid):
        selectors.check_contract(rules=RULES, option=option_of(key))
