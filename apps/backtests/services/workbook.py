"""A result as a spreadsheet: Summary, Trades, Equity, Monthly; Open, if a position is; Days and Legs of an option rule.

Days and moments (those of India) are dates that a spreadsheet can count with. What does not belong here: HTTP,
computing anything.

Every text is written as text: what looks like a formula or a link is none.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from apps.backtests.selectors import curves, monthly
from apps.backtests.services import sheet_rows, wording
from apps.backtests.services.exports import COLUMNS, instrument_of
from apps.core import money
from engine.metrics.registry import STATISTICS

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDE, NARROW = 34, 17
WIDE_SHEETS = ("Summary", "Trades")
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY_COLUMNS = ("date", "skipped", "premium", "margin", "pnl", "charges", "trades")
LEG_COLUMNS = ("leg", "trades", "wins", "stops", "pnl", "charges")

# The second sheet.
TRADES_PART = "xl/worksheets/sheet2.xml"

Cell = Any
Json = Mapping[str, Any]


def write_workbook(run: BacktestRun, *, trades: Sequence[Json]) -> bytes:
    """A completed run as an XLSX file; the same run gives the same bytes."""
    return _write_book(run, trades=trades)[0]


def stream_workbook(run: BacktestRun, *, trades: Iterator[Json]) -> Iterator[bytes]:
    """The same piece by piece, as its trades are read, of which there is at least one."""
    first = [next(trades)]
    book, formats = _write_book(run, trades=first)
    # A format has its number once a cell was written in it, and all trades of a run have the same.
    styles = {name: formats[name].xf_index for name in ("day", "moment")}
    begun = sheet_rows.Begun(book, part=TRADES_PART, rows=1 + len(first), styles=styles)
    return sheet_rows.add_rows(begun, rows=_trades(trades, run=run))


def _write_book(run: BacktestRun, *, trades: Iterable[Json]) -> tuple[bytes, Mapping[str, Any]]:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, OPTIONS)
    book.set_properties({"title": "Backtest", "created": (run.finished_at or run.created_at).replace(tzinfo=None)})
    formats = {
        "title": book.add_format({"bold": True}),
        "day": book.add_format({"num_format": DAY}),
        "moment": book.add_format({"num_format": MOMENT}),
    }
    curve = curves.daily_curve(run.equity_curve_json, initial=float(run.initial_wallet_amount))
    for name, header, rows in (
        ("Summary", ("Name", "Value", "Unit"), _summary(run)),
        ("Trades", ("instrument", *COLUMNS), _trades(trades, run=run)),
        ("Equity", ("date", "equity", "drawdown_pct"), _equity(curve)),
        ("Monthly", ("year", *MONTHS, "total"), _monthly(curve)),
        *_open_sheet(run),
        *_option_sheets(run.extra),
    ):
        _sheet(book.add_worksheet(name), header=header, rows=rows, formats=formats)
    book.close()
    return written.getvalue(), formats


def _sheet(sheet: Any, *, header: Sequence[str], rows: Iterable[Sequence[Cell]], formats: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, WIDE if sheet.name in WIDE_SHEETS else NARROW)
    sheet.set_column(1, max(len(header) - 1, 1), NARROW)
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, formats["title"])
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, value=value, place=(line, column), formats=formats)


def _write(sheet: Any, *, value: Cell, place: tuple[int, int], formats: Mapping[str, Any]) -> None:
    """One cell: text as text, numbers as numbers, days as dates, nothing where there is nothing."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int | float):
        sheet.write_number(*place, value)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, formats["moment" if isinstance(value, datetime) else "day"])
    else:
        sheet.write_string(*place, str(value))


def _dated(row: Mapping[str, Any], *, column: str) -> Cell:
    """A cell of a row as it is kept, where days and moments are texts; a spreadsheet knows no zones."""
    value = row.get(column)
    if value is None or not column.endswith(("date", "_time")):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=None) if column.endswith("_time") else date.fromisoformat(value)


def _trades(trades: Iterable[Mapping[str, Any]], *, run: BacktestRun) -> Iterable[Sequence[Cell]]:
    for trade in trades:
        yield instrument_of(trade, run=run), *(_dated(trade, column=column) for column in COLUMNS)


def _open_sheet(run: BacktestRun) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]:
    """What was still held at the end: its exit is the last price it is marked at."""
    if run.extra.get("open_trades"):
        yield "Open", ("instrument", *COLUMNS), _trades(run.extra["open_trades"], run=run)


def _option_sheets(extra: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]:
    """The days and legs of an option rule; of anything else there are none."""
    if "days" not in extra:
        return
    yield "Days", (*DAY_COLUMNS, "contracts"), _days(extra["days"])
    yield "Legs", LEG_COLUMNS, ([leg.get(column) for column in LEG_COLUMNS] for leg in extra["legs"])


def _days(days: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[Cell]]:
    for day in days:
        yield *(_dated(day, column=column) for column in DAY_COLUMNS), " ".join(day["contracts"])


def _summary(run: BacktestRun) -> Iterable[Sequence[Cell]]:
    yield from (
        ("Strategy", run.strategy["name"], None),
        ("In words", run.strategy["sentence"], None),
        ("Terms", run.strategy.get("terms"), None),
        ("Instrument", wording.traded_words(run.settings, usual=run.instrument_identifier), None),
        ("From", run.start_date, None),
        ("To", run.end_date, None),
        ("Initial wallet", float(run.initial_wallet_amount), "rupees"),
        ("Final wallet", float(run.final_wallet_amount or 0), "rupees"),
    )
    values = run.extra["statistics"]
    for each in STATISTICS:
        if each.key in values:
            yield each.label, values[each.key], money.shown_unit(each.unit)
    for note in run.extra.get("notes", []):
        yield "Note", note, None
    for name, value in run.extra.get("manifest", {}).items():
        if name != "request":
            yield name, value, None


def _equity(curve: curves.Curve) -> Iterable[Sequence[Cell]]:
    columns = (curve.days.tolist(), curve.equity.tolist(), curve.drawdown_pct().tolist())
    return zip(*columns, strict=True)


def _monthly(curve: curves.Curve) -> Iterable[Sequence[Cell]]:
    return ((year.year, *year.months, year.total) for year in monthly.heatmap_of(curve).years)
