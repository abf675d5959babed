"""Alerts from many connections at once: each is told once, cancelled or fired (real PostgreSQL)."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.core import configuration
from apps.core.errors import DomainError
from apps.notifications.models import Notification
from apps.trading import services
from apps.trading.models import PriceAlert
from apps.users.models import User
from tests.factories.trading import OPEN_AT, make_real_stock, move_price
from tests.factories.users import make_user
from tests.factories.watching import make_alert
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)
OPEN = datetime.fromisoformat(OPEN_AT)


@pytest.fixture
def watcher(transactional_db: None) -> User:
    make_real_stock(close="100.00", previous="99.00")
    return make_user()


def test_workers_at_once_fire_each_alert_once(watcher: User) -> None:
    for level in ("99.00", "98.00", "101.00"):
        make_alert(watcher, now=OPEN, level=level)

    fired = together(6, lambda _: services.check_alerts(now=OPEN))

    assert sum(fired) == 2
    assert Notification.objects.for_user(watcher).count() == 2


@pytest.mark.parametrize("attempt", range(5))
def test_of_a_cancel_and_a_fire_exactly_one_wins(watcher: User, attempt: int) -> None:
    alert = make_alert(watcher, now=OPEN, level="101.00")
    move_price("102.00")

    def race(number: int) -> str:
        if number % 2:
            return f"fired {services.check_alerts(now=OPEN)}"
        try:
            return services.cancel_alert(user=watcher, alert_id=alert.pk).status
        except DomainError as refusal:
            return refusal.code

    results = together(4, race)

    alert.refresh_from_db()
    told = Notification.objects.for_user(watcher).count()
    assert (alert.status, told) in {("fired", 1), ("cancelled", 0)}
    assert (results.count("cancelled"), results.count("fired 1")) in {(1, 0), (0, 1)}


def test_alerts_made_at_once_do_not_pass_the_limit(watcher: User) -> None:
    configuration.override("trading.max_alerts", "3")

    def arm(number: int) -> str:
        try:
            return make_alert(watcher, now=OPEN, level=f"{200 + number}.00").status
        except DomainError as refusal:
            return refusal.code

    results = together(8, arm)

    assert sorted(results) == ["LIMIT_REACHED"] * 5 + ["armed"] * 3
    assert PriceAlert.objects.for_user(watcher).count() == 3
