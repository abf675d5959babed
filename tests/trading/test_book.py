"""Positions by hand: averages, flips, overnight, and the identity that holds on every step (E9)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.trading.models import Position
from apps.trading.services import accounting, book
from apps.wallet.enums import LedgerKind

MONDAY, TUESDAY = date(2026, 1, 5), date(2026, 1, 6)
FILL = st.tuples(st.sampled_from(["BUY", "SELL"]), st.integers(1, 500), st.integers(1, 10_000_00))


def flat() -> Position:
    return Position(day=MONDAY, opened_market_at=datetime(2026, 1, 5, tzinfo=UTC))


def filled(position: Position, side: str, quantity: int, price: object) -> book.Change:
    return book.apply_fill(position, side=side, filled=quantity, price=Decimal(str(price)))


def state(position: Position) -> tuple[object, ...]:
    return position.quantity, book.average_of(quantity=position.quantity, cost=position.cost), position.realised


def test_average_and_flip_by_hand() -> None:
    position = flat()
    seen: list[object] = []
    for side, quantity, price in (("BUY", 100, 100), ("BUY", 50, 106), ("SELL", 60, 110), ("SELL", 150, 95)):
        filled(position, side, quantity, price)
        seen.append(state(position))

    worth = book.value(position, last_price=Decimal(98), previous_close=None)

    assert seen == [(100, 100, 0), (150, 102, 0), (90, 102, 480), (-60, 95, -150)]
    assert (worth.unrealised, worth.pnl) == (Decimal(-180), Decimal(-330))


def test_overnight_quantity_is_valued_at_the_close_before() -> None:
    position = flat()
    filled(position, "BUY", 3, 23057)
    assert book.roll(position, day=TUESDAY, day_before=MONDAY)
    filled(position, "BUY", 1, 23388)
    filled(position, "SELL", 4, 23340)

    worth = book.value(position, last_price=Decimal(23350), previous_close=Decimal(23232))

    assert (position.buy_value, position.sell_value) == (Decimal(92559), Decimal(93360))
    assert (worth.pnl, worth.m2m) == (Decimal(801), Decimal(276))


@pytest.mark.parametrize(("day_before", "t1"), [(MONDAY, 7), (date(2026, 1, 2), 0)])
def test_what_was_bought_a_trading_day_ago_waits_for_settlement(day_before: date, t1: int) -> None:
    position = flat()
    filled(position, "BUY", 10, 100)
    filled(position, "SELL", 3, 101)

    book.roll(position, day=TUESDAY, day_before=day_before)

    assert (position.overnight_quantity, position.t1_quantity, position.day_buy_quantity) == (7, t1, 0)


def test_a_flat_position_begins_anew_on_the_next_day_only() -> None:
    position = flat()
    filled(position, "BUY", 10, 100)
    filled(position, "SELL", 10, 103)

    assert not book.roll(position, day=MONDAY, day_before=date(2026, 1, 2))
    assert position.realised == 30
    assert book.roll(position, day=TUESDAY, day_before=MONDAY)
    assert {position.realised, position.buy_value, position.sell_value} == {Decimal(0)}


@given(st.lists(FILL, max_size=30), st.integers(1, 10_000_00))
def test_realised_and_unrealised_are_what_came_in_and_what_is_held(
    fills: list[tuple[str, int, int]], last: int
) -> None:
    position = flat()
    for side, quantity, paise in fills:
        change = filled(position, side, quantity, Decimal(paise) / 100)
        last_price = Decimal(last) / 100
        worth = book.value(position, last_price=last_price, previous_close=None)
        value = position.sell_value - position.buy_value + position.quantity * last_price

        assert position.realised + worth.unrealised == value == worth.pnl
        assert position.quantity == position.buy_quantity - position.sell_quantity
        assert sum(accounting.lines_of(change, side=side, released=Decimal(5)).values()) == 0


@given(st.lists(FILL, max_size=30))
def test_the_ledger_holds_positions_at_cost_and_locks_twice_the_cost_of_a_short(
    fills: list[tuple[str, int, int]],
) -> None:
    position, held, locked, won = flat(), Decimal(0), Decimal(0), Decimal(0)
    for side, quantity, paise in fills:
        change = filled(position, side, quantity, Decimal(paise) / 100)
        lines = accounting.lines_of(change, side=side)
        held, locked = held + lines[LedgerKind.POSITIONS], locked + lines[LedgerKind.BLOCKED]
        won -= lines[LedgerKind.REALISED]

        is_short = position.quantity < 0
        assert held == (-position.cost if is_short else position.cost)
        assert locked == (2 * position.cost if is_short else 0)
        assert won == position.realised
