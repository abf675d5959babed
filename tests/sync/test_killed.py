"""A sync that is killed after any statement and run again stores what a clean one does (2.4 of the promises)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import time_machine
from django.db.models.functions import Now

from apps.stocks.models import Stock, Stock5MinByDay, StockPriceDaily
from apps.sync import services
from apps.sync.models import SyncItem, SyncLog
from tests.deaths import count_statements, kill_after
from tests.factories.sync import EVENING, make_market, open_sync, run_sync

pytestmark = pytest.mark.django_db(transaction=True)

POINTS = 20
DAILY = ("date", "open_price", "high_price", "low_price", "close_price", "volume", "extra")


def stored() -> tuple[list[Any], ...]:
    """What the tables hold of prices, apart from keys and times of writing."""
    days = StockPriceDaily.objects.order_by("stock_id", "date").values_list(*DAILY)
    return list(days), list(Stock5MinByDay.objects.order_by("stock_id", "date").values_list("date", "candles_json"))


def forget() -> None:
    """Empty the tables of prices and of syncs."""
    for model in (StockPriceDaily, Stock5MinByDay, SyncItem, SyncLog):
        model.objects.all().delete()
    Stock.objects.update(last_synced_at=None)


def test_whatever_point_it_was_killed_at_the_next_run_ends_with_the_rows_of_a_clean_one() -> None:
    with time_machine.travel(EVENING, tick=False):
        make_market(stocks=["TCS"])
        run_sync()
        clean = stored()
        forget()
        statements = count_statements(partial(services.execute_all, log_id=open_sync().pk))
        assert stored() == clean
        assert (min(map(len, clean)) > 0, statements > POINTS) == (True, True), statements

        for point in range(POINTS + 1):
            number = point * statements // POINTS
            forget()
            log = open_sync()
            kill_after(number, partial(services.execute_all, log_id=log.pk))
            SyncItem.objects.filter(state="running").update(lease_until=Now())

            services.execute_all(log_id=log.pk)

            assert stored() == clean, f"after statement {number} of {statements}"
            assert SyncLog.objects.get().status == "completed"
