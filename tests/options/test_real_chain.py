"""The chain of the exchange's own file: the spot that another file confirms, plausible volatilities, parity."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.factories.options import day_row, make_option_days
from tests.factories.sectors import make_sector
from tests.market.conftest import ApiAt

FILE = "bhavcopy_fo/udiff/BhavCopy_NSE_FO_0_0_0_20250911_F_0000.csv.zip"


def store_nifty(path: Path) -> int:
    """Every option on NIFTY of a file, read here in the plainest way."""
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as opened:
        lines = list(csv.DictReader(io.TextIOWrapper(opened, "utf-8")))
    rows = []
    for line in lines:
        if line["FinInstrmTp"] != "IDO" or line["TckrSymb"] != "NIFTY":
            continue
        prices = {
            name: int(Decimal(line[column]) * 100) if int(line["TtlTradgVol"]) else None
            for name, column in zip(
                ("open", "high", "low", "close"), ("OpnPric", "HghPric", "LwPric", "ClsPric"), strict=True
            )
        }
        rows.append(
            day_row(
                strike=line["StrkPric"],
                right="CE" if line["OptnTp"] == "CE" else "PE",
                expiry_date=date.fromisoformat(line["XpryDt"]),
                date=date.fromisoformat(line["TradDt"]),
                underlying=int(Decimal(line["UndrlygPric"]) * 100),
                volume=int(line["TtlTradgVol"]) * int(line["NewBrdLotQty"]),
                open_interest=int(line["OpnIntrst"]),
                lot_size=int(line["NewBrdLotQty"]),
                **prices,
            )
        )
    make_option_days(rows)
    return len(rows)


def test_the_chain_of_a_real_day(api_at: ApiAt, nse_data: Path) -> None:
    make_sector(enum="NIFTY50")
    assert store_nifty(nse_data / FILE) > 1000

    with api_at("2025-09-12T09:00:00+05:30") as api:
        body = api.get("/api/v1/options/chain?underlying=NIFTY").json()
        expiries = api.get("/api/v1/options/expiries?underlying=NIFTY&count=3").json()

    assert [(each["date"], each["cycle"]) for each in expiries] == [
        ("2025-09-16", "weekly"), ("2025-09-23", "weekly"), ("2025-09-30", "monthly")
    ]  # fmt: skip
    # data/nse/daily_index has this close.
    assert (body["spot"], body["atm_strike"], body["lot_size"]) == ("25005.50", "25000.00", 75)
    assert [Decimal(row["strike"]) for row in body["rows"]] == [24500 + 50 * step for step in range(21)]
    # Futures stand above the index; five days of interest are less than half a percent.
    assert 0 < Decimal(body["forward"]) - Decimal(body["spot"]) < 125
    for row in body["rows"]:
        # On the one forward, call and put of a strike imply nearly the same.
        assert abs(row["call"]["iv_pct"] - row["put"]["iv_pct"]) < 2
        assert 5 < row["put"]["iv_pct"] < 25
    assert 0.3 < body["put_call_ratio"] < 3
