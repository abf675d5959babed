"""Draw an equity curve: as text for a terminal, as SVG for a page. What does not belong here: fetching it."""

from __future__ import annotations

from collections.abc import Sequence

ROWS = 12
COLUMNS = 72

WIDTH, HEIGHT = 860, 400
LEFT, RIGHT, TOP = 84, 24, 92
EQUITY_HEIGHT, DRAWDOWN_HEIGHT, GAP = 190, 56, 16
FONT = 'font-family="system-ui, sans-serif"'


def text(*, times: Sequence[str], values: Sequence[float]) -> str:
    """A row of columns, one for each slice of time, scaled between the lowest and the highest value."""
    size = len(values)
    columns = [values[min(size - 1, step * size // COLUMNS)] for step in range(COLUMNS)]
    lowest, highest = min(columns), max(columns)
    span = (highest - lowest) or 1.0
    heights = [round((value - lowest) / span * (ROWS - 1)) for value in columns]
    lines = []
    for row in range(ROWS - 1, -1, -1):
        label = lowest + span * row / (ROWS - 1)
        cells = "".join("█" if height == row else "░" if height > row else " " for height in heights)
        lines.append(f"    {label:>12,.0f} ┤{cells}".rstrip())
    lines.append(f"    {'':>12} └{'─' * COLUMNS}")
    lines.append(f"    {'':>14}{times[0]:<{COLUMNS - 10}}{times[-1]}")
    return "\n".join(lines)


def svg(
    *,
    title: str,
    facts: Sequence[tuple[str, str]],
    times: Sequence[str],
    equity: Sequence[float],
    drawdown_pct: Sequence[float],
) -> str:
    """A picture of a run: its facts, its equity and how far it stood below its peak (percent, positive)."""
    bottom = TOP + EQUITY_HEIGHT + GAP + DRAWDOWN_HEIGHT
    water = bottom - DRAWDOWN_HEIGHT
    lowest, highest = min(equity), max(equity)
    curve = _points(equity, lowest=lowest, highest=highest, top=TOP, height=EQUITY_HEIGHT)
    deepest = max(drawdown_pct) or 1.0
    under = _points(
        [-depth for depth in drawdown_pct],
        lowest=-deepest,
        highest=0,
        top=water,
        height=DRAWDOWN_HEIGHT,
    )
    start_y = _height(equity[0], lowest=lowest, highest=highest, top=TOP, height=EQUITY_HEIGHT)
    step = (WIDTH - LEFT - RIGHT) / max(len(facts), 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT} font-size="12" fill="#57606a">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="30" font-size="16" font-weight="600" fill="#1f2328">{title}</text>',
        *(
            f'<text x="{LEFT + step * place:.0f}" y="54">{label}</text>'
            f'<text x="{LEFT + step * place:.0f}" y="74" font-size="15" fill="#1f2328">{value}</text>'
            for place, (label, value) in enumerate(facts)
        ),
        f'<path d="M{LEFT},{start_y:.1f} H{WIDTH - RIGHT}" stroke="#d0d7de" stroke-dasharray="4 4"/>',
        f'<polyline points="{curve}" fill="none" stroke="#0969da" stroke-width="1.6"/>',
        f'<polygon points="{LEFT},{water} {under} {WIDTH - RIGHT},{water}" fill="#cf222e" fill-opacity="0.35"/>',
        *(
            f'<text x="{LEFT - 8}" y="{y:.0f}" text-anchor="end">{label}</text>'
            for y, label in (
                (TOP + 4, f"₹{highest:,.0f}"),
                (TOP + EQUITY_HEIGHT + 4, f"₹{lowest:,.0f}"),
                (bottom, f"-{deepest:.0f} %"),
            )
        ),
        f'<text x="{LEFT}" y="{bottom + 22}">{times[0]}</text>',
        f'<text x="{WIDTH - RIGHT}" y="{bottom + 22}" text-anchor="end">{times[-1]}</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _points(values: Sequence[float], *, lowest: float, highest: float, top: float, height: float) -> str:
    across = (WIDTH - LEFT - RIGHT) / max(len(values) - 1, 1)
    return " ".join(
        f"{LEFT + place * across:.1f},{_height(value, lowest=lowest, highest=highest, top=top, height=height):.1f}"
        for place, value in enumerate(values)
    )


def _height(value: float, *, lowest: float, highest: float, top: float, height: float) -> float:
    """Where a value stands on the page, the highest at the top."""
    return top + height * (highest - value) / ((highest - lowest) or 1.0)
