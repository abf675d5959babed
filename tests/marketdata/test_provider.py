"""What every provider promises, asked at random symbols, days and moments: nothing of the future shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketdata import get_provider, providers, sessions, universe
from marketdata.errors import NotSupported
from marketdata.instrument_keys import Option
from marketdata.synthetic import SyntheticProvider
from marketdata.types import Health, Provider

PROVIDER = get_provider()
SYMBOLS = ("SBIN", "MARUTI", "ETERNAL", "NIFTYIT")
FIRST, LAST = date(2019, 1, 1), date(2027, 12, 31)
PRICES = ("open", "high", "low", "close", "volume")

symbols = st.sampled_from(SYMBOLS)
nows = st.datetimes(datetime.combine(FIRST, datetime.min.time()), datetime.combine(LAST, datetime.min.time())).map(
    lambda naive: naive.replace(microsecond=0, tzinfo=sessions.IST)
)
spans = st.timedeltas(timedelta(0), timedelta(days=30))
few = settings(max_examples=60, deadline=None)


def test_the_synthetic_market_can_do_everything_and_says_so():
    assert PROVIDER.capabilities == {"daily", "intraday", "live", "options"}
    assert PROVIDER.health() == Health(is_up=True, detail=f"synthetic-1: {len(universe.stocks())} stocks")


def test_another_provider_can_be_chosen_and_what_it_cannot_is_a_typed_error():
    other: Provider = SyntheticProvider()
    try:
        providers.choose(other)
        assert get_provider() is other
    finally:
        providers.choose(PROVIDER)
    assert get_provider() is PROVIDER
    refused = NotSupported("files", capability="options")
    assert (refused.code, str(refused)) == ("NOT_SUPPORTED", "The files provider has no options data")


@few
@given(symbol=symbols, now=nows, back=spans, ahead=spans)
def test_daily_bars_at_a_moment_are_the_final_ones_up_to_it_and_no_later_day(symbol, now, back, ahead):
    start, end = (now - back).date(), (now + ahead).date()
    seen = PROVIDER.daily(symbol, start, end, now=now)
    whole = PROVIDER.daily(symbol, start, end)
    done = int(seen.final.sum())

    assert all(day <= np.datetime64(now.date()) for day in seen.date)
    assert len(seen) - done == (1 if sessions.is_open(now) else 0)
    assert not sessions.is_open(now) or not seen.final[-1]
    assert seen.date.tolist() == whole.date[: len(seen)].tolist()
    for name in PRICES:
        assert getattr(seen, name)[:done].tolist() == getattr(whole, name)[:done].tolist()


@few
@given(symbol=symbols, now=nows)
def test_5_minute_bars_at_a_moment_have_all_begun_and_only_the_last_is_forming(symbol, now):
    day = now.date()
    seen, whole = PROVIDER.intraday(symbol, day, day, now=now), PROVIDER.intraday(symbol, day, day)
    opens = datetime.combine(day, sessions.hours(day)[0], tzinfo=sessions.IST)
    begun = 0 if now < opens or not len(whole) else min(int((now - opens).total_seconds()) // 300 + 1, 75)

    assert int(seen.counts.sum()) == begun
    assert seen.forming == sessions.is_open(now)
    final = begun - seen.forming
    for name in PRICES:
        column = getattr(seen, name)
        assert column[:, :final].tolist() == getattr(whole, name)[: len(seen), :final].tolist()
        assert not column[:, begun:].any()


@few
@given(symbol=symbols, now=nows)
def test_a_quote_is_the_close_of_the_last_bar_that_shows(symbol, now):
    quote = PROVIDER.quotes([symbol], now)[symbol]
    assert quote.at <= now
    day = quote.at.date()
    seen = PROVIDER.intraday(symbol, day, day, now=now)
    count = int(seen.counts[0])
    assert quote.price == seen.close[0, count - 1]
    assert quote.high == seen.high[0, :count].max()
    assert quote.low == seen.low[0, :count].min()
    assert quote.volume == seen.volume.sum()


@few
@given(symbol=symbols, now=nows, later=st.timedeltas(timedelta(seconds=1), timedelta(days=400)))
def test_what_is_final_at_a_moment_is_the_same_at_any_later_one(symbol, now, later):
    start = (now - timedelta(days=10)).date()
    before = PROVIDER.daily(symbol, start, now.date(), now=now)
    after = PROVIDER.daily(symbol, start, now.date(), now=now + later)
    for name in (*PRICES, "date"):
        assert getattr(before, name)[before.final].tolist() == getattr(after, name)[: before.final.sum()].tolist()


@few
@given(now=nows, ahead=st.integers(1, 40))
def test_trap_strikes_are_listed_around_the_close_of_the_session_before(now, ahead):
    """Not around the day's own close, which would be known too early."""
    day = now.date()
    expiry = sessions.sessions(day, day + timedelta(days=90))[ahead].item()
    listed = PROVIDER.contracts("SBIN", day, expiry=expiry, levels=1)
    before = sessions.sessions(day - timedelta(days=20), day - timedelta(days=1))[-1].item()
    close = PROVIDER.daily("SBIN", before, before).close[0]
    step = listed[2].option.strike - listed[0].option.strike
    assert abs(listed[2].option.strike * 100 - int(close)) <= step * 50


@pytest.mark.parametrize("strike", ["500", "2000"])
def test_trap_a_contract_far_from_the_money_is_priced_on_any_later_day(strike):
    """A strike chosen when it was at the money lives on after the money has moved away."""
    option = Option("SBIN", date(2026, 1, 27), Decimal(strike), "CE")
    bars = PROVIDER.option_intraday([option], date(2026, 1, 5), date(2026, 1, 27))[option]
    assert len(bars) == 15  # 15 and 26 January are holidays
    assert bars.close[:-1].min() >= 5
