"""Options of old files long after them, and intervals too wide for the money: one expiry everywhere, typed refusals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from apps.core import services as core_services
from marketdata import rulebook
from marketdata.rulebook import lots
from tests.factories.options import day_row, make_option_days
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_stock
from tests.market.conftest import ApiAt

NOW = "2025-01-03T11:07:31+05:30"
MUCH_LATER = "2026-11-21T12:00:00+05:30"
NEAR, NEXT, FAR = date(2025, 9, 16), date(2025, 9, 30), date(2026, 12, 29)


def import_old_file(expiries: Sequence[date] = (NEAR, NEXT, FAR), **values: Any) -> None:
    """A day of 2025-09-11 with an option at 25000 of each expiry, in lots of 75."""
    make_sector(enum="NIFTY50")
    make_option_days(
        [day_row(expiry_date=expiry, right=right, **values) for expiry in expiries for right in ("CE", "PE")]
    )


@pytest.mark.parametrize("path", ["chain?atm_levels=0&", "contracts/?atm_levels=0&"])
def test_an_interval_so_wide_that_the_money_rounds_to_zero_is_off_the_grid(api_at: ApiAt, path: str) -> None:
    # Half of 10000 is more than SBIN costs: the multiple nearest to the money is 0.
    make_stock(enum="SBIN")

    with api_at(NOW) as api:
        response = api.get(f"/api/v1/options/{path}underlying=SBIN&strike_interval=10000")
        usual = api.get(f"/api/v1/options/{path}underlying=SBIN").json()

    body = response.json()
    assert (response.status_code, body["code"]) == (422, "STRIKE_OFF_GRID")
    assert body["details"]["strike_interval"] == "10000.00"
    (strike,) = {row["strike"] for row in usual.get("rows") or usual["results"]}
    assert f"{float(body['details']['strike']):.2f}" == strike


@pytest.mark.parametrize("path", ["chain?", "contracts/?"])
@pytest.mark.parametrize("interval", ["100000", "10000000"])
def test_an_interval_past_the_settings_bound_is_refused_at_the_field(api_at: ApiAt, path: str, interval: str) -> None:
    make_sector(enum="NIFTY50")

    with api_at(NOW) as api:
        response = api.get(f"/api/v1/options/{path}underlying=NIFTY50&strike_interval={interval}")

    assert response.status_code == 400
    assert list(response.json()["details"]["fields"]) == ["strike_interval"]


def test_a_configured_interval_too_wide_for_a_share_falls_back_to_the_rulebooks(api_at: ApiAt) -> None:
    make_stock(enum="SBIN")
    query = "/api/v1/options/chain?underlying=SBIN&atm_levels=2"
    with api_at(NOW) as api:
        usual = [row["strike"] for row in api.get(query).json()["rows"]]
    core_services.change_setting(key="options.strike_interval", value="5000", actor="test", ip_address=None)

    with api_at(NOW) as api:
        response = api.get(query)

    assert response.status_code == 200
    assert [row["strike"] for row in response.json()["rows"]] == usual


def test_a_refusal_names_a_strike_also_where_none_was_named(api_at: ApiAt) -> None:
    import_old_file()

    with api_at("2025-09-12T09:00:00+05:30") as api:
        details = api.get("/api/v1/options/chain?underlying=NIFTY50&strike_interval=7000").json()["details"]

    assert details == {"strike": "25000", "strike_interval": "7000.00"}


def test_the_calendar_of_months_holds_for_imported_contracts(api_at: ApiAt) -> None:
    import_old_file()

    def listed(api: Any, query: str) -> list[tuple[str, str]]:
        found = api.get(f"/api/v1/options/expiries?underlying=NIFTY50&{query}").json()
        return [(row["date"], row["cycle"]) for row in found]

    months = [("2025-09-30", "monthly"), ("2026-12-29", "monthly")]
    with api_at("2025-09-12T09:00:00+05:30") as api:
        assert listed(api, "") == [("2025-09-16", "weekly"), *months]
        assert listed(api, "calendar=monthly") == months
    core_services.change_setting(key="options.expiry_calendar", value="monthly", actor="test", ip_address=None)
    with api_at("2025-09-12T09:00:00+05:30") as api:
        assert listed(api, "") == months
        assert api.get("/api/v1/options/chain?underlying=NIFTY50").json()["expiry_date"] == "2025-09-30"


def test_the_last_listed_expiry_of_a_month_is_its_monthly_also_where_a_holiday_has_moved_the_rule(
    api_at: ApiAt,
) -> None:
    # The rulebook moves the monthly of March 2026 to the 30th; the file of September 2025 lists the 31st.
    import_old_file([date(2026, 3, 24), date(2026, 3, 31)])

    with api_at("2025-09-12T09:00:00+05:30") as api:
        found = api.get("/api/v1/options/expiries?underlying=NIFTY50").json()

    assert [(row["date"], row["cycle"]) for row in found] == [("2026-03-24", "weekly"), ("2026-03-31", "monthly")]


def test_every_endpoint_takes_the_nearest_expiry_that_is_not_over_and_an_old_chain_says_so(api_at: ApiAt) -> None:
    import_old_file()

    with api_at(MUCH_LATER) as api:
        chain = api.get("/api/v1/options/chain?underlying=NIFTY50").json()
        contracts = api.get("/api/v1/options/contracts/?underlying=NIFTY50").json()["results"]
        expiries = api.get("/api/v1/options/expiries?underlying=NIFTY50").json()
        legs = [{"contract": chain["rows"][0]["call"]["contract"], "side": "buy", "lots": 1}]
        payoff = api.post("/api/v1/options/payoff", {"underlying": "NIFTY50", "legs": legs}, format="json")

    assert (chain["expiry_date"], chain["at"], chain["is_stale"]) == ("2026-12-29", "2025-09-11T15:30:00+05:30", True)
    assert {row["contract"][:18] for row in contracts} == {"NIFTY50-2026-12-29"}
    assert [row["date"] for row in expiries] == ["2026-12-29"]
    assert payoff.status_code == 200
    # 65 since 30 December 2025 for contracts of 2026: the file's 75 is older than that change.
    assert (chain["lot_size"], {row["lot_size"] for row in contracts}, payoff.json()["legs"][0]["lot_size"]) == (
        65, {65}, 65
    )  # fmt: skip


def test_a_chain_of_the_day_before_is_not_stale(api_at: ApiAt) -> None:
    import_old_file()

    with api_at("2025-09-12T09:00:00+05:30") as api:
        body = api.get("/api/v1/options/chain?underlying=NIFTY50").json()

    assert (body["expiry_date"], body["is_stale"], body["lot_size"]) == ("2025-09-16", False, 75)


@pytest.mark.parametrize("query", ["", "&expiry_date=2025-09-16"])
def test_a_chain_that_has_expired_unseen_is_refused_with_the_last_day_there_is(api_at: ApiAt, query: str) -> None:
    import_old_file([NEAR, NEXT])

    with api_at(MUCH_LATER) as api:
        response = api.get(f"/api/v1/options/chain?underlying=NIFTY50{query}")

    assert (response.status_code, response.json()["code"]) == (422, "NO_OPTION_PRICES")
    assert response.json()["details"] == {"underlying": "NIFTY50", "last_date": "2025-09-11"}


def test_an_expired_chain_whose_last_day_was_imported_stays_readable(api_at: ApiAt) -> None:
    import_old_file([NEAR], date=NEAR)

    with api_at(MUCH_LATER) as api:
        body = api.get("/api/v1/options/chain?underlying=NIFTY50&expiry_date=2025-09-16").json()

    assert (body["at"], body["is_stale"], body["days_to_expiry"]) == ("2025-09-16T15:30:00+05:30", False, 0.0)


@pytest.mark.parametrize(
    ("since", "on", "is_changed"),
    [
        (date(2025, 9, 11), date(2025, 12, 30), False),
        (date(2025, 9, 11), date(2025, 12, 31), True),
        (date(2025, 12, 31), date(2026, 11, 21), False),
    ],
)
def test_a_lot_changes_on_the_day_a_row_of_its_expiry_begins(since: date, on: date, is_changed: bool) -> None:
    rules = rulebook.default()

    assert lots.is_changed(rules, "NIFTY50", since=since, trade_date=on, expiry=FAR) is is_changed
    assert lots.is_changed(rules, "NIFTYIT", since=since, trade_date=on, expiry=FAR) is False
