"""The real files beside the checkout come in whole. A missing folder is a visible skip."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from apps.market import services
from apps.market.enums import ImportKind
from apps.sectors.models import Sector, SectorPriceDaily
from apps.stocks.models import Stock, StockPriceDaily

pytestmark = pytest.mark.realdata


def import_folder(folder: Path, *, kind: ImportKind) -> list[services.FileReport]:
    return services.import_files(paths=[folder], options=services.ImportOptions(kind=kind))


def test_thirteen_stocks_come_in_with_every_row(db: None, nse_data: Path) -> None:
    reports = import_folder(nse_data / "daily_equity", kind=ImportKind.DAILY_EQUITY)

    assert [report.problems for report in reports] == [()] * 13
    assert {report.bars for report in reports} == {1551}
    assert StockPriceDaily.objects.count() == 13 * 1551
    assert Stock.objects.filter(enum="M&M").exists()
    bonus = StockPriceDaily.objects.filter(stock__enum="RELIANCE", date__in=["2024-10-25", "2024-10-28"])
    closes = [row.close_price for row in bonus.order_by("date")]
    assert (closes[1] / closes[0]).quantize(Decimal("0.001")) == Decimal("0.502")  # bonus 1:1, prices unadjusted

    again = import_folder(nse_data / "daily_equity", kind=ImportKind.DAILY_EQUITY)
    assert {report.stored.unchanged for report in again} == {1551}


def test_three_indices_come_in_and_the_rest_is_refused(db: None, nse_data: Path) -> None:
    reports = import_folder(nse_data / "daily_index", kind=ImportKind.DAILY_INDEX)

    assert {report.identifier: report.bars for report in reports if not report.is_failed} == {
        "NIFTY50": 2726,
        "BANKNIFTY": 2726,
        "NIFTYIT": 2298,
    }
    assert sorted(report.file for report in reports if report.is_failed) == [
        "INDIA_VIX.csv.gz",
        "NIFTY_50_TRI.csv.gz",
        "NIFTY_BANK_TRI.csv.gz",
        "NIFTY_IT_TRI.csv.gz",
    ]
    assert (Sector.objects.count(), SectorPriceDaily.objects.count()) == (3, 2726 + 2726 + 2298)


def test_shares_move_between_series_and_their_prices_go_on(db: None, nse_data: Path) -> None:
    """Between 1 July and 26 August 2025; whichever of the two files is read last."""
    folder = nse_data / "bhavcopy_cm" / "sec_bhavdata_full"
    seen = []
    for name in ("01072025", "26082025", "01072025"):
        import_folder(folder / f"sec_bhavdata_full_{name}.csv.gz", kind=ImportKind.CASH_BHAVCOPY)
        seen.append(dict(Stock.objects.values_list("enum", "series")))

    first, last, again = seen
    assert last == again
    moves = Counter((series, last[enum]) for enum, series in first.items() if last[enum] != series)
    assert (moves["EQ", "BE"], moves["BE", "EQ"]) == (57, 82)
    assert Counter(first.values()) == {"EQ": 2045, "BE": 290, "SM": 237, "ST": 165, "BZ": 27, "SZ": 1}
    moved = StockPriceDaily.objects.filter(stock__enum="ABMINTLLTD").order_by("date")
    assert [str(row.date) for row in moved] == ["2025-07-01", "2025-08-26"]
    assert (first["ABMINTLLTD"], last["ABMINTLLTD"]) == ("EQ", "BE")
