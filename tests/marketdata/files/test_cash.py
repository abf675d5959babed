"""The exchange's cash-market files, old and new: the same share, the same bar; what is not a share is counted."""

from __future__ import annotations

from datetime import date

import pytest

from marketdata import share_series
from marketdata.files import errors, fields
from marketdata.files.tables import DailyRows
from tests.factories import market_files as small
from tests.factories.market_files import read_one, text

LAYOUTS = [
    ("cm_legacy", small.CM_LEGACY, small.CM_LEGACY_ROW, date(2021, 1, 6)),
    ("cm_full", small.CM_FULL, small.CM_FULL_ROW, date(2025, 8, 26)),
    ("cm_udiff", small.UDIFF, small.CM_UDIFF_ROW, date(2026, 5, 19)),
]


@pytest.mark.parametrize(("kind", "header", "row", "day"), LAYOUTS)
def test_a_share_is_the_same_bar_in_every_layout(kind: str, header: str, row: str, day: date) -> None:
    part = read_one(text(header, row))

    assert (part.kind, part.row_count, part.problem_count, part.skipped) == (kind, 1, 0, {})
    assert isinstance(part.rows, DailyRows)
    assert part.rows.names == ("M&M",)
    bar = (part.rows.open, part.rows.high, part.rows.low, part.rows.close, part.rows.volume)
    assert [column.tolist() for column in bar] == [[10_000], [11_050], [9_505], [10_500], [1_000]]
    assert part.rows.day.tolist() == [day.toordinal() - fields.EPOCH]


def test_padded_headers_and_fields_are_the_same() -> None:
    header = small.CM_LEGACY.replace(",", " , ")
    assert read_one(text(header, small.CM_LEGACY_ROW.replace(",", " , "))).rows.names == ("M&M",)


@pytest.mark.parametrize("series", ["EQ", "BE", "BZ", "SM", "ST", "SZ"])
@pytest.mark.parametrize(("kind", "header", "row", "day"), LAYOUTS)
def test_these_series_are_shares_in_every_layout(kind: str, header: str, row: str, day: date, series: str) -> None:
    part = read_one(text(header, row.replace("EQ", series)))

    assert isinstance(part.rows, DailyRows)
    assert (part.kind, part.rows.day.tolist()) == (kind, [day.toordinal() - fields.EPOCH])
    assert [share_series.SHARES[number] for number in part.rows.series] == [series]


def test_a_series_is_of_its_own_day() -> None:
    later, first = (
        small.CM_LEGACY_ROW.replace("06-JAN", f"0{day}-JAN").replace(",EQ,", f",{series},")
        for day, series in ((7, "BE"), (6, "EQ"))
    )
    bars = read_one(text(small.CM_LEGACY, later, first)).rows

    assert isinstance(bars, DailyRows)
    assert [share_series.SHARES[number] for number in bars.series] == ["EQ", "BE"]


def test_nobody_trades_within_a_day_where_each_trade_is_settled() -> None:
    settled = [series for series in share_series.SHARES if share_series.is_trade_for_trade(series)]

    assert settled == ["BE", "BZ", "ST", "SZ"]
    assert not share_series.is_trade_for_trade("")


@pytest.mark.parametrize("series", ["GS", "GB", "N1", "P1", "RR", "IV", "E1", "T0", "MF", "eq", ""])
def test_others_are_counted_and_left_out(series: str) -> None:
    row = small.CM_LEGACY_ROW.replace(",EQ,", f",{series},").replace("95.05", "junk")
    part = read_one(text(small.CM_LEGACY, row))

    assert (len(part.rows), part.row_count, part.problem_count) == (0, 1, 0)
    assert part.skipped == {f"series {series} is not a share": 1}


ROW = small.CM_LEGACY_ROW
WRONG = [
    (ROW.replace("06-JAN-2021", "02-SEP-2026"), "02-SEP-2026 is not between 1994-11-03 and today"),
    (ROW.replace("06-JAN-2021", "02-NOV-1994"), "02-NOV-1994 is not between 1994-11-03 and today"),
    (ROW.replace("110.5", "104.95"), "open or close is outside low and high"),
    (ROW.replace("95.05", "100.05"), "open or close is outside low and high"),
    (ROW.replace(",100,", ",110.55,"), "open or close is outside low and high"),
    (ROW.replace(",100,", ",95,"), "open or close is outside low and high"),
    (ROW.replace(",105,", ",110.55,"), "open or close is outside low and high"),
    (ROW.replace(",105,", ",95,"), "open or close is outside low and high"),
    (ROW.replace("M&M", "m m"), "'m m' is not a symbol"),
    (ROW.replace(",1000,", ",,"), "volume is not a plain number: ''"),
    (ROW.replace("95.05", "NaN"), "low is not a plain number: 'NaN'"),
    (ROW + "1,", "the row has more or fewer fields than the header"),
    (ROW, "M&M of 2021-01-06 is on line 2 already"),
    (ROW.replace(",EQ,", ",BE,"), "M&M of 2021-01-06 is on line 2 already"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG)
def test_a_wrong_row_is_named_by_its_line_and_the_right_ones_stay(wrong: str, message: str) -> None:
    other = ROW.replace("M&M", "TCS")
    part = read_one(text(small.CM_LEGACY, ROW, wrong, other))

    assert [(problem.line, problem.message) for problem in part.problems] == [(3, message)]
    assert (part.rows.names, len(part.rows)) == (("M&M", "TCS"), 2)


def test_a_hundred_problems_are_listed_by_line_and_all_are_counted() -> None:
    wrong = [ROW.replace("95.05", "0")] * 5 + [ROW.replace("110.5", "104")] * 300
    part = read_one(text(small.CM_LEGACY, *wrong[::-1]))

    assert part.problem_count == 305
    assert [problem.line for problem in part.problems] == list(range(2, 102))


FOREIGN = [
    (text("SC_CODE,SC_NAME,SC_GROUP,OPEN", "500325,RELIANCE,A,1"), "the file is of BSE, by its column SC_CODE"),
    (
        text(small.UDIFF, small.CM_UDIFF_ROW.replace(",CM,NSE,", ",CM,BSE,")),
        "the file is of BSE CM; read are NSE CM and NSE FO",
    ),
    (
        text(small.UDIFF, small.CM_UDIFF_ROW.replace(",CM,NSE,", ",CO,MCX,")),
        "the file is of MCX CO; read are NSE CM and NSE FO",
    ),
]


@pytest.mark.parametrize(("content", "message"), FOREIGN)
def test_a_file_of_another_market_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(errors.ForeignMarket) as refusal:
        read_one(content)

    assert str(refusal.value) == message


def test_a_row_of_another_market_is_a_problem() -> None:
    part = read_one(text(small.UDIFF, small.CM_UDIFF_ROW, small.CM_UDIFF_ROW.replace(",CM,NSE,", ",CM,BSE,")))

    assert [each.message for each in part.problems] == ["the row is of BSE CM, not of NSE CM"]


def test_a_file_of_another_kind_than_said_is_refused() -> None:
    with pytest.raises(errors.WrongFileKind, match=r"^the file is cm_legacy, not cm_full or cm_udiff$"):
        read_one(text(small.CM_LEGACY, ROW), kinds=frozenset({"cm_udiff", "cm_full"}))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketdata.files.rows.MAX_ROWS", 10_000)
    lines = [ROW.replace("M&M", f"S{number}") for number in range(20_000)]

    with pytest.raises(errors.FileTooLarge, match=r"^the file has more than 10000 rows$"):
        read_one(text(small.CM_LEGACY, *lines))
