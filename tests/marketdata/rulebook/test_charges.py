"""Charges of executed orders: E1 to the paisa, by trade date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from marketdata import rulebook
from marketdata.rulebook import charges, errors

RULES = rulebook.default()
TODAY = date(2026, 4, 1)
SEGMENTS = {"CNC": "equity_delivery", "MIS": "equity_intraday", "OPT": "options", "FUT": "futures"}
# order: brokerage, STT, txn, SEBI, stamp, GST, total
TABLE = """
CNC BUY 10 1500: 0 15.00 0.46 0.02 2.25 0.09 17.82
CNC SELL 10 1520: 0 15.20 0.47 0.02 0 0.09 15.78
MIS BUY 100 1000: 20 0 3.07 0.10 3.00 4.17 30.34
MIS SELL 100 1010: 20 25.25 3.10 0.10 0 4.18 52.63
MIS BUY 10 500: 1.50 0 0.15 0.01 0.15 0.30 2.11
OPT BUY 65 100: 20 0 2.31 0.01 0.20 4.02 26.54
OPT SELL 65 120: 20 11.70 2.77 0.01 0 4.10 38.58
OPT SELL 65 250.50: 20 24.42 5.79 0.02 0 4.64 54.87
FUT BUY 65 24500: 20 0 29.14 1.59 31.85 9.13 91.71
FUT SELL 65 24600: 20 799.50 29.26 1.60 0 9.15 859.51
CNC BUY 5000 1000: 0 5000 153.50 5.00 750 28.53 5937.03
CNC SELL 5000 1000: 0 5000 153.50 5.00 0 28.53 5187.03
"""
ROWS = [line.split(": ") for line in TABLE.strip().splitlines()]


def leg(segment: str = "options", side: str = "SELL", exchange: str = "NSE") -> charges.Leg:
    return charges.Leg(segment, side, exchange)


def order(text: str, *, on: date = TODAY, plan: str = "india") -> charges.Charges:
    product, side, quantity, price = text.split()
    return charges.charges(
        RULES,
        leg(SEGMENTS[product], side),
        quantity=int(quantity),
        price=Decimal(price),
        trade_date=on,
        plan=plan,
    )


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_every_order_of_the_charge_table(text, expected):
    found = order(text)
    figures = [found.brokerage, found.stt, found.exchange, found.sebi, found.stamp, found.gst, found.total]
    assert figures == [Decimal(each) for each in expected.split()]
    assert all(each.as_tuple().exponent == -2 for each in figures)


def test_a_delivery_round_trip_of_fifty_lakh_each_way():
    assert order("CNC BUY 5000 1000").total + order("CNC SELL 5000 1000").total == Decimal("11124.06")


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
    assert order("OPT SELL 65 120", on=date.fromisoformat(day)).stt == Decimal(stt)


@pytest.mark.parametrize(
    ("day", "stt"),
    [
        ("2023-03-31", "159.90"),  # 1,599,000 x 0.01 %
        ("2023-04-03", "199.88"),  # x 0.0125 % = 199.875
        ("2024-10-01", "319.80"),  # x 0.02 %
        ("2026-04-01", "799.50"),  # x 0.05 %
    ],
)
def test_future_stt_switches_with_the_trade_date(day, stt):
    assert order("FUT SELL 65 24600", on=date.fromisoformat(day)).stt == Decimal(stt)


@pytest.mark.parametrize(
    ("day", "text", "amount"),
    [
        ("2024-09-30", "CNC BUY 1000 1000", "32.50"),
        ("2024-10-01", "CNC BUY 1000 1000", "29.70"),
        ("2024-10-01", "FUT BUY 100 10000", "17.30"),
        ("2024-10-01", "OPT BUY 100 100", "3.50"),
    ],
)
def test_exchange_charges_switch_with_the_trade_date(day, text, amount):
    assert order(text, on=date.fromisoformat(day)).exchange == Decimal(amount)


@pytest.mark.parametrize(
    ("segment", "amount"),
    [("equity_delivery", "37.50"), ("equity_intraday", "37.50"), ("futures", "0.00"), ("options", "325.00")],
)
def test_bse_has_its_own_exchange_charges(segment, amount):
    found = charges.rates(RULES, leg(segment, "BUY", "BSE"), trade_date=TODAY).charges(Decimal(1_000_000))
    assert found.exchange == Decimal(amount)


@pytest.mark.parametrize(
    ("intrinsic", "day", "stt"),
    [
        ("150", "2026-04-01", "14.63"),
        ("150", "2026-03-30", "12.19"),  # 9,750 x 0.125 % = 12.1875
        ("150.35", "2026-04-01", "14.66"),
        ("0", "2026-04-01", "0.00"),
    ],
)
def test_exercise_stt_is_on_the_intrinsic_value(intrinsic, day, stt):
    on = date.fromisoformat(day)
    assert charges.exercise_stt(RULES, intrinsic=Decimal(intrinsic), quantity=65, trade_date=on) == Decimal(stt)


def test_the_flat_brokerage_of_an_order_in_three_fills_is_charged_once():
    rates = charges.rates(RULES, leg("options", "BUY"), trade_date=TODAY)
    first, second, whole = (rates.charges(Decimal(value)) for value in (2000, 4500, 6500))
    fills = [first, second.minus(first), whole.minus(second)]
    assert [each.brokerage for each in fills] == [Decimal(20), Decimal(0), Decimal(0)]
    assert sum(each.total for each in fills) == order("OPT BUY 65 100").total == Decimal("26.54")


def test_a_capped_brokerage_grows_to_its_cap_over_the_fills():
    rates = charges.rates(RULES, leg("equity_intraday", "BUY"), trade_date=TODAY)
    paid = [rates.charges(Decimal(value)).brokerage for value in (50_000, 66_666, 66_667, 100_000)]
    assert paid == [Decimal("15.00"), Decimal("20.00"), Decimal("20.00"), Decimal("20.00")]


def test_the_flat_percentage_is_the_whole_cost():
    found = order("MIS SELL 100 1010", plan="flat_pct")
    assert (found.brokerage, found.total) == (Decimal("50.50"), Decimal("50.50"))


def test_the_contract_note_rounds_the_day_and_not_the_order():
    amounts = [Decimal("0.30"), Decimal("0.30"), Decimal("0.90")]
    assert charges.day_duty(amounts, rounding="none") == Decimal("1.50")
    assert charges.day_duty(amounts, rounding="nearest_rupee") == Decimal(2)
    assert charges.day_duty([], rounding="nearest_rupee") == Decimal(0)


def test_square_off_costs_fifty_rupees_and_gst():
    assert charges.fee(RULES, "square_off", trade_date=TODAY) == Decimal("59.00")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (leg("options", "HOLD"), "UNKNOWN_SEGMENT"),
        (leg("currency", "BUY"), "UNKNOWN_SEGMENT"),
        (leg("", "BUY"), "UNKNOWN_SEGMENT"),
        (leg("options", "BUY", "MCX"), "UNKNOWN_SEGMENT"),
        (leg("options_exercise", "BUY"), "UNKNOWN_PLAN"),
    ],
)
def test_an_unknown_segment_is_an_error_and_not_free(wrong, code):
    with pytest.raises(errors.RulebookError) as refused:
        charges.rates(RULES, wrong, trade_date=TODAY)
    assert refused.value.code == code


def test_an_unknown_segment_is_one_under_the_flat_plan_too():
    with pytest.raises(errors.UnknownSegment):
        charges.rates(RULES, leg("currency", "BUY"), trade_date=TODAY, plan="flat_pct")


def test_an_unknown_plan_or_fee_is_an_error():
    with pytest.raises(errors.UnknownPlan):
        order("OPT SELL 65 120", plan="free")
    with pytest.raises(errors.UnknownKind):
        charges.fee(RULES, "tip", trade_date=TODAY)


@pytest.mark.parametrize("text", ["CNC BUY 1 100", "MIS SELL 1 100", "FUT BUY 1 100", "OPT SELL 1 100"])
def test_a_date_before_the_first_rate_is_an_error_and_not_free(text):
    with pytest.raises(errors.RuleNotFound) as refused:
        order(text, on=date(2020, 6, 30))
    assert refused.value.code == "RULE_NOT_FOUND"
    assert refused.value.details["on"] == "2020-06-30"
    assert order(text, on=date(2020, 7, 1)).total > 0


@pytest.mark.parametrize("text", ["OPT BUY 0 100", "OPT BUY -5 100", "OPT BUY 5 0", "OPT BUY 5 -1", "OPT BUY 5 NaN"])
def test_an_impossible_quantity_or_price_is_refused(text):
    with pytest.raises(errors.InvalidAmount):
        order(text)


def test_an_impossible_exercise_is_refused():
    for intrinsic, quantity in ((Decimal(-1), 65), (Decimal(1), 0), (Decimal("Infinity"), 65)):
        with pytest.raises(errors.InvalidAmount):
            charges.exercise_stt(RULES, intrinsic=intrinsic, quantity=quantity, trade_date=TODAY)
