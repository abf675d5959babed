"""Files of runs of several instruments and of option rules: each row says what was traded, days are dates."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.backtests import constants
from apps.backtests.services.reports import words
from apps.users.models import User
from tests.backtests import test_option_rules, test_portfolios
from tests.backtests.test_files import Page, sheets_of
from tests.factories.backtests import make_candles, make_completed_run, make_prices
from tests.factories.sectors import make_sector
from tests.factories.strategies import ABOVE_100

RUNS = "/api/v1/backtest/runs/"
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet counts days from here, and knows no zones


@pytest.fixture
def shares(api: APIClient, db: None) -> str:
    """The run worked by hand in ``test_portfolios``: HANDMADE is left first, then SECOND."""
    make_prices()
    make_prices(enum="SECOND", closes=(50, 50, 200, 250, 90, 90, 90, 90))
    return str(test_portfolios.run_of(api)["run_id"])


@pytest.fixture
def straddle(api: APIClient, db: None) -> str:
    make_sector(enum="NIFTY50")
    return str(test_option_rules.run_of(api, start_date="2026-01-05", end_date="2026-01-06")["run_id"])


def table_of(rows: list[list[tuple[str, str]]]) -> list[dict[str, str]]:
    """The rows of a sheet by their titles; of a sheet in which each cell is filled."""
    titles = [text for _, text in rows[0]]
    return [dict(zip(titles, [text for _, text in row], strict=False)) for row in rows[1:]]


def moment(cell: str) -> datetime:
    """What a spreadsheet shows for a number of days."""
    return EPOCH + timedelta(minutes=round(float(cell) * 1440))


def csv_of(api: APIClient, run_id: str) -> list[dict[str, str]]:
    response: Any = api.get(f"{RUNS}{run_id}/export_csv")
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_each_trade_of_a_portfolio_names_its_own_instrument(api: APIClient, shares: str) -> None:
    sheets = sheets_of(api.get(f"{RUNS}{shares}/export_xlsx").content)

    assert [row["instrument"] for row in csv_of(api, shares)] == ["HANDMADE", "SECOND"]
    assert [row[0] for row in sheets["Trades"][1:]] == [("s", "HANDMADE"), ("s", "SECOND")]
    listed = api.get(f"{RUNS}{shares}/trades/").json()["results"]
    assert [trade["instrument"] for trade in listed] == ["HANDMADE", "SECOND"]
    assert [text for _, text in sheets["Summary"][4]] == ["Instrument", "HANDMADE, SECOND"]


def test_a_refused_order_of_a_portfolio_names_its_instrument(api: APIClient, shares: str) -> None:
    allocation = {"kind": "fixed", "max_positions": 1, "amount": "20000.00", "rank_by": "CLOSE"}
    run = test_portfolios.run_of(api, allocation=allocation)
    assert run["rejected_orders"] == [
        {"instrument": "SECOND", "date": "2024-01-03", "time": None, "side": "long", "reason": "max_positions"}
    ]


def test_the_report_of_a_portfolio_names_all_of_it_and_where_its_manifest_goes(api: APIClient, shares: str) -> None:
    text = api.get(f"{RUNS}{shares}/report").content.decode()
    texts = Page(text).texts

    assert any(" HANDMADE, SECOND · 1d bars" in each for each in texts)
    assert texts[texts.index("Instrument") :].count("SECOND") == 1
    assert "/api/v1/backtest/run-portfolio" in texts
    assert "['" not in text, "a list is written in words"


def test_days_and_moments_of_a_workbook_are_dates(api: APIClient, owner: User) -> None:
    make_prices()
    daily = sheets_of(api.get(f"{RUNS}{make_completed_run(owner).run_id}/export_xlsx").content)

    (trade,) = table_of(
        [[cell for cell in daily["Trades"][0] if not cell[1].endswith(("_time", "_tag"))], *daily["Trades"][1:]]
    )
    assert [moment(trade[name]).date() for name in ("entry_date", "exit_date")] == [date(2024, 1, 2), date(2024, 1, 4)]
    assert [kind for kind, _ in daily["Trades"][1]][:3] == ["s", "n", "n"]
    assert [moment(row[0][1]).date() for row in daily["Equity"][1:3]] == [date(2024, 1, 1), date(2024, 1, 2)]
    assert moment(daily["Summary"][5][1][1]).date() == date(2024, 1, 1)


def test_the_time_of_a_bar_stands_as_it_is_in_india(api: APIClient, owner: User) -> None:
    make_candles(days=[(90, 110, 120, 95)])
    run = make_completed_run(owner, interval="5m", rules=ABOVE_100)
    titles, trade = sheets_of(api.get(f"{RUNS}{run.run_id}/export_xlsx").content)["Trades"]

    (kept,) = [trade["entry_time"] for trade in run.list_of_trades_json or []]
    cell = trade[[text for _, text in titles].index("entry_time")]
    assert kept.endswith("09:20:00+05:30")
    assert (cell[0], moment(cell[1]).isoformat()) == ("n", kept.removesuffix("+05:30"))


def test_an_option_rule_has_its_contracts_days_and_legs_in_every_file(api: APIClient, straddle: str) -> None:
    result = api.get(f"{RUNS}{straddle}/options").json()
    sheets = sheets_of(api.get(f"{RUNS}{straddle}/export_xlsx").content)
    texts = Page(api.get(f"{RUNS}{straddle}/report").content.decode()).texts

    contracts = {name for day in result["days"] for name in day["contracts"]}
    assert {row["instrument"] for row in csv_of(api, straddle)} == contracts
    assert {row[0][1] for row in sheets["Trades"][1:]} == contracts
    assert contracts <= set(texts)
    first = sheets["Days"][1]
    assert moment(first[0][1]).date() == date(2026, 1, 5)
    assert (float(first[3][1]), first[-1][1]) == (result["days"][0]["pnl"], " ".join(result["days"][0]["contracts"]))
    assert [float(row[4][1]) for row in sheets["Legs"][1:]] == [leg["pnl"] for leg in result["legs"]]
    for shown in (
        "Legs",
        "Days",
        "/api/v1/backtest/run-options",
        *(words.rupees(day["pnl"]) for day in result["days"]),
    ):
        assert shown in texts, shown


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (201.095, "₹201.10"),
        (0.125, "₹0.13"),
        (-3086.155, "-₹3,086.16"),
        (0.004, "₹0.00"),
        (-0.004, "₹0.00"),
        (12345678.9, "₹1,23,45,678.90"),
    ],
)
def test_rupees_are_rounded_as_the_api_rounds_them(amount: float, text: str) -> None:
    assert words.rupees(amount) == text


def test_a_position_still_open_stands_in_page_and_workbook(api: APIClient, owner: User) -> None:
    """909 shares bought at 110, worth 160 at the end: without them the trades do not add up to the final value."""
    make_prices(enum="RISING", closes=(99, 110, 160))
    run = make_completed_run(owner, instrument_identifier="RISING")
    page = Page(api.get(f"{RUNS}{run.run_id}/report").content.decode()).texts
    sheets = sheets_of(api.get(f"{RUNS}{run.run_id}/export_xlsx").content)

    at = page.index("Still open (1)")
    assert page[at + 9 : at + 17] == [
        "RISING", "long", "909", "2024-01-02", "₹110.00", "₹160.00", "₹0.00", "₹45,450.00"
    ]  # fmt: skip
    # The columns that are filled: instrument, both days, side, quantity, prices, profit.
    held = [text for _, text in sheets["Open"][1]]
    assert (held[0], *held[3:8]) == ("RISING", "long", "909", "110", "160", "45450")


@pytest.mark.parametrize("kind", ["shares", "straddle"])
def test_files_in_pieces_are_those_made_whole(
    api: APIClient, kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{RUNS}{request.getfixturevalue(kind)}"
    document, book = (api.get(f"{path}/{tail}").content for tail in ("export_json", "export_xlsx"))

    monkeypatch.setattr(constants, "ROWS_AT_ONCE", 1)
    pieces: Any = [api.get(f"{path}/{tail}") for tail in ("export_json", "export_xlsx")]

    assert b"".join(pieces[0].streaming_content) == document
    assert sheets_of(b"".join(pieces[1].streaming_content)) == sheets_of(book)


def test_a_result_without_open_positions_says_nothing_of_them(api: APIClient, owner: User) -> None:
    make_prices()
    run = make_completed_run(owner, end_date=date(2024, 1, 4))
    page = api.get(f"{RUNS}{run.run_id}/report").content.decode()
    assert run.extra["open_trades"] == []
    assert "Still open" not in page
    assert "Open" not in sheets_of(api.get(f"{RUNS}{run.run_id}/export_xlsx").content)


def test_figures_of_two_dozen_digits_are_shortened_in_the_page() -> None:
    assert words.statistic(3.5565280447241016e24, unit="percent") == "3.56e+24 %"
    assert words.statistic(999_999_999.99, unit="percent") == "999,999,999.99 %"
