"""The exchange's derivatives files, old and new: options as columns, lots found where they are not said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from marketdata.files import errors, fields
from marketdata.files.tables import OptionRows
from tests.factories import market_files as small
from tests.factories.market_files import read_all, read_one, text, zipped

ROW = small.FO_LEGACY_ROW


def days(*each: date) -> list[int]:
    return [day.toordinal() - fields.EPOCH for day in each]


def numbers(rows: OptionRows) -> dict[str, list[int]]:
    names = ("is_index", "strike", "is_put", "open", "high", "low", "close", "settle", "underlying")
    return {name: getattr(rows, name).tolist() for name in (*names, "volume", "open_interest", "lot")}


def test_a_new_file_names_everything() -> None:
    part = read_one(text(small.UDIFF, small.FO_UDIFF_ROW, small.FO_FUTURE_ROW))

    assert (part.kind, part.row_count, part.problem_count) == ("fo_udiff", 2, 0)
    assert part.skipped == {"futures are not stored": 1}
    rows = part.rows
    assert isinstance(rows, OptionRows)
    assert (rows.names, rows.day.tolist(), rows.expiry.tolist()) == (
        ("NIFTY",),
        days(date(2025, 9, 2)),
        days(date(2025, 9, 9)),
    )
    assert numbers(rows) == {
        "is_index": [1],
        "strike": [2_410_000],
        "is_put": [1],
        "open": [1_755],
        "high": [2_420],
        "low": [915],
        "close": [1_855],
        "settle": [1_855],
        "underlying": [2_457_960],
        "volume": [140_322 * 75],
        "open_interest": [1_678_575],
        "lot": [75],
    }


def test_an_old_file_leaves_the_lot_to_its_turnover() -> None:
    rows = read_one(text(small.FO_LEGACY, ROW)).rows

    # 5,100,000 rupees / 10 contracts / 1,020 are 500, which divides 5,000 of open interest.
    assert numbers(rows) == {
        "is_index": [0],
        "strike": [100_000],
        "is_put": [0],
        "open": [2_000],
        "high": [2_100],
        "low": [1_900],
        "close": [2_050],
        "settle": [2_050],
        "underlying": [0],
        "volume": [5_000],
        "open_interest": [5_000],
        "lot": [500],
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROW.replace("OPTSTK", "FUTSTK").replace("CE", "XX"), "futures are not stored"),
        (ROW.replace("OPTSTK", "FUTIVX").replace("CE", ""), "futures are not stored"),
        (ROW.replace(",CE,", ",CA,"), "American options (until 2010) are not stored"),
        (ROW.replace(",10,51,5000,500,", ",0,0,0,0,"), "no trade and no open interest"),
        # This turnover fits no lot that divides the open interest, and no rule knows 2016's.
        (ROW.replace(",51,5000,", ",32,5000,"), "the lot size is not known"),
    ],
)
def test_what_is_no_option_of_ours_is_counted(row: str, reason: str) -> None:
    part = read_one(text(small.FO_LEGACY, row))

    assert (len(part.rows), part.problem_count, part.skipped) == (0, 0, {reason: 1})


def test_the_rulebook_knows_a_lot_that_the_turnover_does_not_tell() -> None:
    nifty = ROW.replace("OPTSTK,RELIANCE,30-Jun-2016", "OPTIDX,NIFTY,30-Jun-2016").replace(",5000,500,", ",5025,25,")

    assert read_one(text(small.FO_LEGACY, nifty)).rows.lot.tolist() == [75]


def test_open_interest_without_a_trade_has_no_prices() -> None:
    untraded = ROW.replace(",20,21,19,20.5,20.5,10,51,", ",0,0,0,18.4,20.5,0,0,")
    rows = read_one(text(small.FO_LEGACY, untraded)).rows

    found = numbers(rows)
    assert [found[name] for name in ("open", "high", "low", "close", "volume")] == [[0]] * 5
    assert (found["settle"], found["open_interest"], found["lot"]) == ([2_050], [5_000], [0])


def test_the_layout_of_2026_has_no_last_comma() -> None:
    rows = read_one(text(small.FO_LEGACY.removesuffix(","), ROW.removesuffix(","))).rows

    assert rows.close.tolist() == [2_050]


def test_the_activity_archive_has_its_day_in_its_names() -> None:
    archive = zipped(
        {
            "fo_14112025.csv": b"Total volume summary of Futures and Options by product type:\n",
            "fo14112025.csv": text(small.FO_ACTIVITY_FUTURES, small.FO_ACTIVITY_FUTURE, small.FOOTNOTE),
            "op14112025.csv": text(small.FO_ACTIVITY, small.FO_ACTIVITY_ROW, small.FOOTNOTE),
            "fohelp.txt": b"help\n",
        }
    )
    futures, options = read_all(archive, name="fo14112025.zip")

    assert (futures.name, futures.skipped, len(futures.rows)) == ("fo14112025.csv", {"futures are not stored": 1}, 0)
    rows = options.rows
    assert (options.row_count, rows.names, rows.day.tolist()) == (1, ("BANKNIFTY",), days(date(2025, 11, 14)))
    found = numbers(rows)
    assert (found["lot"], found["volume"], found["open_interest"], found["settle"]) == ([35], [13_965], [74_795], [0])


def test_activity_without_a_day_in_its_name_is_refused() -> None:
    with pytest.raises(errors.UnknownFileKind, match=r"^the rows have no date, and the name 'op.csv' does not end"):
        read_all(text(small.FO_ACTIVITY, small.FO_ACTIVITY_ROW), name="op.csv")


WRONG = [
    (ROW.replace("OPTSTK", "OPTXXX"), "'OPTXXX' is no kind of contract"),
    (ROW.replace(",CE,", ",XX,"), "'XX' is neither CE nor PE"),
    (ROW.replace("30-Jun-2016", "21-Jun-2016"), "the expiry 21-Jun-2016 is before the day"),
    (ROW.replace(",1000,CE", ",0,CE"), "strike is not above zero"),
    (ROW.replace(",1000,CE", ",1000.001,CE"), "strike has more than two decimals: 1000.001"),
    (ROW.replace(",21,19,", ",20.4,19,"), "open or close is outside low and high"),
    (ROW.replace(",20,21,", ",NaN,21,"), "open is not a plain number: 'NaN'"),
    (ROW.replace(",5000,500,", ",-5000,500,"), "open interest is not a plain number: '-5000'"),
    (ROW, "RELIANCE 2016-06-30 1000 CE of 2016-06-22 is on line 2 already"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG)
def test_a_wrong_row_is_named_by_its_line(wrong: str, message: str) -> None:
    part = read_one(text(small.FO_LEGACY, ROW, wrong))

    assert [(each.line, each.message) for each in part.problems] == [(3, message)]
    assert len(part.rows) == 1


def test_strikes_rights_and_expiries_tell_contracts_apart() -> None:
    others = [ROW.replace(",1000,", ",1010.05,"), ROW.replace(",CE,", ",PE,"), ROW.replace("30-Jun", "28-Jul")]
    part = read_one(text(small.FO_LEGACY, ROW, *others))

    assert (part.problem_count, len(part.rows)) == (0, 4)
    assert {Decimal(strike) / 100 for strike in part.rows.strike.tolist()} == {Decimal(1000), Decimal("1010.05")}
