"""Real NSE prices, posted over REST, run by a real worker: every trade as two other engines have it, to the paisa.

tests/reference says how its tables were made, by which engines, from which files.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from apps.market import services as market_services
from apps.market.enums import ImportKind
from apps.users.models import User
from tests.backtests.service import Service
from tests.factories.strategies import make_predefined

ROOT = Path(__file__).resolve().parent.parent.parent
TABLES = ROOT / "tests" / "reference" / "tables"
SUMMARY = json.loads((TABLES / "summary.json").read_text())
STRATEGIES = {
    "sma_10_30": ("sma_crossover", {"fast": 10, "slow": 30}),
    "rsi_14_30_70": ("rsi_reversal", {"period": 14, "oversold": 30, "overbought": 70}),
}
INSTRUMENTS = {
    "daily_equity/RELIANCE.csv.gz": ("stock", "RELIANCE", ImportKind.DAILY_EQUITY),
    "daily_equity/TCS.csv.gz": ("stock", "TCS", ImportKind.DAILY_EQUITY),
    "daily_equity/HDFCBANK.csv.gz": ("stock", "HDFCBANK", ImportKind.DAILY_EQUITY),
    "daily_index/NIFTY_50.csv.gz": ("sector", "NIFTY50", ImportKind.DAILY_INDEX),
    "daily_index/NIFTY_BANK.csv.gz": ("sector", "BANKNIFTY", ImportKind.DAILY_INDEX),
}
REASON_OF_THE_OPEN_ONE = {"end": "open"}
EXACT = ("entry_date", "exit_date", "side", "quantity")

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
]


def body_of(case: dict[str, Any]) -> dict[str, Any]:
    kind, identifier, _ = INSTRUMENTS[case["file"]]
    code, parameters = STRATEGIES[case["signals"]]
    levels = SUMMARY["settings"]
    return {
        "instrument_type": kind,
        "instrument_identifier": identifier,
        "start_date": case["first_date"],
        "end_date": case["last_date"],
        "initial_wallet_amount": f"{case['cash']}.00",
        "strategy_predefined": make_predefined(code).pk,
        "parameters": parameters,
        "settings": {
            "fill_on": case["fill_on"],
            **({"stop_loss_pct": levels["stop_pct"], "target_pct": levels["target_pct"]} if case["levels"] else {}),
        },
    }


def comparable(row: dict[str, Any]) -> tuple[Any, ...]:
    """A trade with its amounts to the paisa; a level may lie between two."""
    amounts = [round(Decimal(str(row[name])), 2) for name in ("entry_price", "exit_price", "pnl")]
    reason = REASON_OF_THE_OPEN_ONE.get(row["exit_reason"], row["exit_reason"])
    return (*(str(row[name]) for name in EXACT), *amounts, reason)


@pytest.mark.parametrize(
    "case", [case for case in SUMMARY["cases"] if case["file"] in INSTRUMENTS], ids=lambda case: case["name"]
)
def test_every_trade_and_the_final_equity_are_those_of_the_reference(
    nse_data: Path, service: Service, owner: User, case: dict[str, Any]
) -> None:
    path = nse_data / case["file"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == case["sha256"]
    (report,) = market_services.import_files(
        paths=[path], options=market_services.ImportOptions(kind=INSTRUMENTS[case["file"]][2])
    )
    assert not report.is_failed

    run = service.backtest(user=owner, body=body_of(case))

    assert run["status"] == "completed", run["error_message"]
    assert run["assumptions"]["bars"] == case["bars"]
    exported = service.call("GET", f"/backtest/runs/{run['run_id']}/export_csv", user=owner).decode()
    found = list(csv.DictReader(io.StringIO(exported)))
    table = (TABLES / f"{case['name']}.csv").read_text()
    ours = [comparable(trade) for trade in [*found, *filter(None, [run["open_trade"]])]]
    theirs = [comparable(row) for row in csv.DictReader(io.StringIO(table))]
    assert ours == theirs
    assert len(ours) == case["trades"]
    assert {round(Decimal(str(value)), 2) for value in case["final_equity"].values()} == {
        Decimal(run["final_wallet_amount"])
    }
