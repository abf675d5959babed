"""The page of a report: what stands on it, in which order. What does not belong here: charts, tables, style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.backtests.enums import RunKind
from apps.backtests.selectors import curves, drawdowns, monthly
from apps.backtests.services import exports, terms, wording
from apps.backtests.services.reports import charts, tables, words
from apps.core import clock, json_text

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun

STYLE = Path(__file__).parent / "style.css"
FALLS = 5
# Statistic, label, unit: what a reader looks for first.
TILES = (
    ("cagr_pct", "Growth a year", "percent"),
    ("max_drawdown_pct", "Deepest fall", "percent"),
    ("sharpe", "Sharpe ratio", "ratio"),
    ("sortino", "Sortino ratio", "ratio"),
    ("win_rate_pct", "Winning trades", "percent"),
    ("profit_factor", "Profit factor", "ratio"),
    ("buy_and_hold_return_pct", "Buying and holding", "percent"),
)
# Where a manifest's request is posted, if not as a run of one strategy on one instrument.
POSTED_TO: Mapping[str, str] = {RunKind.OPTIONS: "run-options", RunKind.PORTFOLIO: "run-portfolio"}

Json = dict[str, Any]


def write_report(run: BacktestRun, *, trades: Sequence[Json]) -> str:
    """A completed run as one HTML page without anything from elsewhere; every text of a user is escaped.

    ``trades``: its closed trades, the first ones where it has more than a page shows.
    """
    curve = curves.daily_curve(run.equity_curve_json, initial=float(run.initial_wallet_amount))
    sections = (
        ("Equity", charts.equity_chart(curve)),
        ("Drawdown", charts.drawdown_chart(curve)),
        ("Monthly returns, %", tables.heatmap(monthly.heatmap_of(curve))),
        ("Deepest falls", _falls(drawdowns.deepest(curve, limit=FALLS))),
        ("Statistics", tables.statistics(run.extra["statistics"])),
        *_option_sections(run.extra),
        (f"Trades ({run.number_of_trades:,})", _trades(run, found=trades)),
        *_open_section(run),
        ("Assumptions", _assumptions(run)),
        ("Manifest", _manifest(run)),
    )
    body = format_html_join(
        "", "<section id='{}'><h2>{}</h2>{}</section>", ((_anchor(title), title, drawn) for title, drawn in sections)
    )
    return str(
        format_html(
            "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
            "<meta name='viewport' content='width=device-width, initial-scale=1'><meta name='color-scheme' "
            "content='light dark'><title>{}</title><style>{}</style></head><body><main>{}{}</main></body></html>",
            f"{run.strategy['name']} on {wording.traded_words(run.settings, usual=run.instrument_identifier)}",
            _style(),
            _header(run),
            body,
        )
    )


@cache
def _style() -> SafeString:
    """The style of the page; the file is ours, and has nothing that a browser would take for a tag."""
    return SafeString(STYLE.read_text(encoding="utf-8"))


def _header(run: BacktestRun) -> SafeString:
    span = f"{_day(run, name='first_date')} to {_day(run, name='last_date')}"
    notes = format_html_join("", "<li>{}</li>", ((note,) for note in run.extra.get("notes", [])))
    return format_html(
        "<header><p class='about'>Backtest · {} {} · {} bars · {}</p><h1>{}</h1>"
        "<p>{}</p><p class='terms'>{}</p>{}{}</header>",
        run.instrument_type,
        wording.traded_words(run.settings, usual=run.instrument_identifier),
        terms.of(run)["interval"],
        span,
        run.strategy["name"],
        run.strategy["sentence"],
        run.strategy.get("terms", ""),
        _tiles(run),
        format_html("<ul class='notes'>{}</ul>", notes) if notes else "",
    )


def _day(run: BacktestRun, *, name: str) -> str:
    return words.day(date.fromisoformat(run.extra["assumptions"][name]))


def _tiles(run: BacktestRun) -> SafeString:
    statistics: Mapping[str, float | None] = run.extra["statistics"]
    final, percentage = float(run.final_wallet_amount or 0), float(run.pnl_percentage or 0)
    tiles = [
        ("Final value", words.rupees(final), f"of {words.rupees(float(run.initial_wallet_amount))}"),
        ("Return", words.percent(percentage), words.rupees(float(run.total_pnl or 0))),
        *((label, words.statistic(statistics.get(key), unit=unit), "") for key, label, unit in TILES),
        ("Closed trades", f"{run.number_of_trades:,}", ""),
    ]
    return format_html(
        "<dl class='tiles'>{}</dl>",
        format_html_join("", "<div><dt>{}</dt><dd>{}</dd><dd class='small'>{}</dd></div>", tiles),
    )


def _falls(found: list[drawdowns.Drawdown]) -> SafeString:
    return tables.drawdowns(found) if found else _plain("The equity never fell below its highest value.")


def _option_sections(extra: Mapping[str, Any]) -> list[tuple[str, SafeString]]:
    """The legs and the days of an option rule; of anything else there are none."""
    if "days" not in extra:
        return []
    return [("Legs", tables.legs(extra["legs"])), ("Days", tables.days(extra["days"]))]


def _trades(run: BacktestRun, *, found: Sequence[Json]) -> SafeString:
    if not found:
        return _plain("No trade was closed.")
    more = run.number_of_trades - len(found)
    rest = _plain(f"{more:,} more stand in the CSV and the workbook.") if more > 0 else ""
    named = [(exports.instrument_of(trade, run=run), trade) for trade in found]
    star = any(trade["ambiguous"] for trade in found)
    told = _plain("* The bar does not tell which level came first.") if star else ""
    return format_html("{}{}{}", tables.trades(named), rest, told)


def _open_section(run: BacktestRun) -> list[tuple[str, SafeString]]:
    """What was still held at the end, without which the trades do not add up to the final value."""
    found = run.extra.get("open_trades") or []
    if not found:
        return []
    named = [(exports.instrument_of(trade, run=run), trade) for trade in found]
    told = _plain("Marked at the last price; in the final value, in neither the closed trades nor the winning ones.")
    return [(f"Still open ({len(found):,})", format_html("{}{}", tables.open_trades(named), told))]


def _plain(text: str) -> SafeString:
    return format_html("<p>{}</p>", text)


def _assumptions(run: BacktestRun) -> SafeString:
    found = {name: value for name, value in run.extra["assumptions"].items() if name not in ("data_hash",)}
    return tables.facts((name.replace("_", " "), _said(value)) for name, value in found.items())


def _manifest(run: BacktestRun) -> SafeString:
    manifest = run.extra.get("manifest", {})
    text = json_text.dumps(manifest, option=orjson.OPT_INDENT_2).decode()
    return format_html(
        "<p>Post <code>request</code> to <code>/api/v1/backtest/{}</code>: the same <code>result_hash</code> "
        "is the same result.</p><pre>{}</pre><p class='about'>Run {} · {}</p>",
        POSTED_TO.get(run.settings.get("kind", ""), "run"),
        text,
        run.run_id,
        (run.finished_at or run.created_at).astimezone(clock.IST).strftime("%d %b %Y, %H:%M IST"),
    )


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_said(inner) for inner in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(inner)}" for name, inner in value.items()) or "none"
    return words.NOTHING if value is None else str(value)


def _anchor(title: str) -> str:
    return title.split("(")[0].split(",")[0].strip().lower().replace(" ", "-")
