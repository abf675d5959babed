"""From facts to records: what each thing a gateway tells does to the tables. What does not belong here: its words.

Every fact may come twice and in any order. Records are inserted once by their id; the state of a subscription is
derived afterwards, from all of its records (standing).
"""

from __future__ import annotations

import structlog
from django.core.exceptions import ValidationError

from apps.notifications import services as notification_services
from apps.notifications.enums import NotificationKind, NotificationType
from apps.payments.constants import CURRENCY
from apps.payments.enums import CheckoutState, EventOutcome, GatewayName, MovementKind, PaymentStatus
from apps.payments.models import Checkout, GatewayReference, PaymentRecord, Subscription
from apps.payments.services import standing
from apps.payments.services.facts import Expired, Fact, Failed, Linked, Opened, Owner, Paid, Returned, Standing

log = structlog.get_logger(__name__)


class Unmatched(LookupError):
    """Nobody here is known to be meant, yet: the event that says so may still come."""


def apply(fact: Fact, *, gateway: GatewayName) -> EventOutcome:
    """Write what follows from a fact; the caller is in a transaction and serialises the gateway's events.

    :raises Unmatched: if it cannot be told whose it is
    """
    match fact:
        case Linked():
            _link(gateway=gateway, order_id=fact.order_id, references=fact.references)
            return EventOutcome.APPLIED
        case Expired():
            return _expire(fact, gateway=gateway)
        case Returned():
            return _give_back(fact, gateway=gateway)
        case Opened() | Paid() | Failed() | Standing():
            return _apply_owned(fact, gateway=gateway)


def _apply_owned(fact: Opened | Paid | Failed | Standing, *, gateway: GatewayName) -> EventOutcome:
    subscription, checkout = _lock_subscription(fact.owner, gateway=gateway)
    outcome = EventOutcome.APPLIED
    match fact:
        case Opened():
            pass
        case Paid():
            outcome = _take_payment(fact, subscription=subscription, checkout=checkout)
        case Failed():
            _note_failure(fact, subscription=subscription)
        case Standing():
            _note_standing(fact, subscription=subscription)
    standing.settle(subscription)
    return outcome


def _lock_subscription(owner: Owner, *, gateway: GatewayName) -> tuple[Subscription, Checkout | None]:
    """The subscription that is meant, made from its checkout where it is new, and that checkout."""
    checkout = _checkout(owner.checkout_id, gateway=gateway)
    rows = Subscription.objects.unscoped().select_for_update()
    subscription = rows.filter(gateway=gateway, gateway_subscription_id=owner.subscription_id).first()
    if subscription is None:
        if checkout is None:
            raise Unmatched(owner.subscription_id)
        subscription = Subscription.objects.create(
            user_id=checkout.user_id,
            plan=checkout.plan,
            gateway=gateway,
            gateway_subscription_id=owner.subscription_id,
            amount=checkout.amount,
            currency=checkout.currency,
        )
    if owner.customer_id and not subscription.gateway_customer_id:
        subscription.gateway_customer_id = owner.customer_id
    if checkout is not None and checkout.state != CheckoutState.COMPLETED:
        checkout.state = CheckoutState.COMPLETED
        checkout.save(update_fields=["state", "updated_at"])
    return subscription, checkout


def _checkout(public_id: str, *, gateway: GatewayName) -> Checkout | None:
    try:
        return Checkout.objects.unscoped().filter(gateway=gateway, public_id=public_id).first() if public_id else None
    except ValidationError:  # another product's word in the same place
        return None


def _take_payment(fact: Paid, *, subscription: Subscription, checkout: Checkout | None) -> EventOutcome:
    """Record a payment. The days of a payment in another currency, or a first one of another amount, do not count."""
    # Assumption: later amounts are the gateway's business (proration, credit), the first is the price we asked.
    asked = (checkout or subscription).amount
    is_ours = fact.currency == CURRENCY and (not fact.is_first or fact.amount == asked)
    if not is_ours:
        log.error("payment_mismatch", order_id=fact.order_id, asked=str(asked), paid=str(fact.amount))
    _record(
        PaymentRecord(
            payment_id=fact.payment_id or fact.order_id,
            order_id=fact.order_id,
            amount=fact.amount,
            currency=fact.currency[:3],
            status=PaymentStatus.SUCCESS,
            period_start=fact.period_start if is_ours else None,
            period_end=fact.period_end if is_ours else None,
            extra={"checkout": str(checkout.public_id)} if checkout else {},
        ),
        subscription=subscription,
    )
    _link(gateway=GatewayName(subscription.gateway), order_id=fact.order_id, references=fact.references)
    return EventOutcome.APPLIED if is_ours else EventOutcome.MISMATCH


def _note_failure(fact: Failed, *, subscription: Subscription) -> None:
    _record(
        PaymentRecord(
            payment_id=f"{fact.order_id}:failed:{fact.attempt}",
            order_id=fact.order_id,
            amount=fact.amount,
            currency=fact.currency[:3],
            status=PaymentStatus.FAILED,
        ),
        subscription=subscription,
    )
    notification_services.notify(
        user_id=subscription.user_id,
        title="Your payment failed",
        message="The payment of your subscription failed. Please check your payment method.",
        type=NotificationType.WARNING,
        extra={"subscription_id": subscription.pk},
        kind=NotificationKind.SUBSCRIPTION,
        event_key=f"payments.failed:{fact.order_id}",
    )


def _note_standing(fact: Standing, *, subscription: Subscription) -> None:
    if fact.stamp <= subscription.gateway_stamp:
        return
    subscription.gateway_stamp = fact.stamp
    subscription.gateway_state = fact.state
    subscription.gateway_period_end = fact.period_end
    subscription.cancel_at_period_end = fact.cancel_at_period_end


def _expire(fact: Expired, *, gateway: GatewayName) -> EventOutcome:
    checkout = _checkout(fact.checkout_id, gateway=gateway)
    if checkout is None:
        raise Unmatched(fact.checkout_id)
    if checkout.state == CheckoutState.OPEN:
        checkout.state = CheckoutState.EXPIRED
        checkout.save(update_fields=["state", "updated_at"])
    return EventOutcome.APPLIED


def _give_back(fact: Returned, *, gateway: GatewayName) -> EventOutcome:
    """Record a refund or chargeback of a payment that we know."""
    known = GatewayReference.objects.filter(gateway=gateway, reference__in=fact.references)
    orders = {*fact.references, *known.values_list("order_id", flat=True)}
    charge = (
        PaymentRecord.objects.unscoped()
        .filter(payment_gateway=gateway, order_id__in=orders, kind=MovementKind.CHARGE, status=PaymentStatus.SUCCESS)
        .select_related("subscription")
        .first()
    )
    if charge is None:
        raise Unmatched(fact.payment_id)
    is_back = fact.kind == MovementKind.CHARGEBACK_WON
    _record(
        PaymentRecord(
            payment_id=fact.payment_id,
            order_id=charge.order_id,
            amount=fact.amount,
            currency=fact.currency[:3],
            status=PaymentStatus.SUCCESS if is_back else PaymentStatus.REFUNDED,
            kind=fact.kind,
        ),
        subscription=charge.subscription,
    )
    standing.settle(charge.subscription)
    return EventOutcome.APPLIED


def _record(row: PaymentRecord, *, subscription: Subscription) -> None:
    row.user_id, row.subscription, row.payment_gateway = subscription.user_id, subscription, subscription.gateway
    PaymentRecord.objects.unscoped().bulk_create([row], ignore_conflicts=True)


def _link(*, gateway: GatewayName, order_id: str, references: tuple[str, ...]) -> None:
    rows = [GatewayReference(gateway=gateway, reference=each, order_id=order_id) for each in references if each]
    GatewayReference.objects.bulk_create(rows, ignore_conflicts=True)
