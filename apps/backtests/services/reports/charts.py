"""Equity and drawdown as inline SVG. What does not belong here: where grid lines stand (scales), tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from apps.backtests.selectors import curves
from apps.backtests.services.reports import scales, words
from engine.metrics import sampling

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 960, 96, 12, 10, 26
EQUITY_HEIGHT, DRAWDOWN_HEIGHT = 300, 170
# As many as a screen has dots.
POINTS = 1_200
HEADROOM = 0.04
CLOSE_TO_THE_EDGE = 24

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Frame:
    """The area of a chart: what its edges mean. ``days``: the first and last day; ``low`` and ``high``: values."""

    days: tuple[date, date]
    low: float
    high: float
    height: int

    def across(self, days: Floats) -> Floats:
        """Days since 1970 as places from the left."""
        first, last = (np.datetime64(day).astype("datetime64[D]").astype(float) for day in self.days)
        places: Floats = LEFT + (days - first) / max(last - first, 1.0) * (WIDTH - LEFT - RIGHT)
        return places

    def down(self, values: Floats) -> Floats:
        """Values as places from the top."""
        return TOP + (self.high - values) / (self.high - self.low) * (self.height - TOP - BOTTOM)


def equity_chart(curve: curves.Curve) -> SafeString:
    """The equity by day, with the wallet it began with as a dashed line."""
    kept = sampling.sample(curve.equity, points=POINTS)
    low, high = min(curve.equity.min(), curve.initial), max(curve.equity.max(), curve.initial)
    room = (high - low) * HEADROOM or abs(high) * HEADROOM or 1.0
    frame = Frame(_span(curve), low - room, high + room, EQUITY_HEIGHT)
    line = _path(frame, days=curve.days[kept], values=curve.equity[kept])
    start = float(frame.down(np.array([curve.initial]))[0])
    drawn = format_html(
        '<line class="start" x1="{}" y1="{}" x2="{}" y2="{}"/><path class="equity" d="{}"/>',
        LEFT,
        f"{start:.1f}",
        WIDTH - RIGHT,
        f"{start:.1f}",
        line,
    )
    return _chart(frame, drawn=drawn, label="Equity by day", write=lambda value: words.rupees(value, decimals=0))


def drawdown_chart(curve: curves.Curve) -> SafeString:
    """How far the equity of each day is below the highest before it, in percent."""
    depths = -curve.drawdown_pct()
    kept = sampling.sample(depths, points=POINTS)
    frame = Frame(_span(curve), min(float(depths.min()), -1.0) * (1.0 + HEADROOM), 0.0, DRAWDOWN_HEIGHT)
    line = _path(frame, days=curve.days[kept], values=depths[kept])
    first, last = frame.across(curve.days[[0, -1]].astype(float)).tolist()
    area = f"{line}L{last:.1f} {TOP}L{first:.1f} {TOP}Z"
    drawn = format_html('<path class="depth-area" d="{}"/><path class="depth" d="{}"/>', area, line)
    return _chart(frame, drawn=drawn, label="Drawdown by day", write=lambda value: f"{value:.4g} %")


def _span(curve: curves.Curve) -> tuple[date, date]:
    return curve.days[0].item(), curve.days[-1].item()


def _path(frame: Frame, *, days: NDArray[np.datetime64], values: Floats) -> str:
    """A line through points; one point alone is a short dash."""
    across, down = frame.across(days.astype(float)).tolist(), frame.down(values).tolist()
    points = [f"{x:.1f} {y:.1f}" for x, y in zip(across, down, strict=True)]
    return f"M{'L'.join(points)}" if len(points) > 1 else f"M{points[0]}h4"


def _chart(frame: Frame, *, drawn: SafeString, label: str, write: Callable[[float], str]) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        WIDTH,
        frame.height,
        label,
        _value_lines(frame, write=write),
        _date_lines(frame, found=scales.date_ticks(first=frame.days[0], last=frame.days[1])),
        drawn,
    )


def _value_lines(frame: Frame, *, write: Callable[[float], str]) -> SafeString:
    found = scales.value_ticks(low=frame.low, high=frame.high)
    places = frame.down(np.array(found)).tolist()
    return format_html_join(
        "",
        '<line class="grid" x1="{}" y1="{}" x2="{}" y2="{}"/><text class="value" x="{}" y="{}">{}</text>',
        (
            (LEFT, f"{y:.1f}", WIDTH - RIGHT, f"{y:.1f}", LEFT - 8, f"{y + 4:.1f}", write(value))
            for value, y in zip(found, places, strict=True)
        ),
    )


def _date_lines(frame: Frame, *, found: Sequence[tuple[date, str]]) -> SafeString:
    """Dates below; a label too near to an edge would be cut off."""
    days = np.array([day for day, _ in found], dtype="datetime64[D]").astype(float)
    places = zip(frame.across(days).tolist(), (label for _, label in found), strict=True)
    return format_html_join(
        "",
        '<text class="day" x="{}" y="{}">{}</text>',
        ((f"{x:.1f}", frame.height - 6, label) for x, label in places if x < WIDTH - CLOSE_TO_THE_EDGE),
    )
