"""On what terms a run trades: fills, quantities, charges, slippage, the end of a contract.

Settled when a run is posted and stored with it; turned into the engine's settings when it runs.
What does not belong here: the strategy (snapshots), the rates themselves (market).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from apps.backtests import errors
from apps.backtests.enums import CostKind, CostSegment, FillOn, PathMode, Quantities, StopBasis
from apps.core import money
from apps.core.errors import ValidationFailed
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from apps.market.errors import NoBars
from engine.costs.schedule import Schedule, flat_percent
from engine.types import Bars, Expiry, Settings
from marketdata.rulebook import lots, ticks
from marketdata.rulebook.errors import RulebookError

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun

Json = dict[str, Any]

EPOCH = date(1970, 1, 1)
# What a run says that was stored before it could say more.
DEFAULTS: Json = {
    "interval": Interval.DAY.value,
    "adjusted": False,
    "fill_on": FillOn.SAME_CLOSE.value,
    "path_mode": PathMode.PESSIMISTIC.value,
    "stop_basis": StopBasis.FILL.value,
    "quantities": Quantities.WHOLE.value,
    "lot_size": 1,
    "costs": {"kind": CostKind.NONE.value},
    "slippage_ticks": 0,
    "slippage_bps": 0,
    "penetration_ticks": 0,
}
# How far prices and fills are held against the trader.
AGAINST = ("slippage_ticks", "slippage_bps", "penetration_ticks")
CHOSEN = ("path_mode", "stop_basis", "quantities", *AGAINST)


def settle(*, request: Mapping[str, Any], instrument: market_selectors.Instrument, fill_on: str | None) -> Json:
    """Everything of the terms, said out, for a request; ``fill_on`` is what the strategy itself asks for.

    :raises ValidationFailed: if the terms do not fit the instrument
    :raises LotUnknown: if the contract's lot is not known
    :raises CostsUnknown: if its charges are not known on some day of the range
    """
    asked = request.get("settings", {})
    is_option = instrument.option is not None
    usual = {**DEFAULTS, "quantities": Quantities.LOTS.value} if is_option else DEFAULTS
    if is_option and request.get("adjusted"):
        raise ValidationFailed.field("adjusted", "Premiums of options are not adjusted.")
    terms = {
        **usual,
        **{name: asked[name] for name in CHOSEN if name in asked},
        "interval": str(request.get("interval", Interval.DAY)),
        "adjusted": request.get("adjusted", False),
        "fill_on": asked.get("fill_on") or fill_on or DEFAULTS["fill_on"],
        "costs": costs_of(asked.get("costs", DEFAULTS["costs"]), is_option=is_option),
    }
    if terms["quantities"] == Quantities.LOTS:
        terms["lot_size"] = asked.get("lot_size") or _lot(instrument, until=request["end_date"])
    schedule_of(terms["costs"], start=request["start_date"], end=request["end_date"])
    return terms


def of(run: BacktestRun) -> Json:
    """The terms of a run, with what was usual when it was stored."""
    return {**DEFAULTS, **run.settings}


def load_bars(run: BacktestRun, *, instrument: market_selectors.Instrument) -> market_selectors.LoadedBars:
    """The bars of an instrument as the run's terms want them.

    :raises NoBars: if there is none
    """
    terms = of(run)
    return market_selectors.load_bars(
        instrument=instrument,
        interval=terms["interval"],
        start=run.start_date,
        end=run.end_date,
        adjusted=terms["adjusted"],
    )


def prepare(
    *, run: BacktestRun, instrument: market_selectors.Instrument, loaded: market_selectors.LoadedBars
) -> tuple[Bars, Settings]:
    """The bars and the settings of a run as the engine takes them.

    :raises CostsUnknown: if the charges are not known any more
    """
    bars = loaded.bars
    settings = replace(
        settings_of(of(run), start=run.start_date, end=run.end_date, wallet=run.initial_wallet_amount),
        tick_size=_tick(instrument, loaded=loaded),
    )
    if instrument.option is None:
        return bars, settings
    last_day = (instrument.option.expiry - EPOCH).days
    expiry = Expiry(session=last_day, settlement=_settlement(instrument, until=run.end_date, source=loaded.source))
    column = np.full(len(bars), last_day, dtype=np.int32)
    column.flags.writeable = False
    return replace(bars, expiry=column), replace(settings, expiry=expiry)


def settings_of(terms: Json, *, start: date, end: date, wallet: Decimal) -> Settings:
    """The settings of settled terms as the engine takes them, but for what only the prices tell.

    :raises CostsUnknown: if the charges are not known
    """
    return Settings(
        initial_cash=money.paise(wallet),
        fill_on=terms["fill_on"],
        path_mode=terms["path_mode"],
        stop_basis=terms["stop_basis"],
        units=terms["quantities"],
        lot_size=terms["lot_size"],
        slippage_ticks=terms["slippage_ticks"],
        slippage_bps=terms["slippage_bps"],
        penetration_ticks=terms["penetration_ticks"],
        costs=schedule_of(terms["costs"], start=start, end=end),
    )


def costs_of(asked: Mapping[str, Any], *, is_option: bool) -> Json:
    """The costs with the segment said out.

    :raises ValidationFailed: if the segment is not that of the instrument
    """
    if asked["kind"] != CostKind.INDIA:
        return dict(asked)
    usual = CostSegment.OPTIONS if is_option else CostSegment.EQUITY_DELIVERY
    segment = asked.get("segment", usual)
    if is_option != (segment == CostSegment.OPTIONS):
        message = "An option pays the charges of options, and nothing else does."
        raise ValidationFailed.field("settings.costs.segment", message)
    return {"kind": CostKind.INDIA.value, "segment": str(segment)}


def schedule_of(costs: Mapping[str, Any], *, start: date, end: date) -> Schedule | None:
    """The charges of a range as the engine takes them, None where orders are free.

    :raises CostsUnknown: if the rulebook does not know them on some day
    """
    if costs["kind"] == CostKind.NONE:
        return None
    if costs["kind"] == CostKind.FLAT_PCT:
        return flat_percent(Decimal(repr(costs["percent"])))
    try:
        return market_selectors.get_charge_schedule(segment=costs["segment"], start=start, end=end)
    except RulebookError as error:
        raise errors.CostsUnknown(f"The charges are not known: {error}.", details=error.details) from error


def _lot(instrument: market_selectors.Instrument, *, until: date) -> int:
    """The lot of a contract on the last day that it is traded within the range; a share is its own."""
    option = instrument.option
    if option is None:
        return 1
    try:
        return lots.lot_size_or_next(
            market_selectors.rulebook_in_force(),
            option.underlying,
            trade_date=min(until, option.expiry),
            expiry=option.expiry,
        )
    except RulebookError as error:
        raise errors.LotUnknown(details=error.details) from error


def _tick(instrument: market_selectors.Instrument, *, loaded: market_selectors.LoadedBars) -> float:
    """The tick in paise: of a share by its first close, otherwise the engine's.

    # Assumption: one tick holds for a whole run; the exchange reviews that of a share every month.
    """
    usual = Settings(initial_cash=1).tick_size
    if instrument.stock_id is None:
        return usual
    try:
        tick = ticks.tick_size(
            market_selectors.rulebook_in_force(),
            "equity",
            reference_price=Decimal(int(loaded.bars.close[0])) / 100,
            trade_date=cast("date", loaded.dates[0].item()),
        )
    except RulebookError:
        return usual
    return float(tick * 100)


def _settlement(instrument: market_selectors.Instrument, *, until: date, source: str) -> float | None:
    """What a contract is worth at its expiry in paise, by the underlying's close of that day; None: its last close.

    # Assumption: only a close of the same source as the premiums settles them; a made index says nothing of real ones.
    """
    option, underlying = instrument.option, instrument.underlying
    if option is None or underlying is None or until < option.expiry:
        return None
    try:
        loaded = market_selectors.load_daily_bars(instrument=underlying, start=option.expiry, end=option.expiry)
    except NoBars:
        return None
    if loaded.source != source:
        return None
    above = float(loaded.bars.close[-1]) - float(option.strike * 100)
    return max(0.0, above if option.is_call else -above)
