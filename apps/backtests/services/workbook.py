"""A result as a spreadsheet: Summary, Trades, Equity, Monthly. What does not belong here: HTTP, computing anything.

Every text is written as text: what looks like a formula or a link is none.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import xlsxwriter

from apps.backtests.selectors import curves, monthly
from apps.backtests.services.exports import COLUMNS
from engine.metrics.registry import STATISTICS

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
UNITS = {"paise": "rupees"}
WIDE, NARROW = 34, 14
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Cell = Any


def write_workbook(run: BacktestRun) -> bytes:
    """A completed run as an XLSX file; the same run gives the same bytes."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, OPTIONS)
    book.set_properties({"title": "Backtest", "created": (run.finished_at or run.created_at).replace(tzinfo=None)})
    bold = book.add_format({"bold": True})
    curve = curves.daily_curve(run.equity_curve_json, initial=float(run.initial_wallet_amount))
    for name, header, rows in (
        ("Summary", ("Name", "Value", "Unit"), _summary(run)),
        ("Trades", COLUMNS, ([trade.get(column) for column in COLUMNS] for trade in run.list_of_trades_json or [])),
        ("Equity", ("date", "equity", "drawdown_pct"), _equity(curve)),
        ("Monthly", ("year", *MONTHS, "total"), _monthly(curve)),
    ):
        _sheet(book, name=name, header=header, rows=rows, bold=bold)
    book.close()
    return written.getvalue()


def _sheet(
    book: xlsxwriter.Workbook, *, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], bold: Any
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, WIDE if name == "Summary" else NARROW)
    sheet.set_column(1, max(len(header) - 1, 1), NARROW)
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, bold)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, value=value, line=line, column=column)


def _write(sheet: Any, *, value: Cell, line: int, column: int) -> None:
    """One cell: text as text, numbers as numbers, nothing where there is nothing."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value)
    else:
        sheet.write_string(line, column, str(value))


def _summary(run: BacktestRun) -> Iterable[Sequence[Cell]]:
    yield from (
        ("Strategy", run.strategy["name"], None),
        ("In words", run.strategy["sentence"], None),
        ("Terms", run.strategy.get("terms"), None),
        ("Instrument", run.instrument_identifier, None),
        ("From", run.start_date.isoformat(), None),
        ("To", run.end_date.isoformat(), None),
        ("Initial wallet", float(run.initial_wallet_amount), "rupees"),
        ("Final wallet", float(run.final_wallet_amount or 0), "rupees"),
    )
    values = run.extra["statistics"]
    for each in STATISTICS:
        if each.key in values:
            yield each.label, values[each.key], UNITS.get(each.unit, each.unit)
    for note in run.extra.get("notes", []):
        yield "Note", note, None
    for name, value in run.extra.get("manifest", {}).items():
        if name != "request":
            yield name, value, None


def _equity(curve: curves.Curve) -> Iterable[Sequence[Cell]]:
    columns = (curve.days.astype(str).tolist(), curve.equity.tolist(), curve.drawdown_pct().tolist())
    return zip(*columns, strict=True)


def _monthly(curve: curves.Curve) -> Iterable[Sequence[Cell]]:
    return ((year.year, *year.months, year.total) for year in monthly.heatmap_of(curve).years)
