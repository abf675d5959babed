"""Round trips: written as given, read by their owner, kept apart by run."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.backtests.models import BacktestRun
from apps.market import selectors, services
from apps.market.enums import TradeType
from apps.users.models import User
from tests.factories.market import instrument_of
from tests.factories.stocks import make_stock


def run_of(user: User) -> BacktestRun:
    return BacktestRun.objects.create(
        user=user,
        instrument_type="stock",
        instrument_identifier="TCS",
        start_date=date(2025, 1, 1),
        end_date=date(2025, 1, 31),
        initial_wallet_amount=Decimal("100000.00"),
    )


def long_trip(user: User) -> services.RoundTrip:
    return services.RoundTrip(
        user_id=user.pk,
        instrument=instrument_of(make_stock(enum="TCS")),
        trade_type=TradeType.LONG,
        quantity=9,
        buy_date=date(2025, 1, 1),
        sell_date=date(2025, 1, 3),
        buy_price=Decimal("100.05"),
        sell_price=Decimal("110.10"),
        pnl=Decimal("90.45"),
        strategy_id="sma_crossover",
        extra={"exit_reason": "signal"},
    )


def test_a_round_trip_is_stored_as_given(owner: User) -> None:
    run, trip = run_of(owner), long_trip(owner)

    assert services.record_round_trips([dataclasses.replace(trip, backtest_run_id=run.pk)]) == 1

    stored = selectors.list_round_trips(user=owner, backtest_run_id=run.pk).get()
    assert (stored.stock_id, stored.sector_id) == (trip.instrument.stock_id, None)
    assert (stored.instrument_type, stored.instrument_identifier, stored.trade_type) == ("stock", "TCS", "long")
    assert (stored.buy_date, stored.sell_date) == (date(2025, 1, 1), date(2025, 1, 3))
    assert (stored.buy_price, stored.sell_price) == (Decimal("100.05"), Decimal("110.10"))
    assert (stored.quantity, stored.pnl) == (Decimal(9), Decimal("90.45"))
    assert (stored.strategy_id, stored.extra) == ("sma_crossover", {"exit_reason": "signal"})


def test_round_trips_come_in_the_order_they_were_recorded_more_than_a_batch_of_them(owner: User) -> None:
    trip = long_trip(owner)

    services.record_round_trips(dataclasses.replace(trip, quantity=number) for number in range(1, 4501))

    assert [row.quantity for row in selectors.list_round_trips(user=owner)] == list(range(1, 4501))


def test_the_trips_of_a_run_of_paper_trading_and_of_others_are_kept_apart(owner: User, stranger: User) -> None:
    run, trip = run_of(owner), long_trip(owner)
    services.record_round_trips(
        [
            dataclasses.replace(trip, quantity=1, backtest_run_id=run.pk),
            dataclasses.replace(trip, quantity=2),
            dataclasses.replace(trip, quantity=3, user_id=stranger.pk),
        ]
    )

    assert [row.quantity for row in selectors.list_round_trips(user=owner, backtest_run_id=run.pk)] == [1]
    assert [row.quantity for row in selectors.list_round_trips(user=owner)] == [2]
    assert [row.quantity for row in selectors.list_round_trips(user=stranger)] == [3]
    assert not selectors.list_round_trips(user=stranger, backtest_run_id=run.pk).exists()


def test_a_round_trip_of_nothing_cannot_be_stored(owner: User) -> None:
    with pytest.raises(IntegrityError, match="market_trade_quantity_above_zero"), transaction.atomic():
        services.record_round_trips([dataclasses.replace(long_trip(owner), quantity=0)])

    assert not selectors.list_round_trips(user=owner).exists()
