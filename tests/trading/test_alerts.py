"""Price alerts: by which price each fires, once, with one notification; cancelled and armed again."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from apps.core import configuration
from apps.notifications.models import Notification
from apps.trading import services
from apps.trading.models import PriceAlert
from apps.trading.services import alerts
from apps.trading.services.matching import Prices
from apps.users.models import User
from tests.factories.stocks import make_stock
from tests.factories.trading import OPEN_AT, make_bars, make_real_stock, move_price
from tests.factories.watching import make_alert

BASE = "/api/v1/trading/alerts/"
OPEN = datetime.fromisoformat(OPEN_AT)
BAR = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_real_stock(close="100.00", previous="99.00")


@pytest.mark.parametrize(
    ("condition", "began_below", "level", "price"),
    [
        ("above", None, "105.00", 10500),
        ("above", None, "106.00", 10600),
        ("above", None, "106.01", None),
        ("above", None, "99.00", 10000),
        ("below", None, "98.00", 9800),
        ("below", None, "97.00", 9700),
        ("below", None, "96.99", None),
        ("below", None, "101.00", 10000),
        ("crosses", True, "105.00", 10500),
        ("crosses", True, "106.01", None),
        ("crosses", False, "98.00", 9800),
        ("crosses", False, "96.99", None),
    ],
)
def test_the_price_on_a_bar_of_100_106_97_104(
    condition: str, began_below: bool | None, level: str, price: int | None
) -> None:
    alert = PriceAlert(condition=condition, level=Decimal(level), began_below=began_below)

    assert alerts.reached(alert, prices=Prices(10000, 10600, 9700, 10400)) == price


def test_a_bar_that_opens_after_the_arming_fires_it_once(owner: User) -> None:
    make_bars((100, 106, 97, 104), (100, 120, 97, 104))
    early = make_alert(owner, now=OPEN, level="105.00")
    late = make_alert(owner, now=OPEN + timedelta(minutes=1), level="105.00")

    assert services.check_alerts(now=OPEN + timedelta(minutes=4, seconds=59)) == 0
    assert [services.check_alerts(now=OPEN + BAR) for _ in range(3)] == [1, 0, 0]

    early.refresh_from_db()
    assert (early.status, early.fired_price, early.fired_market_at, early.price_source) == (
        "fired",
        Decimal("105.00"),
        OPEN + BAR,
        "bar",
    )
    late.refresh_from_db()
    assert (late.status, late.worked_until) == ("armed", OPEN + BAR)
    told = Notification.objects.for_user(owner).get()
    assert (told.title, told.extra["alert_id"], told.extra["price"]) == ("Price alert: RELIANCE", early.pk, "105.00")
    assert services.check_alerts(now=OPEN + 2 * BAR) == 1
    late.refresh_from_db()
    assert late.fired_market_at == OPEN + 2 * BAR


def test_the_last_price_fires_it_between_bars(owner: User) -> None:
    alert = make_alert(owner, now=OPEN, condition="below", level="95.00")
    assert services.check_alerts(now=OPEN) == 0

    move_price("94.00")
    assert [services.check_alerts(now=OPEN), services.check_alerts(now=OPEN)] == [1, 0]

    alert.refresh_from_db()
    assert (alert.fired_price, alert.price_source) == (Decimal("94.00"), "quote")


@pytest.mark.parametrize(("level", "moved", "fires"), [("105", "106", 1), ("105", "90", 0), ("95", "94", 1)])
def test_a_crossing_comes_from_the_side_where_the_price_was(owner: User, level: str, moved: str, fires: int) -> None:
    make_alert(owner, now=OPEN, condition="crosses", level=f"{level}.00")

    move_price(f"{moved}.00")

    assert services.check_alerts(now=OPEN) == fires


def test_a_crossing_needs_a_price_to_come_from(api: APIClient) -> None:
    make_stock(enum="UNPRICED")
    body = {"instrument": "RELIANCE", "condition": "crosses", "level": "100.00"}

    at_level = api.post(BASE, body)
    unpriced = api.post(BASE, {**body, "instrument": "UNPRICED"})

    assert (at_level.status_code, list(at_level.json()["details"]["fields"])) == (400, ["level"])
    assert (unpriced.status_code, unpriced.json()["code"]) == (422, "NO_PRICE")
    assert not PriceAlert.objects.unscoped().exists()


def test_one_that_fired_can_be_armed_again_and_is_told_again(api: APIClient, owner: User) -> None:
    alert = make_alert(owner, level="99.00")
    services.check_alerts(now=OPEN)
    path = f"{BASE}{alert.pk}/"

    refused = api.delete(path)
    again = api.post(f"{path}rearm", {})

    assert (refused.status_code, refused.json()["code"]) == (409, "ALERT_NOT_ARMED")
    assert (again.json()["status"], again.json()["fired_price"]) == ("armed", None)
    assert services.check_alerts(now=OPEN) == 1
    assert Notification.objects.for_user(owner).count() == 2


def test_a_cancelled_one_stays_silent(api: APIClient, owner: User) -> None:
    path = f"{BASE}{make_alert(owner, level='99.00').pk}/"
    assert api.post(f"{path}rearm", {}).json()["code"] == "ALERT_ARMED"

    assert api.delete(path).json()["status"] == "cancelled"

    assert services.check_alerts(now=OPEN) == 0
    assert not Notification.objects.for_user(owner).exists()


def test_armed_ones_are_limited(api: APIClient, owner: User) -> None:
    configuration.override("trading.max_alerts", "1")
    alert = make_alert(owner)
    body = {"instrument": "RELIANCE", "condition": "above", "level": "200.00"}

    refused = api.post(BASE, body)
    api.delete(f"{BASE}{alert.pk}/")

    assert (refused.status_code, refused.json()["details"]) == (422, {"of": "alerts", "limit": 1})
    assert api.post(BASE, body).status_code == 201
    assert api.post(f"{BASE}{alert.pk}/rearm", {}).json()["code"] == "LIMIT_REACHED"


@pytest.mark.parametrize(
    "change", [{"level": "0.00"}, {"level": "NaN"}, {"level": "1e3"}, {"condition": "near"}, {"colour": "red"}]
)
def test_bad_input_is_refused(api: APIClient, change: dict[str, str]) -> None:
    answer = api.post(BASE, {"instrument": "RELIANCE", "condition": "above", "level": "200.00", **change})

    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")


def test_only_the_own_ones_are_seen(api: APIClient, stranger_api: APIClient, owner: User) -> None:
    path = f"{BASE}{make_alert(owner).pk}/"

    assert stranger_api.get(BASE).json()["count"] == 0
    assert {stranger_api.get(path).status_code, stranger_api.delete(path).status_code} == {404}
    assert stranger_api.post(f"{path}rearm", {}).status_code == 404
    assert api.get(f"{BASE}?status=armed&instrument=RELIANCE").json()["count"] == 1
    assert api.get(f"{BASE}?status=fired").json()["count"] == 0
