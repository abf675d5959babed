"""The margin estimate by its worked figures: NIFTY at 24,500, five days, volatility 13 %, lots of 65."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketdata import black, rulebook
from marketdata.margin import scenarios
from marketdata.margin.estimate import Leg, Margin, Market, estimate
from marketdata.margin.terms import Kind, intraday_pct, terms_of
from marketdata.rulebook import errors

RULES = rulebook.default()
TODAY, NEAR, FAR = date(2026, 11, 18), date(2026, 11, 23), date(2026, 12, 29)
MARKET = Market(forward=24500.0, daily_volatility=0.008, on=TODAY)
LOT = 65


def leg(quantity: int, strike: int, right: str, *, expiry: date = NEAR, days: int = 5) -> Leg:
    return Leg(expiry, float(strike), right == "CE", quantity * LOT, days / 365, 0.13)


def margin(*legs: Leg, market: Market = MARKET, kind: Kind = "index") -> Margin:
    return estimate(legs, market=market, terms=terms_of(RULES, kind, on=market.on))


def rupees(*amounts: Decimal) -> tuple[int, ...]:
    return tuple(round(amount) for amount in amounts)


STRADDLE = (leg(-1, 24500, "CE"), leg(-1, 24500, "PE"))
CONDOR = (leg(1, 24000, "PE"), leg(-1, 24200, "PE"), leg(-1, 24800, "CE"), leg(1, 25000, "CE"))
BULL_PUT = (leg(-1, 24300, "PE"), leg(1, 24100, "PE"))


@pytest.mark.parametrize(
    ("legs", "scan", "exposure", "total"),
    [
        ((leg(-1, 24500, "CE"),), 138_436, 31_850, 170_286),
        (STRADDLE, 128_770, 63_700, 192_470),
        (CONDOR, 9_244, 63_700, 72_944),
        (BULL_PUT, 10_218, 31_850, 42_068),
    ],
)
def test_scenarios_and_exposure_by_the_vectors(legs: tuple[Leg, ...], scan: int, exposure: int, total: int) -> None:
    found = margin(*legs)
    assert rupees(found.scan, found.exposure, found.total) == (scan, exposure, total)
    assert (found.expiry_day, found.calendar) == (0, 0)


def test_what_is_short_on_an_index_on_its_last_day_blocks_two_percent_more() -> None:
    market = Market(forward=23500.0, daily_volatility=0.008, on=NEAR)
    short = Leg(NEAR, 23500.0, True, -75, 1 / 365, 0.13)

    assert estimate([short], market=market, terms=terms_of(RULES, "index", on=NEAR)).expiry_day == 35_250
    assert estimate([short], market=market, terms=terms_of(RULES, "stock", on=NEAR)).expiry_day == 0
    assert estimate([short], market=market, terms=terms_of(RULES, "index", on=date(2024, 11, 19))).expiry_day == 0


def test_what_is_only_bought_blocks_nothing_and_never_adds() -> None:
    assert margin(leg(10, 24500, "CE"), leg(3, 24000, "PE")) == Margin()
    short = margin(leg(-1, 24800, "CE"))
    assert margin(leg(-1, 24800, "CE"), leg(10, 24500, "PE"), leg(10, 24500, "CE")).total <= short.total
    assert margin(leg(-1, 24800, "CE"), leg(40, 23000, "PE")).scan == short.scan


def test_exposure_is_higher_far_out_of_the_money() -> None:
    near, far = margin(leg(-1, 26950, "CE")), margin(leg(-1, 26951, "CE"))
    assert (near.exposure, far.exposure) == (Decimal("31850.00"), Decimal("47775.00"))
    assert margin(leg(-1, 22000, "PE")).exposure == Decimal("47775.00")
    assert margin(leg(-1, 27000, "PE")).exposure == Decimal("31850.00")
    assert margin(leg(-1, 24500, "CE"), kind="stock").exposure == Decimal("55737.50")
    assert margin(leg(-1, 32000, "CE"), kind="stock").exposure == Decimal("83606.25")


def test_the_range_of_prices_follows_a_wild_underlying() -> None:
    terms = terms_of(RULES, "index", on=TODAY)
    assert scenarios.scan_range(terms, daily_volatility=0.008) == 0.093
    assert scenarios.scan_range(terms, daily_volatility=0.02) == pytest.approx(0.169706, abs=1e-6)  # 6 x 2 % x 1.41421
    wild = margin(leg(-1, 24500, "CE"), market=replace(MARKET, daily_volatility=0.02))
    assert wild.scan > margin(leg(-1, 24500, "CE")).scan


def test_twice_the_range_counts_at_35_percent() -> None:
    """18.6 % above 24,500 is 29,057, or 1,557 beyond the strike: 35 % of 65 x 1,557, and less than a rupee of time."""
    assert float(margin(leg(-1, 27500, "CE")).scan) == pytest.approx(65 * 1557 * 0.35, abs=1)


def test_volatility_rises_by_a_quarter_and_four_points_at_least() -> None:
    def call(forward: float, volatility: float) -> float:
        columns = (np.array([each]) for each in (forward, 24500.0, volatility))
        return float(black.call(*columns)[0])  # a year to expiry: the deviation is the volatility

    calm, wild = leg(-1, 24500, "CE", days=365), replace(leg(-1, 24500, "CE", days=365), volatility=0.20)
    up = 24500 * 1.093
    assert float(margin(calm).scan) == pytest.approx(65 * (call(up, 0.17) - call(24500.0, 0.13)), abs=0.01)
    assert float(margin(wild).scan) == pytest.approx(65 * (call(up, 0.25) - call(24500.0, 0.20)), abs=0.01)
    # A share ranges over 14.2 % at least, and its volatility over ten points.
    share = float(margin(calm, kind="stock").scan)
    assert share == pytest.approx(65 * (call(24500 * 1.142, 0.23) - call(24500.0, 0.13)), abs=0.01)


def test_a_spread_over_expiries_is_charged_by_its_delta() -> None:
    near, far = leg(-1, 24500, "CE"), leg(1, 24500, "CE", expiry=FAR, days=41)
    found = margin(near, far)

    # Deltas at the money are 0.5030 (5 days) and 0.5087 (41 days) a unit: 65 x 0.5030 x 24,500 x 1.75 %.
    assert float(found.calendar) == pytest.approx(65 * 0.50303 * 24500 * 0.0175, abs=5)
    assert found.scan < margin(near).scan
    assert found.exposure == Decimal("31850.00")


def test_a_spread_over_expiries_of_a_share_is_charged_more() -> None:
    legs = leg(-1, 24500, "CE"), leg(1, 24500, "CE", expiry=FAR, days=41)
    assert float(margin(*legs, kind="stock").calendar) == pytest.approx(65 * 0.50303 * 24500 * 0.022, abs=5)


def test_nothing_hedges_across_expiries_on_the_last_day() -> None:
    last_day = replace(MARKET, on=NEAR)
    near, far = leg(-1, 24500, "CE", days=1), leg(1, 24500, "CE", expiry=FAR, days=41)
    found = margin(near, far, market=last_day)
    assert (found.scan, found.calendar) == (margin(near, market=last_day).scan, 0)


LEGS = st.lists(
    st.builds(
        leg,
        st.integers(-3, 3).filter(bool),
        st.sampled_from(range(23000, 26050, 50)),
        st.sampled_from(["CE", "PE"]),
        expiry=st.sampled_from([NEAR, FAR]),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None)
@given(LEGS)
def test_together_never_costs_more_than_each_alone(legs: list[Leg]) -> None:
    assert margin(*legs).total <= sum(margin(each).total for each in legs) + Decimal("0.05")


@settings(deadline=None)
@given(LEGS)
def test_a_set_of_one_expiry_never_needs_more_than_what_is_short_of_it(legs: list[Leg]) -> None:
    near = [each for each in legs if each.expiry == NEAR]
    assert margin(*near).total <= margin(*(each for each in near if each.quantity < 0)).total


def test_an_intraday_share_blocks_a_fifth_unless_a_rule_says_otherwise() -> None:
    row = {"valid_from": "2026-01-01", "underlying": "ACME", "margin_pct": "50", "source": "test"}
    changed = RULES.with_overrides([rulebook.row("intraday_margins", row)])

    assert intraday_pct(RULES, "ACME", on=TODAY) == intraday_pct(changed, "RELIANCE", on=TODAY) == 20
    assert intraday_pct(changed, "ACME", on=TODAY) == 50
    with pytest.raises(errors.InvalidRule):
        rulebook.row("intraday_margins", {**row, "margin_pct": "0"})
    with pytest.raises(errors.RuleNotFound):
        terms_of(RULES, "index", on=date(2016, 5, 31))
