"""From the engine's result to what is stored: paise to rupees, bar numbers to days and moments.

What does not belong here: writing it (results), computing anything anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from apps.backtests.selectors import packing
from apps.backtests.services import manifests, notes, terms, wording
from apps.backtests.services.results import Outcome
from apps.core import clock, money
from apps.market import selectors as market_selectors
from apps.market import services as market_services
from apps.market.enums import Interval, TradeType
from engine.metrics.registry import STATISTICS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apps.backtests.models import BacktestRun
    from engine.legs.results import LegTrade
    from engine.types import Result, Trade

Json = dict[str, Any]

PAISE = 100.0
UNITS = {statistic.key: statistic.unit for statistic in STATISTICS}
# What is kept of a trade beside the columns of its row.
DETAILS = (
    "entry_time",
    "exit_time",
    "exit_reason",
    "entry_reason",
    "entries",
    "entry_tag",
    "exit_tag",
    "bars_held",
    "charges",
    "mae",
    "mfe",
    "ambiguous",
)


@dataclass(frozen=True, slots=True)
class Simulated:
    """A result with what it takes to read it: the ids of a script's orders by number, and the tick used (paise)."""

    result: Result
    tags: Sequence[str]
    tick_size: float


@dataclass(frozen=True, slots=True)
class _Bars:
    """Where a bar number stands in time. ``times``: moments of the opens, None where a bar is a day or more."""

    dates: list[str]
    times: list[str] | None

    def time(self, index: int) -> str | None:
        return None if self.times is None else self.times[index]


def build(
    *,
    run: BacktestRun,
    instrument: market_selectors.Instrument,
    loaded: market_selectors.LoadedBars,
    simulated: Simulated,
) -> Outcome:
    """Everything of a result that is kept."""
    result, is_intraday = simulated.result, terms.of(run)["interval"] not in (Interval.DAY, Interval.WEEK)
    bars = _Bars(loaded.dates.astype(str).tolist(), _moments(loaded) if is_intraday else None)
    trades = [_trade(trade, bars=bars, tags=simulated.tags) for trade in result.trades]
    manifest = manifests.build(run=run, loaded=loaded, result=result)
    still_open = _trade(result.open_trade, bars=bars, tags=simulated.tags) if result.open_trade else None
    return Outcome(
        final_equity=float(result.equity[-1]),
        trades=trades,
        round_trips=[
            round_trip(trade, details=details, run=run, instrument=instrument)
            for trade, details in zip(result.trades, trades, strict=True)
        ],
        equity=daily(session=loaded.bars.session, equity=result.equity),
        bars_equity=packing.pack(time=loaded.bars.time, equity=result.equity) if is_intraday else None,
        extra={
            "statistics": statistics(result.statistics),
            "assumptions": _assumptions(run=run, loaded=loaded, simulated=simulated),
            "manifest": manifest,
            "reproduction": reproduction_of(run, manifest=manifest),
            "notes": notes.write(run=run, instrument=instrument, loaded=loaded, result=result),
            "open_trade": still_open,
            "open_trades": [] if still_open is None else [still_open],
            "rejected_orders": [
                {
                    "date": bars.dates[order.index],
                    "time": bars.time(order.index),
                    "side": order.side,
                    "reason": order.reason,
                }
                for order in result.rejections
            ],
        },
    )


def _moments(loaded: market_selectors.LoadedBars) -> list[str]:
    return [datetime.fromtimestamp(second, clock.IST).isoformat() for second in loaded.bars.time.tolist()]


def daily(*, session: NDArray[np.int32], equity: NDArray[np.float64]) -> Json:
    """The equity at the end of each session in rupees."""
    ends = np.append(np.flatnonzero(np.diff(session)), len(session) - 1)
    return {
        "time": session[ends].astype("datetime64[D]").astype(str).tolist(),
        "equity": np.round(equity[ends] / PAISE, 2).tolist(),
    }


def _trade(trade: Trade, *, bars: _Bars, tags: Sequence[str]) -> Json:
    return {
        "entry_date": bars.dates[trade.entry_index],
        "entry_time": bars.time(trade.entry_index),
        "exit_date": bars.dates[trade.exit_index],
        "exit_time": bars.time(trade.exit_index),
        **figures_of(trade),
        "gross_pnl": rupees(trade.gross_pnl),
        "entry_reason": trade.entry_reason,
        "entries": int(trade.entries),
        "entry_tag": _tag(trade.entry_tag, tags=tags),
        "exit_tag": _tag(trade.exit_tag, tags=tags),
    }


def figures_of(trade: Trade | LegTrade) -> Json:
    """What is shown alike of the trades of every kind of run, in rupees."""
    return {
        "side": trade.side,
        "quantity": trade.quantity,
        "entry_price": rupees(trade.entry_price),
        "exit_price": rupees(trade.exit_price),
        "charges": rupees(trade.charges),
        "pnl": rupees(trade.pnl),
        "exit_reason": trade.exit_reason,
        "bars_held": int(trade.bars_held),
        "mae": rupees(trade.mae),
        "mfe": rupees(trade.mfe),
        "ambiguous": bool(trade.ambiguous),
    }


def _tag(number: int, *, tags: Sequence[str]) -> str | None:
    """The id of an order in its script; None where it has none."""
    return tags[number] or None if number < len(tags) else None


def round_trip(
    trade: Trade | LegTrade,
    *,
    details: Json,
    run: BacktestRun,
    instrument: market_selectors.Instrument,
    kept: Sequence[str] = DETAILS,
) -> market_services.RoundTrip:
    """The row of a trade, with what is kept of its details; of a short one the sale comes before the purchase."""
    entry = (date.fromisoformat(details["entry_date"]), money.rupees(trade.entry_price))
    exit_ = (date.fromisoformat(details["exit_date"]), money.rupees(trade.exit_price))
    bought, sold = (entry, exit_) if trade.side == "long" else (exit_, entry)
    return market_services.RoundTrip(
        user_id=run.user_id,
        instrument=instrument,
        buy_date=bought[0],
        buy_price=bought[1],
        sell_date=sold[0],
        sell_price=sold[1],
        quantity=Decimal(repr(trade.quantity)),
        trade_type=TradeType(trade.side),
        pnl=money.rupees(trade.pnl),
        strategy_id=_strategy_id(run),
        backtest_run_id=run.pk,
        extra={key: details[key] for key in kept},
    )


def _strategy_id(run: BacktestRun) -> str | None:
    """Which strategy traded, as kind and key; None for rules or a script that came with the request."""
    key = run.strategy["id"]
    return None if key is None else f"{run.strategy['kind']}:{key}"


def _assumptions(*, run: BacktestRun, loaded: market_selectors.LoadedBars, simulated: Simulated) -> Json:
    """What the result rests on, said in every result."""
    rules = run.strategy["rules"] or {"direction": None, "exits": {}, "sizing": run.strategy["sizing"]}
    return {
        **basis_of(run, loaded=loaded, data_hash=loaded.data_hash, tick_size=simulated.tick_size),
        **{key: rules[key] for key in ("direction", "exits", "sizing")},
        "entries": rules.get("entries", {}),
        "warmup_bars": int(simulated.result.warmup_bars),
    }


def basis_of(run: BacktestRun, *, loaded: market_selectors.LoadedBars, data_hash: str, tick_size: float) -> Json:
    """What a result of every kind of run rests on: its terms, its data, the engine. ``tick_size`` is in paise."""
    settled = terms.of(run)
    return {
        **settled,
        "tick_size": tick_size / PAISE,
        "costs": wording.cost_words(settled["costs"]),
        "data_source": str(loaded.source),
        "data_hash": data_hash,
        "engine_version": settings.VERSION,
        "bars": len(loaded.dates),
        "first_date": str(loaded.dates[0]),
        "last_date": str(loaded.dates[-1]),
    }


def reproduction_of(run: BacktestRun, *, manifest: Json) -> Json | None:
    """Whether a run that was run again gave the same; None where this is no such run."""
    first = run.extra.get("rerun_of")
    if first is None:
        return None
    return {
        "run_id": first["run_id"],
        "same_data": first["data_hash"] == manifest["data_hash"],
        "same_result": first["result_hash"] == manifest["result_hash"],
    }


def rupees(paise: float) -> float:
    """Rupees as a number, with the fraction of a paisa that a level may have."""
    return round(float(paise) / PAISE, 6)


def statistics(values: Mapping[str, float | int | None]) -> Json:
    """Statistics of a run as JSON can write them."""
    return {key: statistic(value, unit=UNITS[key]) for key, value in values.items()}


def statistic(value: float | int | None, *, unit: str) -> float | int | None:
    """A statistic as JSON can write it: amounts in rupees, counts whole, days too unless they are a mean."""
    if value is None:
        return None
    if unit in ("count", "days") and float(value).is_integer():
        return int(value)
    return rupees(value) if unit == "paise" else float(value)
