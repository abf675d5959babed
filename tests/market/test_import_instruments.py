"""Whose prices a caller says a file holds: any name of a stock or an index, and nothing else makes a stock."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.core.errors import ValidationFailed
from apps.market import errors, services
from apps.sectors.models import Sector
from apps.stocks.models import Stock
from apps.users.models import User
from tests.factories.market_files import text
from tests.factories.stocks import make_stock

CONTENT = text("date,open,high,low,close,volume", "2025-01-01,1,1,1,1,1")


def upload(instrument: str, *, user: User) -> services.FileReport:
    options = services.ImportOptions(instrument=instrument)
    return services.import_upload(file=io.BytesIO(CONTENT), name="a.csv", options=options, user=user)


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("name", ["TCS", "NSE:TCS", "NSE:TCS-EQ", "TCS.NS"])
def test_other_names_of_a_stock_are_the_stock(admin: User, name: str, is_known: bool) -> None:
    if is_known:
        make_stock(enum="TCS")

    assert upload(name, user=admin).identifier == "TCS"
    assert [stock.enum for stock in Stock.objects.all()] == ["TCS"]


@pytest.mark.parametrize("name", ["NIFTY 50", "NIFTY", "NSE:NIFTY50-INDEX", "^NSEI", "NIFTY50"])
def test_names_of_an_index_are_the_index(admin: User, name: str) -> None:
    assert upload(name, user=admin).identifier == "NIFTY50"
    assert [sector.enum for sector in Sector.objects.all()] == ["NIFTY50"]


def test_a_stock_that_has_a_row_may_be_called_what_no_new_one_may(admin: User) -> None:
    make_stock(enum="A.B")

    assert upload("A.B", user=admin).identifier == "A.B"


WRONG = [
    *("a b'c", "sbin", "<b>", "..", "A/B", "٣", "TCS.BO", "BSE:TCS-A", "TCS-2026-11-24", "A" * 51),
    *("RELIANCE-2026-11-24-1500-CE", "NIFTY50-2026-11-24-FUT", "NIFTY26NOV24500CE", "RELIANCE26NOVFUT"),
    "NSE:NIFTY26NOVFUT",
]


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_stock_and_no_index_makes_none(admin: User, name: str, is_known: bool) -> None:
    if is_known:
        make_stock(enum="RELIANCE")
    before = Stock.objects.count()

    with pytest.raises(ValidationFailed) as refusal:
        upload(name, user=admin)

    assert list(refusal.value.details["fields"]) == ["instrument"]  # type: ignore[call-overload]
    assert Stock.objects.count() == before


def test_an_index_of_another_exchange_is_refused(admin: User) -> None:
    for name in ("SENSEX", "BSE:SENSEX-INDEX"):
        with pytest.raises(errors.ForeignMarket):
            upload(name, user=admin)


def test_the_command_says_what_is_wrong_with_the_name(db: None, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CONTENT)

    with pytest.raises(CommandError, match=r"^--instrument: Write the symbol of a stock in capitals"):
        call_command("import_market_data", "--instrument", "sbin", str(path))
