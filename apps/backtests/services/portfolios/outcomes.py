"""From the result of a portfolio to what is stored: paise to rupees, moments to days.

What does not belong here: writing it (results), computing anything anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from apps.backtests.enums import CostKind
from apps.backtests.selectors import packing
from apps.backtests.services import manifests, notes, outcomes, terms
from apps.backtests.services.results import Outcome
from apps.core import clock
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from apps.stocks.constants import SYNTHETIC_SOURCE

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from engine.portfolio.runner import Held, PortfolioResult

Json = dict[str, Any]

REASONS = {**notes.REASONS, "max_positions": "for want of a free place"}


def build(
    *,
    run: BacktestRun,
    listed: Sequence[market_selectors.Instrument],
    found: Sequence[market_selectors.LoadedBars],
    result: PortfolioResult,
    tick_size: float,
) -> Outcome:
    """Everything of a result that is kept."""
    is_intraday = terms.of(run)["interval"] not in (Interval.DAY, Interval.WEEK)
    opens = [datetime.fromtimestamp(second, clock.IST) for second in result.time.tolist()]
    trades = [_trade(held, listed=listed, opens=opens, is_intraday=is_intraday) for held in result.trades]
    data_hash = hashlib.sha256("".join(each.data_hash for each in found).encode()).hexdigest()
    manifest = _manifest(run=run, loaded=found[0], data_hash=data_hash, result=result)
    return Outcome(
        final_equity=float(result.equity[-1]),
        trades=trades,
        round_trips=[
            outcomes.round_trip(held.trade, details=details, run=run, instrument=listed[held.instrument])
            for held, details in zip(result.trades, trades, strict=True)
        ],
        equity=outcomes.daily(session=result.session, equity=result.equity),
        bars_equity=packing.pack(time=result.time, equity=result.equity) if is_intraday else None,
        extra={
            "statistics": outcomes.statistics(result.statistics),
            "assumptions": _assumptions(
                run=run, loaded=found[0], data_hash=data_hash, opens=opens, result=result, tick_size=tick_size
            ),
            "manifest": manifest,
            "reproduction": outcomes.reproduction_of(run, manifest=manifest),
            "notes": _notes(run=run, found=found, result=result),
            "open_trade": None,
            "open_trades": [
                _trade(held, listed=listed, opens=opens, is_intraday=is_intraday) for held in result.open_trades
            ],
            "rejected_orders": _rejected(result, listed=listed, opens=opens, is_intraday=is_intraday),
        },
    )


def _rejected(
    result: PortfolioResult,
    *,
    listed: Sequence[market_selectors.Instrument],
    opens: list[datetime],
    is_intraday: bool,
) -> list[Json]:
    return [
        {
            "instrument": listed[order.instrument].identifier,
            "date": opens[order.at].date().isoformat(),
            "time": opens[order.at].isoformat() if is_intraday else None,
            "side": order.side,
            "reason": order.reason,
        }
        for order in result.rejections
    ]


def _trade(
    held: Held, *, listed: Sequence[market_selectors.Instrument], opens: list[datetime], is_intraday: bool
) -> Json:
    trade = held.trade
    entered, left = opens[trade.entry_index], opens[trade.exit_index]
    return {
        "instrument": listed[held.instrument].identifier,
        "entry_date": entered.date().isoformat(),
        "entry_time": entered.isoformat() if is_intraday else None,
        "exit_date": left.date().isoformat(),
        "exit_time": left.isoformat() if is_intraday else None,
        **outcomes.figures_of(trade),
        "gross_pnl": outcomes.rupees(trade.gross_pnl),
        "entry_reason": trade.entry_reason,
        "entries": 1,
        "entry_tag": listed[held.instrument].identifier,
        "exit_tag": None,
    }


def _manifest(
    *, run: BacktestRun, loaded: market_selectors.LoadedBars, data_hash: str, result: PortfolioResult
) -> Json:
    """What the result can be made again from; its ``request`` may be posted as it is."""
    asked, settled = manifests.request_of(run), terms.of(run)
    allocation = {name: value for name, value in settled["allocation"].items() if value is not None}
    rest = {
        "trades": [[held.instrument, *held.trade] for held in (*result.trades, *result.open_trades)],
        "rejections": [list(each) for each in result.rejections],
        "statistics": dict(result.statistics),
    }
    return {
        "request": {
            **{name: value for name, value in asked.items() if not name.startswith("instrument")},
            "instruments": settled["instruments"],
            "allocation": allocation,
        },
        **manifests.sources_of(loaded, data_hash=data_hash),
        "result_hash": manifests.digest_of(result.equity, rest=rest),
    }


def _assumptions(
    *,
    run: BacktestRun,
    loaded: market_selectors.LoadedBars,
    data_hash: str,
    opens: list[datetime],
    result: PortfolioResult,
    tick_size: float,
) -> Json:
    """What the result rests on, said in every result."""
    basis = outcomes.basis_of(run, loaded=loaded, data_hash=data_hash, tick_size=tick_size)
    rules = run.strategy["rules"]
    return {
        **basis,
        **{key: rules[key] for key in ("direction", "exits")},
        "entries": rules.get("entries", {}),
        "sizing": _sizing(basis["allocation"]),
        "bars": len(opens),
        "first_date": opens[0].date().isoformat(),
        "last_date": opens[-1].date().isoformat(),
        "warmup_bars": int(result.warmup_bars),
    }


def _sizing(allocation: Json) -> Json:
    """The allocation in the words of a single run."""
    if allocation["kind"] == "fixed":
        return {"kind": "cash", "value": float(allocation["amount"])}
    return {"kind": "percent_of_equity", "value": 100 / allocation["max_positions"]}


def _notes(*, run: BacktestRun, found: Sequence[market_selectors.LoadedBars], result: PortfolioResult) -> list[str]:
    """What the reader should know, one sentence each."""
    said = notes.rejected((order.reason for order in result.rejections), words=REASONS)
    said += notes.ambiguous(held.trade for held in result.trades)
    if result.open_trades:
        count = len(result.open_trades)
        held = "1 position is" if count == 1 else f"{count} positions are"
        said.append(f"{held} open at the end, marked at last prices.")
    if terms.of(run)["costs"]["kind"] == CostKind.NONE and result.trades:
        said.append(notes.FREE_ORDERS)
    if any(each.source == SYNTHETIC_SOURCE for each in found):
        said.append(notes.SYNTHETIC_PRICES)
    return said
