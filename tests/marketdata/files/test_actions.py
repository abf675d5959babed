"""Corporate actions: what the exchange's free text says, and tables of factors."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from marketdata.files import actions
from marketdata.files.tables import Action, ActionRows
from tests.factories.market_files import ACTIONS, read_one, text

SUBJECTS = [
    ("Face Value Split (Sub-Division) - From Rs 10/- Per Share To Re 1/- Per Share", [("split", Fraction(1, 10))]),
    (" Face Value Split (Sub-Division) - From Rs10/- Per Share To Rs 5  Per Share", [("split", Fraction(1, 2))]),
    ("Face Value Split From Rs 2.50 To Re 1", [("split", Fraction(2, 5))]),
    ("Consolidation Of Shares From Re 1/- Per Share To Rs 10/- Per Share", [("split", Fraction(10))]),
    (" Bonus 1:1", [("bonus", Fraction(1, 2))]),
    ("Bonus 17:25", [("bonus", Fraction(25, 42))]),
    ("BONUS ISSUE 1 : 4", [("bonus", Fraction(4, 5))]),
    ("Bonus 1:1/Face Value Split From Rs 5/- To Re 1/-", [("split", Fraction(1, 5)), ("bonus", Fraction(1, 2))]),
    ("Demerger", [("demerger", None)]),
    (" Merger/Demerger", [("demerger", None)]),
    ("Face Value Split", actions.NO_RATIO),
    ("Bonus 0:1", actions.NO_RATIO),
    ("Face Value Split From Rs 0 To Rs 1", actions.NO_RATIO),
    ("Scheme Of Arrangement - Bonus Ncrps 1:10", actions.OTHER),
    ("Rights 1:15 @ Premium Rs 1247/-", actions.RIGHTS),
    ("Interim Dividend - Rs 5 Per Share", actions.OTHER),
    ("", actions.OTHER),
]


@pytest.mark.parametrize(("subject", "expected"), SUBJECTS)
def test_a_subject_says_what_becomes_of_a_share(subject: str, expected: object) -> None:
    assert actions.parse_subject(subject) == expected


def rows_of(*lines: str, header: str) -> tuple[ActionRows, dict[str, int], list[tuple[int, str]]]:
    part = read_one(text(header, *lines))
    assert isinstance(part.rows, ActionRows)
    return part.rows, dict(part.skipped), [(each.line, each.message) for each in part.problems]


def test_the_exchanges_list_is_read_by_ex_date() -> None:
    split = "Face Value Split From Rs 10/- Per Share To Re 1/- Per Share"
    rows, skipped, problems = rows_of(
        "TATASTEEL,EQ,INE081A01012,Tata Steel,28-Jul-2022,29-Jul-2022," + split + ",1",
        'M&M,EQ,INE101A01026,"Mahindra, Ltd",2017-12-21,-, Bonus 1:1,5',
        "M&M,EQ,INE101A01026,Mahindra,2017-12-21,-, Bonus 1:1,5",
        "TCS,EQ,INE467B01029,TCS,2024-01-19,-,Interim Dividend,1",
        header=ACTIONS,
    )

    assert rows.actions == (
        Action("M&M", date(2017, 12, 21), "bonus", 1, 2, "Bonus 1:1"),
        Action("TATASTEEL", date(2022, 7, 28), "split", 1, 10, split),
    )
    assert skipped == {"the same action again": 1, "not a split, a bonus or a demerger": 1}
    assert problems == []


def test_factors_may_be_numbers_or_fractions() -> None:
    rows, _, problems = rows_of(
        "RELIANCE,2023-07-20,demerger,0.9532",
        "HDFCBANK,2025-08-26,Bonus,1/2",
        header="symbol,ex_date,kind,factor",
    )

    assert [(each.symbol, each.kind, each.before, each.after) for each in rows.actions] == [
        ("RELIANCE", "demerger", 2_383, 2_500),
        ("HDFCBANK", "bonus", 1, 2),
    ]
    assert problems == []


WRONG = [
    ("RELIANCE,2023-07-20,merger,0.9", "'merger' is not split, bonus or demerger"),
    ("RELIANCE,2023-07-32,split,0.9", "2023-07-32 is not a day of the calendar"),
    ("reliance,2023-07-20,split,0.9", "'reliance' is not a symbol"),
    ("RELIANCE,2023-07-20,split,0", "the factor 0 is not between 1/1000 and 1000"),
    ("RELIANCE,2023-07-20,split,1001", "the factor 1001 is not between 1/1000 and 1000"),
    ("RELIANCE,2023-07-20,split,NaN", "factor is not a plain number: 'NaN'"),
    ("RELIANCE,2023-07-20,split,1/0", "factor is not a plain number: '1/0'"),
    ("RELIANCE,2023-07-20,split", "the row has more or fewer fields than the header"),
    ("TCS,2023-07-20,split,0.25", "another split of TCS on 2023-07-20 has another ratio"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG)
def test_a_wrong_row_is_named_by_its_line(wrong: str, message: str) -> None:
    rows, _, problems = rows_of("TCS,2023-07-20,split,0.5", wrong, header="symbol,ex_date,kind,factor")

    assert (len(rows), problems) == (1, [(3, message)])
