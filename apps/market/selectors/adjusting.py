"""Prices made comparable over splits, bonuses and demergers, as charts show them; raw prices are never changed.

What does not belong here: storing actions (services), dividends and rights, which nothing here adjusts for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from apps.market.models import CorporateAction
from apps.market.selectors.instruments import Instrument
from apps.market.selectors.stored import Label
from apps.market.selectors.timeframes import Candles, Whole, days_of
from apps.stocks.constants import SYNTHETIC_SOURCE

PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The actions of a share: on each of ``ex_dates`` earlier prices are multiplied by that of ``factors``.

    ``unknown_dates``: ex-dates of actions whose ratio nobody has told, so that prices still jump there.
    """

    ex_dates: NDArray[np.datetime64]
    factors: NDArray[np.float64]
    unknown_dates: tuple[date, ...] = ()


def find_adjustment(*, instrument: Instrument, today: date) -> Adjustment:
    """The actions of an instrument whose ex-date is not after ``today``, by ex-date."""
    rows = list(
        CorporateAction.objects.filter(instrument=instrument.identifier, ex_date__lte=today)
        .order_by("ex_date", "kind")
        .values_list("ex_date", "shares_before", "shares_after")
    )
    known = [(day, before / after) for day, before, after in rows if before is not None and after is not None]
    return Adjustment(
        ex_dates=np.array([day for day, _ in known], dtype="datetime64[D]"),
        factors=np.array([factor for _, factor in known], dtype=np.float64),
        unknown_dates=tuple(sorted({day for day, before, _ in rows if before is None})),
    )


def adjust(candles: Candles, *, instrument: Instrument, label: Label, today: date) -> Candles:
    """Candles with prices in terms of a share of ``today``: whole paise, at least one, halves up.

    Volumes go the other way, so that price times volume stays. Made prices and indices have no actions. Assumes candles
    of a day or less.
    """
    if instrument.stock_id is None or label.source == SYNTHETIC_SOURCE:
        return candles
    return adjusted_by(candles, adjustment=find_adjustment(instrument=instrument, today=today))


def adjusted_by(candles: Candles, *, adjustment: Adjustment) -> Candles:
    """Candles with the actions applied to every earlier one."""
    if not len(adjustment.factors):
        return candles
    # Behind the last action nothing changes; before each, its factor and those of all later ones count.
    ahead = np.append(np.cumprod(adjustment.factors[::-1])[::-1], 1.0)
    factor = ahead[np.searchsorted(adjustment.ex_dates, days_of(candles.time), side="right")]
    prices = {name: np.maximum(_rounded(getattr(candles, name) * factor), 1) for name in PRICES}
    return replace(candles, **prices, volume=_rounded(candles.volume / factor))


def _rounded(values: NDArray[np.float64]) -> Whole:
    return np.floor(values + 0.5).astype(np.int64)
