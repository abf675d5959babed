"""The command that makes blocks anew: what an operator reads, and what is written."""

from __future__ import annotations

from datetime import date
from io import StringIO

from django.core.management import call_command

from apps.sectors.models import SectorPriceDaily
from apps.stocks.models import Stock5MinByDay
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_5min_day, make_stock

CANDLES = {"09:15": {"open": 1, "high": 2, "low": 1, "close": 2, "volume": 3}}


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("rebuild_intraday_blocks", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_days_without_a_block_get_one_once(db: None) -> None:
    stock = make_stock(enum="TCS")
    make_stock(enum="INFY")
    for day in (1, 2, 3):
        make_5min_day(stock=stock, day=date(2025, 1, day), candles=CANDLES)
    make_5min_day(stock=stock, day=date(2025, 1, 4), candles={})
    make_sector_prices(sector=make_sector(enum="NIFTY50"))
    SectorPriceDaily.objects.filter(date=date(2025, 1, 2)).update(timewise_json=CANDLES)

    assert run() == [
        "1/3 INFY: 0 days, 0 blocks written",
        "2/3 TCS: 3 days, 3 blocks written",
        "3/3 NIFTY50: 1 days, 1 blocks written",
        "4 blocks written.",
    ]
    assert Stock5MinByDay.objects.filter(candles_packed=None).count() == 1
    assert SectorPriceDaily.objects.exclude(timewise_packed=None).get().date == date(2025, 1, 2)
    assert run()[-1] == "0 blocks written."


def test_all_days_are_looked_at_and_wrong_blocks_made_right(db: None) -> None:
    stock = make_stock(enum="TCS")
    make_5min_day(stock=stock, day=date(2025, 1, 1), candles=CANDLES)
    run()
    right = bytes(Stock5MinByDay.objects.get().candles_packed or b"")
    Stock5MinByDay.objects.update(candles_packed=b"wrong")

    assert run() == ["1/1 TCS: 0 days, 0 blocks written", "0 blocks written."]
    assert run("--all") == ["1/1 TCS: 1 days, 1 blocks written", "1 blocks written."]
    assert bytes(Stock5MinByDay.objects.get().candles_packed or b"") == right
