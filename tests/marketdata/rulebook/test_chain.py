"""Strikes around the money, labels, put/call ratio, max pain."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from marketdata import rulebook
from marketdata.rulebook import errors, open_interest, strikes

RULES = rulebook.default()
NOW = date(2026, 4, 1)
OI = {Decimal(24400): (100, 300), Decimal(24500): (250, 200), Decimal(24600): (300, 80)}


@pytest.mark.parametrize(
    ("spot", "step", "atm"),
    [
        ("24525", "50", 24550),  # halfway goes up; round() would give 24500
        ("24575", "50", 24600),
        ("51250", "100", 51300),
        ("2487.5", "20", 2480),
        ("24524.95", "50", 24500),
        ("24825", "50", 24850),
    ],
)
def test_at_the_money_is_rounded_half_up(spot, step, atm):
    assert strikes.at_the_money(Decimal(spot), Decimal(step)) == atm


@pytest.mark.parametrize("levels", [0, 1, 10])
def test_a_ladder_has_four_n_plus_two_contracts(levels):
    rungs = strikes.ladder(Decimal(24525), step=Decimal(50), levels=levels)
    assert len(rungs) == 4 * levels + 2
    assert [rung.strike for rung in rungs[::2]] == [24550 + 50 * each for each in range(-levels, levels + 1)]
    assert {rung.right for rung in rungs[::2]} == {"CE"}
    assert {rung.right for rung in rungs[1::2]} == {"PE"}


def test_labels_of_a_ladder():
    rungs = strikes.ladder(Decimal(24500), step=Decimal(50), levels=2)
    assert [(int(rung.strike), rung.right, rung.label) for rung in rungs] == [
        (24400, "CE", "ITM2"),
        (24400, "PE", "OTM2"),
        (24450, "CE", "ITM1"),
        (24450, "PE", "OTM1"),
        (24500, "CE", "ATM"),
        (24500, "PE", "ATM"),
        (24550, "CE", "OTM1"),
        (24550, "PE", "ITM1"),
        (24600, "CE", "OTM2"),
        (24600, "PE", "ITM2"),
    ]


def test_strikes_that_are_not_positive_are_dropped():
    rungs = strikes.ladder(Decimal(10), step=Decimal(5), levels=3)
    assert [int(rung.strike) for rung in rungs[::2]] == [5, 10, 15, 20, 25]


def test_a_single_strike_is_two_contracts():
    atm = strikes.single(Decimal(24525), step=Decimal(50))
    assert [(int(rung.strike), rung.right, rung.label) for rung in atm] == [(24550, "CE", "ATM"), (24550, "PE", "ATM")]
    given = strikes.single(Decimal(24525), step=Decimal(50), strike=Decimal(24700))
    assert [(int(rung.strike), rung.label) for rung in given] == [(24700, "OTM3"), (24700, "ITM3")]


@pytest.mark.parametrize("strike", ["24510", "0", "-50", "24500.5"])
def test_a_strike_off_the_grid_is_refused(strike):
    with pytest.raises(errors.StrikeOffGrid) as refused:
        strikes.single(Decimal(24525), step=Decimal(50), strike=Decimal(strike))
    assert refused.value.code == "STRIKE_OFF_GRID"


@pytest.mark.parametrize(
    ("spot", "step", "levels"), [("0", "50", 1), ("NaN", "50", 1), ("100", "0", 1), ("100", "5", -1)]
)
def test_an_impossible_ladder_is_refused(spot, step, levels):
    with pytest.raises(errors.InvalidAmount):
        strikes.ladder(Decimal(spot), step=Decimal(step), levels=levels)


@pytest.mark.parametrize(
    ("underlying", "spot", "step"),
    [
        ("NIFTY50", "24525", "50"),
        ("NIFTY", "24525", "50"),
        ("BANKNIFTY", "51250", "100"),
        ("FINNIFTY", "27000", "50"),
        ("MIDCPNIFTY", "13300", "25"),
        ("SBIN", "250", "2.5"),
        ("RELIANCE", "2487.5", "20"),
    ],
)
def test_the_default_interval(underlying, spot, step):
    assert strikes.interval(RULES, underlying, spot=Decimal(spot), trade_date=NOW) == Decimal(step)


def test_an_interval_we_do_not_know_is_an_error():
    with pytest.raises(errors.UnknownUnderlying):
        strikes.interval(RULES, "WIDGETS", spot=Decimal(100), trade_date=NOW)


def test_max_pain_is_the_strike_that_costs_the_writers_least():
    assert open_interest.pains(OI) == {Decimal(24400): 36000, Decimal(24500): 18000, Decimal(24600): 45000}
    assert open_interest.max_pain(OI) == 24500


def test_of_equal_pains_the_lower_strike_is_taken():
    assert open_interest.max_pain({Decimal(110): (0, 5), Decimal(100): (5, 0)}) == 100
    assert open_interest.pains({Decimal(110): (0, 5), Decimal(100): (5, 0)}) == {Decimal(100): 50, Decimal(110): 50}


def test_put_call_ratio():
    ratio = open_interest.put_call_ratio(OI)
    assert ratio is not None
    assert round(ratio, 4) == Decimal("0.8923")  # 580 / 650


def test_a_chain_without_calls_or_without_interest_has_no_figure():
    assert open_interest.put_call_ratio({Decimal(100): (0, 5)}) is None
    assert open_interest.max_pain({Decimal(100): (0, 0)}) is None
    assert open_interest.max_pain({}) is None
