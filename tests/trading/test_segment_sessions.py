"""Each instrument trades in the sessions of its own segment: what is taken when, and until when it waits.

From 2026-08-03 shares with derivatives stop at 15:15, before the closing auction, and options go on until 15:40.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from apps.core import configuration
from apps.core.errors import DomainError
from apps.market import selectors as market_selectors
from apps.market.models import MarketStatus
from apps.market.selectors import CandleQuery
from apps.trading import errors, services
from apps.trading.models import EquityDay, Fill, OrderEvent
from apps.users.models import User
from tests.factories.options import day_row, make_option_days
from tests.factories.replays import make_replay, move, place_in
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_stock
from tests.factories.trading import make_bars, make_gtt, make_real_stock, place

SHARE, SMALL, INDEX = "RELIANCE", "UNLISTED", "NIFTY50"
OPTION, DIWALI_OPTION = "NIFTY50-2026-08-11-25000-CE", "NIFTY50-2025-10-28-25000-CE"
OPENS = "T09:15"


@pytest.fixture
def prices(db: None) -> None:
    """Every instrument at 100, and orders in sessions only."""
    configuration.override("trading.instant_at_any_time", "false")
    for name in (SHARE, SMALL):
        make_real_stock(enum=name, close="100.00", previous="100.00")
    bars = [("2025-01-03", "100", "100", "100", "100", 0)]
    make_sector_prices(sector=make_sector(enum=INDEX), bars=bars, extra={"source": "import"})
    for expiry in ("2026-08-11", "2025-10-28"):
        make_option_days([day_row(date=date(2025, 10, 20), expiry_date=date.fromisoformat(expiry))])


def at(moment: str) -> datetime:
    return datetime.fromisoformat(f"{moment}+05:30")


def india(moment: datetime) -> str:
    return f"{moment.astimezone(at('2026-01-01').tzinfo):%Y-%m-%dT%H:%M}"


def taken(owner: User, instrument: str, *, now: str) -> tuple[str, ...]:
    """Until when an order for the day waits; or its refusal, and from when to when one for the next session does."""
    order: dict[str, Any] = {
        "instrument": instrument,
        "quantity": 1,
        "order_type": "LIMIT",
        "price": "50.00",
        "now": at(now),
    }
    try:
        day = place(owner, **order)
    except DomainError as refused:
        later = place(owner, **order, variety="amo")
        assert later.status == "AMO_QUEUED"
        return refused.code, india(later.worked_until), india(later.valid_until)
    with pytest.raises(errors.AmoNotAllowed):
        place(owner, **order, variety="amo")
    return day.status, india(day.valid_until)


def closed(opens: str, ends: str) -> tuple[str, str, str]:
    return "MARKET_CLOSED", opens + OPENS, f"{opens}T{ends}"


@pytest.mark.usefixtures("real_days", "prices")
@pytest.mark.parametrize(
    ("instrument", "now", "expected"),
    [
        # The last day of one session for all: a Friday.
        (SHARE, "2026-07-31T15:29:59", ("OPEN", "2026-07-31T15:30")),
        (SMALL, "2026-07-31T15:29:59", ("OPEN", "2026-07-31T15:30")),
        (INDEX, "2026-07-31T15:29:59", ("OPEN", "2026-07-31T15:30")),
        (OPTION, "2026-07-31T15:29:59", ("OPEN", "2026-07-31T15:30")),
        (SHARE, "2026-07-31T15:30", closed("2026-08-03", "15:15")),
        (SMALL, "2026-07-31T15:30", closed("2026-08-03", "15:30")),
        (OPTION, "2026-07-31T15:30", closed("2026-08-03", "15:40")),
        # The first day with a closing auction.
        (SHARE, "2026-08-03T09:14:59", closed("2026-08-03", "15:15")),
        (SHARE, "2026-08-03T15:14:59", ("OPEN", "2026-08-03T15:15")),
        (SHARE, "2026-08-03T15:15", closed("2026-08-04", "15:15")),
        (SHARE, "2026-08-03T15:29", closed("2026-08-04", "15:15")),
        (SMALL, "2026-08-03T15:29:59", ("OPEN", "2026-08-03T15:30")),
        (SMALL, "2026-08-03T15:30", closed("2026-08-04", "15:30")),
        (INDEX, "2026-08-03T15:29:59", ("OPEN", "2026-08-03T15:30")),
        (INDEX, "2026-08-03T15:30", closed("2026-08-04", "15:30")),
        (OPTION, "2026-08-03T15:39:59", ("OPEN", "2026-08-03T15:40")),
        (OPTION, "2026-08-03T15:40", closed("2026-08-04", "15:40")),
        # Special sessions: Muhurat from 13:45 to 14:45, a budget Sunday.
        (SHARE, "2025-10-21T13:44", ("MARKET_CLOSED", "2025-10-21T13:45", "2025-10-21T14:45")),
        (SHARE, "2025-10-21T14:44", ("OPEN", "2025-10-21T14:45")),
        (DIWALI_OPTION, "2025-10-21T14:44", ("OPEN", "2025-10-21T14:45")),
        (DIWALI_OPTION, "2025-10-21T14:45", closed("2025-10-23", "15:30")),
        (SHARE, "2026-02-01T15:29", ("OPEN", "2026-02-01T15:30")),
    ],
)
def test_an_order_meets_the_session_of_its_segment(
    owner: User, instrument: str, now: str, expected: tuple[str, ...]
) -> None:
    assert taken(owner, instrument, now=now) == expected


@pytest.mark.usefixtures("prices")
@pytest.mark.parametrize("instrument", [SHARE, SMALL, OPTION])
def test_the_synthetic_market_has_one_session_for_all(owner: User, instrument: str) -> None:
    assert taken(owner, instrument, now="2026-08-03T15:29:59") == ("OPEN", "2026-08-03T15:30")
    assert taken(owner, instrument, now="2026-08-03T15:30") == closed("2026-08-04", "15:30")


@pytest.mark.usefixtures("real_days", "prices")
def test_hours_of_an_administrator_are_those_of_every_segment_and_a_day_without_them_is_regular(owner: User) -> None:
    short = {"sessions": [{"open": "09:15", "close": "12:30"}]}
    MarketStatus.objects.create(date=date(2026, 8, 4), is_market_open=True, extra=short)
    MarketStatus.objects.create(date=date(2026, 8, 8), is_market_open=True)
    ends = [
        taken(owner, name, now=f"{day}T11:00")[1] for day in ("2026-08-04", "2026-08-08") for name in (SHARE, OPTION)
    ]
    assert ends == ["2026-08-04T12:30", "2026-08-04T12:30", "2026-08-08T15:15", "2026-08-08T15:40"]


@pytest.mark.usefixtures("real_days", "prices")
@pytest.mark.parametrize(
    ("instrument", "now", "expected"),
    [
        (SHARE, "2026-07-31T15:19", "2026-07-31T15:20"),
        (OPTION, "2026-07-31T15:24", "2026-07-31T15:25"),
        (SHARE, "2026-08-03T15:09", "2026-08-03T15:10"),
        (SHARE, "2026-08-03T15:10", "PRODUCT_NOT_ALLOWED"),
        (SMALL, "2026-08-03T15:19", "2026-08-03T15:20"),
        (SMALL, "2026-08-03T15:20", "PRODUCT_NOT_ALLOWED"),
        (OPTION, "2026-08-03T15:24", "2026-08-03T15:25"),
        (OPTION, "2026-08-03T15:39", "PRODUCT_NOT_ALLOWED"),
        (OPTION, "2026-08-03T15:40", "MARKET_CLOSED"),
    ],
)
def test_an_intraday_order_waits_until_the_square_off_of_its_segment(
    owner: User, instrument: str, now: str, expected: str
) -> None:
    values: dict[str, Any] = {
        "instrument": instrument,
        "quantity": 1,
        "order_type": "LIMIT",
        "price": "50.00",
        "product": "MIS",
    }
    try:
        found = india(place(owner, now=at(now), **values).valid_until)
    except DomainError as refused:
        found = refused.code
    assert found == expected


@pytest.mark.usefixtures("real_days", "prices")
@pytest.mark.parametrize(
    ("day", "end", "status"), [("2026-07-31", "15:30", "COMPLETE"), ("2026-08-03", "15:15", "EXPIRED")]
)
def test_what_is_printed_in_the_closing_auction_fills_nothing(owner: User, day: str, end: str, status: str) -> None:
    """Bars at 15:10 and 15:15: only the later one falls to the limit."""
    order = place(owner, now=at(f"{day}T15:00"), order_type="LIMIT", price="95.00")
    make_bars((100, 100, 100, 100), (100, 100, 90, 92), day=day, begin="15:10")

    services.work_orders(now=at(f"{day}T15:14:59"))
    order.refresh_from_db()
    assert (order.status, india(order.valid_until)) == ("OPEN", f"{day}T{end}")
    services.work_orders(now=at(f"{day}T15:30"))

    order.refresh_from_db()
    assert order.status == status
    last = OrderEvent.objects.unscoped().filter(order=order).latest("id")
    assert (status == "COMPLETE") == (last.reason == "FILLED")
    assert status == "COMPLETE" or (last.reason, india(last.market_at)) == ("SESSION_ENDED", f"{day}T{end}")


@pytest.mark.usefixtures("real_days", "prices")
def test_an_order_taken_during_the_auction_waits_for_the_next_session(owner: User) -> None:
    configuration.override("trading.instant_at_any_time", "true")
    make_bars((100, 100, 90, 92), day="2026-08-03", begin="15:20")
    order = place(owner, now=at("2026-08-03T15:16"), order_type="LIMIT", price="95.00")
    services.work_orders(now=at("2026-08-03T15:30"))
    make_bars((100, 100, 94, 96), day="2026-08-04", begin="09:15")
    order.refresh_from_db()
    assert (order.status, india(order.worked_until)) == ("OPEN", "2026-08-04T09:15")

    services.work_orders(now=at("2026-08-04T09:20"))
    order.refresh_from_db()
    assert (order.status, order.average_price) == ("COMPLETE", Decimal("95.00"))


@pytest.mark.usefixtures("real_days", "prices")
@pytest.mark.parametrize(("day", "variety"), [("2026-07-31", "regular"), ("2026-08-03", "amo")])
def test_a_trigger_met_on_the_last_bar_of_its_segment_is_for_the_next_session(
    owner: User, day: str, variety: str
) -> None:
    row = make_gtt(owner, ("95.00", "94.00"), now=at(f"{day}T15:00"))
    make_bars((100, 100, 94, 96), day=day, begin="15:10")

    services.work_gtts(now=at(f"{day}T15:15"))

    row.refresh_from_db()
    assert row.order is not None
    assert row.order.variety == variety


@pytest.mark.usefixtures("real_days", "prices")
@pytest.mark.parametrize(
    ("now", "moves"),
    [("2026-07-31T15:16", True), ("2026-08-03T15:14", True), ("2026-08-03T15:15", False), ("2026-08-03T15:16", False)],
)
def test_a_price_moves_while_its_segment_trades(now: str, moves: bool) -> None:
    make_bars((100, 100, 94, 96), day=now[:10], begin="15:05")
    (quote,) = market_selectors.get_quotes(instruments=[SHARE], now=at(now)).quotes
    assert (quote.price, quote.is_open) == (9600, moves)


@pytest.mark.usefixtures("real_days", "prices")
@pytest.mark.parametrize(("day", "bars", "end"), [("2026-07-31", 75, "15:30"), ("2026-08-03", 77, "15:40")])
def test_a_replayed_day_lasts_as_long_as_any_segment(owner: User, day: str, bars: int, end: str) -> None:
    replay = make_replay(owner, start=date.fromisoformat(day))
    assert india(replay.ends_at) == f"{day}T{end}"
    assert india(move(replay, bars=bars - 1).clock_at) < f"{day}T{end}"
    assert india(move(replay, bars=1).clock_at) == f"{day}T{end}"


@pytest.mark.usefixtures("real_days", "prices")
@pytest.mark.parametrize(("day", "ends"), [("2026-07-31", "15:30"), ("2026-08-03", "15:40"), ("2025-10-21", "14:45")])
def test_a_day_is_over_when_its_last_segment_is(owner: User, day: str, ends: str) -> None:
    """Until then it has no daily candle, and what accounts are worth is not put on record."""
    make_option_days([day_row(date=date.fromisoformat(day), expiry_date=date(2026, 8, 11), price=20000)])
    place(owner, now=at(f"{day}T14:00"), quantity=1)
    query = CandleQuery(instrument=OPTION, interval="1d")
    seen = []
    for second in ("59", "00"):
        hour, minute = (int(part) for part in ends.split(":"))
        passed = hour * 60 + minute - (second == "59")
        now = at(f"{day}T{passed // 60:02d}:{passed % 60:02d}:{second}")
        closes = market_selectors.get_candles(query=query, now=now).candles.close.tolist()
        (quote,) = market_selectors.get_quotes(instruments=[OPTION], now=now).quotes
        seen.append((closes[-1], quote.price, services.note_equity(now=now)))
    assert seen == [(10000, 10000, 0), (20000, 20000, 1)]
    assert EquityDay.objects.for_user(owner).get().date == date.fromisoformat(day)


@pytest.mark.usefixtures("prices")
def test_a_contract_ends_with_the_market_that_it_is_traded_in(owner: User) -> None:
    """In the synthetic market at 15:30, in the real one at 15:40."""
    assert india(market_selectors.contracts_end(date(2026, 8, 11))) == "2026-08-11T15:30"


@pytest.mark.usefixtures("real_days", "prices")
@pytest.mark.parametrize(("second", "code"), [("15:39:59", ""), ("15:40:00", "EXPIRED_CONTRACT")])
def test_a_contract_trades_to_the_end_of_its_last_session(owner: User, second: str, code: str) -> None:
    try:
        found = place(
            owner, now=at(f"2026-08-11T{second}"), instrument=OPTION, quantity=1, order_type="LIMIT", price="50.00"
        ).refusal_code
    except DomainError as refused:
        found = refused.code
    assert found == code


@pytest.mark.usefixtures("real_days", "prices")
def test_with_files_as_the_source_only_what_was_imported_has_a_price(tmp_path: Path) -> None:
    """Files do not move: a last price comes from the tables, and naming an option asks nobody for one."""
    (tmp_path / "tcs.csv").write_text("symbol,date,open,high,low,close,volume\nTCS,2026-07-31,1,2,1,2,7\n")
    found = market_selectors.get_quotes(instruments=[SHARE, OPTION], now=at("2026-08-03T11:00"))
    assert [(each.instrument, each.price, each.is_open) for each in found.quotes] == [
        (SHARE, 10000, False),
        (OPTION, 10000, False),
    ]

    make_stock(enum="TCS")
    assert market_selectors.get_quotes(instruments=["TCS"], now=at("2026-08-03T11:00")).missing == ["TCS"]


@pytest.mark.usefixtures("real_days", "prices")
@pytest.mark.parametrize(
    ("day", "price", "ended_at"), [("2026-07-31", "103.00", "15:20"), ("2026-08-03", "101.00", "15:10")]
)
def test_a_replayed_position_is_closed_with_its_segment(owner: User, day: str, price: str, ended_at: str) -> None:
    """Bars from 15:00 close at 100, 101, 102 and so on."""
    make_bars(*[(close, close, close, close) for close in range(100, 106)], day=day, begin="15:00")
    replay = make_replay(owner, start=date.fromisoformat(day))
    services.advance_replay(user=owner, replay_id=replay.pk, to=at(f"{day}T15:05"))
    place_in(replay)

    replay = services.advance_replay(user=owner, replay_id=replay.pk, to=replay.ends_at)

    bought, sold = Fill.objects.for_user(owner).order_by("id")
    assert (bought.price, sold.price) == (Decimal("100.00"), Decimal(price))
    assert (sold.order.tag, india(sold.price_at)) == ("AUTO_SQUAREOFF", f"{day}T{ended_at}")
