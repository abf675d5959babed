"""The instruments of the synthetic market: stocks, indices, weights, base prices.

The numbers live in ``data/`` with their sources. What does not belong here: prices on any day but the anchor day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from marketdata import tables
from marketdata.types import Instrument, Kind


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock as the model sees it.

    ``base_paise``: price on the anchor day. ``own_vol``: daily volatility of its own part, in log terms.
    ``base_volume``: shares traded on a typical day.
    """

    symbol: str
    name: str
    industry: str
    factor: str
    base_paise: int
    beta: float
    own_vol: float
    base_volume: int


@dataclass(frozen=True, slots=True)
class Index:
    """A constant-weight index; ``weights`` are (symbol, share) and sum to 1."""

    symbol: str
    name: str
    base_paise: int
    weights: tuple[tuple[str, float], ...]


@lru_cache(maxsize=1)
def stocks() -> Mapping[str, Stock]:
    """Every stock by symbol, in the order of the file."""
    read = (
        Stock(
            symbol=row["symbol"],
            name=row["name"],
            industry=row["industry"],
            factor=row["factor"],
            base_paise=int(row["base_price"]) * 100,
            beta=float(row["beta"]),
            own_vol=float(row["own_vol_pct"]) / 100,
            base_volume=int(row["base_volume"]),
        )
        for row in tables.rows("stocks")
    )
    return MappingProxyType({stock.symbol: stock for stock in read})


@lru_cache(maxsize=1)
def indices() -> Mapping[str, Index]:
    """Every index by symbol, in the order of the file."""
    weights = tables.rows("weights")
    read = (
        Index(
            symbol=row["symbol"],
            name=row["name"],
            base_paise=int(row["base_price"]) * 100,
            weights=tuple(
                (weight["symbol"], float(weight["weight_pct"]) / 100)
                for weight in weights
                if weight["index"] == row["symbol"]
            ),
        )
        for row in tables.rows("sectors")
    )
    return MappingProxyType({index.symbol: index for index in read})


@lru_cache(maxsize=2)
def instruments(kind: Kind) -> tuple[Instrument, ...]:
    """Every instrument of a kind, in the order of its file."""
    if kind == "stock":
        return tuple(
            Instrument(symbol=stock.symbol, name=stock.name, kind="stock", industry=stock.industry)
            for stock in stocks().values()
        )
    return tuple(
        Instrument(symbol=index.symbol, name=index.name, kind="sector", weights=index.weights)
        for index in indices().values()
    )
