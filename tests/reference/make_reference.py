"""Reference tables of trades, made by two public engines and a plain loop on real NSE bars.

``python tests/reference/make_reference.py --data <folder with daily_equity and daily_index>`` builds a throw-away
virtual environment with REQUIREMENTS, runs itself there and writes tables/*.csv and tables/summary.json.
What does not belong here: the project's own engine, which these tables are there to confirm, and any price series.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cases  # type: ignore[import-not-found]  # beside this file, which runs as a script
import witnesses  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from tests.reference.cases import Bars, Case
    from tests.reference.witnesses import Run, Trade

REQUIREMENTS = [
    "backtesting==0.6.6",
    "vectorbt==1.2.0",
    "numpy==2.4.6",
    "pandas==3.1.1",
    "numba==0.68.1",
    "llvmlite==0.50.0",
    "scipy==1.17.1",
    "plotly==7.1.0",
    "bokeh==3.9.2",
]
TABLES = Path(__file__).parent / "tables"
COLUMNS = ["entry_date", "exit_date", "side", "quantity", "entry_price", "exit_price", "pnl", "exit_reason"]
FIELDS = ["entry_price", "exit_price", "pnl"]


def disagreement(one: Run, other: Run) -> dict[str, Any]:
    """Compare two runs trade by trade: counts of what must be equal, the largest difference of each amount."""
    pairs = list(zip(one.trades, other.trades, strict=False))
    keys = [(a.entry, a.exit, a.quantity, a.reason) != (b.entry, b.exit, b.quantity, b.reason) for a, b in pairs]
    numbers = {f: max((abs(float(getattr(a, f) - getattr(b, f))) for a, b in pairs), default=0.0) for f in FIELDS}
    return {
        "trades_counted": abs(len(one.trades) - len(other.trades)),
        "trades_differing_in_date_quantity_or_reason": sum(keys),
        **{name: round(value, 6) for name, value in numbers.items()},
        "final_equity": round(abs(float(one.equity - other.equity)), 6),
    }


def write_table(path: Path, bars: Bars, trades: list[Trade]) -> None:
    """Write one CSV, prices in rupees with at most six decimals."""
    with path.open("w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for t in trades:
            money = [f"{float(getattr(t, f)):.6f}".rstrip("0").rstrip(".") for f in FIELDS]
            writer.writerow([bars.date[t.entry], bars.date[t.exit], "long", t.quantity, *money, t.reason])


def compute(case: Case, data: Path) -> dict[str, Any]:
    """Run the three witnesses on one case, write its table (one an engine where they differ) and summarise it."""
    is_made = case.file == cases.WALK
    bars = cases.walk_bars() if is_made else cases.load_bars(data / case.file, case)
    raw = repr(bars).encode() if is_made else (data / case.file).read_bytes()
    enter, leave = cases.signals(bars, case)
    engines = (witnesses.backtesting_py, witnesses.vectorbt)
    runs = {f.__name__: f(bars, enter, leave, case) for f in (*engines, witnesses.by_hand)}
    first = runs["backtesting_py"]
    against = {
        "vectorbt": disagreement(first, runs["vectorbt"]),
        "by_hand": disagreement(first, runs["by_hand"]),
    }
    agreed = not any(value for found in against.values() for value in found.values())
    for name, run in runs.items():
        if name == "backtesting_py" or not agreed:
            write_table(TABLES / f"{case.name}{'' if agreed else '.' + name}.csv", bars, run.trades)
    return {
        **asdict(case),
        "sha256": hashlib.sha256(raw).hexdigest(),
        "bars": len(bars.date),
        "entry_signals": sum(enter),
        "exit_signals": sum(leave),
        "table_from": "backtesting_py, equal in vectorbt and by_hand" if agreed else "one table an engine",
        "trades": len(first.trades),
        "exit_reasons": dict(sorted(Counter(trade.reason for trade in first.trades).items())),
        "final_equity": {name: round(float(run.equity), 6) for name, run in runs.items()},
        "largest_disagreement_with_backtesting_py": against,
        "plain_use_against_by_hand": {
            f.__name__: disagreement(f(bars, enter, leave, case, plain=True), runs["by_hand"]) for f in engines
        },
    }


def inside(data: Path) -> None:
    """Compute every case; runs in the environment that REQUIREMENTS describes."""
    TABLES.mkdir(exist_ok=True)
    for old in TABLES.glob("*.csv"):
        old.unlink()
    names = [line.split("==")[0] for line in REQUIREMENTS]
    summary: dict[str, Any] = {
        "versions": {"python": platform.python_version(), **{n: importlib.metadata.version(n) for n in names}},
        "settings": {"stop_pct": witnesses.STOP_PCT, "target_pct": witnesses.TARGET_PCT, "costs": 0},
        "cases": [compute(case, data) for case in cases.CASES],
    }
    (TABLES / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    for case in summary["cases"]:
        sys.stdout.write(f"{case['name']} {case['trades']} {case['exit_reasons']} {case['final_equity']}\n")


def main() -> None:
    """Build the environment in a temporary folder and run this file inside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--inside", action="store_true", help="the environment is already this one")
    args = parser.parse_args()
    if args.inside:
        inside(args.data)
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
        command = [python, __file__, "--inside", "--data", str(args.data)]
        subprocess.run(command, check=True, env=dict(os.environ, NUMBA_CACHE_DIR=folder, TQDM_DISABLE="1"))


if __name__ == "__main__":
    main()
