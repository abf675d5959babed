"""The limit: FastAPI and asyncpg, no users, no limits, no checks. Runs inside the throw-away environment.

Bars and stocks are made of rows; what the service computes (a run's detail, a chain, a day of candles) is one stored
row of ready bytes. What does not belong here: anything of the project.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncpg  # type: ignore[import-not-found]
import orjson
from fastapi import FastAPI, Request, Response  # type: ignore[import-not-found]

BARS = """
    SELECT date, open_price, high_price, low_price, close_price, volume FROM stock_price_daily
    WHERE stock_id = $1 AND date BETWEEN $2::text::date AND $3::text::date ORDER BY date
"""
STOCKS = """
    SELECT stock.id, enum, symbol, exchange_suffix, full_symbol, status, series,
           to_char(last_synced_at AT TIME ZONE 'Asia/Kolkata', 'YYYY-MM-DD"T"HH24:MI:SS+05:30'),
           coalesce((SELECT json_agg(json_build_object('id', category.id, 'name', category.name) ORDER BY category.name)
                     FROM stocks_stock_categories AS pair JOIN stocks_category AS category ON category.id = category_id
                     WHERE pair.stock_id = stock.id), '[]')::text
    FROM stocks_stock AS stock ORDER BY enum LIMIT 50
"""
STOCK_FIELDS = ("id", "enum", "symbol", "exchange_suffix", "full_symbol", "status", "series")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Keep a pool of connections while the application serves."""
    url = urlsplit(os.environ["DATABASE_URL"])
    place = {"host": unquote(url.hostname or ""), "user": url.username, "password": url.password, "port": url.port}
    given = {name: value for name, value in place.items() if value}
    app.state.pool = await asyncpg.create_pool(**given, database=url.path.lstrip("/"), min_size=4, max_size=4)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan, openapi_url=None)


@app.get("/bars")
async def bars(stock: int, start: str, end: str) -> Response:
    """Daily bars as a list."""
    rows = await app.state.pool.fetch(BARS, stock, start, end)
    names = ("date", "open", "high", "low", "close", "volume")
    return _json([dict(zip(names, (day, *map(str, prices), volume), strict=True)) for day, *prices, volume in rows])


@app.get("/stocks")
async def stocks() -> Response:
    """The first page of stocks with their categories."""
    rows = await app.state.pool.fetch(STOCKS)
    count = await app.state.pool.fetchval("SELECT count(*) FROM stocks_stock")
    found = [
        dict(zip(STOCK_FIELDS, row[:7], strict=True)) | {"last_synced_at": row[7], "categories": orjson.loads(row[8])}
        for row in rows
    ]
    return _json({"count": count, "next": None, "previous": None, "results": found})


@app.get("/stored/{name}")
async def stored(name: str, request: Request) -> Response:
    """Bytes that a row holds."""
    body = await request.app.state.pool.fetchval("SELECT body FROM benchmark_answer WHERE name = $1", name)
    return Response(body, media_type="application/json")


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")
