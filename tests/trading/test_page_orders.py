"""Orders as docs/trading.md tells them: each of its examples is placed over HTTP and does what the page says."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.core import configuration
from apps.trading import services
from apps.trading.views import gtt, orders
from apps.users.models import User
from apps.wallet import services as wallet_services
from marketdata.synthetic import SyntheticProvider
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_stock
from tests.factories.trading import OPEN_AT, make_bars, make_real_stock
from tests.trading import page
from tests.trading.page import OPEN, TRADING, Day

CALL = "NIFTY50-2026-01-06-26000-CE"
WAITING = page.rows("Orders that wait", "order")
GAPS = page.rows("Orders that wait", "bar")
VALIDITIES = page.rows("Orders that wait", "validity")
EXITS = page.rows("Brackets", "bar")
BRACKET, OCO = page.examples("Brackets")
(PAIR,) = page.examples("Triggers that stand (GTT)")
TRAILING = page.plain("Stops that follow the price")
ALERTS = page.rows("Live view", "condition")
ORDER = re.compile(r"(LIMIT|SL-M|SL) (buy|sell) ([\d.]+)(?:, limit ([\d.]+))?")


def ordered(text: str) -> dict[str, str]:
    """The body that an order of the page stands for."""
    found = ORDER.fullmatch(text)
    assert found, text
    kind, side, level, limit = found.groups()
    body = {"order_type": kind, "side": side.upper(), "price" if kind == "LIMIT" else "trigger_price": level}
    return body if limit is None else {**body, "price": limit}


@pytest.mark.parametrize(("order", "price"), [row[:2] for row in WAITING])
def test_an_order_that_waits_fills_at_the_price_of_the_table(day: Day, order: str, price: str) -> None:
    """The last price is 103, with which each of them waits; the bar is that of the page."""
    make_real_stock(close="103.00", previous="103.00")
    (figures,) = re.findall(r"On a bar of ([\d./ ]+) \(open", page.plain("Orders that wait"))
    make_bars(page.bar(figures))
    placed = day.order(**ordered(order))
    assert placed["status"] in ("OPEN", "TRIGGER_PENDING")

    day.move(5)

    assert (day.seen(placed)["status"], float(day.seen(placed)["average_price"])) == ("COMPLETE", float(price))


def test_a_stop_with_a_limit_that_a_bar_jumps_over_waits_as_the_limit(day: Day) -> None:
    make_real_stock(close="103.00", previous="103.00")
    make_bars(*[page.bar(row[0]) for row in GAPS])
    placed = day.order(**ordered(WAITING[-1][0]))

    for number, (_, status, price) in enumerate(GAPS):
        day.move(5 * number + 5)
        shown = day.seen(placed)
        assert (shown["status"], shown["average_price"]) == (status, price or None)
    assert [event["reason"] for event in day.seen(placed)["events"]] == ["ACCEPTED", "TRIGGERED", "FILLED"]


@pytest.mark.parametrize(("validity", "status", "until"), VALIDITIES)
def test_an_order_waits_as_long_as_the_table_says(day: Day, validity: str, status: str, until: str) -> None:
    make_real_stock(close="100.00", previous="99.00")
    name, _, more = validity.partition(", ")
    values: dict[str, Any] = {"validity_minutes": int(more.split()[0])} if name == "TTL" else {}
    product = more if name == "DAY" else "CNC"

    placed = day.order(order_type="LIMIT", price="98.00", validity=name, product=product, **values)

    assert placed["status"] == status
    assert until in ("", placed["valid_until"][11:16])


def test_an_order_for_the_next_session_fills_at_its_open(day: Day) -> None:
    make_real_stock(close="100.00", previous="99.00")
    day.move(6 * 60)
    placed = day.order(variety="amo", product="CNC")
    ((price, figures),) = re.findall(r"at ([\d.]+) where that is ([\d./ ]+)\.", page.plain("Orders that wait"))
    make_bars(page.bar(figures), day="2026-01-06", begin="09:15")

    assert placed["status"] == "AMO_QUEUED"
    day.move(24 * 60 - 100)

    assert (day.seen(placed)["status"], day.seen(placed)["average_price"]) == ("COMPLETE", price)


@pytest.mark.parametrize("variety", ["bracket", "oco"])
@pytest.mark.parametrize(("figures", "exit_at"), [row[:2] for row in EXITS])
def test_the_next_bar_decides_between_the_exits(day: Day, variety: str, figures: str, exit_at: str) -> None:
    make_real_stock(close="2000.00", previous="1990.00")
    make_bars(page.bar(figures))
    entry = day.order(**BRACKET) if variety == "bracket" else day.order()
    assert entry["average_price"] == "2000.00"
    target = None if variety == "bracket" else day.order(**OCO)

    day.move(5)

    legs = day.seen(entry)["legs"] if target is None else [day.seen(target), *day.seen(target)["legs"]]
    prices = {leg["leg"]: float(leg["average_price"]) for leg in legs if leg["status"] == "COMPLETE"}
    name, price = exit_at.split()
    assert prices == {name: float(price)}
    (other,) = [leg for leg in legs if leg["leg"] != name]
    assert (other["status"], day.seen(other)["events"][-1]["reason"]) == ("CANCELLED", "OTHER_LEG_FILLED")
    assert day.balances("realised") == [10 * (float(price) - 2000)]


@pytest.mark.parametrize(
    ("unit", "stops"),
    [
        ("points", [row[3] for row in page.rows("Stops that follow the price", "bar")]),
        (
            "percent",
            re.findall(r"With 5 percent the stop after the first bar is ([\d.]+)\.", TRAILING),
        ),
    ],
)
def test_a_stop_follows_the_price_by_the_table(day: Day, unit: str, stops: list[str]) -> None:
    """The second bar of the table sells at the stop that the first one left."""
    table = page.rows("Stops that follow the price", "bar")
    make_real_stock(close="100.00", previous="99.00")
    make_bars(*[page.bar(row[0]) for row in table])
    day.order()
    stop = day.order(side="SELL", order_type="SL-M", trailing="5", trailing_unit=unit)
    assert float(stop["trigger_price"]) == float(table[0][1])

    day.move(5)
    assert float(day.seen(stop)["trigger_price"]) == float(stops[0])
    day.move(10)

    assert (day.seen(stop)["status"], float(day.seen(stop)["average_price"])) == ("COMPLETE", float(stops[0]))


def test_a_percentage_is_never_rounded(day: Day) -> None:
    (figures,) = re.findall(r"([\d.]+) % below ([\d.]+) is ([\d.]+), shown as ([\d.]+\d)", TRAILING)
    percent, best, exact, shown = (Decimal(each) for each in figures)
    assert best * (100 - percent) / 100 == exact
    make_real_stock(close="100.00", previous="99.00")
    above = float(shown) + 0.01
    make_bars((100, float(best), 99.5, 106), (106, 106, above, 106), (106, 106, float(shown), 106))
    day.order()
    stop = day.order(side="SELL", order_type="SL-M", trailing=str(percent), trailing_unit="percent")

    day.move(10)
    assert (day.seen(stop)["status"], Decimal(day.seen(stop)["trigger_price"])) == ("TRIGGER_PENDING", shown)
    day.move(15)

    assert Decimal(day.seen(stop)["average_price"]) == shown


def test_a_bar_that_meets_both_triggers_places_the_order_of_the_stop(day: Day) -> None:
    make_real_stock(close="2000.00", previous="2000.00")
    day.order(product="CNC")
    made = day.api.post(f"{TRADING}/gtt/", PAIR)
    assert (made.status_code, made.json()["status"]) == (201, "active")
    make_bars((2000, 2710, 1590, 1595))

    day.move(5)
    services.work_gtts(now=OPEN.replace(minute=5))

    row = day.get(f"gtt/{made.json()['id']}/")
    placed = day.get(f"orders/{row['order_id']}/")
    lower = PAIR["triggers"][0]
    assert row["status"] == "triggered"
    assert (placed["order_type"], placed["price"], placed["tag"]) == ("LIMIT", lower["price"], "GTT")


def test_the_examples_suit_the_prices_that_somebody_new_sees_for_as_long_as_the_page_says() -> None:
    (year,) = re.findall(r"synthetic RELIANCE until the end of (\d+)\.", page.plain("Brackets"))
    made = SyntheticProvider().daily("RELIANCE", date(2026, 11, 1), date(int(year), 12, 31))

    for example in (BRACKET, OCO):
        assert float(example["stoploss"]) * 100 < made.low.min() <= made.high.max() < float(example["target"]) * 100
    lower, upper = (float(each["trigger_price"]) * 100 for each in PAIR["triggers"])
    assert lower < made.low.min() <= made.high.max() < upper
    assert (orders.BRACKET.value, gtt.PAIR.value) == (BRACKET, PAIR)


@pytest.mark.parametrize(("condition", "told"), [(row[0], row[2]) for row in ALERTS])
def test_an_alert_tells_of_the_price_of_the_table(day: Day, condition: str, told: str) -> None:
    """The last price is 98.50, from which none of them fires."""
    make_real_stock(close="98.50", previous="98.00")
    kind, level = condition.split(",")[0].split()
    made = day.api.post(f"{TRADING}/alerts/", {"instrument": "RELIANCE", "condition": kind, "level": level}).json()
    make_bars((100, 106, 97, 104))
    assert made["status"] == "armed"

    day.move(5)
    services.check_alerts(now=OPEN.replace(minute=5))

    row = day.get(f"alerts/{made['id']}/")
    assert (row["status"], float(row["fired_price"])) == ("fired", float(told))


def test_what_is_above_the_freeze_quantity_is_cut_as_the_page_says(day: Day, owner: User) -> None:
    make_sector(enum="NIFTY50")
    wallet_services.refill(user=owner, amount=Decimal(9_900_000))
    configuration.override("trading.fill_profile", "india")
    text = page.plain("Checks, in their order")
    ((whole, lot, most),) = re.findall(r"options of (\d+), where lots are (\d+) and at most (\d+)", text)
    ((first, lots, second, third),) = re.findall(r"is three: (\d+) \((\d+) lots\), (\d+) and (\d+)", text)

    order = {"instrument": CALL, "product": "NRML", "order_type": "LIMIT", "price": "0.05"}
    placed = day.order(**order, quantity=whole, autoslice=True)

    cut = [placed["quantity"], *(leg["quantity"] for leg in day.seen(placed)["legs"])]
    assert cut == [int(first), int(second), int(third)]
    assert int(first) == int(lots) * int(lot) <= int(most) < int(first) + int(lot)
    assert sum(cut) == int(whole)


def test_a_share_of_the_volume_fills_in_the_parts_of_the_page(day: Day, owner: User) -> None:
    make_stock()
    wallet_services.refill(user=owner, amount=Decimal(10_000_000))
    configuration.override("trading.fill_profile", "india")
    found = re.findall(
        r"order for (\d+) at a share of (\d+) %, where bars trade (\d+) and (\d+), gets (\d+), (\d+) and then (\d+)",
        page.plain("Fill profiles"),
    )
    ((whole, share, *volumes_and_parts),) = found
    configuration.override("trading.volume_share_pct", share)

    placed = day.order(quantity=whole, product="CNC")
    for minutes in (5, 10):
        day.move(minutes)

    shown = day.seen(placed)
    assert shown["status"] == "COMPLETE"
    assert [fill["quantity"] for fill in shown["fills"]] == [int(part) for part in volumes_and_parts[2:]]
    candles = day.api.get("/api/v1/market/candles?instrument=RELIANCE&interval=5m&to=2026-01-05&limit=3").json()
    assert candles["time"][1] == OPEN_AT
    assert candles["volume"][:2] == [int(volume) for volume in volumes_and_parts[:2]]


@pytest.mark.parametrize("profile", page.rows("Fill profiles", "profile"), ids=lambda row: row[0])
def test_the_same_purchase_in_each_profile(day: Day, profile: list[str]) -> None:
    make_real_stock(close="2400.00", previous="2400.00")
    make_bars((2450.35, 2450.35, 2450.35, 2450.35), begin="10:55")
    name, price, value, charges, cash = profile
    configuration.override("trading.fill_profile", name)
    configuration.override("trading.partial_fill_pct", "0")
    body = {"instrument": "RELIANCE", "side": "BUY", "quantity": 10}

    said = day.api.post(f"{TRADING}/orders/preview", body).json()
    done = day.order(product="CNC")

    assert [float(said[key]) for key in ("fill_price", "value", "charges", "needed")] == [
        float(each) for each in (price, value, charges, cash)
    ]
    assert (done["status"], float(done["average_price"]), float(done["charges"])) == (
        "COMPLETE",
        float(price),
        float(charges),
    )
    assert day.balances("cash") == [round(100_000 - float(cash), 2)]


def test_a_sale_of_the_profile_realistic_is_rounded_the_other_way(day: Day) -> None:
    make_real_stock(close="2400.00", previous="2400.00")
    make_bars((2450.35, 2450.35, 2450.35, 2450.35), begin="10:55")
    configuration.override("trading.fill_profile", "realistic")
    (brings,) = re.findall(r"a sale brings ([\d.]+)\.", page.plain("Fill profiles"))

    body = {"instrument": "RELIANCE", "side": "SELL", "quantity": 1, "product": "MIS"}
    assert day.api.post(f"{TRADING}/orders/preview", body).json()["fill_price"] == brings
