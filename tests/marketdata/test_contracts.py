"""Which options are listed: expiries and lots by the rulebook, strikes around yesterday's close."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from marketdata import contracts, get_provider, rulebook, universe
from marketdata.errors import ContractNotFound, InvalidDateRange, SymbolNotFound
from marketdata.rulebook import lots
from marketdata.rulebook.errors import InvalidAmount, RuleNotFound, UnknownUnderlying

PROVIDER = get_provider()
DAY = date(2026, 1, 2)


def test_the_money_is_that_of_the_previous_close():
    # NIFTY stands at its base of 26,130 on 1 January 2026, which is nearest to 26,150 in steps of 50.
    found = PROVIDER.contracts("NIFTY50", DAY, levels=1)
    assert [(str(each.option), each.label, each.lot_size) for each in found] == [
        ("NIFTY50-2026-01-06-26100-CE", "ITM1", 65),
        ("NIFTY50-2026-01-06-26100-PE", "OTM1", 65),
        ("NIFTY50-2026-01-06-26150-CE", "ATM", 65),
        ("NIFTY50-2026-01-06-26150-PE", "ATM", 65),
        ("NIFTY50-2026-01-06-26200-CE", "OTM1", 65),
        ("NIFTY50-2026-01-06-26200-PE", "ITM1", 65),
    ]


@pytest.mark.parametrize("levels", [0, 3, 10])
def test_a_listing_has_four_times_the_levels_and_two_contracts(levels):
    assert len(PROVIDER.contracts("SBIN", DAY, levels=levels)) == 4 * levels + 2


def test_step_and_expiry_can_be_chosen():
    found = PROVIDER.contracts("SBIN", DAY, levels=1, step=Decimal("2.5"), expiry=date(2026, 2, 24))
    assert [str(each.option) for each in found[::2]] == [
        "SBIN-2026-02-24-980-CE", "SBIN-2026-02-24-982.5-CE", "SBIN-2026-02-24-985-CE",
    ]  # fmt: skip


def test_strikes_that_would_not_be_positive_are_left_out():
    found = PROVIDER.contracts("TATASTEEL", DAY, levels=4, step=Decimal(60))
    assert min(each.option.strike for each in found) == Decimal(60)


def test_expiries_are_those_of_the_rulebook():
    assert PROVIDER.expiries("NIFTY50", DAY, "weekly", count=4) == (
        date(2026, 1, 6), date(2026, 1, 13), date(2026, 1, 20), date(2026, 1, 27),
    )  # fmt: skip
    assert PROVIDER.expiries("SBIN", date(2026, 3, 30), "monthly", count=2) == (date(2026, 3, 30), date(2026, 4, 28))
    assert PROVIDER.expiries("BANKNIFTY", DAY, "weekly") == ()


def test_every_underlying_with_derivatives_lists_on_a_day_long_past():
    for symbol in [*universe.stocks(), "NIFTY50", "BANKNIFTY"]:
        found = PROVIDER.contracts(symbol, date(2012, 6, 15))
        assert len(found) == 42
        assert found[0].lot_size > 0


@pytest.mark.parametrize("symbol", ["NIFTYIT", "NIFTYMETAL"])
def test_a_sector_without_derivatives_is_refused(symbol):
    with pytest.raises(UnknownUnderlying):
        PROVIDER.contracts(symbol, DAY)
    with pytest.raises(UnknownUnderlying):
        PROVIDER.expiries(symbol, DAY, "monthly")


def test_other_impossible_listings_are_refused():
    with pytest.raises(SymbolNotFound):
        PROVIDER.contracts("NOPE", DAY)
    with pytest.raises(SymbolNotFound):
        PROVIDER.expiries("NOPE", DAY, "monthly")
    for expiry in (date(2026, 1, 4), date(2025, 12, 30)):  # a Sunday, and one that has passed
        with pytest.raises(ContractNotFound):
            PROVIDER.contracts("NIFTY50", DAY, expiry=expiry)
    with pytest.raises(InvalidAmount):
        PROVIDER.contracts("NIFTY50", DAY, step=Decimal(0))
    with pytest.raises(InvalidAmount):
        PROVIDER.contracts("NIFTY50", DAY, levels=-1)
    with pytest.raises(InvalidDateRange):
        PROVIDER.contracts("NIFTY50", date(2004, 12, 31))
    with pytest.raises(RuleNotFound):
        PROVIDER.expiries("BANKNIFTY", date(2005, 2, 1), "monthly")


def test_older_lots_of_stocks_that_became_known_do_not_change_the_past():
    rules = rulebook.default()
    on, expiry = date(2021, 11, 1), date(2021, 11, 25)
    assert lots.lot_size(rules, "SBIN", trade_date=on, expiry=expiry) == 1500
    assert contracts.lot_size("SBIN", on=on, expiry=expiry) == 750
