"""Ticks, rounding, price bands, market-wide halts."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from marketdata import rulebook
from marketdata.rulebook import bands, errors, ticks

RULES = rulebook.default()
NOW = date(2026, 4, 1)


def tick(kind: str, price: str, on: str = "2026-04-01") -> Decimal:
    return ticks.tick_size(RULES, kind, reference_price=Decimal(price), trade_date=date.fromisoformat(on))


@pytest.mark.parametrize("kind", ["equity", "stock_future"])
@pytest.mark.parametrize(
    ("price", "size"),
    [
        ("0.05", "0.01"),
        ("249.99", "0.01"),
        ("250", "0.05"),
        ("1000", "0.05"),
        ("1000.01", "0.10"),
        ("5000", "0.10"),
        ("5000.10", "0.50"),
        ("10000", "0.50"),
        ("10000.50", "1.00"),
        ("20000", "1.00"),
        ("20001", "5.00"),
    ],
)
def test_the_tick_of_a_stock_follows_its_price(kind, price, size):
    assert tick(kind, price, "2025-04-15") == Decimal(size)


@pytest.mark.parametrize(
    ("price", "on", "size"),
    [("249", "2024-06-07", "0.05"), ("249", "2024-06-10", "0.01"), ("2450", "2025-04-14", "0.05")],
)
def test_the_tick_of_a_stock_before_april_2025(price, on, size):
    assert tick("equity", price, on) == Decimal(size)


@pytest.mark.parametrize(
    ("price", "size"),
    [("15000", "0.05"), ("15000.05", "0.10"), ("30000", "0.10"), ("30000.10", "0.20"), ("58000", "0.20")],
)
def test_the_tick_of_an_index_future_follows_the_index(price, size):
    assert tick("index_future", price) == Decimal(size)


@pytest.mark.parametrize(
    ("kind", "price", "on", "size"),
    [
        ("index_option", "25000", "2026-04-01", "0.05"),
        ("stock_option", "249.99", "2025-10-31", "0.05"),
        ("stock_option", "249.99", "2025-11-03", "0.01"),
        ("stock_option", "250", "2025-11-03", "0.05"),
    ],
)
def test_the_tick_of_an_option(kind, price, on, size):
    assert tick(kind, price, on) == Decimal(size)


def test_a_tick_we_do_not_know_is_an_error():
    with pytest.raises(errors.UnknownKind):
        tick("bond", "100")
    with pytest.raises(errors.RuleNotFound):
        tick("equity", "100", "2004-12-31")
    for price in ("0", "-1", "NaN", "Infinity"):
        with pytest.raises(errors.InvalidAmount):
            tick("equity", price)


@pytest.mark.parametrize(
    ("price", "size", "towards", "expected"),
    [
        ("2451.575175", "0.10", "up", "2451.60"),  # BUY at 2450.35 + 0.05 %
        ("2449.124825", "0.10", "down", "2449.10"),
        ("118.4592", "0.05", "up", "118.50"),
        ("118.3408", "0.05", "down", "118.30"),
        ("2450.35", "0.10", "nearest", "2450.40"),  # halfway goes up
        ("2450.34", "0.10", "nearest", "2450.30"),
        ("2450.30", "0.10", "up", "2450.30"),
        ("2450.30", "0.10", "down", "2450.30"),
    ],
)
def test_a_price_is_rounded_to_the_tick(price, size, towards, expected):
    assert ticks.round_to_tick(Decimal(price), Decimal(size), towards=towards) == Decimal(expected)


def test_a_price_is_on_the_tick_or_not():
    assert ticks.is_on_tick(Decimal("2450.30"), Decimal("0.10"))
    assert not ticks.is_on_tick(Decimal("2450.35"), Decimal("0.10"))


def band(kind: str, reference: str, size: str = "0.05", on: date = NOW) -> bands.Band:
    return bands.band(RULES, kind, reference=Decimal(reference), tick=Decimal(size), trade_date=on)


@pytest.mark.parametrize(
    ("kind", "reference", "size", "low", "high"),
    [
        ("equity_5", "101.03", "0.05", "96.00", "106.05"),  # 95.9785 .. 106.0815, rounded inwards
        ("equity_2", "100", "0.01", "98.00", "102.00"),
        ("equity_10", "1234.5", "0.10", "1111.10", "1357.90"),  # 1111.05 .. 1357.95
        ("equity_20", "100", "0.05", "80.00", "120.00"),
        ("equity_dynamic", "100", "0.05", "90.00", "110.00"),
        ("option_market", "100", "0.05", "80.00", "120.00"),
        ("option_market", "30", "0.05", "20.00", "40.00"),  # 20 % is 6: at least Rs 10
        ("option_market", "4", "0.05", "0.05", "14.00"),  # never below a tick
    ],
)
def test_a_band_is_rounded_inwards_to_the_tick(kind, reference, size, low, high):
    found = band(kind, reference, size)
    assert (found.low, found.high) == (Decimal(low), Decimal(high))


def test_the_dynamic_band_clamps_and_the_others_reject():
    kinds = ("equity_2", "equity_5", "equity_10", "equity_20", "option_market", "equity_dynamic")
    assert [band(kind, "100").rejects for kind in kinds] == [True] * 5 + [False]


def test_a_band_holds_its_ends_and_clamps_beyond_them():
    found = band("equity_10", "100")
    assert [found.holds(Decimal(price)) for price in ("89.95", "90", "110", "110.05")] == [False, True, True, False]
    assert [found.clamp(Decimal(price)) for price in ("80", "100", "120")] == [Decimal(90), Decimal(100), Decimal(110)]


def test_the_band_of_the_closing_auction_begins_with_it():
    found = band("closing_auction", "1000", "0.10", date(2026, 8, 3))
    assert (found.low, found.high) == (Decimal(970), Decimal(1030))
    with pytest.raises(errors.RuleNotFound):
        band("closing_auction", "1000", "0.10", date(2026, 7, 31))


def test_a_band_we_do_not_know_is_an_error():
    with pytest.raises(errors.UnknownKind):
        band("equity_7", "100")
    for reference in ("0", "NaN"):
        with pytest.raises(errors.InvalidAmount):
            band("equity_5", reference)


@pytest.mark.parametrize(
    ("trigger", "at", "minutes"),
    [
        (10, "12:59:59", 45),
        (10, "13:00", 15),
        (10, "14:29:59", 15),
        (15, "12:59:59", 105),
        (15, "13:00", 45),
        (15, "13:59:59", 45),
    ],
)
def test_a_market_wide_halt_ends_with_a_call_auction(trigger, at, minutes):
    found = bands.halt(RULES, trigger_pct=trigger, at=time.fromisoformat(at), trade_date=NOW)
    assert found == bands.Halt(minutes=minutes, auction_minutes=15)


@pytest.mark.parametrize(("trigger", "at"), [(15, "14:00"), (15, "14:31"), (20, "09:15"), (20, "13:30"), (20, "15:00")])
def test_a_halt_for_the_rest_of_the_day(trigger, at):
    found = bands.halt(RULES, trigger_pct=trigger, at=time.fromisoformat(at), trade_date=NOW)
    assert found == bands.Halt(minutes=None, auction_minutes=0)


def test_ten_percent_late_in_the_day_is_no_halt():
    assert bands.halt(RULES, trigger_pct=10, at=time(14, 30), trade_date=NOW) is None
    with pytest.raises(errors.UnknownKind):
        bands.halt(RULES, trigger_pct=12, at=time(14, 30), trade_date=NOW)
