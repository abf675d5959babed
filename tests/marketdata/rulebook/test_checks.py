"""What a row must be beside the others, and that the data files keep it."""

from __future__ import annotations

import pytest

from marketdata import rulebook
from marketdata.rulebook import checks, errors

RULES = rulebook.default()


def row(table, **columns):
    return rulebook.row(table, {"valid_from": "2027-01-04", "source": "test", **columns})


def test_the_data_files_keep_the_rules_that_are_asked_of_added_rows():
    for each in RULES:
        checks.added(RULES, each)


@pytest.mark.parametrize(
    ("table", "columns", "column"),
    [
        ("stt", {"segment": "commodity", "side": "SELL", "rate_pct": "1"}, "segment"),
        ("exchange_charges", {"exchange": "MCX", "segment": "futures", "rate_pct": "1"}, "exchange"),
        ("levies", {"levy": "cess", "rate_pct": "1"}, "levy"),
        ("fees", {"fee": "tip", "amount": "1"}, "fee"),
        ("price_bands", {"kind": "equity_3", "pct": "3", "min_rupees": "0", "rejects": "yes"}, "kind"),
        ("breakers", {"trigger_pct": "25", "from_time": "00:00", "halt": "day"}, "trigger_pct"),
        ("breakers", {"trigger_pct": "10", "from_time": "13:00", "halt": "15"}, "from_time"),
        ("stamp_duty", {"segment": "options", "side": "SELL", "rate_pct": "0.003"}, "rate_pct"),
        ("ticks", {"kind": "equity", "up_to": "100", "tick": "0.01"}, "up_to"),
        ("strike_intervals", {"underlying": "NIFTY50", "up_to": "20000", "interval": "50"}, "up_to"),
        ("sessions", {"segment": "cash", "regime": "CAS", "opens": "15:30", "closes": "09:15"}, "closes"),
        ("square_off", {"segment": "cash", "regime": "NEW", "minutes": "10"}, "regime"),
        ("auction_phases", {"phase": "matching", "opens": "15:30", "closes": "15:30"}, "closes"),
        ("expiry_rules", {"underlying": "NIFTY50", "cycle": "monthly", "weekday": "none"}, "weekday"),
        ("expiry_overrides", {"underlying": "NIFTY50", "actual_date": "2027-01-18"}, "actual_date"),
        ("lots", {"underlying": "SBIN", "expiry_from": "2027-02-01", "expiry_to": "2027-01-31", "lot_size": "1"},
         "expiry_to"),
        ("freeze", {"underlying": "NIFTY", "quantity": "1800"}, "underlying"),
        ("index_aliases",
         {"symbol": "NIFTY500", "root": "NIFTY", "kite": "", "fyers": "", "tradingview": "X:Y", "yahoo": ""}, "root"),
    ],
)  # fmt: skip
def test_a_row_that_does_not_fit_beside_the_others_is_refused_by_column(table, columns, column):
    with pytest.raises(errors.InvalidRule) as refused:
        checks.added(RULES, row(table, **columns))
    assert (refused.value.details["table"], refused.value.column) == (table, column)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("ticks", {"kind": "equity", "up_to": "", "tick": "0.01"}),
        ("breakers", {"trigger_pct": "10", "from_time": "00:00", "halt": "15"}),
        ("expiry_overrides", {"underlying": "NIFTY50", "actual_date": "2027-01-17"}),
        ("lots", {"underlying": "NEWSTOCK", "expiry_from": "", "expiry_to": "", "lot_size": "1"}),
        ("brokerage_plans",
         {"plan": "mine", "segment": "options", "model": "flat", "flat": "10", "rate_pct": "0", "statutory": "yes"}),
    ],
)  # fmt: skip
def test_a_row_that_fits_is_in_the_new_rulebook_and_not_in_the_old(table, columns):
    new = row(table, **columns)
    assert new in list(checks.added(RULES, new))
    assert new not in list(RULES)


def test_bands_come_top_first_and_go_top_last():
    low = row("ticks", kind="equity", up_to="100", tick="0.01")
    top = row("ticks", kind="equity", up_to="", tick="0.05")
    both = checks.added(checks.added(RULES, top), low)
    checks.fits(RULES.with_overrides([top]), low)
    with pytest.raises(errors.InvalidRule):
        checks.fits(RULES.with_overrides([low]), top)
    assert [each.text("up_to") for each in both.group("ticks", "equity", on=low.valid_from)] == ["100", ""]
