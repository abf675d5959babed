"""A completed run as a page, a workbook and JSON: self-contained, escaped, the same numbers as the API."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from rest_framework.test import APIClient

from apps.backtests.models import BacktestRun
from apps.users.models import User
from tests.backtests.test_terms import SCRIPT
from tests.factories.backtests import make_candles, make_completed_run, make_prices, make_row

RUNS = "/api/v1/backtest/runs/"
FILES = ("export_xlsx", "export_json", "report")
EVIL = "<script>alert('x')</script>\"'&=HYPERLINK(\"http://example.com\")"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()


def get(api: APIClient, run: BacktestRun, tail: str) -> Any:
    return api.get(f"{RUNS}{run.run_id}/{tail}")


def named(run: BacktestRun, name: str) -> BacktestRun:
    """The run under a name that an attacker chose."""
    changed = {**run.strategy, "name": name, "sentence": name, "terms": name}
    BacktestRun.objects.unscoped().filter(pk=run.pk).update(
        strategy=changed, extra={**run.extra, "notes": [name]}, instrument_identifier=name[:100]
    )
    return run


class Page(HTMLParser):
    """The elements of a page with their attributes, and what its elements hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def sheets_of(content: bytes) -> dict[str, list[list[tuple[str, str]]]]:
    """Every sheet as rows of cells, each its type in the file and its text."""
    book = zipfile.ZipFile(io.BytesIO(content))
    shared = ["".join(node.itertext()) for node in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
    names = [node.attrib["name"] for node in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{SHEET}sheet")]
    found = {}
    for number, name in enumerate(names, start=1):
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
        assert not list(root.iter(f"{SHEET}f")), "no cell is a formula"
        found[name] = [[_cell(cell, shared) for cell in row] for row in root.iter(f"{SHEET}row")]
    return found


def _cell(cell: ElementTree.Element, shared: list[str]) -> tuple[str, str]:
    kind, text = cell.attrib.get("t", "n"), cell.findtext(f"{SHEET}v") or ""
    if kind == "inlineStr":
        return "s", cell.findtext(f"{SHEET}is/{SHEET}t") or ""
    return kind, shared[int(text)] if kind == "s" else text


def test_report_needs_nothing_from_elsewhere(api: APIClient, owner: User) -> None:
    response = get(api, make_completed_run(owner), "report")

    text = response.content.decode()
    page = Page(text)
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & {
        tag for tag, _ in page.elements
    }
    assert not [attrs for _, attrs in page.elements if {"src", "href", "onload"} & attrs.keys()]
    assert not re.search(r"url\(|@import|https?://", text)


def test_report_shows_what_the_run_has(api: APIClient, owner: User) -> None:
    run = make_completed_run(owner)
    text = get(api, run, "report").content.decode()
    texts = Page(text).texts

    for shown in (
        "₹1,07,945.00",
        "+7.95 %",
        "₹-13,635.00",
        "-₹13,635.00",
        "20.83 %",
        run.extra["manifest"]["result_hash"],
    ):
        assert (shown in text) == (shown != "₹-13,635.00"), shown
    assert text.count("<svg") == 2
    assert [title for title in texts if title in ("Equity", "Drawdown", "Statistics", "Assumptions", "Manifest")] == [
        "Equity",
        "Drawdown",
        "Statistics",
        "Assumptions",
        "Manifest",
    ]
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_report_draws_the_equity_where_it_belongs(api: APIClient, owner: User) -> None:
    """The highest equity is the highest place of the line, the lowest the lowest."""
    text = get(api, make_completed_run(owner), "report").content.decode()
    path = re.search(r'class="equity" d="M([^"]+)"', text)
    assert path is not None
    points = [tuple(map(float, point.split())) for point in path[1].split("L")]

    # 100000 100000 109090 86365 86365 86365 107945 107945
    assert len(points) == 8
    heights = [y for _, y in points]
    assert heights.index(min(heights)) == 2
    assert heights[3] == heights[4] == heights[5] == max(heights)
    assert [x for x, _ in points] == sorted({x for x, _ in points})


def test_report_escapes_every_text_of_a_user(api: APIClient, owner: User) -> None:
    text = get(api, named(make_completed_run(owner), EVIL), "report").content.decode()

    page = Page(text)
    assert "script" not in {tag for tag, _ in page.elements}
    assert "<script" not in text
    assert "alert(&#x27;x&#x27;)" in text


def test_report_of_a_script_keeps_its_text_out_of_the_markup(api: APIClient, owner: User) -> None:
    script = SCRIPT.replace('"Above"', '"<b>Above</b>"').replace('"in"', '"</td><script>"')
    text = get(api, make_completed_run(owner, strategy_custom_script=script), "report").content.decode()

    assert "b" not in {tag for tag, _ in Page(text).elements}
    assert "<script" not in text


def test_report_of_an_intraday_run_without_trades_is_whole(api: APIClient, owner: User) -> None:
    make_candles(days=[(90, 91)])
    run = make_completed_run(owner, interval="5m")

    text = get(api, run, "report").content.decode()

    assert run.number_of_trades == 0
    assert "No trade was closed." in text
    assert "The equity never fell below its highest value." in text


def test_workbook_has_the_numbers_of_the_run(api: APIClient, owner: User) -> None:
    run = make_completed_run(owner)
    response = get(api, run, "export_xlsx")

    sheets = sheets_of(response.content)
    assert response["Content-Disposition"] == f'attachment; filename="backtest-{run.run_id}.xlsx"'
    assert list(sheets) == ["Summary", "Trades", "Equity", "Monthly", "Open"]
    summary = {row[0][1]: row[1] for row in sheets["Summary"] if len(row) > 1}
    assert (summary["Final wallet"], summary["Closed trades"]) == (("n", "107945"), ("n", "1"))
    header, trade = sheets["Trades"]
    assert dict(zip([text for _, text in header if not text.endswith(("_time", "_tag"))], trade, strict=True))[
        "pnl"
    ] == (
        "n",
        "-13635",
    )
    assert [row[1][1] for row in sheets["Equity"][1:]] == [
        "100000", "100000", "109090", "86365", "86365", "86365", "107945", "107945"
    ]  # fmt: skip
    assert sheets["Monthly"][1][0] == ("n", "2024")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "http://"])
def test_workbook_takes_no_text_for_a_formula_or_a_link(api: APIClient, owner: User, start: str) -> None:
    name = f"{start}cmd|' /C calc'!A0"
    response = get(api, named(make_completed_run(owner), name), "export_xlsx")

    sheets = sheets_of(response.content)
    assert ["Strategy", name] == [text for _, text in sheets["Summary"][1]]
    assert sheets["Summary"][1][1][0] == "s"
    assert not [part for part in zipfile.ZipFile(io.BytesIO(response.content)).namelist() if "rels/sheet" in part]


def test_workbook_and_page_are_the_same_each_time(api: APIClient, owner: User) -> None:
    run = make_completed_run(owner)

    for tail in FILES:
        assert get(api, run, tail).content == get(api, run, tail).content, tail


def test_json_has_everything(api: APIClient, owner: User) -> None:
    run = make_completed_run(owner)
    body = get(api, run, "export_json").json()

    assert (body["final_wallet_amount"], body["trades"], body["equity"]) == (
        "107945.00",
        run.list_of_trades_json,
        run.equity_curve_json,
    )
    assert body["manifest"] == run.extra["manifest"]
    assert body["statistics"] == run.extra["statistics"]


@pytest.mark.parametrize("tail", FILES)
def test_file_is_only_for_its_owner_and_only_of_a_result(
    api: APIClient, stranger_api: APIClient, anonymous_api: APIClient, owner: User, tail: str
) -> None:
    done, waiting = make_completed_run(owner), make_row(owner)

    answers = [get(client, run, tail) for client, run in ((stranger_api, done), (api, waiting), (anonymous_api, done))]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (404, "NOT_FOUND"),
        (409, "RUN_NOT_COMPLETED"),
        (401, "NOT_AUTHENTICATED"),
    ]


@pytest.mark.parametrize("tail", [*FILES, "drawdowns", "heatmap"])
def test_file_costs_two_queries(api: APIClient, owner: User, tail: str, django_assert_num_queries: Any) -> None:
    run = make_completed_run(owner)

    with django_assert_num_queries(2):
        get(api, run, tail)
