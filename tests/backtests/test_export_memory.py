"""Files of long runs are made as they are read. What does not belong here: what stands in them (test_long_files)."""

from __future__ import annotations

import csv
import tracemalloc
from collections.abc import Callable, Generator
from decimal import Decimal
from itertools import repeat

import pytest
from django.db import connection

from apps.backtests import services
from apps.backtests.constants import ROWS_AT_ONCE, TRADES_AT_A_TIME
from apps.backtests.enums import RunStatus
from apps.backtests.services import ResultFile
from apps.users.models import User
from tests.backtests.test_long_files import make_long
from tests.factories.backtests import make_row

TRADE = {"entry_date": "2024-01-01", "exit_date": "2024-01-02", "side": "long", "pnl": 1.5, "exit_reason": "signal"}


def make_traded(owner: User, number: int) -> str:
    """A completed run whose trades are numbered by their quantity."""
    trades = [{**TRADE, "quantity": each} for each in range(number)]
    done = {"status": RunStatus.COMPLETED, "final_wallet_amount": Decimal(100_000)}
    return str(make_row(owner, **done, list_of_trades_json=trades).run_id)


def peak_of(owner: User, run_id: str) -> tuple[int, int]:
    """How many lines an export has, and the most bytes it had in memory."""
    tracemalloc.start()
    lines = sum(1 for _ in services.export_trades(user=owner, run_id=run_id).lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return lines, peak


def test_every_trade_is_there_in_order_however_many_are_read_together(owner: User) -> None:
    number = 2 * TRADES_AT_A_TIME + 1
    lines = services.export_trades(user=owner, run_id=make_traded(owner, number)).lines

    assert [int(row["quantity"]) for row in csv.DictReader(lines)] == list(range(number))


def test_a_run_without_trades_has_a_header_only(owner: User) -> None:
    assert peak_of(owner, make_traded(owner, 0))[0] == 1


def test_ten_times_the_trades_take_no_more_memory(owner: User) -> None:
    """Fault 43: whatever the length of a run, as much of it is in memory as is read together."""
    few, many = (make_traded(owner, number) for number in (2_000, 20_000))
    peak_of(owner, few)

    lines, peak = peak_of(owner, many)

    assert lines == 20_001
    assert peak < 1.2 * peak_of(owner, few)[1]


def open_cursors() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE '\\_django%'")
        (number,) = cursor.fetchone()
        return int(number)


def test_who_leaves_in_the_middle_leaves_no_cursor_behind(owner: User) -> None:
    """The response closes what it sends when the server is done with it, sent or not."""
    lines = services.export_trades(user=owner, run_id=make_traded(owner, 2 * TRADES_AT_A_TIME + 1)).lines
    assert isinstance(lines, Generator)
    assert next(lines).startswith("instrument,")
    assert (next(lines).count(","), open_cursors()) == (21, 1)

    lines.close()

    assert open_cursors() == 0


def peak_of_file(owner: User, run_id: str, *, export: Callable[..., ResultFile]) -> tuple[int, int]:
    """How many bytes a file has, and the most of them and of all else in memory."""
    tracemalloc.start()
    content = export(user=owner, run_id=run_id).content
    size = len(content) if isinstance(content, bytes) else sum(map(len, content))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return size, peak


@pytest.mark.parametrize("export", [services.export_document, services.export_workbook, services.export_report])
def test_a_file_of_four_times_the_rows_takes_no_more_memory(owner: User, export: Callable[..., ResultFile]) -> None:
    """Fault 43, of trades and of orders that were refused."""
    rows = {"side": "long", "entry_date": "2024-01-01", "exit_date": "2024-01-02", "quantity": 1, "ambiguous": False}
    shown = {**rows, "entry_price": 100.5, "exit_price": 101.5, "pnl": 1.0, "exit_reason": "signal"}
    few, many = (
        make_long(owner, trades=list(repeat(shown, number)), rejected=number).run_id
        for number in (ROWS_AT_ONCE, 4 * ROWS_AT_ONCE)
    )
    peak_of_file(owner, few, export=export)

    size, peak = peak_of_file(owner, many, export=export)

    small, expected = peak_of_file(owner, few, export=export)
    assert peak < 1.2 * expected
    assert (size > 1.5 * small) == (export is not services.export_report)
