"""The one door to the table of round trips. What does not belong here: deciding what was traded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from apps.market import selectors
from apps.market.enums import TradeType
from apps.market.models import Trade

BATCH_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One round trip to be recorded. Prices and ``pnl`` are rupees; ``extra`` must be plain JSON.

    ``quantity`` has up to six decimals.

    Of a short round trip the sale comes first: ``sell_date`` is then not after ``buy_date``.
    """

    user_id: int
    instrument: selectors.Instrument
    trade_type: TradeType
    quantity: Decimal | int
    buy_date: date
    sell_date: date
    buy_price: Decimal
    sell_price: Decimal
    pnl: Decimal
    strategy_id: str | None = None
    backtest_run_id: int | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


def record_round_trips(rows: Iterable[RoundTrip]) -> int:
    """Write round trips in the given order, in the caller's transaction, and count them."""
    written = Trade.objects.unscoped().bulk_create([_trade(row) for row in rows], batch_size=BATCH_ROWS)
    return len(written)


def _trade(row: RoundTrip) -> Trade:
    return Trade(
        user_id=row.user_id,
        stock_id=row.instrument.stock_id,
        sector_id=row.instrument.sector_id,
        instrument_type=row.instrument.type,
        instrument_identifier=row.instrument.identifier,
        buy_date=row.buy_date,
        sell_date=row.sell_date,
        buy_price=row.buy_price,
        sell_price=row.sell_price,
        quantity=row.quantity,
        trade_type=row.trade_type,
        pnl=row.pnl,
        strategy_id=row.strategy_id,
        backtest_run_id=row.backtest_run_id,
        extra=dict(row.extra),
    )
