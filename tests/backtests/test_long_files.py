"""Files of long runs go out as they are read, and say what they would whole. What does not belong here: memory."""

from __future__ import annotations

import contextlib
import io
import re
import resource
import zipfile
from collections.abc import Callable, Generator, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

import orjson
import pytest
from django.db import OperationalError, connection
from rest_framework.test import APIClient

from apps.backtests import constants, selectors, services
from apps.backtests.enums import RunStatus
from apps.backtests.models import BacktestRun
from apps.backtests.services import ResultFile, documents, sheet_rows
from apps.users.models import User
from engine.metrics.registry import STATISTICS
from tests.backtests.test_files import FILES, RUNS, Page, sheets_of
from tests.factories.backtests import make_row

LONG = ("export_json", "export_xlsx")
REJECTED = {"date": "2024-01-01", "time": None, "side": "long", "reason": "cash"}
TRADE = {
    "entry_date": "2024-01-01",
    "entry_time": "2024-01-01T09:20:00+05:30",
    "exit_date": "2024-01-02",
    "exit_time": "2024-01-02T15:25:00+05:30",
    "side": "long",
    "quantity": 7,
    "entry_price": 100.05,
    "exit_price": 101.1,
    "pnl": 0.30000000000000004,
    "exit_reason": "signal",
    "entry_tag": None,
    "ambiguous": False,
}
ODD = (
    {"entry_tag": "=1+1", "exit_tag": '<b>&"</b>', "ambiguous": True, "quantity": 10**24},
    {"entry_tag": "_x0041_", "exit_tag": "\x01\ttab\nline", "mae": -1e-9, "quantity": 0.1234567890123456},
    {"entry_tag": "  spaces ", "exit_tag": "é😀" * 15_000, "entry_time": None},
    {"entry_tag": "", "exit_tag": "http://example.com", "pnl": 0},
)


def make_long(owner: User, *, trades: list[dict[str, Any]] | None = None, rejected: int = 0) -> BacktestRun:
    """A completed run as a bare row."""
    kept = [TRADE, *({**TRADE, **odd} for odd in ODD)] if trades is None else trades
    return make_row(
        owner,
        status=RunStatus.COMPLETED,
        final_wallet_amount=Decimal("101000.00"),
        settings={"interval": "5m"},
        number_of_trades=len(kept),
        list_of_trades_json=kept,
        equity_curve_json={"time": ["2024-01-01", "2024-01-02"], "equity": [100_000.0, 101_000.0]},
        extra={
            "statistics": {each.key: 1.5 for each in STATISTICS},
            "assumptions": {"first_date": "2024-01-01", "last_date": "2024-01-02"},
            "rejected_orders": [{**REJECTED, "quantity": number} for number in range(rejected)],
        },
    )


@pytest.fixture
def short_lists(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes every list of more than a row a long one, read two rows at a time."""

    def shorten() -> None:
        monkeypatch.setattr(constants, "ROWS_AT_ONCE", 2)
        monkeypatch.setattr(constants, "TRADES_AT_A_TIME", 2)
        monkeypatch.setattr(sheet_rows, "ROWS_A_PIECE", 2)

    return shorten


def get(api: APIClient, run: BacktestRun, tail: str) -> Any:
    return api.get(f"{RUNS}{run.run_id}/{tail}")


def bytes_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def dressed(content: bytes) -> dict[str, list[str]]:
    """The cells of each sheet that have a format, with its number."""
    book = zipfile.ZipFile(io.BytesIO(content))
    parts = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
    return {name: re.findall(r'<c r="\w+" s="\d+"', book.read(name).decode()) for name in parts}


def held_cursors() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE is_holdable")
        return int(cursor.fetchone()[0])


def test_a_document_in_pieces_is_the_document() -> None:
    """Worked by hand: only the lists of the document itself are filled, and their rows indented as in a whole one."""
    plan = b'{\n  "plan": {\n    "rejected_orders": [],\n    "trades": []\n  },\n'
    whole = plan + b'  "rejected_orders": [],\n  "trades": [],\n  "equity": null\n}'
    rows: list[dict[str, object]] = [{"tag": '\n  "trades": [', "legs": []}, {"price": 1.5}]

    pieces = list(documents.stream(whole, long={"rejected_orders": iter([{"at": 1}]), "trades": iter(rows)}))

    assert b"".join(pieces) == plan + (
        b'  "rejected_orders": [\n    {\n      "at": 1\n    }\n  ],\n'
        b'  "trades": [\n    {\n      "tag": "\\n  \\"trades\\": [",\n      "legs": []\n    },\n'
        b'    {\n      "price": 1.5\n    }\n  ],\n'
        b'  "equity": null\n}'
    )


@pytest.mark.parametrize("rejected", [0, 5])
def test_json_of_a_long_run_is_that_of_a_short_one(
    api: APIClient, owner: User, short_lists: Callable[[], None], rejected: int
) -> None:
    run = make_long(owner, rejected=rejected)
    whole = get(api, run, "export_json")

    short_lists()
    pieces = get(api, run, "export_json")

    assert (whole.streaming, pieces.streaming) == (False, True)
    assert bytes_of(pieces) == whole.content
    assert len(whole.json()["rejected_orders"]) == rejected


def test_workbook_of_a_long_run_has_the_cells_of_a_short_one(
    api: APIClient, owner: User, short_lists: Callable[[], None]
) -> None:
    """Every cell of every sheet, its type and its format; and it can be read to its end."""
    run = make_long(owner)
    whole = get(api, run, "export_xlsx")

    short_lists()
    pieces = get(api, run, "export_xlsx")
    content = bytes_of(pieces)

    assert (whole.streaming, pieces.streaming) == (False, True)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert len(sheets_of(content)["Trades"]) == 6
    assert sheets_of(content) == sheets_of(whole.content)
    assert dressed(content) == dressed(whole.content)
    # Readers that go by it would stop at the row that the sheet began with.
    assert b"<dimension" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet2.xml")


@pytest.mark.parametrize(("number", "is_long"), [(1, False), (2, True), (3, True), (4, True), (5, True)])
def test_no_trade_is_lost_where_lists_become_long(
    api: APIClient, owner: User, short_lists: Callable[[], None], number: int, is_long: bool
) -> None:
    run = make_long(owner, trades=[{**TRADE, "quantity": each} for each in range(number)])
    short_lists()

    answers = [get(api, run, tail) for tail in LONG]
    document, book = map(bytes_of, answers)

    assert [answer.streaming for answer in answers] == [is_long, is_long]
    assert [int(found) for found in re.findall(rb'"quantity": (\d+)', document)] == list(range(number))
    assert [row[6][1] for row in sheets_of(book)["Trades"][1:]] == [str(each) for each in range(number)]


@pytest.mark.parametrize(("number", "is_long"), [(0, False), (1, False), (2, True), (3, True)])
def test_no_rejected_order_is_lost_where_lists_become_long(
    api: APIClient, owner: User, short_lists: Callable[[], None], number: int, is_long: bool
) -> None:
    run = make_long(owner, trades=[TRADE], rejected=number)
    short_lists()

    answer = get(api, run, "export_json")

    assert answer.streaming == is_long
    assert orjson.loads(bytes_of(answer))["rejected_orders"] == run.extra["rejected_orders"]


@pytest.mark.parametrize("tail", LONG)
def test_a_file_in_pieces_comes_as_a_whole_one_does(
    api: APIClient, stranger_api: APIClient, owner: User, short_lists: Callable[[], None], tail: str
) -> None:
    run = make_long(owner)
    whole = get(api, run, tail)
    short_lists()
    pieces = get(api, run, tail)

    for name in ("Content-Type", "Content-Disposition", "Content-Security-Policy"):
        assert pieces[name] == whole[name]
    assert whole["Content-Disposition"].startswith(f'attachment; filename="backtest-{run.run_id}.')
    assert (get(stranger_api, run, tail).status_code, get(stranger_api, run, tail).json()["code"]) == (404, "NOT_FOUND")
    pieces.close()


@pytest.mark.parametrize("stream", [selectors.stream_trades, selectors.stream_rejected_orders])
def test_rows_are_only_for_their_owner(owner: User, stranger: User, stream: Callable[..., Iterator[object]]) -> None:
    run_id = make_long(owner, rejected=5).run_id

    assert [len(list(stream(user=user, run_id=run_id))) for user in (owner, stranger)] == [5, 0]


def counted(number: int, read: list[int]) -> Iterator[dict[str, Any]]:
    """Rows that note how many of them have been read."""
    for each in range(number):
        read[0] += 1
        yield {"quantity": each}


def test_the_first_pieces_go_out_before_more_rows_are_read() -> None:
    at_a_time, read = constants.TRADES_AT_A_TIME, [0]
    document = documents.stream(b'{\n  "trades": []\n}', long={"trades": counted(10 * at_a_time, read)})

    seen = [read[0] for _ in document]

    # The beginning, ten times rows, the break before the bracket, the end.
    assert seen == [0, *(at_a_time * each for each in range(1, 11)), 10 * at_a_time, 10 * at_a_time]


def test_rows_of_a_sheet_go_out_as_they_are_read(owner: User) -> None:
    short, read = make_long(owner, trades=[TRADE]), [0]
    found = services.export_workbook(user=owner, run_id=short.run_id).content
    assert isinstance(found, bytes)
    begun = sheet_rows.Begun(found, part="xl/worksheets/sheet2.xml", rows=2, styles={"day": 2, "moment": 3})
    number = 3 * sheet_rows.ROWS_A_PIECE

    seen = [read[0] for _ in sheet_rows.add_rows(begun, rows=([row["quantity"]] for row in counted(number, read)))]

    assert sorted(set(seen)) == [0, *(sheet_rows.ROWS_A_PIECE * each for each in (1, 2, 3))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("export", [services.export_document, services.export_workbook])
@pytest.mark.parametrize("taken", [0, 2, 99])
def test_no_cursor_is_left_behind(
    owner: User, short_lists: Callable[[], None], export: Callable[..., ResultFile], taken: int
) -> None:
    """Wherever the client goes away, or does not; the connection is the same, and none of a transaction."""
    run = make_long(owner, rejected=5)
    short_lists()
    pieces = export(user=owner, run_id=run.run_id).content
    assert isinstance(pieces, Generator)
    session = connection.connection
    assert held_cursors() == (2 if export is services.export_document else 1)

    list(islice(pieces, taken))
    # What an answer does at its end, before the next request has the connection.
    pieces.close()

    assert held_cursors() == 0
    assert connection.connection is session
    assert not connection.in_atomic_block


@pytest.mark.parametrize("tail", LONG)
def test_without_cursors_of_the_server_files_are_the_same(
    api: APIClient, owner: User, short_lists: Callable[[], None], monkeypatch: pytest.MonkeyPatch, tail: str
) -> None:
    """As PgBouncer wants it in transaction mode."""
    run = make_long(owner, rejected=5)
    short_lists()
    usual = bytes_of(get(api, run, tail))

    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)

    assert bytes_of(get(api, run, tail)) == usual


@contextlib.contextmanager
def before_lists(happens: Callable[[], object]) -> Iterator[None]:
    """Lets something happen before the database is asked for the rows of a list."""

    def interrupt(execute: Any, sql: str, *rest: Any) -> Any:
        if "jsonb_array_elements" in str(sql):
            happens()
        return execute(sql, *rest)

    with connection.execute_wrapper(interrupt):
        yield


@pytest.mark.parametrize("tail", LONG)
def test_a_database_that_fails_says_so_before_the_answer_begins(
    api: APIClient, owner: User, short_lists: Callable[[], None], tail: str
) -> None:
    def fail() -> None:
        raise OperationalError

    run = make_long(owner)
    short_lists()

    with before_lists(fail):
        response = get(api, run, tail)

    assert (response.status_code, response.json()["code"]) == (503, "UNAVAILABLE")


@pytest.mark.parametrize("tail", LONG)
def test_a_run_that_goes_meanwhile_is_not_found(
    api: APIClient, owner: User, short_lists: Callable[[], None], tail: str
) -> None:
    run = make_long(owner)
    short_lists()

    with before_lists(lambda: BacktestRun.objects.for_user(owner).delete()):
        response = get(api, run, tail)

    assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("tail", FILES)
def test_files_need_no_room_on_the_disk(
    api: APIClient, owner: User, short_lists: Callable[[], None], tail: str
) -> None:
    """Fault 19: whatever the length of a run, on a full disk too."""
    run = make_long(owner, rejected=5)
    short_lists()
    usual = bytes_of(get(api, run, tail))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        found = bytes_of(get(api, run, tail))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert found == usual


@pytest.mark.parametrize("is_long", [False, True])
def test_the_page_shows_the_first_trades_and_says_where_the_others_are(
    api: APIClient, owner: User, short_lists: Callable[[], None], is_long: bool
) -> None:
    """However they are read."""
    run = make_long(owner, trades=[{**TRADE, "ambiguous": each > 500} for each in range(503)], rejected=5)
    if is_long:
        short_lists()

    texts = Page(get(api, run, "report").content.decode()).texts

    assert "Trades (503)" in texts
    assert "3 more stand in the CSV and the workbook." in texts
    assert texts.count("2024-01-01 09:20") == 500
    assert not [text for text in texts if text.startswith("*")], "none of those shown has a star"
