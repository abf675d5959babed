"""Money, margins, positions and their ends as docs/trading.md tells them: each example over HTTP, to the paisa."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from apps.core import configuration
from apps.stocks.models import Stock
from apps.trading import services
from apps.users.models import User
from marketdata.margin.estimate import estimate
from marketdata.margin.terms import terms_of
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_daily_prices
from tests.factories.trading import make_bars, make_contract_position, make_real_stock, move_price
from tests.marketdata.margin import test_estimate as sets
from tests.trading import page
from tests.trading.page import TRADING, Day

STEP = re.compile(r"(buy|sell) (\d+) (?:back )?at (\d+).*")
# What the columns of the tables are called by the API.
PRACTICE = ("cash", "blocked", "positions", "realised")
INDIA = ("cash", "blocked", "positions", "borrowed")
LONG, SHORT = (page.rows("Margin", "step", number=number) for number in (0, 1))

SETS = ((sets.leg(-1, 24500, "CE"),), sets.STRADDLE, sets.CONDOR, sets.BULL_PUT)


def stepped(text: str) -> tuple[str, int, str]:
    """Side, quantity and price of ``sell 10 at 100, MIS``."""
    found = STEP.fullmatch(text)
    assert found, text
    return found[1].upper(), int(found[2]), f"{found[3]}.00"


def floats(cells: list[str]) -> list[float]:
    return [float(cell) for cell in cells]


def test_money_moves_as_in_the_table(day: Day) -> None:
    make_real_stock(close="100.00", previous="100.00")
    before, *steps = page.rows("Money", "step")
    assert day.balances(*PRACTICE) == floats(before[1:])

    for step, *after in steps:
        side, quantity, price = stepped(step)
        move_price(price)
        day.order(side=side, quantity=quantity)
        assert day.balances(*PRACTICE) == floats(after), step


@pytest.mark.parametrize("table", [LONG, SHORT], ids=["bought", "sold short"])
def test_intraday_shares_block_a_fifth_by_the_table(day: Day, table: list[list[str]]) -> None:
    """At a limit that is the last price an order fills there; the bars are large enough for all of it."""
    configuration.override("trading.fill_profile", "india")
    make_real_stock(close="1000.00", previous="1000.00")
    before, *steps = table
    deals = [(*stepped(row[0]), row[1:]) for row in steps if not row[0].startswith("to")]
    flat = [(float(price),) * 4 for _, _, price, _ in deals]
    make_bars(*flat, begin="10:55", volumes=[1_000_000] * len(flat))
    assert day.balances(*INDIA) == floats(before[1:])

    for number, (side, quantity, price, after) in enumerate(deals):
        day.move(5 * number)
        done = day.order(side=side, quantity=quantity, order_type="LIMIT", price=price)
        assert (done["status"], done["average_price"]) == ("COMPLETE", price)
        assert before_charges(day) == floats(after)


def test_a_conversion_pays_what_was_lent_by_the_table(day: Day) -> None:
    test_intraday_shares_block_a_fifth_by_the_table(day, LONG)
    (position,) = day.get("positions/")["results"]
    (row,) = [row for row in LONG if row[0].startswith("to")]
    quantity = row[0].split(", ")[1]

    answer = day.api.post(f"{TRADING}/positions/{position['id']}/convert", {"quantity": quantity})

    assert (answer.status_code, answer.json()["to_product"]) == (200, "CNC")
    assert before_charges(day) == floats(row[1:])


def before_charges(day: Day) -> list[float]:
    """The balances of the table, whose cash has paid nothing yet."""
    cash, charges, *others = day.balances("cash", "charges", *INDIA[1:])
    assert charges > 0
    return [round(cash + charges, 2), *others]


@pytest.mark.parametrize(
    ("row", "legs"),
    list(zip(page.rows("Margin", "sold and bought"), SETS, strict=True)),
    ids=lambda part: part[0] if isinstance(part[0], str) else None,
)
def test_margins_are_those_of_the_table(row: list[str], legs: tuple[Any, ...]) -> None:
    """Each strike of the row is one of the legs; the market is that of the sentence above the table."""
    stated = re.findall(r"NIFTY at (\d+), (\w+) days left, volatility (\d+) %, lots of (\d+)", page.plain("Margin"))
    assert stated == [("24500", "five", "13", "65")]
    assert {each.strike for each in legs} == {float(strike) for strike in re.findall(r"\d{5}", row[0])}

    found = estimate(legs, market=sets.MARKET, terms=terms_of(sets.RULES, "index", on=sets.TODAY))

    assert [round(each) for each in (found.scan, found.exposure, found.total)] == floats(row[1:])


def test_positions_average_and_turn_by_the_table(day: Day) -> None:
    make_real_stock(close="100.00", previous="100.00")

    for step, quantity, average, realised in page.rows("Positions", "fill"):
        side, units, price = stepped(step)
        move_price(price)
        day.order(side=side, quantity=units)
        (row,) = day.get("positions/")["results"]
        shown = (row["quantity"], float(row["average_price"]), float(row["realised"]))
        assert shown == (int(quantity), float(average), float(realised)), step

    ((last, unrealised, whole),) = re.findall(
        r"At (\d+) the last one is worth (-\d+), (-\d+) in all", page.plain("Positions")
    )
    move_price(last)
    (row,) = day.get("positions/")["results"]
    assert (float(row["unrealised"]), float(row["pnl"])) == (float(unrealised), float(whole))


def test_what_was_held_overnight_counts_from_the_close_before(day: Day) -> None:
    """3 held from 23,057, close 23,232; 1 bought at 23,388, 4 sold at 23,340: 93,360 less 92,559, or less 93,084."""
    make_real_stock(close="23057.00", previous="23057.00")
    day.order(quantity=3, product="CNC")
    close = ("2026-01-05", "23232.00", "23232.00", "23232.00", "23232.00", 1000)
    make_daily_prices(stock=Stock.objects.get(enum="RELIANCE"), bars=[close], extra={"source": "import"})
    make_bars(*[(price,) * 4 for price in (23388, 23340, 23350)], day="2026-01-06", begin="09:15")

    day.move(24 * 60 - 100)
    day.order(quantity=1, product="CNC")
    day.move(24 * 60 - 95)
    day.order(side="SELL", quantity=4, product="CNC")
    day.move(24 * 60 - 90)

    (row,) = day.get("positions/")["results"]
    assert (row["quantity"], row["overnight_quantity"]) == (0, 3)
    assert [float(row[name]) for name in ("buy_value", "sell_value", "pnl", "m2m")] == [92559, 93360, 801, 276]


def test_the_equity_of_a_long_and_a_short_is_that_of_the_page(day: Day) -> None:
    figures = r"With (\d+) bought and (\d+) sold short at (\d+), at (\d+): cash (\d+), blocked (\d+), positions "
    ((bought, sold, price, last, cash, blocked, worth, equity),) = re.findall(
        figures + r"[^=]*= (\d+), equity (\d+)", page.plain("Live view")
    )
    make_real_stock(close=f"{price}.00", previous=f"{price}.00")
    day.order(quantity=bought, product="CNC")
    day.order(side="SELL", quantity=sold)
    move_price(last)

    shown = day.get("portfolio")

    names = ("cash", "blocked", "positions_value", "equity")
    assert [float(shown[name]) for name in names] == floats([cash, blocked, worth, equity])


def test_a_call_at_its_expiry_is_worth_what_the_page_says(day: Day, owner: User) -> None:
    ((index, units, strike, paid, each, profit, stt),) = re.findall(
        r"Index at ([\d.]+), (\d+) of the (\d+) call bought at (\d+): ([\d.]+) each, ([\d.]+) in all, STT ([\d.]+)\.",
        page.plain("Square-off and expiry"),
    )
    configuration.override("options.expiry_mode", "manual")
    configuration.override("trading.fill_profile", "india")
    sector = make_sector(enum="NIFTY50")
    make_contract_position(owner, instrument=f"NIFTY50-2026-04-07-{strike}-CE", quantity=int(units), price=paid)
    bars: Any = [("2026-04-07", index, index, index, index, 1)]
    make_sector_prices(sector=sector, bars=bars, extra={"source": "import"})

    services.close_due(now=datetime.fromisoformat("2026-04-07T15:30:00+05:30"))

    (trade,) = day.get("trades/")["results"]
    (order,) = [row for row in day.get("orders/")["results"] if row["purpose"] == "expiry"]
    assert (trade["sell_price"], trade["pnl"]) == (each, profit)
    assert (order["average_price"], order["charges"]) == (each, stt)
