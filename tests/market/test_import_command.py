"""The import command: what an operator reads, and the exit code."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.stocks.models import StockPriceDaily
from tests.factories.market import EQUITY_ROWS, write_equity, write_index
from tests.factories.stocks import make_daily_prices, make_stock


def run(*arguments: object) -> list[str]:
    out = StringIO()
    call_command("import_market_data", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def test_each_file_has_a_line_and_the_table_counts_rows(db: None, tmp_path: Path) -> None:
    make_daily_prices(stock=make_stock(enum="M&M"), extra={"source": "synthetic", "version": "1"})

    lines = run("--kind", "daily_equity", write_equity(tmp_path))

    assert lines == [
        "M&M.csv: 2 bars of M&M; 3 synthetic bars of M&M removed",
        "",
        "file     instrument  from        to          bars  new  changed  same  synthetic removed  result",
        "M&M.csv  M&M         2025-01-01  2025-01-02  2     2    0        0     3                  ok",
    ]


def test_a_dry_run_says_that_nothing_was_kept(db: None, tmp_path: Path) -> None:
    assert run("--kind", "daily_index", "--dry-run", write_index(tmp_path))[-1] == "Dry run: nothing was kept."


def test_a_failed_file_is_explained_and_the_command_fails(db: None, tmp_path: Path) -> None:
    good = write_equity(tmp_path)
    bad = write_equity(tmp_path, name="BAD.csv", rows=[EQUITY_ROWS[0].replace("95.00", "0")] * 101)
    out = StringIO()

    with pytest.raises(CommandError, match=r"^1 of 2 files failed\.$"):
        call_command("import_market_data", "--kind", "daily_equity", str(bad), str(good), stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[:2] == ["BAD.csv: failed, 101 problems, nothing stored", "  line 2: low is not above zero"]
    assert lines[101:103] == ["  and 1 more", "M&M.csv: 2 bars of M&M"]
    assert lines[105].split() == ["BAD.csv", "-", "-", "-", "0", "0", "0", "0", "0", "failed"]
    assert StockPriceDaily.objects.count() == 2


def test_wrong_rows_may_be_left_out_and_unknown_instruments_too(db: None, tmp_path: Path) -> None:
    make_stock(enum="M&M")
    wrong = EQUITY_ROWS[0].replace("95.00", "0")
    other = EQUITY_ROWS[0].replace("M&M", "TCS")

    lines = run("--skip-bad", "--only-known", write_equity(tmp_path, rows=[EQUITY_ROWS[1], wrong, other]))

    assert lines[:3] == [
        "M&M.csv: 1 bars of M&M, 1 wrong rows left out",
        "  line 3: low is not above zero",
        "  1 rows left out: the instrument is not known here",
    ]
    assert StockPriceDaily.objects.count() == 1


def test_columns_and_instrument_may_be_told(db: None, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("When,A,B,C,D,N\n2025-01-01,100,110,95,105,1000\n")
    names = zip(("date", "open", "high", "low", "close", "volume"), ("When", "A", "B", "C", "D", "N"), strict=True)
    columns = [part for ours, theirs in names for part in ("--column", f"{ours}={theirs}")]

    assert run("--instrument", "TCS", *columns, path)[0] == "odd.csv: 1 bars of TCS"


def test_a_column_of_ours_must_be_known(tmp_path: Path) -> None:
    with pytest.raises(
        CommandError, match="'price=Px' is not one of date, time, symbol, open, high, low, close, volum"
    ):
        run("--column", "price=Px", tmp_path)


def test_the_kind_must_be_known(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'ticks'"):
        run("--kind", "ticks", tmp_path)
