"""scripts/bench realism: stylised facts of the synthetic market, the bands they must keep, and real files beside them.

What does not belong here: how a fact is measured (``facts``, ``option_facts``).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from marketdata import get_provider, sessions, surface
from marketdata.instrument_keys import Option
from scripts.benchmarks import facts, nse_files, option_facts

Facts = Mapping[str, float]
NAMES = nse_files.NAMES
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "nse"
DAILY = date(2010, 1, 1), date(2025, 12, 31)
INTRADAY = date(2016, 1, 1), date(2025, 12, 31)
MONTHS = [date(year, month, 12) for year in (2023, 2024, 2025) for month in range(1, 13)]
CLOSE = time(15, 29, 59)

# Medians over stocks, after real files of 2015 to 2026. The bands are for a generator over twenty years, not for any
# one real window: March 2020 alone makes a kurtosis of 30.
STOCKS = {
    "annual volatility": (0.20, 0.40),
    "kurtosis": (4, 12),
    "kurtosis of 20 days": (2.5, 8),
    "skew": (-0.8, 0.3),
    "acf 1": (-0.05, 0.05),
    "largest acf": (-1, 0.03),
    "acf of size 1": (0.10, 0.35),
    "acf of size 5": (0.02, 0.28),
    "acf of size 20": (0.02, 0.20),
    "leverage": (-0.15, -0.005),
    "overnight share": (0.12, 0.35),
    "parkinson": (0.9, 1.3),
    "volume and size": (0.25, 0.65),
    "gap and day": (-0.03, 0.03),
    "volume and next move": (-0.03, 0.03),
}
MARKET = {"stock and index": (0.35, 0.75), "pairs of stocks": (0.15, 0.40)}
INDEX = {
    "annual volatility": (0.12, 0.22),
    "kurtosis": (4.5, 16),
    "acf 1": (-0.05, 0.05),
    "largest acf": (-1, 0.03),
    "leverage": (-0.15, -0.02),
    "overnight share": (0.25, 0.48),
    "parkinson": (0.9, 1.3),
}
BARS = {
    "5 min: U of volume": (1.8, 4.5),
    "5 min: first half hour": (0.10, 0.28),
    "5 min: last half hour": (0.10, 0.28),
    "5 min: first bar": (2.2, 6),
    "5 min: kurtosis": (3.3, 12),
    "5 min: acf 1": (-0.12, 0.05),
    "5 min: variance ratio": (0.80, 1.15),
    "5 min: range": (0.75, 1.35),
    "5 min: first half hour and rest": (-0.05, 0.05),
}
CHAINS = {
    "smile at -2 sd": (1.15, 1.40),
    "smile at -1 sd": (1.05, 1.18),
    "smile at +1 sd": (0.93, 1.06),
    "smile at +2 sd": (1.00, 1.18),
    "volume at the money / at 2 sd": (2, 20),
    "put/call volume": (0.6, 1.6),
    "straddle at the money ~ T^x": (0.30, 0.70),
}
VOLATILITY = {
    "volatility index": (11, 22),
    "its moves and the spot's": (-0.85, -0.25),
    "it over what follows": (0.95, 1.60),
}
SECTIONS: tuple[tuple[str, Mapping[str, tuple[float, float]]], ...] = (
    ("stocks, daily", STOCKS),
    ("stocks together", MARKET),
    ("NIFTY 50, daily", INDEX),
    ("stocks, 5 minutes", BARS),
    ("NIFTY 50 options", CHAINS),
    ("NIFTY 50 volatility", VOLATILITY),
)


@lru_cache(maxsize=1)
def synthetic() -> dict[str, Facts]:
    """The facts of the synthetic market by section."""
    provider = get_provider()
    symbols = [each.symbol for each in provider.instruments("stock")]
    daily = {symbol: provider.daily(symbol, *DAILY) for symbol in (*symbols, "NIFTY50")}
    moves = {symbol: np.diff(np.log(bars.close)) for symbol, bars in daily.items()}
    return {
        "stocks, daily": facts.medians([facts.of_daily(_columns(daily[symbol])) for symbol in symbols]),
        "stocks together": facts.of_market(np.array([moves[symbol] for symbol in symbols]), moves["NIFTY50"]),
        "NIFTY 50, daily": facts.of_daily(_columns(daily["NIFTY50"])),
        "stocks, 5 minutes": facts.medians(
            [facts.of_intraday(_columns(provider.intraday(symbol, *INTRADAY))) for symbol in symbols]
        ),
        "NIFTY 50 options": _of_chains([_synthetic_chains(day) for day in MONTHS]),
        "NIFTY 50 volatility": _synthetic_volatility(moves["NIFTY50"], daily["NIFTY50"].date.tolist()),
    }


def real(folder: Path) -> dict[str, Facts]:
    """The facts of the real files by section; a section lacks what the files do not hold."""
    stocks = {name: (days, columns) for name, days, columns in nse_files.daily_stocks(folder)}
    index_days, index = nse_files.daily_index(folder, "NIFTY_50")
    common = sorted(set(index_days).intersection(*(days for days, _ in stocks.values())))
    moves = np.array([_moves(days, columns, common) for days, columns in stocks.values()])
    bars = [facts.of_intraday(columns) for name, columns in nse_files.intraday(folder) if columns["volume"].any()]
    vix_days, vix = nse_files.daily_index(folder, "INDIA_VIX")
    both = [day for day in vix_days if day in set(index_days)]
    level = vix["close"][[vix_days.index(day) for day in both]]
    return {
        "stocks, daily": facts.medians([facts.of_daily(columns) for _, columns in stocks.values()]),
        "stocks together": facts.of_market(moves, _moves(index_days, index, common)),
        "NIFTY 50, daily": facts.of_daily(index),
        "stocks, 5 minutes": facts.medians(bars),
        "NIFTY 50 options": _of_chains([chains for _, chains in nse_files.chains(folder, "NIFTY")]),
        "NIFTY 50 volatility": option_facts.of_index(level[1:], _moves(index_days, index, both)),
    }


def outside(found: Mapping[str, Facts]) -> Iterator[str]:
    """The facts that are not inside their band."""
    for section, bands in SECTIONS:
        for name, (low, high) in bands.items():
            if not low <= found[section][name] <= high:
                yield f"{section}: {name} is {found[section][name]:.3f}, not from {low} to {high}"


def table(market: Mapping[str, Facts], files: Mapping[str, Facts] | None) -> str:
    """All facts as text."""
    lines = [f"{'':<36}{'synthetic':>10}{'real':>10}   band"]
    for section, bands in SECTIONS:
        lines += ["", section]
        for name, (low, high) in bands.items():
            value = market[section][name]
            beside = f"{files[section].get(name, float('nan')):>10.3f}" if files else f"{'-':>10}"
            mark = "" if low <= value <= high else "  OUTSIDE"
            lines.append(f"  {name:<34}{value:>10.3f}{beside}   {low} .. {high}{mark}")
    return "\n".join(lines)


def _columns(bars: Any) -> dict[str, Any]:
    return {name: getattr(bars, name) for name in NAMES}


def _moves(days: Sequence[str], columns: Mapping[str, Any], wanted: Sequence[str]) -> Any:
    places = {day: place for place, day in enumerate(days)}
    return np.diff(np.log(columns["close"][[places[day] for day in wanted]]))


def _of_chains(days: Sequence[Sequence[option_facts.Chain]]) -> Facts:
    """Medians over days of the facts of the nearest expiry more than two days away, and of the term."""
    found = []
    for chains in days:
        nearest = next(chain for chain in chains if chain.years * 365 > 2)
        found.append({**option_facts.of_chain(nearest), **option_facts.of_term(chains[:4])})
    return {name: float(np.nanmedian([each[name] for each in found])) for name in found[0]}


def _synthetic_chains(day: date) -> list[option_facts.Chain]:
    """The chains of the next weekly expiries at the close of the last session up to a day."""
    provider = get_provider()
    on = sessions.last_session(datetime.combine(day, CLOSE, tzinfo=sessions.IST))
    now = datetime.combine(on, CLOSE, tzinfo=sessions.IST)
    made = []
    for expiry in provider.expiries("NIFTY50", on, "weekly", count=5):
        if expiry == on:
            continue
        options = [each.option for each in provider.contracts("NIFTY50", on, expiry=expiry, levels=40)]
        made.append(_chain(provider.option_quotes(options, now), years=(expiry - on).days / 365))
    return made


def _chain(quotes: Mapping[Option, Any], *, years: float) -> option_facts.Chain:
    strikes = sorted({option.strike for option in quotes})
    sides = {(str(option.right), option.strike): quote for option, quote in quotes.items()}

    def read(right: str, name: str) -> Any:
        return np.array([float(getattr(sides[right, strike], name)) for strike in strikes])

    return option_facts.Chain(
        strikes=np.array([float(strike) for strike in strikes]),
        calls=read("CE", "price") / 100,
        puts=read("PE", "price") / 100,
        call_volume=read("CE", "volume"),
        put_volume=read("PE", "volume"),
        years=years,
    )


def _synthetic_volatility(moves: Any, days: Sequence[date]) -> Facts:
    """The 30-day volatility at the money as known when the next session opens, from the last three years on."""
    last = 750
    level = np.array([surface.at_the_money_volatility("NIFTY50", day) for day in days[-last:]]) * 100
    # The level at an open holds what the session before has done.
    return option_facts.of_index(level[1:], moves[-last:-1])


def main() -> int:
    """Print the table; 1 if a fact of the synthetic market is outside its band."""
    folder = Path(os.environ.get("NSE_DATA") or BESIDE)
    market = synthetic()
    print(table(market, real(folder) if folder.is_dir() else None))
    if not folder.is_dir():
        print(f"\nNo real files at {folder}: NSE_DATA names another folder.")
    return 1 if list(outside(market)) else 0


if __name__ == "__main__":
    sys.exit(main())
