"""Lots by trade date and expiry, freeze quantities, slicing."""

from __future__ import annotations

from datetime import date

import pytest

from marketdata import rulebook, universe
from marketdata.rulebook import errors, lots

RULES = rulebook.default()


def lot(underlying: str, traded: str, expiry: str) -> int:
    return lots.lot_size(RULES, underlying, trade_date=date.fromisoformat(traded), expiry=date.fromisoformat(expiry))


@pytest.mark.parametrize(
    ("underlying", "traded", "expiry", "size"),
    [
        ("NIFTY50", "2020-12-01", "2020-12-31", 75),
        ("NIFTY50", "2021-10-01", "2021-10-28", 50),
        ("NIFTY50", "2024-04-25", "2024-05-02", 50),  # the day before 26 April 2024
        ("NIFTY50", "2024-04-26", "2024-05-02", 25),
        ("NIFTY50", "2024-11-19", "2024-12-26", 25),
        ("NIFTY50", "2024-11-20", "2024-12-26", 25),  # alive on 20 November: keeps its lot
        ("NIFTY50", "2024-12-26", "2024-12-26", 25),  # until expiry
        ("NIFTY50", "2024-12-02", "2025-02-27", 75),  # listed after 20 November
        ("NIFTY50", "2024-12-26", "2025-03-27", 25),  # long-dated: until the close of 26 December
        ("NIFTY50", "2024-12-27", "2025-03-27", 75),
        ("NIFTY50", "2025-12-30", "2025-12-30", 75),
        ("NIFTY50", "2025-12-23", "2026-01-06", 65),  # weeklies from 6 January 2026
        ("NIFTY50", "2025-12-01", "2026-01-27", 65),  # January 2026 series
        ("NIFTY50", "2025-12-30", "2026-03-30", 75),  # long-dated: until the close of 30 December
        ("NIFTY50", "2025-12-31", "2026-03-30", 65),
        ("BANKNIFTY", "2020-07-29", "2020-08-27", 20),
        ("BANKNIFTY", "2020-07-30", "2020-08-27", 25),
        ("BANKNIFTY", "2023-06-01", "2023-06-29", 25),
        ("BANKNIFTY", "2023-07-20", "2023-07-20", 25),  # July weeklies kept theirs
        ("BANKNIFTY", "2023-07-20", "2023-07-27", 15),
        ("BANKNIFTY", "2024-11-20", "2024-12-24", 15),
        ("BANKNIFTY", "2025-02-27", "2025-03-27", 30),
        ("BANKNIFTY", "2025-04-25", "2025-06-26", 30),
        ("BANKNIFTY", "2025-04-25", "2025-07-31", 35),
        ("BANKNIFTY", "2025-11-20", "2026-01-27", 30),
        ("BANKNIFTY", "2025-11-20", "2026-03-30", 35),
        ("FINNIFTY", "2024-06-03", "2024-06-25", 40),
        ("FINNIFTY", "2024-07-01", "2024-07-30", 25),
        ("FINNIFTY", "2025-02-03", "2025-02-27", 65),
        ("FINNIFTY", "2026-01-05", "2026-01-27", 60),
        ("MIDCPNIFTY", "2024-06-03", "2024-06-24", 75),
        ("MIDCPNIFTY", "2024-07-29", "2024-07-29", 50),
        ("MIDCPNIFTY", "2025-02-03", "2025-02-27", 120),
        ("MIDCPNIFTY", "2025-09-11", "2025-09-30", 140),
        ("MIDCPNIFTY", "2026-01-05", "2026-01-27", 120),
        ("NIFTYNXT50", "2024-06-03", "2024-06-28", 10),
        ("NIFTYNXT50", "2025-02-03", "2025-02-27", 25),
    ],
)
def test_the_lot_follows_trade_date_and_expiry(underlying, traded, expiry, size):
    assert lot(underlying, traded, expiry) == size


@pytest.mark.parametrize(
    ("stock", "size"), [("RELIANCE", 500), ("TCS", 175), ("INFY", 400), ("HDFCBANK", 550), ("SBIN", 750)]
)
def test_lots_of_stocks_from_april_to_june_2026(stock, size):
    assert {lot(stock, day, "2026-06-30") for day in ("2026-04-29", "2026-05-15", "2026-06-30")} == {size}


def test_the_root_of_the_exchange_names_the_same_underlying():
    assert lot("NIFTY", "2026-01-05", "2026-01-27") == lot("NIFTY50", "2026-01-05", "2026-01-27") == 65


def test_an_unknown_underlying_or_an_early_date_is_an_error():
    with pytest.raises(errors.UnknownUnderlying) as unknown:
        lot("WIDGETS", "2026-01-05", "2026-01-27")
    assert unknown.value.code == "UNKNOWN_UNDERLYING"
    for underlying, traded in (("NIFTY50", "2016-05-31"), ("RELIANCE", "2025-02-26")):
        with pytest.raises(errors.RuleNotFound):
            lot(underlying, traded, "2026-01-27")


@pytest.mark.parametrize(("stock", "size"), [("RELIANCE", 250), ("SBIN", 1500), ("TCS", 300), ("M&M", 700)])
def test_lots_of_stocks_are_known_for_the_series_of_late_2021_and_not_for_the_years_after(stock, size):
    assert {lot(stock, "2021-10-04", expiry) for expiry in ("2021-10-28", "2021-12-30")} == {size}
    for traded, expiry in (("2021-09-30", "2021-10-28"), ("2021-11-15", "2022-01-27"), ("2023-06-01", "2023-06-29")):
        with pytest.raises(errors.RuleNotFound, match=expiry):
            lot(stock, traded, expiry)


@pytest.mark.parametrize(
    ("underlying", "traded", "expiry", "size"),
    [
        ("SBIN", "2019-01-01", "2019-01-31", 1500),  # before the first row: that of October 2021
        ("SBIN", "2021-10-04", "2021-10-28", 1500),  # covered
        ("SBIN", "2023-06-01", "2023-06-29", 750),  # in the gap: that of February 2025
        ("NIFTY50", "2016-01-04", "2016-01-28", 75),
        ("TRENT", "2026-07-15", "2026-06-30", 150),
    ],
)
def test_where_no_row_covers_it_the_next_lot_known_can_be_asked_for(underlying, traded, expiry, size):
    found = lots.lot_size_or_next(
        RULES, underlying, trade_date=date.fromisoformat(traded), expiry=date.fromisoformat(expiry)
    )
    assert found == size


@pytest.mark.parametrize(
    ("underlying", "quantity"),
    [
        ("NIFTY50", 1800),
        ("BANKNIFTY", 600),
        ("FINNIFTY", 1200),
        ("MIDCPNIFTY", 2800),
        ("NIFTYNXT50", 600),
        ("RELIANCE", 15000),
        ("SBIN", 30000),
        ("M&M", 6000),
        ("HDFCBANK", 27500),
        ("INFY", 16000),
        ("TCS", 7000),
    ],
)
def test_freeze_quantities_of_december_2025(underlying, quantity):
    assert lots.freeze_quantity(RULES, underlying, trade_date=date(2025, 12, 1)) == quantity


@pytest.mark.parametrize(
    ("underlying", "day", "quantity"),
    [
        ("BANKNIFTY", date(2025, 9, 1), 900),
        ("BANKNIFTY", date(2025, 11, 30), 900),
        ("FINNIFTY", date(2026, 1, 30), 1200),
        ("FINNIFTY", date(2026, 2, 1), 1800),
    ],
)
def test_freeze_quantities_of_indices_change_with_the_trade_date(underlying, day, quantity):
    assert lots.freeze_quantity(RULES, underlying, trade_date=day) == quantity


def test_every_stock_of_the_universe_has_a_freeze_quantity_of_at_least_ten_lots():
    for stock in universe.stocks():
        most = lots.freeze_quantity(RULES, stock, trade_date=date(2025, 12, 1))
        assert most // lot(stock, "2025-12-01", "2025-12-30") >= 10, stock


def test_a_freeze_quantity_we_do_not_know_is_an_error():
    with pytest.raises(errors.UnknownUnderlying):
        lots.freeze_quantity(RULES, "SENSEX", trade_date=date(2026, 1, 5))
    for underlying, day in (("NIFTY50", date(2025, 8, 31)), ("SBIN", date(2025, 11, 30))):
        with pytest.raises(errors.RuleNotFound):
            lots.freeze_quantity(RULES, underlying, trade_date=day)


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        (3900, (1755, 1755, 390)),
        (3510, (1755, 1755)),
        (1755, (1755,)),
        (1820, (1755, 65)),
        (65, (65,)),
    ],
)
def test_an_order_is_sliced_by_whole_lots_within_the_freeze_quantity(quantity, expected):
    assert lots.slices(quantity, lot=65, freeze=1800) == expected


@pytest.mark.parametrize(("quantity", "lot", "freeze"), [(66, 65, 1800), (0, 65, 1800), (-65, 65, 1800), (65, 65, 64)])
def test_what_cannot_be_sliced_is_refused(quantity, lot, freeze):
    with pytest.raises(errors.InvalidAmount):
        lots.slices(quantity, lot=lot, freeze=freeze)


def test_a_quantity_is_in_units_and_whole_lots():
    assert [lots.is_whole_lots(quantity, lot=65) for quantity in (65, 130, 64, 1, 0, -65)] == [True, True] + [False] * 4
