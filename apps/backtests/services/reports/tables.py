"""The tables of a report. What does not belong here: charts, the page around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.backtests.selectors.drawdowns import Drawdown
from apps.backtests.selectors.monthly import Heatmap
from apps.backtests.services.reports import words
from engine.metrics.registry import STATISTICS

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# The return at which a cell has its full colour.
FULL_COLOUR_PCT = 10.0
LEAST_SHADE = 8
SHADES = 62
SMALLEST_SHOWN = 0.05

Json = Mapping[str, Any]


def heatmap(found: Heatmap) -> SafeString:
    """Monthly returns in percent, a row a year; the colour tells the sign and the size."""
    head = format_html_join("", "<th>{}</th>", ((month,) for month in MONTHS))
    rows = format_html_join(
        "",
        "<tr><th>{}</th>{}<td class='total'>{}</td></tr>",
        ((year.year, _months(year.months), _short(year.total)) for year in found.years),
    )
    return format_html(
        "<table class='heatmap'><thead><tr><th>Year</th>{}<th>Year</th></tr></thead><tbody>{}</tbody></table>",
        head,
        rows,
    )


def drawdowns(found: Sequence[Drawdown]) -> SafeString:
    """The deepest falls."""
    rows = (
        (
            f"-{fall.depth_pct:.2f} %",
            words.day(fall.peak_date) if fall.peak_date else "start",
            words.day(fall.trough_date),
            words.day(fall.recovered_date) if fall.recovered_date else "not yet",
            fall.days_to_trough,
            fall.days_to_recover if fall.days_to_recover is not None else words.NOTHING,
            fall.days,
        )
        for fall in found
    )
    head = ("Depth", "Peak", "Trough", "Recovered", "Days down", "Days back", "Days in all")
    return _table(head, rows=rows, css="numbers")


def statistics(values: Mapping[str, float | None]) -> SafeString:
    """Every statistic with its unit and what it means."""
    rows = (
        (each.label, words.statistic(values.get(each.key), unit=each.unit), each.formula)
        for each in STATISTICS
        if each.key in values
    )
    return _table(("Statistic", "Value", "Meaning"), rows=rows, css="statistics")


def legs(found: Sequence[Json]) -> SafeString:
    """What each leg of an option rule came to."""
    rows = (
        (leg["leg"], leg["trades"], leg["wins"], leg["stops"], words.rupees(leg["charges"]), words.rupees(leg["pnl"]))
        for leg in found
    )
    return _table(("Leg", "Trades", "Won", "Stopped", "Charges", "Net"), rows=rows, css="numbers")


def days(found: Sequence[Json]) -> SafeString:
    """What each day of an option rule came to, or why it was skipped."""
    rows = (
        (
            day["date"],
            *(_amount(day.get(name)) for name in ("premium", "margin", "charges", "pnl")),
            day["trades"],
            (day["skipped"] or "").replace("_", " "),
        )
        for day in found
    )
    return _table(("Day", "Premium", "Margin", "Charges", "Net", "Trades", "Skipped"), rows=rows, css="numbers")


def trades(found: Sequence[tuple[str, Json]]) -> SafeString:
    """Closed trades with what was traded."""
    rows = (
        (
            number,
            instrument,
            trade["side"],
            f"{trade['quantity']:,.6g}",
            _moment(trade, end="entry"),
            words.rupees(trade["entry_price"]),
            _moment(trade, end="exit"),
            words.rupees(trade["exit_price"]),
            words.rupees(trade.get("charges", 0.0)),
            words.rupees(trade["pnl"]),
            f"{trade['exit_reason']}{' *' if trade['ambiguous'] else ''}",
        )
        for number, (instrument, trade) in enumerate(found, start=1)
    )
    head = ("#", "Instrument", "Side", "Quantity", "Entered", "At", "Left", "At", "Charges", "Net", "Why")
    return _table(head, rows=rows, css="trades")


def open_trades(found: Sequence[tuple[str, Json]]) -> SafeString:
    """The positions that were still open, at their last prices."""
    rows = (
        (
            instrument,
            trade["side"],
            f"{trade['quantity']:,.6g}",
            _moment(trade, end="entry"),
            words.rupees(trade["entry_price"]),
            words.rupees(trade["exit_price"]),
            words.rupees(trade.get("charges", 0.0)),
            words.rupees(trade["pnl"]),
        )
        for instrument, trade in found
    )
    return _table(
        ("Instrument", "Side", "Quantity", "Entered", "At", "Last", "Charges", "Net"), rows=rows, css="trades"
    )


def facts(found: Iterable[tuple[str, object]]) -> SafeString:
    """Names with their values."""
    rows = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", found)
    return format_html("<table class='facts'><tbody>{}</tbody></table>", rows)


def _table(head: Sequence[str], *, rows: Iterable[Sequence[object]], css: str) -> SafeString:
    titles = format_html_join("", "<th>{}</th>", ((title,) for title in head))
    lines = format_html_join(
        "", "<tr>{}</tr>", ((format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),) for row in rows)
    )
    return format_html("<table class='{}'><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", css, titles, lines)


def _amount(value: float | None) -> str:
    return words.NOTHING if value is None else words.rupees(value)


def _months(months: Sequence[float | None]) -> SafeString:
    return format_html_join(
        "", "<td class='{}' style='--shade:{}%'>{}</td>", ((_sign(each), _shade(each), _short(each)) for each in months)
    )


def _sign(value: float | None) -> str:
    if value is None or abs(value) < SMALLEST_SHOWN:
        return "flat"
    return "gain" if value > 0 else "loss"


def _shade(value: float | None) -> int:
    """How much of the colour a cell has, in percent; none for nothing."""
    if value is None:
        return 0
    return LEAST_SHADE + round(min(abs(value) / FULL_COLOUR_PCT, 1.0) * SHADES)


def _short(value: float | None) -> str:
    """To a tenth, with a sign unless that is nothing."""
    if value is None:
        return ""
    return f"{value:+.1f}" if abs(value) >= SMALLEST_SHOWN else "0.0"


def _moment(trade: Json, *, end: str) -> str:
    """The day of one end of a trade, with the time where bars have one."""
    time = trade.get(f"{end}_time")
    return f"{time[:10]} {time[11:16]}" if time else str(trade[f"{end}_date"])
