"""Charges of an order against the worked vectors, and against decimal arithmetic on any value."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.costs import arithmetic, tables
from engine.costs.schedule import DayRates, Schedule, flat_percent
from engine.errors import InvalidCosts

unhurried = settings(deadline=None, derandomize=True)

START = date(2026, 4, 1)


def rates(**percent: str) -> DayRates:
    flat = percent.pop("flat", None)
    given = {f"{name}_pct": Decimal(value) for name, value in percent.items()}
    return DayRates(valid_from=START, brokerage_flat=None if flat is None else Decimal(flat), sebi_pct=SEBI, **given)


SEBI = Decimal("0.0001")
DELIVERY = rates(stt_buy="0.1", stt_sell="0.1", exchange="0.00307", stamp_buy="0.015", gst="18")
INTRADAY = rates(flat="20", brokerage="0.03", stt_sell="0.025", exchange="0.00307", stamp_buy="0.003", gst="18")
OPTIONS = rates(flat="20", stt_sell="0.15", exchange="0.03553", stamp_buy="0.003", gst="18", exercise_stt="0.15")
FUTURES = rates(flat="20", brokerage="0.03", stt_sell="0.05", exchange="0.00183", stamp_buy="0.002", gst="18")


def row_of(row: DayRates) -> np.void:
    return np.array([tables.numbers(row)], arithmetic.RATES)[0]


@pytest.mark.parametrize(
    ("row", "side", "quantity", "price", "total"),
    [
        (DELIVERY, "BUY", 10, "1500", "17.82"),
        (DELIVERY, "SELL", 10, "1520", "15.78"),
        (INTRADAY, "BUY", 100, "1000", "30.34"),
        (INTRADAY, "SELL", 100, "1010", "52.63"),
        (INTRADAY, "BUY", 10, "500", "2.11"),
        (OPTIONS, "BUY", 65, "100", "26.54"),
        (OPTIONS, "SELL", 65, "120", "38.58"),
        (OPTIONS, "SELL", 65, "250.50", "54.87"),
        (FUTURES, "BUY", 65, "24500", "91.71"),
        (FUTURES, "SELL", 65, "24600", "859.51"),
        (DELIVERY, "BUY", 5000, "1000", "5937.03"),
        (DELIVERY, "SELL", 5000, "1000", "5187.03"),
    ],
)
def test_worked_orders(row, side, quantity, price, total):
    value = int(quantity * Decimal(price) * 100)
    assert arithmetic.order_charges(value, side == "BUY", row_of(row)) == int(Decimal(total) * 100)


def test_stt_of_an_exercised_option():
    # 65 x 150 at 0.15 %: 14.625, half up.
    assert arithmetic.rounded_share(65 * 150_00, tables.numbers(OPTIONS)[-1]) == 14_63


def paise(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def plainly(row: DayRates, value: Decimal, *, buys: bool) -> int:
    """The formula of the charges as it is written down, in decimals."""
    offers = [row.brokerage_flat, None if row.brokerage_pct is None else value * row.brokerage_pct / 100]
    brokerage = min((offer for offer in offers if offer is not None), default=Decimal(0))
    exchange, sebi = value * row.exchange_pct / 100, value * row.sebi_pct / 100
    gst = (brokerage + exchange + sebi) * row.gst_pct / 100
    stt = value * (row.stt_buy_pct if buys else row.stt_sell_pct) / 100
    stamp = value * row.stamp_buy_pct / 100 if buys else Decimal(0)
    return sum(paise(amount) for amount in (brokerage, exchange, sebi, gst, stt, stamp))


@unhurried
@given(
    st.sampled_from([DELIVERY, INTRADAY, OPTIONS, FUTURES]),
    st.integers(0, 2**53) | st.integers(0, 10_000_000),
    st.booleans(),
)
def test_equal_to_decimals_to_the_paisa(row, value, buys):
    expected = plainly(row, Decimal(value) / 100, buys=buys)
    assert arithmetic.order_charges(value, buys, row_of(row)) == expected


@unhurried
@given(st.integers(0, 50_000_000), st.integers(0, 10_000_000), st.integers(0, 10**9))
def test_equal_to_decimals_at_any_rate(brokerage, gst, value):
    row = DayRates(valid_from=START, brokerage_pct=Decimal(brokerage) / 10**6, gst_pct=Decimal(gst) / 10**6)
    assert arithmetic.order_charges(value, True, row_of(row)) == plainly(row, Decimal(value) / 100, buys=True)


STT_ON_OPTIONS = Schedule.checked(
    segment="options",
    rows=tuple(
        DayRates(valid_from=date.fromisoformat(day), stt_sell_pct=Decimal(percent))
        for day, percent in (
            ("2016-06-01", "0.05"),
            ("2023-04-01", "0.0625"),
            ("2024-10-01", "0.1"),
            ("2026-04-01", "0.15"),
        )
    ),
)


@pytest.mark.parametrize(
    ("day", "stt"),
    [
        ("2023-03-31", 3_90),
        ("2023-04-03", 4_88),
        ("2024-09-30", 4_88),
        ("2024-10-01", 7_80),
        ("2026-03-30", 7_80),
        ("2026-04-01", 11_70),
    ],
)
def test_the_rates_of_the_trade_date(day, stt):
    session = np.array([np.datetime64(day, "D").astype(int)], np.int32)
    found = tables.table(STT_ON_OPTIONS, session=session)
    assert arithmetic.order_charges(7_800_00, False, found.rates[found.row[0]]) == stt


def test_a_day_before_the_first_rates_is_refused():
    session = np.array([np.datetime64("2016-05-31", "D").astype(int)], np.int32)
    with pytest.raises(InvalidCosts, match="options on 2016-05-31 are not known; they begin on 2016-06-01"):
        tables.table(STT_ON_OPTIONS, session=session)


def test_a_flat_percentage_is_the_whole_cost():
    row = row_of(flat_percent(Decimal("0.05")).rows[0])
    assert [arithmetic.order_charges(1_000_00, buys, row) for buys in (True, False)] == [50, 50]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"segment": "commodity"}, "no segment 'commodity'"),
        ({"rows": ()}, "no charges for options"),
        ({"rows": (OPTIONS, OPTIONS)}, "order of their dates"),
        ({"rows": (rates(stt_sell="-0.1"),)}, "stt_sell_pct from 2026-04-01 must be 0 to 50"),
        ({"rows": (rates(gst="50.1"),)}, "gst_pct"),
        ({"rows": (rates(exchange="0.0000001"),)}, "steps of 0.000001"),
        ({"rows": (rates(stt_buy="NaN"),)}, "stt_buy_pct"),
        ({"rows": (rates(flat="20.005"),)}, "brokerage_flat"),
        ({"duty_rounding": "up"}, "duty_rounding"),
    ],
)
def test_schedules_that_cannot_be_used(changes, reason):
    with pytest.raises(InvalidCosts, match=reason):
        Schedule.checked(**{"segment": "options", "rows": (OPTIONS,), **changes})
