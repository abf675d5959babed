"""What positions earn at expiry and now, worked by hand; a calendar spread against Black's formula written out."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketdata import payoff
from marketdata.payoff import Leg, Outcome

YEARS = 30 / 365


def leg(kind, quantity, strike, price, years=YEARS, volatility=0.2):
    return Leg(kind, quantity, Decimal(price), Decimal(strike), years, volatility)


def share(quantity, price):
    return Leg("SPOT", quantity, Decimal(price))


def money(*amounts):
    return tuple(Decimal(amount) for amount in amounts)


def normal_cdf(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


# Legs, break-evens, at best, at worst, premium.
TABLE = {
    "long call": ([leg("CE", 50, "100", "4")], money("104.00"), None, "-200.00", "-200"),
    "short put": ([leg("PE", -50, "100", "3.25")], money("96.75"), "162.50", "-4837.50", "162.50"),
    "long straddle": (
        [leg("CE", 75, "24500", "180.50"), leg("PE", 75, "24500", "150.25")],
        money("24169.25", "24830.75"), None, "-24806.25", "-24806.25",
    ),
    "short straddle": (
        [leg("CE", -75, "24500", "180.50"), leg("PE", -75, "24500", "150.25")],
        money("24169.25", "24830.75"), "24806.25", None, "24806.25",
    ),
    # 100 wide, 40 paid: 60 to win, 40 to lose a unit.
    "bull call spread": (
        [leg("CE", 65, "24500", "100"), leg("CE", -65, "24600", "60")],
        money("24540.00"), "3900.00", "-2600.00", "-2600",
    ),
    # 45 received for wings of 100: 45 to win, 55 to lose a unit.
    "iron condor": (
        [
            leg("PE", 65, "24200", "20"), leg("PE", -65, "24300", "40"),
            leg("CE", -65, "24700", "45"), leg("CE", 65, "24800", "20"),
        ],
        money("24255.00", "24745.00"), "2925.00", "-3575.00", "2925",
    ),
    # One call bought, two sold: above 120 each rupee costs one.
    "ratio spread": (
        [leg("CE", 10, "100", "6"), leg("CE", -20, "110", "2")],
        money("102.00", "118.00"), "80.00", None, "-20",
    ),
    # Three sold for one bought: the break-even lies 116 2/3 paise-rounded.
    "a break-even between two paise": (
        [leg("CE", 20, "100", "0"), leg("CE", -50, "110", "0")],
        money("0.00", "100.00", "116.67"), "200.00", None, "0",
    ),
    "covered call": (
        [share(100, "1500"), leg("CE", -100, "1550", "20")],
        money("1480.00"), "7000.00", "-148000.00", "2000",
    ),
    "protective put": (
        [share(100, "1500"), leg("PE", 100, "1450", "15")],
        money("1515.00"), None, "-6500.00", "-1500",
    ),
    "the underlying alone": ([share(-10, "250")], money("250.00"), "2500.00", None, "0"),
    # Bought for less than it must bring in.
    "a box that cannot lose": (
        [
            leg("CE", 1, "100", "8"), leg("CE", -1, "110", "3"),
            leg("PE", 1, "110", "7"), leg("PE", -1, "100", "4"),
        ],
        (), "2.00", "2.00", "-8",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_a_position_comes_to_what_a_trader_works_out_by_hand(name):
    legs, break_evens, best, worst, premium = TABLE[name]

    assert payoff.outcome(legs) == Outcome(
        break_evens=break_evens,
        max_profit=None if best is None else Decimal(best),
        max_loss=None if worst is None else Decimal(worst),
        net_premium=Decimal(premium),
    )


def test_the_payoff_at_expiry_is_straight_between_the_strikes():
    legs, *_ = TABLE["iron condor"]
    prices = np.array([20000.0, 24200, 24250, 24300, 24500, 24700, 24750, 24800, 30000])

    assert payoff.at_expiry(legs, prices).tolist() == [-3575, -3575, -325, 2925, 2925, 2925, -325, -3575, -3575]


def test_today_an_option_is_worth_blacks_price():
    deviation = 0.2 * math.sqrt(YEARS)
    call = 100 * (2 * normal_cdf(deviation / 2) - 1)  # at the money without interest

    earned = payoff.at_once([leg("CE", 50, "100", "1"), leg("PE", -50, "100", "1")], np.array([100.0, 120.0]))
    (bought,) = payoff.at_once([leg("CE", 50, "100", "1")], np.array([100.0]))

    assert bought == pytest.approx(50 * (call - 1), abs=1e-9)
    # A call bought and a put sold are the forward, whatever the volatility.
    assert earned.tolist() == pytest.approx([0.0, 1000.0], abs=1e-9)


def test_an_option_without_a_volatility_counts_with_what_it_would_settle_at():
    legs = [leg("PE", 1, "100", "0", volatility=None)]

    assert payoff.at_once(legs, np.array([90.0, 110.0])).tolist() == [10.0, 0.0]


def test_a_calendar_spread_is_worth_most_at_the_strike_when_its_first_leg_expires():
    near, far = leg("CE", -50, "100", "2", years=0.1), leg("CE", 50, "100", "3", years=0.2)
    left = 100 * (2 * normal_cdf(0.2 * math.sqrt(0.1) / 2) - 1)

    found = payoff.outcome([near, far])

    assert found.max_profit == Decimal(repr(50 * (left - 1))).quantize(Decimal("0.01"))
    # Far from the strike both are worth the same: what was paid is lost.
    assert (found.max_loss, found.net_premium) == (Decimal("-50.00"), Decimal(-50))
    assert payoff.first_expiry([near, far]) == 0.1
    low, high = found.break_evens
    assert 90 < low < 100 < high < 112
    at_them = payoff.at_expiry([near, far], np.array([float(low), float(high)]))
    assert at_them.tolist() == pytest.approx([0, 0], abs=0.5)  # 50 units, half a paisa of the price


def test_a_diagonal_that_is_long_calls_has_no_best():
    found = payoff.outcome([leg("CE", -1, "110", "2", years=0.1), leg("CE", 2, "100", "3", years=0.2)])

    assert (found.max_profit, found.max_loss) == (None, Decimal("-4.00"))


OPTION = st.builds(
    leg,
    st.sampled_from(["CE", "PE"]),
    st.integers(-5, 5).filter(bool),
    st.integers(50, 150).map(str),
    st.integers(0, 3000).map(lambda paise: str(Decimal(paise) / 100)),
)


@given(st.lists(OPTION, min_size=1, max_size=8))
def test_no_price_earns_more_or_less_than_the_extremes_and_break_evens_earn_nothing(legs):
    found = payoff.outcome(legs)
    earned = payoff.at_expiry(legs, np.linspace(0.01, 400, 800))

    if found.max_profit is not None:
        assert earned.max() <= float(found.max_profit) + 0.01
    if found.max_loss is not None:
        assert earned.min() >= float(found.max_loss) - 0.01
    for price in found.break_evens:
        units = sum(abs(each.quantity) for each in legs)
        assert abs(payoff.at_expiry(legs, np.array([float(price)]))[0]) <= 0.005 * units + 1e-9
