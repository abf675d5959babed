"""Bars from a plain CSV: dates or times with open, high, low, close and volume, of one instrument or many.

Which of daily and intraday it is, the times tell. What does not belong here: the exchange's own files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, time, timedelta

import numpy as np
from numpy.typing import NDArray

from marketdata import rulebook, share_series
from marketdata.files import fields, naming, rows
from marketdata.files.cash import PRICES, symbol_of
from marketdata.files.errors import ForeignMarket, NoInstrument, UnsupportedInterval
from marketdata.files.layouts import Layout
from marketdata.files.tables import DailyRows, Findings, IntradayRows, Request, Whole
from marketdata.rulebook import sessions
from marketdata.rulebook.errors import RulebookError

# Columns of a collected row: line, code, day, minute, open, high, low, close, volume.
COLUMNS = 8
DAY, MINUTE = 2, 3
OHLC = slice(4, 8)
NO_TIME = -1
BAR_MINUTES = 5
INTERVALS = (1, BAR_MINUTES)
EPOCH = date(1970, 1, 1)
# What files call the cash segment of the National Stock Exchange and its indices.
OURS = frozenset({"NSE", "NSE_EQ", "NSE_CM", "NSE_INDEX"})


def read(
    source: Iterator[tuple[int, rows.Record]], *, layout: Layout, request: Request, findings: Findings
) -> DailyRows | IntradayRows:
    """The bars of a CSV, as daily ones or as 5-minute ones made of what it holds.

    :raises ForeignMarket: if a column says that a row is of another exchange
    :raises NoInstrument: if neither a column nor the request names the instrument
    :raises UnsupportedInterval: if the candles are neither daily nor of 1 or 5 minutes
    """
    names: dict[str, int] = {}
    name_of = _name(layout.places, request=request)
    moment_of = _moment(layout.places)
    in_range = rows.within(fields.day(str(fields.EARLIEST)), fields.day(str(request.today)))
    price_places = [(name, layout.places[name]) for name in PRICES]
    volume_place, exchange_place = layout.places.get("volume"), layout.places.get("exchange")

    def convert(record: rows.Record) -> rows.Numbers:
        _check_exchange(record, exchange_place)
        name = name_of(record)
        day, minute = moment_of(record)
        in_range(day, record[layout.places["date"]].strip())
        prices = (rows.named(each, fields.paise, record[place].strip()) for each, place in price_places)
        return rows.interned(names, name), day, minute, *prices, _volume(record, volume_place, name=name)

    found = rows.collect(source, width=layout.width, columns=COLUMNS, convert=convert, findings=findings)
    found = rows.ordered(found, prices=OHLC, findings=findings)
    found = rows.unique(found, keys=(1, DAY, MINUTE), shown=_key(tuple(names)), findings=findings)
    if len(np.unique(found[:, MINUTE])) <= 1:
        code, day, _, open_, high, low, close, volume = found[:, 1:].T.copy()
        series = np.full_like(code, share_series.UNKNOWN)
        return DailyRows(tuple(names), code, day, open_, high, low, close, volume, series)
    return _intraday(found, names=tuple(names), rules=request.rules, findings=findings)


def _name(places: Mapping[str, int], *, request: Request) -> Callable[[rows.Record], str]:
    place = places.get("symbol")
    if place is None:
        if not request.instrument:
            raise NoInstrument("neither a column nor the name of the file says whose prices these are")
        return lambda _record: request.instrument
    return lambda record: naming.index_of(record[place]) or symbol_of(record[place].strip())


def _moment(places: Mapping[str, int]) -> Callable[[rows.Record], tuple[int, int]]:
    date_place, time_place = places["date"], places.get("time")
    if time_place is None:
        return lambda record: fields.moment(record[date_place].strip())
    return lambda record: (fields.day(record[date_place].strip()), fields.minute(record[time_place].strip()))


def _volume(record: rows.Record, place: int | None, *, name: str) -> int:
    text = "" if place is None else record[place].strip()
    # An index is not traded: what a file calls its volume is its constituents', if anything.
    if not text and naming.is_index(name):
        return 0
    return rows.named("volume", fields.whole, text)


def _check_exchange(record: rows.Record, place: int | None) -> None:
    exchange = "" if place is None else record[place].strip()
    if exchange and exchange.upper() not in OURS:
        raise ForeignMarket(f"the file is of {exchange[:8]}, by its column for the exchange")


def _key(names: tuple[str, ...]) -> Callable[[Whole], str]:
    def shown(row: Whole) -> str:
        at = "" if row[MINUTE] == NO_TIME else f" {_time(int(row[MINUTE])):%H:%M}"
        return f"{names[row[1]]} of {rows.day_text(row[DAY])}{at}"

    return shown


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _intraday(found: Whole, *, names: tuple[str, ...], rules: rulebook.Rulebook, findings: Findings) -> IntradayRows:
    interval = _interval(found)
    if interval not in INTERVALS:
        raise UnsupportedInterval(
            f"the candles are of {interval} minutes; read are daily ones and those of 1 and 5 minutes"
        )
    found = found[_in_session(found, rules=rules, findings=findings)]
    is_off = found[:, MINUTE] % interval != 0
    for line in found[is_off, 0].tolist():
        findings.complain(line, f"the time is not on a step of {interval} minutes")
    return _five_minutes(found[~is_off], names=names)


def _interval(found: Whole) -> int:
    """The most frequent distance of neighbours within a day, in minutes."""
    same_day = (found[1:, [1, DAY]] == found[:-1, [1, DAY]]).all(axis=1)
    gaps = np.diff(found[:, MINUTE])[same_day]
    return int(np.bincount(gaps).argmax()) if len(gaps) else 0


def _in_session(found: Whole, *, rules: rulebook.Rulebook, findings: Findings) -> NDArray[np.bool_]:
    """Which bars open while the market traded; the others are problems."""
    days, first = np.unique(found[:, DAY], return_inverse=True)
    windows = [_windows(rules, day) for day in days.tolist()]
    # A day has few windows: one column of opens and closes for each, empty ones where it has fewer.
    most = max((len(each) for each in windows), default=0)
    opens, closes = np.zeros((2, len(days), most), dtype=np.int64)
    for number, each in enumerate(windows):
        for place, (start, end) in enumerate(each):
            opens[number, place], closes[number, place] = start, end
    minute, which = found[:, MINUTE, None], first.ravel()
    inside = np.asarray(((opens[which] <= minute) & (minute < closes[which])).any(axis=1))
    for line, day, at in found[~inside][:, [0, DAY, MINUTE]].tolist():
        findings.complain(line, f"the market did not trade on {rows.day_text(day)} at {_time(at):%H:%M}")
    return inside


def _windows(rules: rulebook.Rulebook, day: int) -> list[tuple[int, int]]:
    """When the market traded on a day, in minutes since midnight; never where nobody knows."""
    try:
        found = sessions.session_windows(rules, EPOCH + timedelta(days=day), "cash")
    except RulebookError:
        return []
    return [(each.opens.hour * 60 + each.opens.minute, each.closes.hour * 60 + each.closes.minute) for each in found]


def _five_minutes(found: Whole, *, names: tuple[str, ...]) -> IntradayRows:
    """Bars of one or five minutes as bars of five."""
    found[:, MINUTE] -= found[:, MINUTE] % BAR_MINUTES
    keys = found[:, 1:4]
    first = np.flatnonzero(np.append(True, (keys[1:] != keys[:-1]).any(axis=1)))[: len(found)]
    last = np.append(first[1:], len(found))[: len(first)] - 1
    code, day, minute = keys[first].T.copy()
    return IntradayRows(
        names,
        code,
        day,
        minute,
        open=found[first, 4],
        high=np.maximum.reduceat(found[:, 5], first),
        low=np.minimum.reduceat(found[:, 6], first),
        close=found[last, 7],
        volume=np.add.reduceat(found[:, 8], first),
    )
