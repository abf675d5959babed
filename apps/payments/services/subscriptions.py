"""Cancelling a subscription, its page at the gateway, and the nightly comparison with the gateways.

What does not belong here: what their answers lead to (ledger).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from apps.core import clock
from apps.core.errors import DomainError
from apps.payments import selectors
from apps.payments.enums import GatewayName, SubscriptionState
from apps.payments.errors import NotSubscribed, PaymentGatewayUnavailable
from apps.payments.models import Subscription
from apps.payments.services import checkouts, events, gateways

if TYPE_CHECKING:
    from apps.users.models import User

log = structlog.get_logger(__name__)


def cancel_subscription(*, user: User) -> selectors.Membership:
    """Let the user's subscription end with its period; once more changes nothing.

    :raises NotSubscribed: if there is none in force
    """
    current = selectors.find_running(user=user, on=clock.today())
    if current is None:
        raise NotSubscribed
    if not current.cancel_at_period_end:
        gateway = GatewayName(current.gateway)
        events.take(gateways.GATEWAYS[gateway].cancel(current), gateway=gateway)
    return selectors.get_membership(user=user)


def open_portal(*, user: User) -> str:
    """The address of the page at the gateway where the user sees invoices and changes how they pay.

    :raises NotSubscribed: if they never subscribed where there is a customer to show
    :raises PaymentGatewayUnavailable: if the gateway has no such page
    """
    newest = selectors.find_newest(user=user)
    if newest is None:
        raise NotSubscribed
    if not newest.gateway_customer_id:
        raise PaymentGatewayUnavailable(details={"gateway": newest.gateway})
    return gateways.GATEWAYS[GatewayName(newest.gateway)].open_portal(newest)


def reconcile() -> int:
    """Compare every subscription that has not ended, and every open checkout, with its gateway; count the differences.

    One that its gateway cannot tell about is logged, and the others go on.
    """
    events.process_waiting()
    rows = Subscription.objects.unscoped().exclude(state=SubscriptionState.ENDED).order_by("pk")
    differing = sum(_differs(each) for each in rows.iterator())
    checkouts.check_open_checkouts()
    return differing


def _differs(subscription: Subscription) -> bool:
    """Bring one subscription up to what its gateway says; whether that changed it."""
    gateway = gateways.GATEWAYS[GatewayName(subscription.gateway)]
    before = face = _face(subscription)
    try:
        # A gateway without money catches up period by period; another tells all at once, and then the same again.
        while (told := gateway.check_subscription(subscription)) is not None:
            events.take(told, gateway=gateway.name)
            subscription = Subscription.objects.unscoped().get(pk=subscription.pk)
            if face == (face := _face(subscription)):
                break
    except DomainError as error:
        log.error("reconcile_failed", subscription=subscription.pk, code=error.code)
    if before != face:
        log.warning("reconcile_difference", subscription=subscription.pk, gateway=subscription.gateway)
    return before != face


def _face(subscription: Subscription) -> tuple[object, ...]:
    return (subscription.state, subscription.period_end, subscription.access_end, subscription.cancel_at_period_end)
