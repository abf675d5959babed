"""The rulebook as a value: its files, its checks, overrides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from marketdata import rulebook
from marketdata.rulebook import charges, errors, lots, sessions, ticks

RULES = rulebook.default()
STT = {
    "valid_from": "2027-04-01",
    "segment": "options",
    "side": "SELL",
    "rate_pct": "0.2",
    "source": "Finance Act 2027",
}


def stt(rules: rulebook.Rulebook, on: date) -> Decimal:
    leg = charges.Leg("options", "SELL")
    return charges.charges(rules, leg, quantity=65, price=Decimal(120), trade_date=on).stt


def test_every_table_has_rows_and_every_row_a_source():
    assert {each.table for each in RULES} == set(rulebook.TABLES)
    assert all(each.source.strip() for each in RULES)


def test_no_file_holds_a_row_twice():
    read = list(RULES)
    assert len({each.identity for each in read}) == len(read) == 770


@pytest.mark.parametrize("kind", ["equity", "stock_future", "index_future", "index_option", "stock_option"])
def test_every_date_of_a_tick_table_reaches_any_price(kind):
    for on in {each.valid_from for each in RULES.rows("ticks", kind)}:
        assert [each.text("up_to") for each in RULES.group("ticks", kind, on=on)][-1] == ""
        assert ticks.tick_size(RULES, kind, reference_price=Decimal(10**7), trade_date=on) > 0


def test_an_override_gives_a_new_rulebook_and_leaves_the_old_one():
    changed = RULES.with_overrides([rulebook.row("stt", STT)])
    assert stt(changed, date(2027, 4, 1)) == Decimal("15.60")  # 7,800 x 0.2 %
    assert stt(changed, date(2027, 3, 31)) == Decimal("11.70")
    assert stt(RULES, date(2027, 4, 1)) == Decimal("11.70")


def test_an_override_of_a_known_date_replaces_its_row():
    replaced = rulebook.row("stt", {**STT, "valid_from": "2026-04-01"})
    changed = RULES.with_overrides([replaced])
    assert stt(changed, date(2026, 4, 1)) == Decimal("15.60")
    assert len(list(changed)) == len(list(RULES))


def test_an_override_can_add_an_underlying_a_holiday_and_a_session():
    changed = RULES.with_overrides(
        [
            rulebook.row(
                "lots",
                {
                    "valid_from": "2026-01-01",
                    "underlying": "SENSEX",
                    "expiry_from": "",
                    "expiry_to": "",
                    "lot_size": "20",
                    "source": "test",
                },
            ),
            rulebook.row("holidays", {"valid_from": "2027-08-16", "reason": "Parsi New Year", "source": "test"}),
            rulebook.row(
                "special_sessions",
                {
                    "valid_from": "2026-11-08",
                    "kind_of_day": "muhurat",
                    "windows": "18:00-19:00",
                    "reason": "Muhurat",
                    "source": "test",
                },
            ),
        ]
    )
    assert lots.lot_size(changed, "SENSEX", trade_date=date(2026, 1, 5), expiry=date(2026, 1, 8)) == 20
    assert sessions.is_full_day(RULES, date(2027, 8, 16))
    assert not sessions.is_full_day(changed, date(2027, 8, 16))
    assert sessions.expected_bars(changed, date(2026, 11, 8), "cash") == 12


def test_an_override_under_the_root_of_the_exchange_is_refused():
    freeze = {"valid_from": "2026-01-01", "underlying": "NIFTY", "quantity": "1800", "source": "test"}
    with pytest.raises(errors.InvalidRule, match="NIFTY50"):
        RULES.with_overrides([rulebook.row("freeze", freeze)])


@pytest.mark.parametrize(
    ("table", "change", "reason"),
    [
        ("taxes", {}, "no such table"),
        ("stt", {"rate_pct": None}, "columns"),
        ("stt", {"colour": "red"}, "columns"),
        ("stt", {"source": " "}, "source"),
        ("stt", {"rate_pct": "-0.1"}, "rate_pct"),
        ("stt", {"rate_pct": "NaN"}, "rate_pct"),
        ("stt", {"rate_pct": "a lot"}, "rate_pct"),
        ("stt", {"side": "buy"}, "side"),
        ("stt", {"segment": ""}, "segment"),
        ("stt", {"valid_from": "1 April 2027"}, "valid_from"),
    ],
)
def test_a_row_its_table_cannot_hold_is_refused(table, change, reason):
    columns = {name: value for name, value in {**STT, **change}.items() if value is not None}
    with pytest.raises(errors.InvalidRule, match=reason) as refused:
        rulebook.row(table, columns)
    assert refused.value.code == "INVALID_RULE"


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("lots", {"underlying": "X", "expiry_from": "", "expiry_to": "soon", "lot_size": "10"}),
        ("lots", {"underlying": "X", "expiry_from": "", "expiry_to": "", "lot_size": "0"}),
        ("ticks", {"kind": "equity", "up_to": "", "tick": "0"}),
        ("expiry_rules", {"underlying": "X", "cycle": "weekly", "weekday": "SAT"}),
        ("breakers", {"trigger_pct": "10", "from_time": "13:00", "halt": "0"}),
        ("special_sessions", {"kind_of_day": "short", "windows": "10:00-09:00", "reason": "x"}),
        ("special_sessions", {"kind_of_day": "short", "windows": "10:00", "reason": "x"}),
    ],
)
def test_a_value_that_cannot_be_is_refused(table, columns):
    with pytest.raises(errors.InvalidRule):
        rulebook.row(table, {"valid_from": "2026-01-01", "source": "test", **columns})
