"""Charges as the engine takes them: by the rules in force, those that an administrator added included."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from apps.market import selectors
from apps.users.models import User
from engine.costs import arithmetic, tables
from marketdata.rulebook.errors import RuleNotFound
from tests.factories.market_rules import make_rule

START, END = date(2026, 4, 1), date(2027, 12, 31)


@pytest.mark.parametrize(
    ("segment", "buys", "paise", "total"),
    [
        ("equity_delivery", True, 1_500_000, 1782),
        ("equity_delivery", False, 1_520_000, 1578),
        ("equity_intraday", True, 10_000_000, 3034),
        ("equity_intraday", False, 10_100_000, 5263),
        ("equity_intraday", True, 500_000, 211),
        ("options", True, 650_000, 2654),
        ("options", False, 780_000, 3858),
        ("options", False, 1_628_250, 5487),
        ("futures", True, 159_250_000, 9171),
        ("futures", False, 159_900_000, 85951),
    ],
)
def test_the_engine_computes_the_charge_table_from_the_rulebook(
    db: None, segment: str, buys: bool, paise: int, total: int
) -> None:
    schedule = selectors.get_charge_schedule(segment=segment, start=START, end=END)
    rates = tables.table(schedule, session=np.array([(START - date(1970, 1, 1)).days], dtype=np.int32)).rates[0]
    assert arithmetic.order_charges(paise, buys, rates) == total


def test_a_rate_that_an_administrator_added_is_in_the_schedule(owner: User) -> None:
    make_rule(owner, year=2027)
    rows = selectors.get_charge_schedule(segment="options", start=START, end=END).rows
    assert [(row.valid_from, row.stt_sell_pct) for row in rows] == [
        (date(2026, 4, 1), Decimal("0.15")),
        (date(2027, 4, 1), Decimal("0.2")),
    ]


def test_a_start_before_the_first_rate_is_an_error(db: None) -> None:
    with pytest.raises(RuleNotFound):
        selectors.get_charge_schedule(segment="options", start=date(2020, 6, 30), end=END)
