"""Candles that a client has already are not sent again, until anything about them changes."""

from __future__ import annotations

from datetime import date

import pytest
from rest_framework.test import APIClient

from apps.sectors.models import SectorPriceDaily
from apps.stocks.models import Stock5MinByDay
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_5min_day, make_stock

CANDLES = {"09:15": {"open": 1, "high": 2, "low": 1, "close": 2, "volume": 3}}
OTHER = {"09:15": {"open": 1, "high": 2, "low": 1, "close": 1, "volume": 3}}
DAY = date(2025, 1, 2)
STOCK = "/api/v1/stocks/prices/5min?stock=TCS&date=2025-01-02"
SECTOR = "/api/v1/sectors/prices/5min?sector=NIFTY50&date=2025-01-02"
MARKET = "/api/v1/market/candles?instrument=TCS&interval=5m&from=2025-01-02&to=2025-01-02"


@pytest.mark.parametrize("url", [STOCK, SECTOR, MARKET])
def test_the_same_candles_are_answered_with_304_and_changed_ones_with_200(api: APIClient, url: str) -> None:
    make_5min_day(stock=make_stock(enum="TCS"), day=DAY, candles=CANDLES)
    make_sector_prices(sector=make_sector(enum="NIFTY50"), timewise_json=CANDLES)
    first = api.get(url)

    same = api.get(url, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (first.status_code, same.status_code, same.content) == (200, 304, b"")
    assert same["ETag"] == first["ETag"]

    Stock5MinByDay.objects.update(candles_json=OTHER)
    SectorPriceDaily.objects.update(timewise_json=OTHER)
    changed = api.get(url, HTTP_IF_NONE_MATCH=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert changed.content != first.content


def test_a_refusal_has_no_etag(api: APIClient) -> None:
    response = api.get(STOCK)

    assert response.status_code == 404
    assert "ETag" not in response
