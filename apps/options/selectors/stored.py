"""What the tables hold of options: candles of a day, imported days. What does not belong here: what is listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform

from apps.core import money
from apps.options.models import Option5Min, OptionDay
from marketdata import instrument_keys
from marketdata.instrument_keys import Option, right_of

COLUMNS = """
    underlying_symbol, expiry_date, option_strike, option_type, date, (open_price * 100)::bigint,
    (high_price * 100)::bigint, (low_price * 100)::bigint, (close_price * 100)::bigint, (settle_price * 100)::bigint,
    (underlying_price * 100)::bigint, volume, open_interest, lot_size, coalesce(extra ->> 'source', 'unknown'),
    extra ->> 'version'
"""
CHAIN = """
    SELECT {columns} FROM options_daily
    WHERE underlying_symbol = %s AND date = %s AND expiry_date = %s ORDER BY option_strike, option_type
""".replace("{columns}", COLUMNS)
DAYS = """
    SELECT {columns} FROM options_daily
    WHERE underlying_symbol = %s AND expiry_date = %s AND option_strike = %s AND option_type = %s
        AND date BETWEEN %s AND %s AND volume > 0
    ORDER BY date
""".replace("{columns}", COLUMNS)
# The last two days of each contract on which it traded, newest first.
LAST_DAYS = """
    SELECT bar.*
    FROM unnest(%s::text[], %s::date[], %s::numeric[], %s::text[]) AS wanted (symbol, expiry, strike, kind)
    CROSS JOIN LATERAL (
        SELECT {columns} FROM options_daily
        WHERE underlying_symbol = wanted.symbol AND expiry_date = wanted.expiry AND option_strike = wanted.strike
            AND option_type = wanted.kind AND date <= %s AND volume > 0
        ORDER BY date DESC LIMIT 2
    ) AS bar
""".replace("{columns}", COLUMNS)
IMPORTED = """
    SELECT wanted.symbol FROM unnest(%s::text[]) AS wanted (symbol)
    WHERE EXISTS (SELECT 1 FROM options_daily WHERE underlying_symbol = wanted.symbol)
"""
# Which of these contracts have a row in either table.
KNOWN = """
    SELECT wanted.place
    FROM unnest(%s::text[], %s::date[], %s::numeric[], %s::text[])
        WITH ORDINALITY AS wanted (symbol, expiry, strike, kind, place)
    WHERE EXISTS (
        SELECT 1 FROM options_daily AS stored WHERE stored.underlying_symbol = wanted.symbol
            AND stored.expiry_date = wanted.expiry AND stored.option_strike = wanted.strike
            AND stored.option_type = wanted.kind
    ) OR EXISTS (
        SELECT 1 FROM options_5min AS stored WHERE stored.underlying_symbol = wanted.symbol
            AND stored.expiry_date = wanted.expiry AND stored.option_strike = wanted.strike
            AND stored.option_type = wanted.kind
    )
"""
Candles = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class StoredDay:
    """An imported day of a contract: prices in paise, None where the file had none; counts in units."""

    option: Option
    day: date
    open: int | None
    high: int | None
    low: int | None
    close: int | None
    settle: int | None
    underlying: int | None
    volume: int
    open_interest: int
    lot_size: int | None
    source: str
    version: str | None


def has_days(*, underlying: str) -> bool:
    """Whether any day of an option of the underlying was imported."""
    return OptionDay.objects.filter(underlying_symbol=underlying).exists()


def find_imported(*, underlyings: Sequence[str]) -> set[str]:
    """Those of these underlyings of whose options any day was imported, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(IMPORTED, [list(underlyings)])
        return {symbol for (symbol,) in cursor.fetchall()}


def find_chain_day(*, underlying: str, expiry: date | None, until: date) -> date | None:
    """The newest imported day up to ``until``, of any expiry unless one is named; None without one."""
    rows = OptionDay.objects.filter(underlying_symbol=underlying, date__lte=until)
    if expiry is not None:
        rows = rows.filter(expiry_date=expiry)
    return rows.order_by("-date").values_list("date", flat=True).first()


def list_strikes(*, underlying: str, expiry: date, until: date) -> list[Decimal]:
    """The strikes of an expiry on the newest imported day up to ``until`` that has any, ascending."""
    rows = OptionDay.objects.filter(underlying_symbol=underlying, expiry_date=expiry)
    newest = rows.filter(date__lte=until).order_by("-date").values("date")[:1]
    strikes = rows.filter(date=newest).order_by("option_strike").values_list("option_strike", flat=True).distinct()
    return [_plain(strike) for strike in strikes]


def list_chain_days(*, underlying: str, expiry: date, day: date) -> list[StoredDay]:
    """The contracts of one expiry as they were on an imported day, by strike, the call first."""
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, [underlying, day, expiry])
        return [_day(row) for row in cursor.fetchall()]


def list_last_days(*, options: Sequence[Option], until: date) -> dict[Option, list[StoredDay]]:
    """The last one or two days up to ``until`` on which each contract traded, newest first, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_DAYS, [*_columns(options), until])
        rows = [_day(row) for row in cursor.fetchall()]
    found: dict[Option, list[StoredDay]] = {}
    for each in sorted(rows, key=lambda row: row.day, reverse=True):
        found.setdefault(each.option, []).append(each)
    return found


def find_underlying_price(*, underlying: str, until: date) -> int | None:
    """The underlying's price in paise on the newest imported day up to ``until``; None where the file has none."""
    rows = OptionDay.objects.filter(underlying_symbol=underlying, date__lte=until).order_by("-date")
    price = rows.values_list("underlying_price", flat=True).first()
    return None if price is None else money.paise(price)


def find_lot_size(*, underlying: str, expiry: date, until: date) -> tuple[date, int] | None:
    """The newest imported day up to ``until`` that names the lot of an expiry, and its units; None without one."""
    rows = OptionDay.objects.filter(
        underlying_symbol=underlying, expiry_date=expiry, date__lte=until, lot_size__isnull=False
    )
    day = rows.order_by("-date").first()
    return None if day is None or day.lot_size is None else (day.date, day.lot_size)


def list_stored_expiries(*, underlying: str, on: date, until: date | None = None) -> list[date]:
    """The expiries from ``on`` of contracts that were imported, of days up to ``until``."""
    rows = OptionDay.objects.filter(underlying_symbol=underlying, expiry_date__gte=on)
    if until is not None:
        rows = rows.filter(date__lte=until)
    return list(rows.order_by("expiry_date").values_list("expiry_date", flat=True).distinct())


def is_stored_expiry(*, underlying: str, expiry: date) -> bool:
    """Whether contracts that expire on a day were imported."""
    return OptionDay.objects.filter(underlying_symbol=underlying, expiry_date=expiry).exists()


def find_known(*, options: Sequence[Option]) -> set[Option]:
    """Those of these contracts that the tables hold anything of, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, _columns(options))
        return {options[place - 1] for (place,) in cursor.fetchall()}


def find_label(*, option: Option) -> tuple[str, str | None] | None:
    """Source and version of a contract's stored candles; None without any."""
    extra = _candle_rows(option).values_list("extra", flat=True).first()
    return None if extra is None else (extra.get("source", "unknown"), extra.get("version"))


def list_stored_candles(*, option: Option, start: date, end: date) -> dict[date, Candles]:
    """The stored 5-minute candles of a contract on the days from ``start`` to ``end``, both included, by time."""
    stored = _candle_rows(option).values_list("candles_json", flat=True).first() or {}
    days = {date.fromisoformat(day): candles for day, candles in stored.items()}
    return {day: days[day] for day in sorted(days) if start <= day <= end}


def list_days(*, option: Option, start: date, end: date) -> list[StoredDay]:
    """The imported days of a contract from ``start`` to ``end``, both included, on which it traded, oldest first."""
    contract: list[Any] = [option.underlying, option.expiry, option.strike, option.right]
    with connection.cursor() as cursor:
        cursor.execute(DAYS, [*contract, start, end])
        return [_day(row) for row in cursor.fetchall()]


def find_candles(*, option: Option, day: date) -> tuple[Candles, Mapping[str, Any]] | None:
    """The stored 5-minute candles of a contract on a day by opening time, and who made them; None without any."""
    rows = _candle_rows(option).filter(candles_json__has_key=day.isoformat())
    return rows.values_list(KeyTransform(day.isoformat(), "candles_json"), "extra").first()


def _candle_rows(option: Option) -> QuerySet[Option5Min]:
    return Option5Min.objects.filter(
        underlying_symbol=option.underlying,
        expiry_date=option.expiry,
        option_type=option.right,
        option_strike=option.strike,
    )


def _columns(options: Iterable[Option]) -> list[list[Any]]:
    """Contracts as columns: symbols, expiries, strikes, kinds."""
    rows = [(each.underlying, each.expiry, each.strike, each.right) for each in options]
    return [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]


def _day(row: tuple[Any, ...]) -> StoredDay:
    symbol, expiry, strike, kind, *rest = row
    return StoredDay(Option(symbol, expiry, _plain(strike), right_of(kind)), *rest)


def _plain(strike: Decimal) -> Decimal:
    """A strike as names write it: 25000, not 25000.00."""
    return Decimal(instrument_keys.strike_text(strike))
