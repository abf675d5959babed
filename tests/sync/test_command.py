"""``manage.py sync``: in this process, with an exit code."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from apps.stocks.models import StockPriceDaily
from apps.sync.models import SyncLog
from tests.factories.sync import EVENING, SESSIONS, make_market, open_sync

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _evening() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        yield


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("sync", *arguments, stdout=out)
    return out.getvalue()


def test_it_syncs_every_type_one_after_the_other() -> None:
    make_market(stocks=["TCS"], sectors=["NIFTYIT"])

    assert run().splitlines() == [
        "Stocks: 1 stored, 0 failed, 0 skipped, of 1",
        "Sector indices: 1 stored, 0 failed, 0 skipped, of 1",
        "Option contracts: 1 stored, 0 failed, 0 skipped, of 1",
    ]
    assert StockPriceDaily.objects.count() == SESSIONS
    assert set(SyncLog.objects.values_list("status", "is_auto_sync")) == {("completed", False)}


def test_a_range_of_some_instruments_is_fetched_hard() -> None:
    make_market()

    run("--hard", "--type", "stock", "--instruments", "TCS", "--from", "2025-12-01", "--to", "2025-12-05")

    assert set(StockPriceDaily.objects.values_list("stock__enum", flat=True)) == {"TCS"}
    assert StockPriceDaily.objects.count() == 5


def test_a_failure_is_named_and_the_exit_code_tells(capsys: Any) -> None:
    make_market(stocks=["NEWSTOCK", "TCS"])
    out = StringIO()

    with pytest.raises(CommandError, match=r"^1 instruments failed\.$"):
        call_command("sync", "--type", "stock", stdout=out)

    assert "  NEWSTOCK: Unknown symbol: NEWSTOCK" in out.getvalue()
    assert StockPriceDaily.objects.count() == SESSIONS


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--hard"], "--hard, --from and --to go together."),
        (["--from", "2025-12-01", "--to", "2025-12-05"], "--hard, --from and --to go together."),
        (["--from", "2025-12-01"], "--hard, --from and --to go together."),
        (["--to", "2025-12-05"], "--hard, --from and --to go together."),
        (["--hard", "--from", "2025-12-05", "--to", "2025-12-01"], "--to is before --from."),
        (["--hard", "--from", "1990-01-01", "--to", "1990-02-01"], "--to: there is no market before 2005-01-01."),
        (["--hard", "--from", "2035-12-05", "--to", "2035-12-06"], "--from is in the future."),
        (
            ["--hard", "--from", "2025-13-01", "--to", "2025-12-01"],
            "Error: argument --from: '2025-13-01' is no day: write YYYY-MM-DD",
        ),
        (["--instruments", "TCS"], "--instruments needs --type."),
        (["--type", "stock", "--instruments", "NIFTY50"], "There is no stock named 'NIFTY50'."),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], message: str) -> None:
    make_market()

    with pytest.raises(CommandError) as refusal:
        run(*arguments)

    assert str(refusal.value) == message
    assert not SyncLog.objects.exists()


def test_a_sync_that_runs_already_is_left_alone() -> None:
    make_market()
    open_sync()

    with pytest.raises(CommandError, match="A sync of this type is running"):
        run("--type", "stock")
