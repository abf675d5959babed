"""From the result of a portfolio to what is stored: paise to rupees, moments to days.

What does not belong here: writing it (results), computing anything anew.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from django.conf import settings as django_settings

from apps.backtests.enums import CostKind
from apps.backtests.selectors import packing
from apps.backtests.services import manifests, notes, outcomes, terms, wording
from apps.backtests.services.results import Outcome
from apps.core import clock, money
from apps.market import selectors as market_selectors
from apps.market import services as market_services
from apps.market.enums import Interval, TradeType
from apps.stocks.constants import SYNTHETIC_SOURCE

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from engine.portfolio.runner import Held, PortfolioResult

Json = dict[str, Any]

PAISE = 100.0
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
    ends = np.append(np.flatnonzero(np.diff(result.session)), len(result.session) - 1)
    return Outcome(
        final_equity=float(result.equity[-1]),
        trades=trades,
        round_trips=[
            _round_trip(held, details=details, run=run, instrument=listed[held.instrument])
            for held, details in zip(result.trades, trades, strict=True)
        ],
        equity={
            "time": result.session[ends].astype("datetime64[D]").astype(str).tolist(),
            "equity": np.round(result.equity[ends] / PAISE, 2).tolist(),
        },
        bars_equity=packing.pack(time=result.time, equity=result.equity) if is_intraday else None,
        extra={
            "statistics": {
                key: outcomes.statistic(value, unit=outcomes.UNITS[key]) for key, value in result.statistics.items()
            },
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
            "rejected_orders": _rejected(result, opens=opens, is_intraday=is_intraday),
        },
    )


def _rejected(result: PortfolioResult, *, opens: list[datetime], is_intraday: bool) -> list[Json]:
    return [
        {
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
        "side": trade.side,
        "quantity": trade.quantity,
        "entry_price": _rupees(trade.entry_price),
        "exit_price": _rupees(trade.exit_price),
        "gross_pnl": _rupees(trade.gross_pnl),
        "charges": _rupees(trade.charges),
        "pnl": _rupees(trade.pnl),
        "entry_reason": trade.entry_reason,
        "exit_reason": trade.exit_reason,
        "entries": 1,
        "entry_tag": listed[held.instrument].identifier,
        "exit_tag": None,
        "bars_held": int(trade.bars_held),
        "mae": _rupees(trade.mae),
        "mfe": _rupees(trade.mfe),
        "ambiguous": bool(trade.ambiguous),
    }


def _round_trip(
    held: Held, *, details: Json, run: BacktestRun, instrument: market_selectors.Instrument
) -> market_services.RoundTrip:
    """The row of a trade; of a short one the sale comes before the purchase."""
    trade = held.trade
    entry = (datetime.fromisoformat(details["entry_date"]).date(), money.rupees(trade.entry_price))
    exit_ = (datetime.fromisoformat(details["exit_date"]).date(), money.rupees(trade.exit_price))
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
        strategy_id=outcomes.strategy_id(run),
        backtest_run_id=run.pk,
        extra={key: details[key] for key in outcomes.DETAILS},
    )


def _manifest(
    *, run: BacktestRun, loaded: market_selectors.LoadedBars, data_hash: str, result: PortfolioResult
) -> Json:
    """What the result can be made again from; its ``request`` may be posted as it is."""
    asked, settled = manifests.request_of(run), terms.of(run)
    allocation = {name: value for name, value in settled["allocation"].items() if value is not None}
    digest = hashlib.sha256(result.equity.astype("<f8").tobytes())
    rest = {
        "trades": [[held.instrument, *held.trade] for held in (*result.trades, *result.open_trades)],
        "rejections": [list(each) for each in result.rejections],
        "statistics": dict(result.statistics),
    }
    digest.update(orjson.dumps(rest, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY))
    return {
        "request": {
            **{name: value for name, value in asked.items() if not name.startswith("instrument")},
            "instruments": settled["instruments"],
            "allocation": allocation,
        },
        "data_source": str(loaded.source),
        "data_hash": data_hash,
        "model_version": loaded.version,
        "rulebook_version": manifests.rulebook_version(),
        "engine_version": django_settings.VERSION,
        "seed": manifests.seed_of(loaded),
        "result_hash": digest.hexdigest(),
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
    settled, rules = terms.of(run), run.strategy["rules"]
    return {
        **settled,
        **{key: rules[key] for key in ("direction", "exits")},
        "entries": rules.get("entries", {}),
        "sizing": _sizing(settled["allocation"]),
        "tick_size": tick_size / PAISE,
        "costs": wording.cost_words(settled["costs"]),
        "data_source": str(loaded.source),
        "data_hash": data_hash,
        "engine_version": django_settings.VERSION,
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
    said = [
        f"{number} {'order was' if number == 1 else 'orders were'} rejected {REASONS[reason]}."
        for reason, number in Counter(order.reason for order in result.rejections).most_common()
    ]
    if result.open_trades:
        said.append(f"{len(result.open_trades)} positions are open at the end, marked at their last prices.")
    if terms.of(run)["costs"]["kind"] == CostKind.NONE and result.trades:
        said.append("Orders were free: real ones pay brokerage, taxes and fees.")
    if any(each.source == SYNTHETIC_SOURCE for each in found):
        said.append("The prices are synthetic: they say nothing about any company.")
    return said


def _rupees(paise: float) -> float:
    return round(float(paise) / PAISE, 6)
