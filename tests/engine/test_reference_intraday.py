"""Five-minute bars, traded as two public engines and a plain loop trade them: every trade to a millionth of a rupee.

The tables and how they were made: tests/reference. What does not belong here: daily bars (tests of real prices).
"""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import runner
from engine.rules import predefined
from engine.types import Bars, Exits, Plan, Settings
from tests.reference import cases

TABLES = Path(__file__).resolve().parent.parent / "reference" / "tables"
SUMMARY = json.loads((TABLES / "summary.json").read_text())
INTRADAY = [case for case in SUMMARY["cases"] if case["file"] == cases.WALK]
LEVELS = Exits(stop_loss_pct=SUMMARY["settings"]["stop_pct"], target_pct=SUMMARY["settings"]["target_pct"])


@pytest.fixture(scope="module")
def walk() -> cases.Bars:
    return cases.walk_bars()


def bars_of(walk: cases.Bars) -> Bars:
    moments = [datetime.fromisoformat(f"{text}+05:30") for text in walk.date]
    prices = {name: np.array(getattr(walk, name)) for name in ("open", "high", "low", "close")}
    return Bars.checked(
        time=np.array([int(moment.timestamp()) for moment in moments]),
        session=np.array([int(moment.timestamp()) // 86_400 for moment in moments]),
        volume=np.zeros(len(moments)),
        **prices,
    )


def plan_of(case: dict[str, Any]) -> Plan:
    plan = predefined.build("sma_crossover", {"fast": 10, "slow": 30})
    return Plan(
        name=plan.name,
        enter_long=plan.enter_long,
        exit_long=plan.exit_long,
        exits=LEVELS if case["levels"] else Exits(),
    )


@pytest.mark.parametrize("case", INTRADAY, ids=lambda case: case["name"])
def test_every_trade_and_the_final_equity_are_those_of_the_reference(case: dict[str, Any], walk: cases.Bars) -> None:
    assert hashlib.sha256(repr(walk).encode()).hexdigest() == case["sha256"]
    settings = Settings(initial_cash=case["cash"] * 100, fill_on=case["fill_on"])
    result = runner.run(plan=plan_of(case), bars=bars_of(walk), settings=settings)

    ours = [
        [
            walk.date[trade.entry_index],
            walk.date[trade.exit_index],
            trade.side,
            str(trade.quantity),
            *(round(paise / 100, 6) for paise in (trade.entry_price, trade.exit_price, trade.pnl)),
            "open" if trade.exit_reason == "end" else trade.exit_reason,
        ]
        for trade in (*result.trades, *filter(None, [result.open_trade]))
    ]
    with (TABLES / f"{case['name']}.csv").open(newline="") as lines:
        next(lines)
        theirs = [[*row[:4], *(float(cell) for cell in row[4:7]), row[7]] for row in csv.reader(lines)]
    assert ours == theirs
    assert {round(value, 6) for value in case["final_equity"].values()} == {round(float(result.equity[-1]) / 100, 6)}


def test_both_conventions_with_and_without_levels_are_there() -> None:
    asked = {(case["fill_on"], case["levels"]) for case in INTRADAY}
    assert asked == {(fill_on, levels) for fill_on in ("same_close", "next_open") for levels in (True, False)}
    assert len(SUMMARY["cases"]) == 14
