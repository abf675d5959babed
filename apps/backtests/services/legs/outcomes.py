"""From the result of an option rule to what is stored: paise to rupees, bar numbers to moments.

What does not belong here: writing it (results), computing anything anew.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from apps.backtests.enums import CostKind, MarginUse
from apps.backtests.selectors import packing
from apps.backtests.services import manifests, notes, outcomes, terms
from apps.backtests.services.results import Outcome
from apps.core import clock
from apps.stocks.constants import SYNTHETIC_SOURCE

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from apps.backtests.services.legs.market import Loaded
    from engine.legs.results import LegsResult, LegTrade

Json = dict[str, Any]

EPOCH = date(1970, 1, 1)
DETAILS = (*outcomes.DETAILS, "contract", "leg")
POSTED = ("fill_on", "path_mode", "costs", "margin", *terms.AGAINST)
SKIPPED = {
    "no_expiry": "no option of the kind expired later",
    "no_contract": "no contract was listed where the rule looks for it",
    "no_bar_before_entry": "no bar had ended before the entry",
    "session_too_short": "the session was over before",
    "no_price": "a contract was not traded at the entry",
    "insufficient_cash": "the cash did not pay for the premiums",
    "insufficient_margin": "the cash did not leave the margin free",
}


def build(*, run: BacktestRun, found: Loaded, result: LegsResult, tick_size: float) -> Outcome:
    """Everything of a result that is kept."""
    loaded = found.underlying
    moments = [datetime.fromtimestamp(second, clock.IST) for second in loaded.bars.time.tolist()]
    trades = [_trade(trade, moments=moments) for trade in result.trades]
    manifest = _manifest(run=run, found=found, result=result)
    return Outcome(
        final_equity=float(result.equity[-1]),
        trades=trades,
        round_trips=[
            outcomes.round_trip(
                trade, details=details, run=run, instrument=found.instruments[trade.contract], kept=DETAILS
            )
            for trade, details in zip(result.trades, trades, strict=True)
        ],
        equity=outcomes.daily(session=loaded.bars.session, equity=result.equity),
        bars_equity=packing.pack(time=loaded.bars.time, equity=result.equity),
        extra={
            "statistics": outcomes.statistics(result.statistics),
            "assumptions": _assumptions(run=run, found=found, tick_size=tick_size),
            "manifest": manifest,
            "reproduction": outcomes.reproduction_of(run, manifest=manifest),
            "notes": _notes(run=run, found=found, result=result),
            "open_trade": None,
            "open_trades": [],
            "rejected_orders": [],
            "days": _days(result, found=found),
            "legs": _legs(result),
            "margin": _margin(run=run, found=found, result=result),
        },
    )


def _days(result: LegsResult, *, found: Loaded) -> list[Json]:
    return [
        {
            "date": (EPOCH + timedelta(days=day.session)).isoformat(),
            "skipped": day.skipped,
            "premium": outcomes.rupees(day.premium),
            "margin": _rupees(found.margins[number]),
            "pnl": outcomes.rupees(day.pnl),
            "charges": outcomes.rupees(day.charges),
            "trades": day.trades,
            "contracts": [contract.name for contract in found.days[number].contracts],
        }
        for number, day in enumerate(result.days)
    ]


def _margin(*, run: BacktestRun, found: Loaded, result: LegsResult) -> Json:
    """The margin of the days that were traded, and on how many days it was more than the cash left free."""
    traded = [margin for margin, day in zip(found.margins, result.days, strict=True) if margin and not day.skipped]
    highest = max(traded, default=None)
    profit = Decimal(float(result.equity[-1])) / 100 - run.initial_wallet_amount
    return {
        "use": terms.of(run).get("margin", MarginUse.SHOWN.value),
        "highest": _rupees(highest),
        "mean": _rupees(sum(traded, Decimal(0)) / len(traded)) if traded else None,
        "return_on_highest_pct": None if highest is None else float(profit / highest * 100),
        "days_short": sum(day.lacks_margin for day in result.days),
    }


def _rupees(amount: Decimal | None) -> float | None:
    return None if amount is None else round(float(amount), 2)


def _legs(result: LegsResult) -> list[Json]:
    return [
        {
            "leg": number,
            "trades": leg.trades,
            "wins": leg.wins,
            "stops": leg.stops,
            "pnl": outcomes.rupees(leg.pnl),
            "charges": outcomes.rupees(leg.charges),
        }
        for number, leg in enumerate(result.legs, start=1)
    ]


def _trade(trade: LegTrade, *, moments: list[datetime]) -> Json:
    entered, left = moments[trade.entry_index], moments[trade.exit_index]
    return {
        "entry_date": entered.date().isoformat(),
        "entry_time": entered.isoformat(),
        "exit_date": left.date().isoformat(),
        "exit_time": left.isoformat(),
        "contract": trade.contract,
        "leg": trade.leg + 1,
        **outcomes.figures_of(trade),
        "gross_pnl": outcomes.rupees(trade.pnl + trade.charges),
        "entry_reason": "signal" if trade.entry == 0 else "re_entry",
        "entries": 1,
        "entry_tag": f"leg {trade.leg + 1}",
        "exit_tag": trade.contract,
    }


def _manifest(*, run: BacktestRun, found: Loaded, result: LegsResult) -> Json:
    """What the result can be made again from; its ``request`` may be posted as it is."""
    settled, rule = terms.of(run), run.strategy["rules"]
    loaded = found.underlying
    rest = {"trades": [list(trade) for trade in result.trades], "statistics": dict(result.statistics)}
    return {
        "request": {
            "instrument_identifier": run.instrument_identifier,
            "start_date": run.start_date.isoformat(),
            "end_date": run.end_date.isoformat(),
            "initial_wallet_amount": str(run.initial_wallet_amount),
            "name": run.strategy["name"],
            **{name: value for name, value in rule.items() if value is not None},
            "settings": {name: settled[name] for name in POSTED},
        },
        **manifests.sources_of(loaded, data_hash=found.data_hash),
        "result_hash": manifests.digest_of(result.equity, rest=rest),
    }


def _assumptions(*, run: BacktestRun, found: Loaded, tick_size: float) -> Json:
    """What the result rests on, said in every result."""
    rule = run.strategy["rules"]
    return {
        **outcomes.basis_of(run, loaded=found.underlying, data_hash=found.data_hash, tick_size=tick_size),
        "direction": None,
        "exits": {name: rule[name] for name in ("exit_time", "stop", "target", "settles")},
        "entries": {"entry_time": rule["entry_time"]},
        "sizing": {"kind": "quantity", "value": sum(leg["lots"] for leg in rule["legs"])},
        "warmup_bars": 0,
    }


def _notes(*, run: BacktestRun, found: Loaded, result: LegsResult) -> list[str]:
    """What the reader should know, one sentence each."""
    said = [
        f"{number} {'day was' if number == 1 else 'days were'} skipped: {SKIPPED[reason]}."
        for reason, number in Counter(day.skipped for day in result.days if day.skipped).most_common()
    ]
    short = sum(day.lacks_margin and not day.skipped for day in result.days)
    if short:
        on = "1 day" if short == 1 else f"{short} days"
        said.append(f"On {on} the cash was below the margin: a broker would have refused the entry.")
    unknown = sum(margin is None and not day.skipped for margin, day in zip(found.margins, result.days, strict=True))
    if unknown:
        on = "1 day" if unknown == 1 else f"{unknown} days"
        said.append(f"On {on} no terms of the margin are known: the cash was not held against any.")
    if terms.of(run)["costs"]["kind"] == CostKind.NONE and result.trades:
        said.append(notes.FREE_ORDERS)
    if found.underlying.source == SYNTHETIC_SOURCE:
        said.append(notes.SYNTHETIC_PRICES)
    return said
