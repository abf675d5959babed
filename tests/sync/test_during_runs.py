"""Prices read while a sync replaces them are those before it or those after it, never some of each (fault 42)."""

from __future__ import annotations

from datetime import date
from threading import Event

import pytest
import time_machine
from django.db import connection

from apps.core import clock
from apps.market import selectors as market_selectors
from apps.market import services as market_services
from apps.market.enums import Interval
from tests.factories.sync import EVENING, HISTORY, make_market, run_sync
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS, READERS = 50, 3
# As an older version of the model had left them.
ALTER = """
    UPDATE stock_price_daily SET open_price = 100, high_price = 100, low_price = 100, close_price = 100,
        extra = extra || '{"version": "synthetic-0"}'
"""


def read_hash() -> str:
    """What a run's result says of the prices that it read."""
    stock = market_selectors.get_named_instrument(identifier="TCS")
    start, end = date.fromisoformat(HISTORY), date(2026, 1, 5)
    return market_selectors.load_bars(instrument=stock, interval=Interval.DAY, start=start, end=end).data_hash


def alter() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ALTER)


def test_a_run_reads_all_prices_of_an_instrument_before_a_sync_or_all_after_it() -> None:
    with time_machine.travel(EVENING, tick=False):
        make_market(stocks=["TCS"])
        run_sync()
        after = read_hash()
        alter()
        before = read_hash()
        is_over = Event()

        def work(number: int) -> set[str]:
            if number:
                return read(is_over)
            try:
                stock = market_selectors.get_named_instrument(identifier="TCS")
                for _ in range(ROUNDS):
                    market_services.fill_newest(instrument=stock, now=clock.now())
                    alter()
            finally:
                is_over.set()
            return set()

        seen = set.union(*together(1 + READERS, work))

    assert before != after
    assert seen == {before, after}


def read(is_over: Event) -> set[str]:
    """Every hash that is read until the other one is done."""
    seen = set()
    while not is_over.is_set():
        seen.add(read_hash())
    return seen
