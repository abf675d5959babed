"""Importing files: all or nothing, again without change, real over synthetic, every mistake by its line."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path

import pytest
import time_machine

from apps.core import clock
from apps.market import services
from apps.market.enums import ImportKind
from apps.sectors.models import Sector, SectorPriceDaily
from apps.stocks.models import Stock, StockPriceDaily
from tests.factories.market import EQUITY_ROWS, write_equity, write_index
from tests.factories.stocks import make_daily_prices, make_stock

ROW = EQUITY_ROWS[0]


def import_equity(*paths: Path, dry_run: bool = False) -> list[services.FileReport]:
    options = services.ImportOptions(kind=ImportKind.DAILY_EQUITY, dry_run=dry_run)
    return services.import_files(paths=paths, options=options)


def import_index(*paths: Path) -> list[services.FileReport]:
    return services.import_files(paths=paths, options=services.ImportOptions(kind=ImportKind.DAILY_INDEX))


def prices(model: type[StockPriceDaily] | type[SectorPriceDaily]) -> list[tuple[str, ...]]:
    rows = model.objects.order_by("date").values_list(
        "date", "open_price", "high_price", "low_price", "close_price", "volume"
    )
    return [tuple(str(value) for value in row) for row in rows]


FIRST = ("2025-01-01", "100.00", "110.00", "95.00", "105.00", "1000")
SECOND = ("2025-01-02", "105.00", "107.05", "101.00", "102.50", "2000")


def test_a_stock_that_is_missing_is_made_with_its_bars(db: None, tmp_path: Path) -> None:
    (report,) = import_equity(write_equity(tmp_path))

    assert prices(StockPriceDaily) == [FIRST, SECOND]
    assert [row.extra for row in StockPriceDaily.objects.all()] == [{"source": "import", "file": "M&M.csv"}] * 2
    stock = Stock.objects.get()
    assert (stock.enum, stock.symbol, stock.full_symbol, stock.status) == ("M&M", "M&M", "M&M.NS", "active")
    assert stock.categories.count() == 0
    assert stock.last_synced_at == datetime(2025, 1, 3, tzinfo=clock.IST)
    assert (report.identifier, report.bars, report.stored.inserted) == ("M&M", 2, 2)
    assert (str(report.first_date), str(report.last_date)) == ("2025-01-01", "2025-01-02")
    assert not report.is_failed


def test_a_byte_order_mark_crlf_and_gzip_change_nothing(db: None, tmp_path: Path) -> None:
    text = write_equity(tmp_path).read_text().replace("\n", "\r\n")
    packed = tmp_path / "M&M.csv.gz"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + text.encode()))

    (report,) = import_equity(packed)

    assert not report.is_failed
    assert prices(StockPriceDaily) == [FIRST, SECOND]


def test_importing_again_changes_no_row(db: None, tmp_path: Path) -> None:
    path = write_equity(tmp_path)
    import_equity(path)
    before = list(StockPriceDaily.objects.order_by("id").values())

    (report,) = import_equity(path)

    stored = report.stored
    assert (stored.inserted, stored.updated, stored.unchanged, stored.removed_synthetic) == (0, 0, 2, 0)
    assert list(StockPriceDaily.objects.order_by("id").values()) == before


def test_a_corrected_file_updates_only_what_differs(db: None, tmp_path: Path) -> None:
    import_equity(write_equity(tmp_path))
    unchanged = StockPriceDaily.objects.get(date="2025-01-01").updated_at
    third = "2025-01-03,M&M,EQ,102.50,102.50,120.00,102.50,119,119.95,110,3000"

    (report,) = import_equity(write_equity(tmp_path, rows=[ROW, EQUITY_ROWS[1].replace("2000", "2001"), third]))

    assert (report.stored.inserted, report.stored.updated, report.stored.unchanged) == (1, 1, 1)
    assert prices(StockPriceDaily)[1] == (*SECOND[:-1], "2001")
    assert StockPriceDaily.objects.get(date="2025-01-01").updated_at == unchanged


def test_an_older_file_does_not_move_the_end_of_the_data_back(db: None, tmp_path: Path) -> None:
    import_equity(write_equity(tmp_path))
    import_equity(write_equity(tmp_path, rows=[ROW.replace("2025-01-01", "2024-06-03")]))

    assert Stock.objects.get().last_synced_at == datetime(2025, 1, 3, tzinfo=clock.IST)


def test_real_bars_replace_the_synthetic_ones_of_their_stock_only(db: None, tmp_path: Path) -> None:
    stock = make_stock(enum="M&M", last_synced_at=datetime(2026, 1, 1, tzinfo=clock.IST))
    other = make_stock(enum="TCS")
    make_daily_prices(stock=stock, extra={"source": "synthetic", "version": "1"})
    make_daily_prices(stock=other, extra={"source": "synthetic", "version": "1"})

    (report,) = import_equity(write_equity(tmp_path, rows=EQUITY_ROWS[:1]))

    assert (report.stored.removed_synthetic, report.stored.inserted) == (3, 1)
    assert [str(row.date) for row in stock.daily_prices.all()] == ["2025-01-01"]
    assert other.daily_prices.count() == 3
    stock.refresh_from_db()
    assert stock.last_synced_at == datetime(2025, 1, 2, tzinfo=clock.IST)


def test_a_dry_run_counts_everything_and_keeps_nothing(db: None, tmp_path: Path) -> None:
    make_daily_prices(stock=make_stock(enum="M&M"), extra={"source": "synthetic", "version": "1"})
    before = list(StockPriceDaily.objects.order_by("id").values())

    (report,) = import_equity(write_equity(tmp_path), dry_run=True)

    assert (report.stored.inserted, report.stored.removed_synthetic) == (2, 3)
    assert list(StockPriceDaily.objects.order_by("id").values()) == before


BAD_ROWS = [
    (ROW.replace("2025-01-01", "2025-02-30"), "2025-02-30 is not a day of the calendar"),
    (ROW.replace("2025-01-01", "01.01.2025"), "'01.01.2025' is not a date like 2024-01-31"),
    (ROW.replace("2025-01-01", "2025-01-16"), "2025-01-16 is not between 1994-11-03 and today"),
    (ROW.replace("2025-01-01", "1994-11-02"), "1994-11-02 is not between 1994-11-03 and today"),
    (ROW.replace("110.00", "94.00"), "open or close is outside low and high"),
    (ROW.replace("110.00", "104.99"), "open or close is outside low and high"),
    (ROW.replace("95.00", "0.00"), "low is not above zero"),
    (ROW.replace("95.00", "-95.00"), "low is not a plain number: '-95.00'"),
    (ROW.replace("110.00", "NaN"), "high is not a plain number: 'NaN'"),
    (ROW.replace("110.00", "inf"), "high is not a plain number: 'inf'"),
    (ROW.replace("110.00", "1e3"), "high is not a plain number: '1e3'"),
    (ROW.replace("110.00", "٣"), "high is not a plain number: '٣'"),
    (ROW.replace("110.00", ""), "high is not a plain number: ''"),
    (ROW.replace("110.00", "21474836.48"), "high is above 21474836.47"),
    (ROW.replace("110.00", "110.001"), "high has more than two decimals: 110.001"),
    (ROW.replace(",1000", ",1000000000000000000"), "volume is above 1000000000000"),
    (ROW.replace(",1000", ",10.5"), "volume is not whole: 10.5"),
    (ROW.replace(",1000", ",-1"), "volume is not a plain number: '-1'"),
    (ROW.replace(",1000", ","), "volume is not a plain number: ''"),
    (ROW.replace(",1000", ""), "the row has more or fewer fields than the header"),
    (ROW + ",1", "the row has more or fewer fields than the header"),
    (ROW.replace("M&M", "m m"), "'m m' is not a symbol"),
    (EQUITY_ROWS[1], "M&M of 2025-01-02 is on line 2 already"),
]


@time_machine.travel(datetime(2025, 1, 15, 23, 59, tzinfo=clock.IST), tick=False)
@pytest.mark.parametrize(("bad", "message"), BAD_ROWS)
def test_one_wrong_row_stores_nothing_and_is_named_by_its_line(
    db: None, tmp_path: Path, bad: str, message: str
) -> None:
    (report,) = import_equity(write_equity(tmp_path, rows=[EQUITY_ROWS[1], bad]))

    assert [(problem.line, problem.message) for problem in report.problems] == [(3, message)]
    assert (report.is_failed, report.bars) == (True, 0)
    assert not Stock.objects.exists()


@time_machine.travel(datetime(2025, 1, 15, 0, 0, tzinfo=clock.IST), tick=False)
def test_the_day_itself_may_be_imported(db: None, tmp_path: Path) -> None:
    (report,) = import_equity(write_equity(tmp_path, rows=[ROW.replace("2025-01-01", "2025-01-15")]))

    assert not report.is_failed


def test_a_hundred_problems_are_listed_and_all_are_counted(db: None, tmp_path: Path) -> None:
    (report,) = import_equity(write_equity(tmp_path, rows=[ROW.replace("95.00", "0")] * 120))

    assert (report.problem_count, len(report.problems)) == (120, 100)
    assert [report.problems[0].line, report.problems[-1].line] == [2, 101]


FILES = [
    (b"", "the header is of no known kind of file: ''"),
    (b"open,high,low,close,volume\n", "the header is of no known kind of file: 'open,high,low,close,volume'"),
    (
        b"date,open,high,low,close,volume\n2025-01-01,1,1,1,1,1\n",
        "neither a column nor the name of the file says whose prices these are",
    ),
    (b"symbol,date,open,high,low,close,volume\n", "the file holds no rows"),
    (b"a\xff\xfe", "the file is not UTF-8 text"),
    (
        b'symbol,date,open,high,low,close,volume\n"M&M',
        "a quote in the file is never closed or stands in the wrong place, or a field is too long",
    ),
]


@pytest.mark.parametrize(("content", "message"), FILES)
def test_a_file_that_is_no_table_is_refused_whole(db: None, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "M&M.csv"
    path.write_bytes(content)

    (report,) = import_equity(path)

    assert [(problem.line, problem.message) for problem in report.problems] == [(0, message)]


def test_a_missing_or_broken_file_does_not_stop_the_others(db: None, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(write_equity(tmp_path).read_bytes())[:-20])

    reports = import_equity(tmp_path / "none.csv", broken, tmp_path / "M&M.csv")

    assert [report.is_failed for report in reports] == [True, True, False]
    assert reports[0].problems[0].message == "there is no such file"
    assert StockPriceDaily.objects.count() == 2


def test_a_folder_gives_its_csv_files_by_name_and_reports_come_as_they_are_done(db: None, tmp_path: Path) -> None:
    for name in ("TCS", "INFY"):
        write_equity(tmp_path, name=f"{name}.csv", rows=[ROW.replace("M&M", name)])
    (tmp_path / "README.md").write_text("not a table")
    seen: list[str] = []

    services.import_files(
        paths=[tmp_path],
        options=services.ImportOptions(),
        progress=lambda report: seen.append(report.identifier),
    )

    assert seen == ["INFY", "TCS"]


def test_an_index_is_named_by_its_file_and_may_lack_volume(db: None, tmp_path: Path) -> None:
    (report,) = import_index(write_index(tmp_path))

    assert not report.is_failed
    sector = Sector.objects.get()
    assert (sector.enum, sector.name, sector.status) == ("NIFTY50", "NIFTY 50", "active")
    assert prices(SectorPriceDaily) == [
        ("2025-01-01", "23700.55", "23800.00", "23650.10", "23742.90", "245600000"),
        ("2025-01-02", "23783.00", "24226.70", "23751.55", "24188.65", "0"),
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("NIFTY_50_TRI.csv", "a total-return index has closes only and cannot be traded"),
        ("INDIA_VIX.csv", "VIX is a volatility, not a price"),
        ("SENSEX.csv", "SENSEX is an index of BSE"),
        ("DOW_JONES.csv", "neither a column nor the name of the file says whose prices these are"),
    ],
)
def test_what_is_not_an_index_of_prices_is_refused(db: None, tmp_path: Path, name: str, message: str) -> None:
    (report,) = import_index(write_index(tmp_path, name=name))

    assert [problem.message for problem in report.problems] == [message]
    assert not Sector.objects.exists()
