"""From the engine's result to what is stored: paise to rupees, bar numbers to days.

What does not belong here: writing it (results), computing anything anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings

from apps.backtests.services.results import Outcome
from apps.core import money
from apps.market import selectors as market_selectors
from apps.market import services as market_services
from apps.market.enums import TradeType
from engine.metrics.registry import STATISTICS

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from engine.types import Result, Trade

Json = dict[str, Any]

PAISE = 100.0
UNITS = {statistic.key: statistic.unit for statistic in STATISTICS}
COSTS = "none"


def build(
    *, run: BacktestRun, instrument: market_selectors.Instrument, loaded: market_selectors.LoadedBars, result: Result
) -> Outcome:
    """Everything of a result that is kept."""
    return Outcome(
        final_equity=float(result.equity[-1]),
        trades=[_trade(trade, loaded=loaded) for trade in result.trades],
        round_trips=[_round_trip(trade, run=run, instrument=instrument, loaded=loaded) for trade in result.trades],
        equity={
            "time": loaded.dates.astype(str).tolist(),
            "equity": np.round(result.equity / PAISE, 2).tolist(),
        },
        extra={
            "statistics": {key: _statistic(value, unit=UNITS[key]) for key, value in result.statistics.items()},
            "assumptions": _assumptions(run=run, loaded=loaded, result=result),
            "notes": _notes(loaded=loaded, result=result),
            "open_trade": _trade(result.open_trade, loaded=loaded) if result.open_trade else None,
            "rejected_orders": [
                {"date": str(loaded.dates[order.index]), "side": order.side, "reason": order.reason}
                for order in result.rejections
            ],
        },
    )


def _trade(trade: Trade, *, loaded: market_selectors.LoadedBars) -> Json:
    return {
        "entry_date": str(loaded.dates[trade.entry_index]),
        "exit_date": str(loaded.dates[trade.exit_index]),
        "side": trade.side,
        "quantity": int(trade.quantity),
        "entry_price": _rupees(trade.entry_price),
        "exit_price": _rupees(trade.exit_price),
        "pnl": _rupees(trade.pnl),
        "exit_reason": trade.exit_reason,
        "bars_held": int(trade.bars_held),
        "mae": _rupees(trade.mae),
        "mfe": _rupees(trade.mfe),
        "ambiguous": bool(trade.ambiguous),
    }


def _round_trip(
    trade: Trade, *, run: BacktestRun, instrument: market_selectors.Instrument, loaded: market_selectors.LoadedBars
) -> market_services.RoundTrip:
    """The row of a trade; of a short one the sale comes before the purchase."""
    entry = (loaded.dates[trade.entry_index].item(), money.rupees(trade.entry_price))
    exit_ = (loaded.dates[trade.exit_index].item(), money.rupees(trade.exit_price))
    bought, sold = (entry, exit_) if trade.side == "long" else (exit_, entry)
    details = _trade(trade, loaded=loaded)
    return market_services.RoundTrip(
        user_id=run.user_id,
        instrument=instrument,
        buy_date=bought[0],
        buy_price=bought[1],
        sell_date=sold[0],
        sell_price=sold[1],
        quantity=int(trade.quantity),
        trade_type=TradeType(trade.side),
        pnl=money.rupees(trade.pnl),
        strategy_id=_strategy_id(run),
        backtest_run_id=run.pk,
        extra={key: details[key] for key in ("exit_reason", "bars_held", "mae", "mfe", "ambiguous")},
    )


def _strategy_id(run: BacktestRun) -> str | None:
    """Which strategy traded, as kind and key; None for rules that came with the request."""
    key = run.strategy["id"]
    return None if key is None else f"{run.strategy['kind']}:{key}"


def _assumptions(*, run: BacktestRun, loaded: market_selectors.LoadedBars, result: Result) -> Json:
    """What the result rests on, said in every result."""
    rules = run.strategy["rules"]
    return {
        **run.settings,
        **{key: rules[key] for key in ("direction", "exits", "sizing")},
        "costs": COSTS,
        "data_source": str(loaded.source),
        "data_hash": loaded.data_hash,
        "engine_version": settings.VERSION,
        "bars": len(loaded.dates),
        "first_date": str(loaded.dates[0]),
        "last_date": str(loaded.dates[-1]),
        "warmup_bars": int(result.warmup_bars),
    }


def _notes(*, loaded: market_selectors.LoadedBars, result: Result) -> list[str]:
    """What the reader of the result should know, one sentence each."""
    notes = []
    if len(loaded.dates) <= result.warmup_bars:
        notes.append(
            f"The strategy needs {result.warmup_bars} bars before its first signal and the range has "
            f"{len(loaded.dates)}: it could not trade."
        )
    if result.rejections:
        notes.append(f"{len(result.rejections)} orders were rejected, most likely for want of cash.")
    return notes


def _rupees(paise: float) -> float:
    """Rupees as a number, with the fraction of a paisa that a level may have."""
    return round(float(paise) / PAISE, 6)


def _statistic(value: float | int | None, *, unit: str) -> float | int | None:
    """A statistic as JSON can write it: amounts in rupees, counts and days whole."""
    if value is None:
        return None
    if unit in ("count", "days"):
        return int(value)
    return _rupees(value) if unit == "paise" else float(value)
