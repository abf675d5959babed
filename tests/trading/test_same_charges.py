"""A backtest and a paper order pay the same paise: two calculators of one rulebook (E1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.market import selectors as market_selectors
from apps.market.enums import InstrumentType
from apps.market.selectors import Instrument
from apps.trading.services import rules
from engine.costs import arithmetic, tables
from marketdata.instrument_keys import Option

pytestmark = pytest.mark.django_db
STOCK = Instrument(InstrumentType.STOCK, "ACME", 1, None, is_active=True)
CALL = Instrument(
    InstrumentType.OPTION,
    "NIFTY50-2026-04-07-24500-CE",
    None,
    None,
    is_active=True,
    option=Option("NIFTY50", date(2026, 4, 7), Decimal(24500), "CE"),
)
KINDS = {"equity_delivery": (STOCK, "CNC"), "equity_intraday": (STOCK, "MIS"), "options": (CALL, "NRML")}
# Around each change of a rate.
DAYS = [date(2023, 4, 3), date(2024, 9, 30), date(2024, 10, 1), date(2026, 3, 30), date(2026, 4, 1), date(2026, 11, 20)]
# Values in paise: small ones, halves of a paisa in each duty, both sides of the flat brokerage, and a huge one.
VALUES = [1, 5, 1_234, 333_333, 650_000, 780_000, 6_666_650, 6_666_700, 10_100_000, 1_628_250, 99_999_999_999]


def engine_paise(segment: str, *, plan: str, side: str, paise: int, on: date) -> int:
    schedule = market_selectors.get_charge_schedule(segment=segment, start=on, end=on, plan=plan)
    row = tables.table(schedule, session=np.array([(on - date(1970, 1, 1)).days], dtype=np.int32)).rates[0]
    return int(arithmetic.order_charges(paise, side == "BUY", row))


def paper_paise(segment: str, *, plan: str, side: str, paise: int, on: date) -> int:
    instrument, held_as = KINDS[segment]
    value = Decimal(paise) / 100
    total = rules.charges_of(instrument, plan=plan, side=side, product=held_as, value=value, on=on)
    return int(total * 100)


@pytest.mark.parametrize(("segment", "plan", "side"), list(product(KINDS, ("india", "flat_pct"), ("BUY", "SELL"))))
def test_a_table_of_fills_costs_the_same_to_the_paisa(segment: str, plan: str, side: str) -> None:
    for paise, on in product(VALUES, DAYS):
        order = {"plan": plan, "side": side, "paise": paise, "on": on}
        assert engine_paise(segment, **order) == paper_paise(segment, **order), (paise, on)  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(segment=st.sampled_from(sorted(KINDS)), side=st.sampled_from(["BUY", "SELL"]), paise=st.integers(1, 10**12))
def test_any_value_costs_the_same_to_the_paisa(db: None, segment: str, side: str, paise: int) -> None:
    order = {"plan": "india", "side": side, "paise": paise, "on": DAYS[-1]}
    assert engine_paise(segment, **order) == paper_paise(segment, **order)  # type: ignore[arg-type]
