"""A day's final bars as one last price: what live prices and replays both show."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from apps.market import selectors
from apps.market.selectors import Candles, Label, MarketQuote

STORED = {
    "09:15": {"open": "100.00", "high": "104.05", "low": "99.00", "close": "103.00", "volume": 700},
    "09:20": {"open": "103.00", "high": "103.50", "low": "98.45", "close": "99.00", "volume": 20},
    "15:25": {"open": "99.00", "high": "101.00", "low": "99.00", "close": "100.95", "volume": 3},
}


@pytest.mark.parametrize(
    ("count", "price", "high", "low", "volume", "at"),
    [
        (1, 10300, 10405, 9900, 700, "09:20"),
        (2, 9900, 10405, 9845, 720, "09:25"),
        (3, 10095, 10405, 9845, 723, "15:30"),
    ],
)
def test_bars_are_quoted_at_the_end_of_the_last(
    count: int, price: int, high: int, low: int, volume: int, at: str
) -> None:
    label = Label(source="import", version="7")
    bars = Candles.of_json(dict(list(STORED.items())[:count]), day=date(2026, 1, 5))

    assert selectors.quote_of_bars(bars, instrument="RELIANCE", label=label) == MarketQuote(
        instrument="RELIANCE",
        price=price,
        open=10000,
        high=high,
        low=low,
        previous_close=None,
        volume=volume,
        at=datetime.fromisoformat(f"2026-01-05T{at}:00+05:30"),
        is_open=False,
        label=label,
    )
