"""Real NSE files of the sample folder as columns. What does not belong here: measuring, and importing for good."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.benchmarks import option_facts

Columns = dict[str, NDArray[np.float64]]
NAMES = ("open", "high", "low", "close", "volume")
_CORPORATE_ACTION = 0.25  # a larger log move over night is a split or a bonus, which raw files do not adjust for
_BARS = 75


def daily_stocks(folder: Path) -> Iterator[tuple[str, list[str], Columns]]:
    """Every stock of the folder, with its days, splits taken out."""
    for path in sorted((folder / "daily_equity").glob("*.csv.gz")):
        rows = _rows(path)
        yield path.name.removesuffix(".csv.gz"), [row["date"] for row in rows], _adjusted(_columns(rows))


def daily_index(folder: Path, name: str) -> tuple[list[str], Columns]:
    """An index, or India VIX, with its days."""
    rows = _rows(folder / "daily_index" / f"{name}.csv.gz")
    return [row["date"] for row in rows], _columns(rows)


def intraday(folder: Path) -> Iterator[tuple[str, Columns]]:
    """Every 5-minute file: columns of shape (days, bars) of its regular sessions."""
    for path in sorted((folder / "intraday").glob("*_5min_*.csv.gz")):
        days: dict[str, list[dict[str, str]]] = {}
        for row in _rows(path):
            days.setdefault(row["timestamp"][:10], []).append(row)
        whole = [_columns(rows) for rows in days.values() if len(rows) == _BARS]
        yield path.name.partition("_5min_")[0], {name: np.stack([day[name] for day in whole]) for name in NAMES}


def chains(folder: Path, root: str) -> Iterator[tuple[str, list[option_facts.Chain]]]:
    """The traded chains of an index at the close, by the day of each UDiFF file, nearest expiry first."""
    for path in sorted((folder / "bhavcopy_fo" / "udiff").glob("*.csv.zip")):
        with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as member:
            rows = [row for row in csv.DictReader(io.TextIOWrapper(member)) if row["TckrSymb"] == root]
        options = [row for row in rows if row["OptnTp"] and int(row["TtlTradgVol"])]
        expiries = sorted({row["XpryDt"] for row in options})
        found = [_chain([row for row in options if row["XpryDt"] == expiry]) for expiry in expiries]
        yield rows[0]["TradDt"], [chain for chain in found if len(chain.strikes) > 20 and chain.years > 0]


def _chain(rows: list[dict[str, str]]) -> option_facts.Chain:
    sides: dict[tuple[str, float], dict[str, str]] = {(row["OptnTp"], float(row["StrkPric"])): row for row in rows}
    strikes = sorted(_both(sides))
    prices, volumes = (
        {side: np.array([float(sides[side, strike][name]) for strike in strikes]) for side in ("CE", "PE")}
        for name in ("ClsPric", "TtlTradgVol")
    )
    days = (date.fromisoformat(rows[0]["XpryDt"]) - date.fromisoformat(rows[0]["TradDt"])).days
    return option_facts.Chain(
        strikes=np.array(strikes),
        calls=prices["CE"],
        puts=prices["PE"],
        call_volume=volumes["CE"],
        put_volume=volumes["PE"],
        years=days / 365,
    )


def _both(sides: dict[tuple[str, float], dict[str, str]]) -> set[float]:
    """The strikes of which call and put have traded."""
    return {strike for side, strike in sides if side == "CE" and ("PE", strike) in sides}


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _columns(rows: list[dict[str, str]]) -> Columns:
    return {name: np.array([float(row.get(name) or 0) for row in rows]) for name in NAMES}


def _adjusted(columns: Columns) -> Columns:
    """Prices before a split or bonus scaled to those after it."""
    gap = np.log(columns["open"][1:] / columns["close"][:-1])
    step = np.where(np.abs(gap) > _CORPORATE_ACTION, gap, 0.0)
    factor = np.exp(np.append(np.cumsum(step[::-1])[::-1], 0.0))
    return {name: column if name == "volume" else column * factor for name, column in columns.items()}
