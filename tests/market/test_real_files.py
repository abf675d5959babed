"""Every real file beside the checkout is imported whole, or refused for the reason that its README explains."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.market import services
from apps.market.models import CorporateAction
from apps.options.models import OptionDay
from apps.sectors.models import SectorPriceDaily
from apps.stocks.models import Stock, StockPriceDaily
from tests.factories.stocks import make_stock

pytestmark = pytest.mark.realdata

ADJUSTED = "2020-10-01_to_2025-09-30.csv.gz"
# File: rows in it, rows stored, instruments, wrong rows (left out with skip_bad).
IMPORTED = {
    "bhavcopy_cm/legacy/cm01AUG2017bhav.csv.gz": (1771, 1639, 1639, 0),
    "bhavcopy_cm/legacy/cm06JAN2021bhav.csv.zip": (2057, 1821, 1821, 0),
    "bhavcopy_cm/sec_bhavdata_full/sec_bhavdata_full_01072025.csv.gz": (2884, 2765, 2765, 0),
    "bhavcopy_cm/sec_bhavdata_full/sec_bhavdata_full_26082025.csv.gz": (2953, 2825, 2825, 0),
    "bhavcopy_cm/udiff/BhavCopy_NSE_CM_0_0_0_20260519_F_0000.csv.gz": (3359, 3101, 3101, 0),
    "bhavcopy_fo/daily_zip/fo14112025.zip": (15762, 15130, 214, 0),
    "bhavcopy_fo/legacy/excerpt_fo_legacy_2008-10-24.csv": (7, 3, 2, 0),
    "bhavcopy_fo/legacy/fo22JUN2016bhav.csv.gz": (31581, 6546, 174, 0),
    "bhavcopy_fo/legacy_layout_2026/fo_legacy_layout_11JUN2026.csv.gz": (42108, 21568, 216, 0),
    "bhavcopy_fo/udiff/BhavCopy_NSE_FO_0_0_0_20250227_F_0000.csv.zip": (41097, 25430, 232, 0),
    "bhavcopy_fo/udiff/BhavCopy_NSE_FO_0_0_0_20250911_F_0000.csv.zip": (30328, 14848, 214, 0),
    "bhavcopy_fo/udiff/excerpt_fo_udiff_2025-09-02.csv": (7, 4, 3, 0),
    **{f"daily_equity_adjusted/{name}_{ADJUSTED}": (1241, 1241, 1, 0) for name in ("HDFCBANK", "RELIANCE")},
    **{f"daily_equity_adjusted/{name}_{ADJUSTED}": (1241, 1241, 1, 0) for name in ("TATASTEEL", "WIPRO")},
    "intraday/SBIN_5min_2025-08-18_2025-11-21.csv.gz": (4887, 4887, 1, 0),
    "intraday/RELIANCE_5min_2019-11-05_2020-11-05.csv.gz": (18900, 18900, 1, 0),
    # Muhurat 2025-10-21: four stray bars before the session, one at its end.
    "intraday/NIFTY_50_5min_2025-08-26_2025-11-21.csv.gz": (4442, 4437, 1, 5),
    # 2024-01-20: padding from 15:30 on. 58,127 bars of one minute are 11,592 of five.
    "intraday/NIFTY_50_1min_2024-01-01_2024-08-23.csv.gz": (58127, 11592, 1, 167),
    "reference/corporate_actions_nse_2019_2025.csv.gz": (16370, 636, 0, 0),
}
KIND = "the header is of no known kind of file"
REFUSED = {
    "intraday/RELIANCE_15min_2018-03-01_2021-03-01.csv.gz": ("UNSUPPORTED_INTERVAL", "the candles are of 15 minutes"),
    "intraday/INFY_15min_2018-03-01_2021-03-01.csv.gz": ("UNSUPPORTED_INTERVAL", "the candles are of 15 minutes"),
    "daily_index/INDIA_VIX.csv.gz": ("NOT_PRICES", "VIX is a volatility, not a price"),
    "daily_index/NIFTY_50_TRI.csv.gz": ("NOT_PRICES", "a total-return index has closes only"),
    "daily_index/NIFTY_BANK_TRI.csv.gz": ("NOT_PRICES", "a total-return index has closes only"),
    "daily_index/NIFTY_IT_TRI.csv.gz": ("NOT_PRICES", "a total-return index has closes only"),
    # Not one contract: the strike rolls and is not given.
    "options/rolling_atm_NIFTY_call_5min_2026-01-19_2026-07-16.csv.gz": ("NO_INSTRUMENT", "neither a column nor"),
    "options/rolling_atm_NIFTY_put_5min_2026-01-19_2026-07-16.csv.gz": ("NO_INSTRUMENT", "neither a column nor"),
    # Not tables of text.
    "daily_equity_market/all_EQ_2025-10-13_2025-10-24.parquet": ("FILE_UNREADABLE", "the file is Parquet"),
    "options/fo_eod_NIFTY_BANKNIFTY_2025-02.parquet": ("FILE_UNREADABLE", "the file is Parquet"),
    "options/nifty_option_chain_1min_20260819.parquet": ("FILE_UNREADABLE", "the file is Parquet"),
    "options/nse_option_chain_BANKNIFTY_2021-05-17.json.gz": ("FILE_TOO_LARGE", "a line is longer than"),
    "options/nse_option_chain_NIFTY_2025-08-05.json.gz": ("FILE_TOO_LARGE", "a line is longer than"),
    # Lists of names, lots and days, no prices.
    "reference/expiries_observed.csv": ("UNKNOWN_FILE_KIND", KIND),
    "reference/fo_mktlots_2026-08.csv": ("UNKNOWN_FILE_KIND", KIND),
    "reference/ind_nifty50list_2026-03.csv": ("UNKNOWN_FILE_KIND", KIND),
    "reference/kite_instruments_nfo_2025-11.csv.gz": ("UNKNOWN_FILE_KIND", KIND),
    "reference/nse_sessions_2019-10-01_2026-08-21.csv": ("UNKNOWN_FILE_KIND", KIND),
}


def import_one(path: Path) -> services.FileReport:
    (report,) = services.import_files(paths=[path], options=services.ImportOptions(skip_bad=True))
    return report


@pytest.mark.parametrize("name", IMPORTED)
def test_a_real_file_is_imported(db: None, nse_data: Path, name: str) -> None:
    for enum in ("SBIN", "RELIANCE", "HDFCBANK", "TATASTEEL", "WIPRO"):
        make_stock(enum=enum)

    report = import_one(nse_data / name)

    found = (report.rows, report.bars, 0 if report.file_kind == "corporate_actions" else report.instruments)
    assert (*found, report.problem_count) == IMPORTED[name]
    assert (report.is_failed, report.stored.inserted + report.stored.updated) == (False, _rows_of(report))


def _rows_of(report: services.FileReport) -> int:
    """What became a row: a bar, an option's day, an action; of 5-minute bars a day."""
    tables = (StockPriceDaily, OptionDay, CorporateAction, SectorPriceDaily)
    return sum(model.objects.count() for model in tables) or report.stored.inserted


@pytest.mark.parametrize("name", REFUSED)
def test_a_real_file_is_refused_for_its_reason(db: None, nse_data: Path, name: str) -> None:
    make_stock(enum="INFY")
    make_stock(enum="RELIANCE")

    report = import_one(nse_data / name)

    code, message = REFUSED[name]
    assert (report.is_failed, report.code) == (True, code)
    assert report.problems[0].message.startswith(message)
    assert (Stock.objects.count(), StockPriceDaily.objects.count()) == (2, 0)


def test_no_file_of_the_named_kinds_is_forgotten(nse_data: Path) -> None:
    folders = ("bhavcopy_cm", "bhavcopy_fo", "daily_equity_adjusted", "daily_index", "intraday", "options")
    found = {path.relative_to(nse_data).as_posix() for each in folders for path in (nse_data / each).rglob("*.*")}
    elsewhere = {f"daily_index/NIFTY_{each}.csv.gz" for each in ("50", "BANK", "IT")}  # in test_real_import

    assert found - elsewhere == {name for name in (*IMPORTED, *REFUSED) if name.split("/")[0] in folders}


def test_a_wrong_row_stops_a_real_file_unless_it_may_be_left_out(db: None, nse_data: Path) -> None:
    path = nse_data / "intraday/NIFTY_50_5min_2025-08-26_2025-11-21.csv.gz"
    (report,) = services.import_files(paths=[path], options=services.ImportOptions())

    assert (report.is_failed, report.problem_count, SectorPriceDaily.objects.count()) == (True, 5, 0)
    assert [problem.line for problem in report.problems] == [2852, 2853, 2854, 2855, 2868]
    assert report.problems[0].message == "the market did not trade on 2025-10-21 at 11:15"
