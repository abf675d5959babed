"""Alerts on prices: armed, told once, cancelled, armed again. What does not belong here: orders, how prices are found.

An alert looks at every final 5-minute bar that opens at or after it was armed, and at the last price. Who fires it
changes its row from armed to fired in one statement that only one worker can win, and tells the user in the same
transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from apps.core import money
from apps.core.errors import ValidationFailed
from apps.market import selectors as market_selectors
from apps.notifications import services as notifications_services
from apps.notifications.enums import NotificationKind
from apps.trading import errors
from apps.trading.enums import AlertCondition, AlertStatus, PriceSource, Sweep
from apps.trading.models import PriceAlert
from apps.trading.selectors import watching
from apps.trading.services import bars, limits, sweeping
from apps.trading.services.matching import Prices

if TYPE_CHECKING:
    from apps.users.models import User


@dataclass(frozen=True, slots=True)
class Sight:
    """Prices that an alert looks at, known since ``at``: a bar from ``opens_at`` on, or the last price (None)."""

    prices: Prices
    at: datetime
    opens_at: datetime | None = None


@transaction.atomic
def create_alert(
    *, user: User, instrument: str, condition: str, level: Decimal, now: datetime, note: str = ""
) -> PriceAlert:
    """Arm an alert on the price of an instrument.

    :raises LimitReached: if the user has as many armed alerts as are allowed
    :raises InstrumentNotFound: if there is no such instrument
    :raises NoPrice: if a crossing is asked for and there is no price to come from
    :raises ValidationFailed: if a crossing is asked for and the price is at the level now
    """
    _check_limit(user)
    alert = PriceAlert(
        user=user,
        instrument=market_selectors.get_named_instrument(identifier=instrument).identifier,
        condition=condition,
        level=level,
        note=note,
    )
    return _arm(alert, now=now)


@transaction.atomic
def rearm_alert(*, user: User, alert_id: int, now: datetime) -> PriceAlert:
    """Arm an alert again that fired or was cancelled.

    :raises NotFound: if it is missing or somebody else's
    :raises AlertArmed: if it waits
    :raises LimitReached, NoPrice, ValidationFailed: see :func:`create_alert`
    """
    _check_limit(user)
    alert = watching.lock_alert(user=user, alert_id=alert_id)
    if alert.status == AlertStatus.ARMED:
        raise errors.AlertArmed
    alert.rounds += 1
    return _arm(alert, now=now)


@transaction.atomic
def cancel_alert(*, user: User, alert_id: int) -> PriceAlert:
    """Let an alert wait no longer.

    :raises NotFound: if it is missing or somebody else's
    :raises AlertNotArmed: if it fired or was cancelled
    """
    alert = watching.lock_alert(user=user, alert_id=alert_id)
    if alert.status != AlertStatus.ARMED:
        raise errors.AlertNotArmed(details={"status": alert.status})
    alert.status = AlertStatus.CANCELLED
    alert.save()
    return alert


def check_alerts(*, now: datetime) -> int:
    """Fire every armed alert whose price was seen by ``now``, each once; count them."""
    armed: dict[str, list[PriceAlert]] = defaultdict(list)
    for alert in watching.list_armed_alerts_unscoped():
        armed[alert.instrument].append(alert)
    named = market_selectors.find_named_instruments(identifiers=list(armed)) if armed else []
    for gone in armed.keys() - {each.identifier for each in named}:
        with sweeping.apart(armed[gone][0], sweep=Sweep.ALERTS):
            market_selectors.get_named_instrument(identifier=gone)
    quotes = market_selectors.find_quotes(named=named, now=now) if named else {}
    fired = 0
    for each in named:
        alerts = armed[each.identifier]
        since = min(alert.worked_until for alert in alerts)
        sights = [
            Sight(bar.prices, bar.closes_at, opens_at=bar.opens_at)
            for bar in bars.bars_of(instrument=each.identifier, since=since, now=now)
        ]
        worked_until = sights[-1].at if sights else since
        if each.identifier in quotes:
            quote = quotes[each.identifier]
            sights.append(Sight(Prices.at(quote.price), quote.at))
        fired += sum(_look(alert, sights=sights) for alert in alerts)
        # Last, so that a worker that dies before it looks at the bars again.
        if worked_until > since:
            _note_worked(alerts, until=worked_until)
    return fired


def _look(alert: PriceAlert, *, sights: Sequence[Sight]) -> bool:
    """Fire the alert on the first thing it sees its price in; True if this worker did."""
    for sight in sights:
        if sight.opens_at is not None and sight.opens_at < alert.worked_until:
            continue
        paise = reached(alert, prices=sight.prices)
        if paise is not None:
            return _fire(alert, price=money.rupees(paise), sight=sight)
    return False


def reached(alert: PriceAlert, *, prices: Prices) -> int | None:
    """The first price in paise at or beyond the level, None where none of the bar is: its open if that is beyond."""
    level = money.paise(alert.level)
    upwards = alert.condition == AlertCondition.ABOVE or (
        alert.condition == AlertCondition.CROSSES and bool(alert.began_below)
    )
    if upwards:
        return max(prices.open, level) if prices.high >= level else None
    return min(prices.open, level) if prices.low <= level else None


@transaction.atomic
def _fire(alert: PriceAlert, *, price: Decimal, sight: Sight) -> bool:
    source = PriceSource.QUOTE if sight.opens_at is None else PriceSource.BAR
    waiting = PriceAlert.objects.unscoped().filter(pk=alert.pk, status=AlertStatus.ARMED, rounds=alert.rounds)
    won = waiting.update(status=AlertStatus.FIRED, fired_price=price, fired_market_at=sight.at, price_source=source)
    if won:
        said = f"{alert.instrument} {alert.condition} {alert.level}: {price}."
        notifications_services.notify(
            user_id=alert.user_id,
            title=f"Price alert: {alert.instrument}",
            message=f"{said} {alert.note}".rstrip(),
            extra={"alert_id": alert.pk, "instrument": alert.instrument, "price": str(price)},
            kind=NotificationKind.PRICE_ALERT,
            event_key=f"trading:alert:{alert.pk}:{alert.rounds}",
        )
    return bool(won)


def _note_worked(alerts: Sequence[PriceAlert], *, until: datetime) -> None:
    """Bars need not be read twice; one armed again meanwhile has a later moment and keeps it."""
    rows = PriceAlert.objects.unscoped().filter(pk__in=[alert.pk for alert in alerts], worked_until__lt=until)
    rows.update(worked_until=until)


def _check_limit(user: User) -> None:
    limits.check_room(user, of="alerts", kept=watching.list_alerts(user=user, status=AlertStatus.ARMED))


def _arm(alert: PriceAlert, *, now: datetime) -> PriceAlert:
    alert.status, alert.fired_price, alert.fired_market_at, alert.price_source = AlertStatus.ARMED, None, None, ""
    alert.armed_market_at = alert.worked_until = now
    alert.began_below = _is_below(alert, now=now) if alert.condition == AlertCondition.CROSSES else None
    alert.save()
    return alert


def _is_below(alert: PriceAlert, *, now: datetime) -> bool:
    named = market_selectors.get_named_instrument(identifier=alert.instrument)
    quote = market_selectors.find_quotes(named=[named], now=now).get(named.identifier)
    if quote is None:
        raise errors.NoPrice(details={"instrument": alert.instrument})
    price = money.rupees(quote.price)
    if price == alert.level:
        raise ValidationFailed.field("level", f"The price is at {price} now: it can only leave it.")
    return price < alert.level
