"""scripts/bench engine: our engine beside three peers, on the same bars with the same strategy, in one run.

The peers are installed into a throw-away environment, which is no part of the project. Times are compared only where
trades are equal: the same bars in and out. What does not belong here: how a peer is driven (engine_peers), scripts
(engine_scripts).
"""

from __future__ import annotations

import json
import platform
import resource
import subprocess
import sys
import tempfile
import venv
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from engine import runner, sweeps
from engine.types import Bars, Settings
from scripts.benchmarks import engine_scripts
from scripts.benchmarks.engine_peers import CASH, FAST, PEERS, SLOW, best_of

SHEET = {
    "daily": ("daily run, 2,500 bars, all statistics and trades", 0.13e-3),
    "intraday": ("5-minute run, 187,500 bars, all", 8e-3),
    "pairs": ("10,000 SMA pairs, daily", 0.2),
    "few": ("100 pairs on 187,500 bars", 0.15),
}
DAILY, INTRADAY, A_DAY = 2_500, 187_500, 75
SECONDS_TO_INSTALL, SECONDS_TO_RUN = 600, 300
MEBIBYTE = 1024
FAMILY = sweeps.Family.of_code("sma_crossover")
SETTINGS = Settings(initial_cash=int(CASH))
Facts = dict[str, Any]


def made(size: int, *, per_session: int) -> Bars:
    """Bars of a random walk on ticks of 5 paise, from raw words, the same on every machine."""
    words = np.random.PCG64(7).random_raw(size).astype(np.float64) / 2.0**64
    close = np.maximum(np.cumsum(np.rint((words - 0.498) * 60)).astype(np.int64) + 20_000, 200) * 5
    open_ = np.concatenate((close[:1], close[:-1]))
    place = np.arange(size)
    day = 12_000 + place // per_session
    return Bars.checked(
        time=day * 86_400 + 13_500 + place % per_session * 300,
        session=day,
        open=open_,
        high=np.maximum(open_, close) + 5,
        low=np.minimum(open_, close) - 5,
        close=close,
        volume=np.full(size, 1_000),
    )


def ours(daily: Bars, intraday: Bars) -> Facts:
    """What our engine says and needs."""
    plan = FAMILY.build({"fast": FAST, "slow": SLOW})
    pairs = sweeps.Grid.checked(fast=[float(n) for n in range(2, 102)], slow=[float(n) for n in range(102, 202)])
    few = sweeps.Grid.checked(fast=[float(n) for n in range(5, 55, 5)], slow=[float(n) for n in range(60, 260, 20)])

    def run(bars: Bars) -> list[tuple[int, int]]:
        result = runner.run(plan=plan, bars=bars, settings=SETTINGS)
        return [(trade.entry_index, trade.exit_index) for trade in result.trades]

    def sweep(grid: sweeps.Grid, bars: Bars) -> None:
        for _ in sweeps.sweep(family=FAMILY, grid=grid, bars=bars, settings=SETTINGS):
            pass

    trades = run(daily), run(intraday)
    sweep(few, daily)
    times = {
        "daily": best_of(lambda: run(daily)),
        "intraday": best_of(lambda: run(intraday)),
        "pairs": best_of(lambda: sweep(pairs, daily)),
        "few": best_of(lambda: sweep(few, intraday)),
    }
    return {"version": "ours", "trades": trades, "times": times}


def install(folder: Path) -> Path:
    """A throw-away environment with the peers; those that cannot be had are missing from it."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    for name in PEERS:
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", name]
        subprocess.run(command, check=False, capture_output=True, timeout=SECONDS_TO_INSTALL)
    return python


def ask(python: Path, name: str, paths: list[Path]) -> Facts | str:
    """What a peer says, or why it says nothing."""
    script = Path(__file__).with_name("engine_peers.py")
    command = [str(python), str(script), name, *(str(path) for path in paths)]
    try:
        asked = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SECONDS_TO_RUN)
    except subprocess.TimeoutExpired:
        return f"took longer than {SECONDS_TO_RUN} s"
    if asked.returncode:
        return (asked.stderr.strip().splitlines() or ["could not be run"])[-1]
    facts: Facts = json.loads(asked.stdout.strip().splitlines()[-1])
    return facts


def saved(bars: Bars, path: Path) -> Path:
    """The bars for the peers: paise, times in nanoseconds."""
    prices = {name: getattr(bars, name).astype(np.float64) for name in ("open", "high", "low", "close")}
    np.savez(path, time=bars.time * 1_000_000_000, volume=bars.volume.astype(np.float64), **prices)
    return path


def agrees(facts: Facts, mine: Facts) -> list[bool]:
    """Whether the trades are ours, daily and intraday; one still open at the end some close and some leave out."""
    return [
        [list(trade) for trade in theirs][: len(own)] == [list(trade) for trade in own] and len(theirs) <= len(own) + 1
        for theirs, own in zip(facts["trades"], mine["trades"], strict=True)
    ]


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.1f} s"


def table(mine: Facts, peers: dict[str, Facts | str]) -> str:
    """Ours and theirs as Markdown, times only of peers whose trades are ours."""
    found = {name: facts for name, facts in peers.items() if not isinstance(facts, str) and all(agrees(facts, mine))}
    heads = ["what", "ours", "target", *(f"{name} {facts['version']}" for name, facts in found.items())]
    lines = [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for key, (what, target) in SHEET.items():
        own = mine["times"][key]
        cells = [f"{_time(facts['times'][key])} (x {facts['times'][key] / own:.1f})" for facts in found.values()]
        lines.append(f"| {' | '.join([what, f'**{_time(own)}**', _time(target), *cells])} |")
    for name, facts in peers.items():
        if isinstance(facts, str):
            lines.append(f"{name} could not be compared: {facts}")
        elif name not in found:
            lines.append(f"{name} {facts['version']} trades differently (daily, intraday equal: {agrees(facts, mine)})")
    return "\n".join(lines)


def main() -> None:
    """Measure, compare and print."""
    daily, intraday = made(DAILY, per_session=1), made(INTRADAY, per_session=A_DAY)
    with tempfile.TemporaryDirectory(prefix="papertrade-peers-") as scratch:
        folder = Path(scratch)
        python = Path(sys.argv[1]) if len(sys.argv) > 1 else install(folder / "venv")
        paths = [saved(daily, folder / "daily.npz"), saved(intraday, folder / "intraday.npz")]
        mine = ours(daily, intraday)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE
        peers = {name: ask(python, name, paths) for name in PEERS}
    print(f"Python {platform.python_version()}, numpy {version('numpy')}, numba {version('numba')}")
    print(table(mine, peers))
    print(f"{len(mine['trades'][0])} and {len(mine['trades'][1])} closed trades; our peak memory {memory:.0f} MB")
    print(engine_scripts.table(intraday, SETTINGS))


if __name__ == "__main__":
    main()
