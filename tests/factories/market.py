"""Files of bars and instruments for tests. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from apps.market import selectors
from apps.market.enums import InstrumentType
from apps.stocks.models import Stock

EQUITY_HEADER = "date,symbol,series,prev_close,open,high,low,last,close,vwap,volume"
INDEX_HEADER = "date,open,high,low,close,volume,source"

EQUITY_ROWS = (
    "2025-01-01,M&M,EQ,99.00,100.00,110.00,95.00,104.90,105.00,104.10,1000",
    "2025-01-02,M&M,EQ,105.00,105.0,107.05,101,102.40,102.5,103.00,2000",
)
INDEX_ROWS = (
    "2025-01-01,23700.55,23800.00,23650.10,23742.90,245600000.0,A",
    "2025-01-02,23783.00,24226.70,23751.55,24188.65,,B",
)


def write_csv(path: Path, *, header: str, rows: Sequence[str], newline: str = "\n") -> Path:
    """A CSV file of these lines."""
    path.write_text(newline.join([header, *rows, ""]), encoding="utf-8", newline="")
    return path


def write_equity(folder: Path, *, rows: Sequence[str] = EQUITY_ROWS, name: str = "M&M.csv") -> Path:
    """A file of daily bars of one stock."""
    return write_csv(folder / name, header=EQUITY_HEADER, rows=rows)


def write_index(folder: Path, *, rows: Sequence[str] = INDEX_ROWS, name: str = "NIFTY_50.csv") -> Path:
    """A file of daily bars of one index."""
    return write_csv(folder / name, header=INDEX_HEADER, rows=rows)


def instrument_of(stock: Stock) -> selectors.Instrument:
    """A stock as the market names it."""
    return selectors.get_instrument(instrument_type=InstrumentType.STOCK, identifier=stock.enum)
