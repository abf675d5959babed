"""Names of instruments: canonical keys and the aliases of other platforms, read and written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketdata import instrument_keys, rulebook
from marketdata.instrument_keys import Future, InvalidInstrumentKey, Option, Spot
from marketdata.rulebook import aliases, errors

RULES = rulebook.default()
NOV = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("RELIANCE", Spot("RELIANCE")),
        ("BAJAJ-AUTO", Spot("BAJAJ-AUTO")),
        ("M&M", Spot("M&M")),
        ("NIFTY50", Spot("NIFTY50")),
        ("NIFTY50-2026-11-23-FUT", Future("NIFTY50", NOV)),
        ("NIFTY50-2026-11-23-24500-CE", Option("NIFTY50", NOV, Decimal(24500), "CE")),
        ("BAJAJ-AUTO-2026-11-23-9000-PE", Option("BAJAJ-AUTO", NOV, Decimal(9000), "PE")),
        ("RELIANCE-2026-11-23-2487.5-CE", Option("RELIANCE", NOV, Decimal("2487.5"), "CE")),
        ("IDEA-2026-11-23-0.5-PE", Option("IDEA", NOV, Decimal("0.5"), "PE")),
    ],
)
def test_a_canonical_key_reads_and_writes(text, key):
    assert instrument_keys.parse(text) == key
    assert str(key) == text


def test_a_strike_is_written_with_decimals_only_where_it_has_them():
    for strike in ("24500", "24500.00", "2.45E+4"):
        assert str(Option("NIFTY50", NOV, Decimal(strike), "CE")) == "NIFTY50-2026-11-23-24500-CE"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " RELIANCE",
        "reliance",
        "-RELIANCE",
        "RELIANCE-",
        "REL IANCE",
        "RELIANCE\n",
        "A" * 65,
        "NIFTY50-2026-11-23",
        "NIFTY50-2026-13-23-24500-CE",
        "NIFTY50-2026-02-30-FUT",
        "NIFTY50-2026-11-23-24500-XX",
        "NIFTY50-2026-11-23-24500.0-CE",
        "NIFTY50-2026-11-23-024500-CE",
        "NIFTY50-2026-11-23--5-CE",
        "NIFTY50-2026-11-23-0-CE",
        "NIFTY50-2026-11-23-1e3-CE",
        "NIFTY50-2026-11-23-NaN-CE",
        "NIFTY50-2026-11-23-24500-CE-",
        "-2026-11-23-24500-CE",
        "NIFTY50-2026-11-23-2\u0664500-CE",
        "NIFTY50-\u0662\u0660\u0662\u0666-11-23-FUT",
    ],
)
def test_what_is_not_a_canonical_key_is_refused(text):
    with pytest.raises(InvalidInstrumentKey) as refused:
        instrument_keys.parse(text)
    assert refused.value.code == "INVALID_INSTRUMENT_KEY"


@given(
    underlying=st.sampled_from(["NIFTY50", "BAJAJ-AUTO", "M&M", "360ONE", "NIFTYNXT50"]),
    expiry=st.dates(min_value=date(2005, 1, 1), max_value=date(2035, 12, 31)),
    strike=st.decimals(min_value="0.05", max_value=999999, places=2),
    right=st.sampled_from(["CE", "PE"]),
)
def test_every_option_key_comes_back(underlying, expiry, strike, right):
    key = Option(underlying, expiry, strike, right)
    assert instrument_keys.parse(str(key)) == key


@pytest.mark.parametrize(
    ("dialect", "text", "key"),
    [
        ("kite", "NIFTY26NOV24500CE", "NIFTY50-2026-11-23-24500-CE"),  # monthly, moved by a holiday
        ("kite", "NIFTY26N0324500CE", "NIFTY50-2026-11-03-24500-CE"),  # weekly
        ("kite", "NIFTY2610624500PE", "NIFTY50-2026-01-06-24500-PE"),
        ("kite", "NIFTY26O1924500CE", "NIFTY50-2026-10-19-24500-CE"),
        ("kite", "NIFTY25D0227000PE", "NIFTY50-2025-12-02-27000-PE"),
        ("kite", "NIFTYNXT5025NOV68000CE", "NIFTYNXT50-2025-11-25-68000-CE"),
        ("kite", "BANKNIFTY25NOVFUT", "BANKNIFTY-2025-11-25-FUT"),
        ("kite", "BAJAJ-AUTO26JAN10000PE", "BAJAJ-AUTO-2026-01-27-10000-PE"),
        ("kite", "M&M25NOV3400CE", "M&M-2025-11-25-3400-CE"),
        ("kite", "GAIL25DEC182.5CE", "GAIL-2025-12-30-182.5-CE"),
        ("kite", "RELIANCE", "RELIANCE"),
        ("kite", "NIFTY 50", "NIFTY50"),
        ("openalgo", "NIFTY23NOV2624500CE", "NIFTY50-2026-11-23-24500-CE"),
        ("openalgo", "BANKNIFTY25NOV25FUT", "BANKNIFTY-2025-11-25-FUT"),
        ("openalgo", "NIFTYNXT5025NOV2568000CE", "NIFTYNXT50-2025-11-25-68000-CE"),
        ("openalgo", "SBIN", "SBIN"),
        ("openalgo", "NIFTY", "NIFTY50"),
        ("fyers", "NSE:SBIN-EQ", "SBIN"),
        ("fyers", "NSE:BAJAJ-AUTO-EQ", "BAJAJ-AUTO"),
        ("fyers", "NSE:M&M-EQ", "M&M"),
        ("fyers", "NSE:NIFTY50-INDEX", "NIFTY50"),
        ("tradingview", "NSE:TCS", "TCS"),
        ("tradingview", "NSE:M_M", "M&M"),
        ("tradingview", "NSE:BAJAJ_AUTO", "BAJAJ-AUTO"),
        ("tradingview", "NSE:NIFTY", "NIFTY50"),
        ("tradingview", "BSE:SENSEX", "SENSEX"),
        ("yahoo", "RELIANCE.NS", "RELIANCE"),
        ("yahoo", "M&M.NS", "M&M"),
        ("yahoo", "^NSEI", "NIFTY50"),
    ],
)
def test_an_alias_reads_and_writes(dialect, text, key):
    assert str(aliases.parse(RULES, text, dialect)) == key
    assert aliases.form(RULES, instrument_keys.parse(key), dialect) == text


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("kite", ""),
        ("kite", "nifty26NOV24500CE"),
        ("kite", "NIFTY26N3324500CE"),  # 33 November
        ("kite", "NIFTY"),  # an index root is no instrument of Kite's
        ("openalgo", "NIFTY31NOV2624500CE"),
        ("fyers", "SBIN"),
        ("fyers", "NSE:SBIN"),
        ("tradingview", "TCS"),
        ("tradingview", "NSE:A_B"),
        ("tradingview", "NSE:M&M"),
        ("yahoo", "RELIANCE"),
        ("yahoo", "RELIANCE.BO"),
        ("yahoo", "NIFTY50.NS"),
    ],
)
def test_what_is_no_alias_is_refused(dialect, text):
    with pytest.raises(errors.UnknownAlias) as refused:
        aliases.parse(RULES, text, dialect)
    assert refused.value.code == "UNKNOWN_ALIAS"


@pytest.mark.parametrize(
    ("dialect", "key"),
    [
        ("fyers", "NIFTY50-2026-11-23-24500-CE"),
        ("yahoo", "NIFTY50-2026-11-23-FUT"),
        ("yahoo", "FINNIFTY"),
        ("tradingview", "A&B"),
        ("kite", "NIFTY50-2026-11-03-FUT"),  # there are no weekly futures
    ],
)
def test_an_instrument_a_platform_has_no_name_for_is_refused(dialect, key):
    with pytest.raises(errors.UnknownAlias):
        aliases.form(RULES, instrument_keys.parse(key), dialect)


def test_a_month_before_the_expiry_rules_is_an_error():
    with pytest.raises(errors.RuleNotFound):
        aliases.parse(RULES, "NIFTY04NOV1500CE", "kite")


@given(
    expiry=st.dates(min_value=date(2020, 1, 1), max_value=date(2027, 12, 31)),
    strike=st.integers(min_value=1, max_value=999999),
    root=st.sampled_from(["NIFTY50", "BANKNIFTY", "RELIANCE", "BAJAJ-AUTO"]),
    dialect=st.sampled_from(["kite", "openalgo"]),
)
def test_every_option_of_every_day_comes_back(expiry, strike, root, dialect):
    key = Option(root, expiry, Decimal(strike), "PE")
    assert aliases.parse(RULES, aliases.form(RULES, key, dialect), dialect) == key
