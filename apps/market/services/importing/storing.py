"""Putting the rows of a file into the tables they belong to. What does not belong here: files, judging rows."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from apps.market.constants import DAY_SECONDS, IST_SECONDS
from apps.market.services import corporate_actions
from apps.options import services as options_services
from apps.sectors import selectors as sectors_selectors
from apps.sectors import services as sectors_services
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services
from apps.stocks.constants import IMPORT_SOURCE
from apps.stocks.services import StoredBars
from marketdata import share_series
from marketdata.files import Part, naming
from marketdata.files.tables import ActionRows, BarRows, DailyRows, IntradayRows, OptionRows, chosen

UNKNOWN = "the instrument is not known here"
EPOCH = date(1970, 1, 1)
# The names of series by their numbers; the last, that of an unknown one, is empty.
SERIES = np.array([*share_series.SHARES, ""])


@dataclass(slots=True)
class Stored:
    """What storing did, over all tables: rows, instruments, the span of days, and what was left out by reason."""

    bars: int = 0
    totals: StoredBars = field(default_factory=StoredBars)
    names: set[str] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    skipped: Counter[str] = field(default_factory=Counter)

    def add(self, stored: StoredBars | options_services.StoredDays, *, names: Sequence[str], bars: int) -> None:
        """Count what one more table took."""
        self.bars += bars
        self.names |= set(names)
        self.totals = dataclasses.replace(
            self.totals,
            inserted=self.totals.inserted + stored.inserted,
            updated=self.totals.updated + stored.updated,
            unchanged=self.totals.unchanged + stored.unchanged,
            removed_synthetic=self.totals.removed_synthetic + getattr(stored, "removed_synthetic", 0),
        )


def store(parts: Sequence[Part], *, file: str, only_known: bool) -> Stored:
    """Store the tables of a file, in the caller's transaction."""
    stored = Stored()
    extra = {"source": IMPORT_SOURCE, "file": file}
    for part in parts:
        rows = part.rows
        if isinstance(rows, ActionRows):
            _actions(rows, extra=extra, stored=stored)
            continue
        if isinstance(rows, DailyRows):
            _daily(_wanted(rows, only_known=only_known, stored=stored), extra=extra, stored=stored)
        elif isinstance(rows, IntradayRows):
            _intraday(_wanted(rows, only_known=only_known, stored=stored), extra=extra, stored=stored)
        else:
            _options(_wanted(rows, only_known=only_known, stored=stored), extra=extra, stored=stored)
    return stored


def _wanted(rows: BarRows, *, only_known: bool, stored: Stored) -> BarRows:
    """The rows of instruments that may be stored, with no name that has none."""
    ours = [naming.index_of(name) or name for name in rows.names]
    known = {each.enum for each in stocks_selectors.list_stocks().filter(enum__in=ours)} if only_known else set(ours)
    if only_known:
        known |= {each.enum for each in sectors_selectors.list_sectors().filter(enum__in=ours)}
    mask = np.array([name in known for name in ours], dtype=bool)[rows.code]
    if not mask.all():
        stored.skipped[UNKNOWN] += int((~mask).sum())
    if mask.any():
        days = rows.day[mask]
        stored.days |= {EPOCH + timedelta(days=int(day)) for day in (days.min(), days.max())}
    return chosen(rows, mask)


def _each(rows: BarRows) -> Iterator[tuple[str, BarRows]]:
    """The rows of one instrument after the other."""
    for code, name in enumerate(rows.names):
        yield name, chosen(rows, rows.code == code)


def _columns(rows: DailyRows) -> stocks_selectors.PriceColumns:
    return stocks_selectors.PriceColumns(
        date=rows.day.astype("datetime64[D]"),
        open=rows.open,
        high=rows.high,
        low=rows.low,
        close=rows.close,
        volume=rows.volume,
    )


def _actions(rows: ActionRows, *, extra: Mapping[str, object], stored: Stored) -> None:
    done = corporate_actions.store_actions(actions=rows.actions, extra=extra)
    stored.add(done, names=[each.symbol for each in rows.actions], bars=len(rows))
    stored.days |= {each.ex_day for each in rows.actions}


def _daily(rows: DailyRows, *, extra: Mapping[str, object], stored: Stored) -> None:
    is_index = np.array([naming.is_index(name) for name in rows.names], dtype=bool)[rows.code]
    shares = chosen(rows, ~is_index)
    if len(shares):
        days = stocks_services.NamedBars(
            names=shares.names, code=shares.code, bars=_columns(shares), series=SERIES[shares.series]
        )
        stored.add(stocks_services.store_imported_days(days=days, extra=extra), names=shares.names, bars=len(shares))
    for name, bars in _each(chosen(rows, is_index)):
        done = sectors_services.store_imported_bars(
            enum=name, name=naming.index_name(name), bars=_columns(bars), extra=extra
        )
        stored.add(done, names=[name], bars=len(bars))


def _intraday(rows: IntradayRows, *, extra: Mapping[str, object], stored: Stored) -> None:
    for name, bars in _each(rows):
        days = stocks_selectors.IntradayColumns(
            time=bars.day * DAY_SECONDS + bars.minute * 60 - IST_SECONDS,
            open=bars.open,
            high=bars.high,
            low=bars.low,
            close=bars.close,
            volume=bars.volume,
        )
        if naming.is_index(name):
            done = sectors_services.store_imported_intraday(
                enum=name, name=naming.index_name(name), days=days, extra=extra
            )
        else:
            done = stocks_services.store_imported_intraday(enum=name, days=days, extra=extra)
        stored.add(done, names=[name], bars=len(bars))


def _options(rows: OptionRows, *, extra: Mapping[str, object], stored: Stored) -> None:
    done = options_services.store_option_days(rows=_option_days(rows), extra=extra)
    stored.add(done, names=[naming.index_of(name) or name for name in rows.names], bars=len(rows))


def _option_days(rows: OptionRows) -> Iterator[options_services.DayRow]:
    """Options as their table takes them: our names of underlyings, nothing where nothing traded."""
    names = [naming.index_of(name) or name for name in rows.names]
    columns = [getattr(rows, each.name).tolist() for each in dataclasses.fields(rows)[1:]]
    for code, is_index, day, expiry, strike, is_put, *numbers in zip(*columns, strict=True):
        open_, high, low, close, settle, underlying, volume, interest, lot = numbers
        yield options_services.DayRow(
            "sector" if is_index else "stock",
            names[code],
            EPOCH + timedelta(days=expiry),
            "PE" if is_put else "CE",
            Decimal(strike) / 100,
            EPOCH + timedelta(days=day),
            open_ if volume else None,
            high if volume else None,
            low if volume else None,
            close if volume else None,
            settle or None,
            underlying or None,
            volume,
            interest,
            lot or None,
        )
