"""The instruments: who they are, what their weights add up to, what they cost on the anchor day."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from marketdata import factors, get_provider, tables, universe


def test_fifty_stocks_and_seven_sectors():
    provider = get_provider()
    assert len(provider.instruments("stock")) == 50
    assert [sector.symbol for sector in provider.instruments("sector")] == [
        "NIFTY50", "BANKNIFTY", "NIFTYIT", "NIFTYAUTO", "NIFTYPHARMA", "NIFTYFMCG", "NIFTYMETAL",
    ]  # fmt: skip


def test_an_instrument_carries_what_a_table_of_stocks_needs():
    found = {stock.symbol: stock for stock in get_provider().instruments("stock")}
    assert (found["M&M"].name, found["M&M"].industry, found["M&M"].kind, found["M&M"].weights) == (
        "Mahindra & Mahindra",
        "Automobile and Auto Components",
        "stock",
        (),
    )


def test_a_sector_carries_its_constituents():
    found = {sector.symbol: sector for sector in get_provider().instruments("sector")}
    assert found["NIFTYIT"].weights == (
        ("INFY", 0.33),
        ("TCS", 0.27),
        ("HCLTECH", 0.16),
        ("TECHM", 0.14),
        ("WIPRO", 0.10),
    )
    assert {symbol for symbol, _ in found["NIFTY50"].weights} == set(universe.stocks())


def test_weights_of_every_index_sum_to_exactly_one_hundred_percent():
    sums: dict[str, Decimal] = {}
    for row in tables.rows("weights"):
        sums[row["index"]] = sums.get(row["index"], Decimal(0)) + Decimal(row["weight_pct"])
    assert sums == dict.fromkeys(universe.indices(), Decimal(100))


def test_weights_are_positive_name_known_stocks_once_and_stay_below_the_cap():
    for index in universe.indices().values():
        members = [symbol for symbol, _ in index.weights]
        assert len(members) == len(set(members))
        assert set(members) <= set(universe.stocks())
        assert all(0 < weight <= 0.34 for _, weight in index.weights)


def test_every_stock_has_a_factor_and_numbers_inside_the_models_range():
    for stock in universe.stocks().values():
        assert stock.factor in factors.SECTOR_VOL
        assert 0.010 <= stock.own_vol <= 0.024
        assert 0.5 <= stock.beta <= 1.6
        assert stock.base_volume >= 100_000


@pytest.mark.realdata
def test_symbols_and_industries_equal_the_index_list_of_march_2026(nse_data):
    with (nse_data / "reference" / "ind_nifty50list_2026-03.csv").open() as file:
        listed = {row["Symbol"]: row["Industry"] for row in csv.DictReader(file)}
    assert {stock.symbol: stock.industry for stock in universe.stocks().values()} == listed
