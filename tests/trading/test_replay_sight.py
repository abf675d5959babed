"""At no moment does a replay show, or fill at, anything later than its clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from apps.market import selectors as market_selectors
from apps.market.models import MarketStatus
from apps.market.selectors import CandleQuery
from apps.options.selectors import StrikesWanted
from apps.stocks.models import Stock5MinByDay
from apps.trading import selectors, services
from apps.trading.models import Replay
from apps.users.models import User
from tests.factories.replays import DAY, make_replay, move, place_in
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_daily_prices, make_stock
from tests.factories.trading import make_bars, make_real_stock
from tests.factories.users import make_user

OPEN = datetime.fromisoformat("2026-01-05T09:15:00+05:30")
BAR = timedelta(minutes=5)
COUNT = 12
PRICES = st.lists(st.tuples(st.integers(90, 110), st.integers(90, 110)), min_size=COUNT, max_size=COUNT)
INTERVALS = ("5m", "15m", "1h", "1d", "1w")


def seen(replay: Replay) -> object:
    """Everything that the replay shows: quotes, candles of each length, the account."""
    quotes = services.quote_replay(user=replay.user, replay_id=replay.pk, instruments=["RELIANCE"])
    pages = [
        services.replay_candles(
            user=replay.user, replay_id=replay.pk, query=CandleQuery(instrument="RELIANCE", interval=interval)
        )
        for interval in INTERVALS
    ]
    candles = [[getattr(page.candles, name).tolist() for name in ("time", "close", "volume")] for page in pages]
    account = services.get_portfolio(user=replay.user, now=replay.created_at, account=replay.paper_account_id)
    rows = selectors.list_orders(user=replay.user, account=replay.paper_account_id)
    orders = [(each.status, each.average_price) for each in rows]
    return quotes, candles, account, orders


def played(bars: list[tuple[int, int]], *, moves: int, kept: int) -> object:
    """What is seen after so many bars, of a day that has ``kept`` of its bars."""
    with transaction.atomic():
        make_real_stock(close="100.00", previous="99.00")
        make_bars(*[(a, max(a, b), min(a, b), b) for a, b in bars[:kept]], begin="09:15")
        replay = move(make_replay(make_user()), bars=1)
        place_in(replay)
        place_in(replay, order_type="LIMIT", price="97.00", quantity=3)
        place_in(replay, side="SELL", order_type="SL-M", trigger_price="93.00", quantity=10)
        found = seen(move(replay, bars=moves))
        transaction.set_rollback(True)
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bars=PRICES, moves=st.integers(1, COUNT - 2))
def test_the_day_without_what_comes_later_looks_the_same(db: None, bars: list[tuple[int, int]], moves: int) -> None:
    # A stop beyond the price is refused in both.
    bars[0] = (100, 100)

    assert repr(played(bars, moves=moves, kept=COUNT)) == repr(played(bars, moves=moves, kept=moves + 1))


@pytest.mark.parametrize("bars", [1, 2, 3])
def test_prices_are_those_of_the_stored_bars_up_to_the_clock(owner: User, bars: int) -> None:
    make_real_stock(close="100.00", previous="99.00")
    make_bars((100, 106, 97, 104), (104, 105, 101, 102), (102, 103, 95, 96), (96, 120, 96, 119), begin="09:15")
    replay = move(make_replay(owner), bars=bars)

    (quote,) = services.quote_replay(user=owner, replay_id=replay.pk, instruments=["RELIANCE"]).quotes
    query = CandleQuery(instrument="RELIANCE", interval="5m")
    candles = services.replay_candles(user=owner, replay_id=replay.pk, query=query).candles

    closes = [10400, 10200, 9600][:bars]
    assert (quote.price, quote.previous_close, quote.at) == (closes[-1], 10000, OPEN + bars * BAR)
    assert (quote.open, quote.high, quote.low) == (10000, 10600, [9700, 9700, 9500][bars - 1])
    assert (candles.close.tolist(), quote.volume) == (closes, bars * 1000)


def test_before_its_first_bar_the_close_of_the_day_before_is_all_there_is(owner: User) -> None:
    make_real_stock(close="100.00", previous="99.00")
    make_bars((110, 111, 109, 110), begin="09:15")
    replay = make_replay(owner)

    (quote,) = services.quote_replay(user=owner, replay_id=replay.pk, instruments=["RELIANCE"]).quotes

    assert (quote.price, quote.previous_close, quote.is_open) == (10000, 9900, False)


@pytest.mark.parametrize(
    ("clock", "price", "closes"),
    [
        ("18:00", 9900, ([], [], [9900])),
        ("18:05", 10000, ([10000], [], [9900])),
        ("18:07", 10000, ([10000], [], [9900])),
        ("18:15", 15000, ([10000, 10800, 15000], [15000], [9900])),
        ("19:00", 15000, ([10000, 10800, 15000], [15000], [9900, 15000])),
    ],
)
def test_an_evening_that_was_opened_by_hand_is_not_over_before_it_begins(
    owner: User, clock: str, price: int, closes: tuple[list[int], ...]
) -> None:
    """Diwali 2024: other days are over at 15:30, this one at 19:00; until then nothing of its close is seen."""
    hours = {"sessions": [{"open": "18:00", "close": "19:00"}]}
    MarketStatus.objects.create(date=date(2024, 11, 1), is_market_open=True, extra=hours)
    days = [("2024-10-31", "99", "99", "99", "99", 10), ("2024-11-01", "100", "150", "99", "150", 3000)]
    make_daily_prices(stock=make_stock(enum="RELIANCE"), bars=days, extra={"source": "import"})
    make_bars((100, 101, 99, 100), (100, 110, 99, 108), (108, 150, 104, 150), day="2024-11-01", begin="18:00")
    replay = make_replay(owner, start=date(2024, 11, 1))
    if clock > "18:00":
        at = datetime.fromisoformat(f"2024-11-01T{clock}:00+05:30")
        replay = services.advance_replay(user=owner, replay_id=replay.pk, to=at)

    (quote,) = services.quote_replay(user=owner, replay_id=replay.pk, instruments=["RELIANCE"]).quotes
    pages = [
        services.replay_candles(
            user=owner, replay_id=replay.pk, query=CandleQuery(instrument="RELIANCE", interval=interval)
        )
        for interval in ("5m", "15m", "1d")
    ]

    assert (quote.price, quote.previous_close) == (price, 9900 if price > 9900 else None)
    assert tuple(page.candles.close.tolist() for page in pages) == closes


def test_made_prices_are_the_bars_of_the_provider(owner: User) -> None:
    make_stock(enum="TCS")
    assert not Stock5MinByDay.objects.exists()
    replay = move(make_replay(owner), bars=30)
    query = CandleQuery(instrument="TCS", interval="5m", start=DAY, limit=500)

    shown = services.replay_candles(user=owner, replay_id=replay.pk, query=query).candles
    whole = market_selectors.get_candles(query=query, now=OPEN + timedelta(days=1)).candles
    (quote,) = services.quote_replay(user=owner, replay_id=replay.pk, instruments=["TCS"]).quotes

    assert (len(shown), len(whole)) == (30, 75)
    assert shown.close.tolist() == whole.close[:30].tolist()
    # At the end of a bar the provider shows the next one's open, which is no later than the clock.
    assert quote.price in (int(whole.close[29]), int(whole.open[30]))
    assert quote.at <= replay.clock_at


def test_candles_over_http_say_when_each_opens_as_the_market_says_it(api: APIClient, owner: User) -> None:
    make_real_stock(close="100.00", previous="99.00")
    make_bars((100, 104, 98, 103), (103, 105, 101, 102), (102, 109, 102, 108), begin="09:15")
    replay = move(make_replay(owner), bars=2)

    shown = api.get(f"/api/v1/trading/replays/{replay.pk}/candles/RELIANCE?limit=2").json()

    market = api.get("/api/v1/market/candles?instrument=RELIANCE&interval=5m&to=2026-01-05&limit=3").json()
    assert shown == {
        "instrument": "RELIANCE",
        "interval": "5m",
        "time": ["2026-01-05T09:15:00+05:30", "2026-01-05T09:20:00+05:30"],
        "open": [100.0, 103.0],
        "high": [104.0, 105.0],
        "low": [98.0, 101.0],
        "close": [103.0, 102.0],
        "volume": [1000, 1000],
    }
    assert market["time"][:2] == shown["time"]


def test_the_chain_of_its_clock_has_the_prices_of_its_quotes(owner: User) -> None:
    """At 10:03:17 both show the price of 10:03:15; the chain is the market's, asked for that moment."""
    make_sector(enum="NIFTY50")
    at = OPEN.replace(hour=10, minute=3, second=17)
    replay = services.advance_replay(user=owner, replay_id=make_replay(owner).pk, to=at)

    chain = market_selectors.get_chain(
        underlying="NIFTY50", at=at, strikes_wanted=StrikesWanted(atm_levels=2), now=replay.created_at
    )

    names = [str(side.option) for row in chain.rows for side in (row.call, row.put)]
    shown = services.quote_replay(user=owner, replay_id=replay.pk, instruments=names)
    prices = [side.traded.price for row in chain.rows for side in (row.call, row.put)]
    assert [quote.price for quote in shown.quotes] == prices
    assert {quote.at for quote in shown.quotes} == {chain.snapshot.at} == {at.replace(second=15)}
