"""A folder behind the provider's protocol: its bars, its version, what it hides, what it refuses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from marketdata.errors import InvalidDateRange, NotSupported, SymbolNotFound
from marketdata.files.provider import FilesProvider
from marketdata.instrument_keys import Option
from marketdata.sessions import IST
from marketdata.types import Provider
from tests.factories import market_files as small
from tests.factories.market_files import gzipped, text

MONDAY = datetime(2024, 1, 1, 9, 15, tzinfo=IST)
CSV = "symbol,date,open,high,low,close,volume"


def write(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two shares for a day, an index for two, a share's 5-minute bars, and a file that is refused."""
    write(tmp_path, "cm/cm06JAN2021bhav.csv.gz", gzipped(text(small.CM_LEGACY, small.CM_LEGACY_ROW)))
    write(
        tmp_path,
        "daily.csv",
        text(
            CSV,
            "NIFTY,2021-01-06,3,4,2,3,",
            "NIFTY,2021-01-07,3,4,2,3.5,",
            "M&M,2021-01-06,999,999,999,999,9",
            "M&M,2021-01-07,1,2,1,2,7",
        ),
    )
    times = [MONDAY, MONDAY + timedelta(minutes=10), MONDAY + timedelta(minutes=15), MONDAY + timedelta(minutes=20)]
    lines = [f"{at.isoformat()},100,110,90,{100 + number},5" for number, at in enumerate(times)]
    muhurat = [f"2023-11-12T18:{15 + 5 * number}:00+05:30,1,1,1,1,1" for number in range(3)]
    write(tmp_path, "TCS_5min.csv", text("timestamp,open,high,low,close,volume", *lines, *muhurat))
    write(tmp_path, "bad.csv", text(CSV, "INFY,2021-01-07,1,2,1,NaN,7"))
    write(tmp_path, "notes.md", b"not a table")
    return tmp_path


@pytest.fixture
def provider(folder: Path) -> Provider:
    return FilesProvider(folder)


def test_it_lists_what_the_files_hold(provider: Provider) -> None:
    assert [each.symbol for each in provider.instruments("stock")] == ["M&M", "TCS"]
    assert [(each.symbol, each.name) for each in provider.instruments("sector")] == [("NIFTY50", "NIFTY 50")]
    days = ["2021-01-06", "2021-01-07"]
    assert np.datetime_as_string(provider.sessions(date(2021, 1, 1), date(2021, 12, 31))).tolist() == days


def test_of_two_bars_of_a_day_the_first_file_counts(provider: Provider) -> None:
    bars = provider.daily("M&M", date(2021, 1, 1), date(2021, 12, 31))

    assert (bars.close.tolist(), bars.volume.tolist()) == ([10_500, 200], [1_000, 7])
    assert bars.close.dtype == np.int32
    assert bars.final.tolist() == [True, True]
    with pytest.raises(ValueError, match="read-only"):
        bars.close[0] = 1


def test_a_missing_bar_repeats_the_close_before_it(provider: Provider) -> None:
    bars = provider.intraday("TCS", date(2023, 1, 1), date(2024, 12, 31))

    assert (np.datetime_as_string(bars.date).tolist(), bars.open.shape) == (["2024-01-01"], (1, 75))
    assert bars.close[0, :6].tolist() == [10_000, 10_000, 10_100, 10_200, 10_300, 10_300]
    assert bars.high[0, :6].tolist() == [11_000, 10_000, 11_000, 11_000, 11_000, 10_300]
    assert (bars.volume[0, :6].tolist(), bars.counts.tolist()) == ([5, 0, 5, 5, 5, 0], [75])


def test_days_that_are_not_over_are_hidden(provider: Provider) -> None:
    def seen(now: datetime) -> int:
        return len(provider.daily("NIFTY50", date(2021, 1, 1), date(2021, 12, 31), now=now))

    assert seen(datetime(2021, 1, 6, 15, 29, tzinfo=IST)) == 0
    assert seen(datetime(2021, 1, 6, 15, 30, tzinfo=IST)) == 1
    assert seen(datetime(2021, 1, 8, 0, 0, tzinfo=IST)) == 2
    assert len(provider.daily("NIFTY50", now=datetime(2022, 1, 6, 16, 0, tzinfo=IST))) == 1  # the last 365 days
    with pytest.raises(ValueError, match="aware"):
        seen(datetime(2021, 1, 6, 15, 30))  # noqa: DTZ001


def test_its_version_is_that_of_the_bytes(folder: Path) -> None:
    before = FilesProvider(folder).version

    assert FilesProvider(folder).version == before
    write(folder, "daily.csv", (folder / "daily.csv").read_bytes().replace(b"3.5", b"3.6"))
    assert FilesProvider(folder).version != before
    assert before.startswith("files-")


def test_health_names_what_was_left_out(provider: Provider, tmp_path: Path) -> None:
    health = provider.health()

    assert health.is_up
    assert health.detail == (
        f"{provider.version}: 3 instruments, 1 files refused"
        " (bad.csv: line 2: close is not a plain number: 'NaN', and 0 more)"
    )
    assert not FilesProvider(tmp_path / "none").health().is_up


def test_unknown_symbols_and_reversed_days_are_refused(provider: Provider) -> None:
    with pytest.raises(SymbolNotFound):
        provider.daily("INFY", date(2021, 1, 1), date(2021, 1, 2))
    with pytest.raises(InvalidDateRange):
        provider.intraday("TCS", date(2021, 1, 2), date(2021, 1, 1))
    with pytest.raises(InvalidDateRange):
        provider.sessions(date(2021, 1, 2), date(2021, 1, 1))


def test_what_it_cannot_do_it_says_and_refuses(provider: Provider) -> None:
    now, day = datetime(2024, 1, 1, 12, 0, tzinfo=IST), date(2024, 1, 1)
    option = Option("NIFTY50", day, Decimal(20_000), "CE")

    assert provider.capabilities == {"daily", "intraday"}
    for refused in (
        lambda: provider.quotes(["TCS"], now),
        lambda: provider.expiries("NIFTY50", day, "weekly"),
        lambda: provider.contracts("NIFTY50", day),
        lambda: provider.option_intraday([option], day, day),
        lambda: provider.option_quotes([option], now),
        lambda: provider.greeks([option], now),
    ):
        with pytest.raises(NotSupported, match=r"^The files provider has no (live|options) data$"):
            refused()


@pytest.mark.parametrize(
    ("symbol", "day", "count"),
    [("RELIANCE", "2026-07-31", 75), ("RELIANCE", "2026-08-03", 72), ("UNLISTED", "2026-08-03", 75)],
)
def test_no_bar_is_made_up_after_the_session_of_the_segment(tmp_path: Path, symbol: str, day: str, count: int) -> None:
    """Shares with derivatives trade until 15:15 since the closing auction began; what a file has of it stays."""
    head, rows = "timestamp,open,high,low,close,volume", [f"{day}T09:{15 + 5 * n}:00+05:30,1,1,1,1,1" for n in range(3)]
    write(tmp_path, f"{symbol}_5min.csv", text(head, *rows))
    assert FilesProvider(tmp_path).intraday(symbol, date(2026, 7, 1), date(2026, 8, 31)).counts.tolist() == [count]

    write(tmp_path, f"{symbol}_5min.csv", text(head, *rows, f"{day}T15:20:00+05:30,2,2,2,2,9"))
    bars = FilesProvider(tmp_path).intraday(symbol, date(2026, 7, 1), date(2026, 8, 31))
    assert bars.counts.tolist() == [max(count, 74)]
    assert (bars.close[0, 73], bars.volume[0, 73]) == (200, 9)
