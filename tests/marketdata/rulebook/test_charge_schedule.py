"""Charges over a range of dates: every change once, and the same paise as the charges of each day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from marketdata import rulebook
from marketdata.rulebook import charge_schedule, charges, errors

RULES = rulebook.default()
FIRST = date(2020, 7, 1)
LAST = date(2026, 12, 31)
SEGMENTS = ("equity_delivery", "equity_intraday", "futures", "options")


def total(row: charge_schedule.DayRates, side: str, value: Decimal) -> Decimal:
    """The total of E1.1, worked out from a row by the formula as it is written."""

    def paise(amount: Decimal) -> Decimal:
        return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)

    offered = [row.brokerage_flat, None if row.brokerage_pct is None else value * row.brokerage_pct / 100]
    brokerage = min(each for each in offered if each is not None)
    stt = value * (row.stt_buy_pct if side == "BUY" else row.stt_sell_pct) / 100
    exchange, sebi = value * row.exchange_pct / 100, value * row.sebi_pct / 100
    stamp = value * row.stamp_buy_pct / 100 if side == "BUY" else Decimal(0)
    gst = (brokerage + exchange + sebi) * row.gst_pct / 100
    return sum((paise(each) for each in (brokerage, stt, exchange, sebi, stamp, gst)), Decimal(0))


def in_force(found: charge_schedule.ChargeSchedule, on: date) -> charge_schedule.DayRates:
    return [row for row in found.rows if row.valid_from <= on][-1]


@pytest.mark.parametrize(
    ("segment", "side", "value", "expected"),
    [
        ("equity_delivery", "BUY", "15000", "17.82"),
        ("equity_delivery", "SELL", "15200", "15.78"),
        ("equity_intraday", "BUY", "100000", "30.34"),
        ("equity_intraday", "SELL", "101000", "52.63"),
        ("equity_intraday", "BUY", "5000", "2.11"),
        ("options", "BUY", "6500", "26.54"),
        ("options", "SELL", "7800", "38.58"),
        ("options", "SELL", "16282.50", "54.87"),
        ("futures", "BUY", "1592500", "91.71"),
        ("futures", "SELL", "1599000", "859.51"),
        ("equity_delivery", "BUY", "5000000", "5937.03"),
        ("equity_delivery", "SELL", "5000000", "5187.03"),
    ],
)
def test_the_last_row_gives_the_charge_table_of_2026(segment, side, value, expected):
    found = charge_schedule.schedule(RULES, segment, start=FIRST, end=LAST)
    assert total(found.rows[-1], side, Decimal(value)) == Decimal(expected)


def test_options_have_a_row_for_each_change_and_no_more():
    found = charge_schedule.schedule(RULES, "options", start=FIRST, end=LAST)
    assert [(row.valid_from.isoformat(), row.stt_sell_pct, row.exchange_pct) for row in found.rows] == [
        ("2020-07-01", Decimal("0.05"), Decimal("0.053")),
        ("2023-04-01", Decimal("0.0625"), Decimal("0.0495")),
        ("2024-10-01", Decimal("0.1"), Decimal("0.03503")),
        ("2026-04-01", Decimal("0.15"), Decimal("0.03553")),
    ]
    assert [row.exercise_stt_pct for row in found.rows] == [
        Decimal(each) for each in ("0.125", "0.125", "0.125", "0.15")
    ]


@pytest.mark.parametrize(
    ("day", "stt"),
    [
        ("2023-03-31", "3.90"),
        ("2023-04-03", "4.88"),
        ("2024-09-30", "4.88"),
        ("2024-10-01", "7.80"),
        ("2026-03-30", "7.80"),
        ("2026-04-01", "11.70"),
    ],
)
def test_option_stt_switches_with_the_trade_date(day, stt):
    row = in_force(charge_schedule.schedule(RULES, "options", start=FIRST, end=LAST), date.fromisoformat(day))
    assert (7800 * row.stt_sell_pct / 100).quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(stt)


@pytest.mark.parametrize("segment", SEGMENTS)
@pytest.mark.parametrize("plan", ["india", "flat_pct"])
def test_every_day_has_the_charges_of_that_day(segment, plan):
    found = charge_schedule.schedule(RULES, segment, start=FIRST, end=LAST, plan=plan)
    for day in (FIRST + timedelta(days=each) for each in range(0, 2375, 7)):
        for side in ("BUY", "SELL"):
            rates = charges.rates(RULES, charges.Leg(segment, side), trade_date=day, plan=plan)
            assert total(in_force(found, day), side, Decimal(123_456)) == rates.charges(Decimal(123_456)).total


def test_a_range_begins_at_its_start_and_ends_at_its_end():
    found = charge_schedule.schedule(RULES, "options", start=date(2024, 1, 1), end=date(2024, 9, 30))
    assert [row.valid_from for row in found.rows] == [date(2024, 1, 1)]
    found = charge_schedule.schedule(RULES, "options", start=date(2024, 1, 1), end=date(2024, 10, 1))
    assert [row.valid_from for row in found.rows] == [date(2024, 1, 1), date(2024, 10, 1)]


def test_a_plan_is_flat_a_percentage_or_the_lower_of_both():
    plans = [("equity_delivery", "india"), ("equity_intraday", "india"), ("options", "flat_pct")]
    rows = [charge_schedule.schedule(RULES, name, start=LAST, end=LAST, plan=plan).rows[0] for name, plan in plans]
    assert [(row.brokerage_flat, row.brokerage_pct) for row in rows] == [
        (Decimal(0), None),
        (Decimal(20), Decimal("0.03")),
        (None, Decimal("0.05")),
    ]
    assert rows[2].exercise_stt_pct == rows[2].gst_pct == rows[2].stt_sell_pct == 0


def test_an_added_rate_is_in_the_schedule():
    stt = {"valid_from": "2026-08-01", "segment": "options", "side": "SELL", "rate_pct": "0.2", "source": "test"}
    changed = RULES.with_overrides([rulebook.row("stt", stt)])
    found = charge_schedule.schedule(changed, "options", start=FIRST, end=LAST)
    assert (found.rows[-1].valid_from, found.rows[-1].stt_sell_pct) == (date(2026, 8, 1), Decimal("0.2"))


@pytest.mark.parametrize(
    ("segment", "change", "code"),
    [
        ("currency", {}, "UNKNOWN_SEGMENT"),
        ("options", {"exchange": "MCX"}, "UNKNOWN_SEGMENT"),
        ("options", {"plan": "free"}, "UNKNOWN_PLAN"),
        ("options", {"start": date(2020, 6, 30)}, "RULE_NOT_FOUND"),
    ],
)
def test_what_is_unknown_is_an_error_and_not_free(segment, change, code):
    with pytest.raises(errors.RulebookError) as refused:
        charge_schedule.schedule(RULES, segment, **{"start": FIRST, "end": LAST, **change})
    assert refused.value.code == code
