"""Prices and settings of a sweep or of a stored run, as the engine takes them. What does not belong here: running."""

from __future__ import annotations

from dataclasses import dataclass

from apps.backtests.models import BacktestRun, Sweep
from apps.backtests.services import instruments, terms
from apps.market import selectors as market_selectors
from engine.types import Bars, Settings

SHARED = ("settings", "initial_wallet_amount", "instrument_type", "instrument_identifier", "start_date", "end_date")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the engine runs on, and where the prices come from."""

    bars: Bars
    settings: Settings
    loaded: market_selectors.LoadedBars


def prepare(asked: Sweep | BacktestRun) -> Prepared:
    """Load the prices and put the settings together.

    :raises InstrumentNotFound, NoBars: if instrument or prices are gone
    :raises CostsUnknown: if the charges are not known any more
    """
    # The single run that a combination stands for; it is never saved.
    run = BacktestRun(**{name: getattr(asked, name) for name in SHARED})
    instrument = instruments.find_instrument(instrument_type=run.instrument_type, identifier=run.instrument_identifier)
    loaded = terms.load_bars(run, instrument=instrument)
    bars, settings = terms.prepare(run=run, instrument=instrument, loaded=loaded)
    return Prepared(bars, settings, loaded)
