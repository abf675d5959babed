"""Beginning to pay, and asking what became of it. What does not belong here: what a payment leads to (ledger)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import structlog
from django.db import transaction

from apps.core import clock, configuration
from apps.core.errors import DomainError, FeatureDisabled, ValidationFailed
from apps.payments import selectors
from apps.payments.constants import CHECKOUT_WAIT, RENEWAL_OPENS, RENEWED_BY_HAND
from apps.payments.enums import CheckoutState, GatewayName, PlanCode
from apps.payments.errors import AlreadySubscribed, CheckoutExpired, CheckoutUnpaid
from apps.payments.models import Checkout, Subscription
from apps.payments.services import events, gateways, locks

if TYPE_CHECKING:
    from apps.users.models import User

log = structlog.get_logger(__name__)

CHECKOUT_IDS = uuid.UUID("5f1f0f3e-52a5-4f3c-9a55-0a3e4d1f5f10")


@transaction.atomic
def open_checkout(*, user: User, plan: str, gateway: str | None = None, key: str | None = None) -> Checkout:
    """Begin to pay for a plan, at the price of now; a gateway without money completes at once, unless told to wait.

    ``key`` is the client's Idempotency-Key: the same one is the same checkout, here and at the gateway.

    Where users renew by hand they may pay for the next period in the last week of the present one, and what they have
    begun to pay for is given again instead of asked for twice.

    :raises AlreadySubscribed: if a subscription is in force
    :raises FeatureDisabled: if everybody is entitled without one
    :raises PaymentGatewayUnavailable: if this server is not set up for the gateway
    :raises ValidationFailed: if the plan is not offered
    """
    way = gateways.find(GatewayName(gateway) if gateway else None)
    locks.wait_for_turn(f"checkout.{user.pk}")
    public_id = uuid.uuid5(CHECKOUT_IDS, f"{user.pk}:{key}") if key else uuid.uuid4()
    known = selectors.find_checkout(user=user, public_id=public_id)
    if known is not None:
        return known
    if not configuration.get_bool("subscription.enabled"):
        raise FeatureDisabled("Nobody needs a subscription here: everything is open without one.")
    offer = selectors.find_plan(PlanCode(plan))
    if offer is None:
        raise ValidationFailed.field("plan", "This plan is not offered.")
    renews = _find_renewable(user, plan=offer.code, gateway=way.name)
    checkout = Checkout(user=user, public_id=public_id, plan=offer.code, gateway=way.name, amount=offer.price)
    begun = selectors.find_open_checkout(user=user, like=checkout, since=clock.now() - CHECKOUT_WAIT)
    if begun is not None and way.name in RENEWED_BY_HAND:
        return begun
    page = way.open_checkout(checkout, email=user.email, renews=renews)
    checkout.gateway_checkout_id, checkout.url = page.gateway_checkout_id, page.url
    checkout.save(force_insert=True)
    if way.name == GatewayName.DUMMY and configuration.get_bool("payments.dummy_completes_at_once"):
        return _check(checkout)
    return checkout


def complete_checkout(*, user: User, public_id: uuid.UUID, payment_id: str = "", signature: str = "") -> Checkout:
    """Ask the gateway what became of a checkout, and go by its answer: being sent back by its page proves nothing.

    ``payment_id`` and ``signature`` are what the gateway's page gave, where it signs; they must be its own.

    :raises NotFound: if it is missing or somebody else's
    :raises PaymentSignatureInvalid: if the gateway did not sign it
    :raises CheckoutExpired: if it was left open too long
    :raises CheckoutUnpaid: if nothing has been paid
    """
    checkout = selectors.get_checkout(user=user, public_id=public_id)
    if payment_id or signature:
        gateway = gateways.GATEWAYS[GatewayName(checkout.gateway)]
        gateway.prove_payment(checkout, payment_id=payment_id, signature=signature)
    if checkout.state == CheckoutState.OPEN:
        checkout = _complete_unpaid(checkout) if checkout.gateway == GatewayName.DUMMY else _check(checkout)
    if checkout.state == CheckoutState.EXPIRED:
        raise CheckoutExpired
    if checkout.state == CheckoutState.OPEN:
        raise CheckoutUnpaid
    return checkout


def check_open_checkouts() -> int:
    """Ask about every checkout that is still open, in case its event was lost; count those that no longer are."""
    since = clock.now() - CHECKOUT_WAIT
    waiting = Checkout.objects.unscoped().filter(state=CheckoutState.OPEN, created_at__gte=since)
    return sum(_is_settled(checkout) for checkout in list(waiting.exclude(gateway=GatewayName.DUMMY)))


@transaction.atomic
def _complete_unpaid(checkout: Checkout) -> Checkout:
    """Complete a checkout without money, unless there is a subscription: elsewhere the money may have been paid."""
    gateways.find(GatewayName.DUMMY)
    locks.wait_for_turn(f"checkout.{checkout.user_id}")
    _refuse_second(checkout.user)
    return _check(checkout)


def _is_settled(checkout: Checkout) -> bool:
    try:
        return _check(checkout).state != CheckoutState.OPEN
    except DomainError as error:
        log.error("checkout_check_failed", checkout=str(checkout.public_id), code=error.code)
        return False


def _check(checkout: Checkout) -> Checkout:
    gateway = GatewayName(checkout.gateway)
    events.take(gateways.GATEWAYS[gateway].check_checkout(checkout), gateway=gateway)
    return Checkout.objects.unscoped().get(pk=checkout.pk)


def _refuse_second(user: User) -> None:
    current = selectors.find_running(user=user, on=clock.today())
    if current is not None:
        raise AlreadySubscribed(details={"period_end": current.period_end})


def _find_renewable(user: User, *, plan: PlanCode, gateway: GatewayName) -> Subscription | None:
    """The subscription whose next period may be paid by hand now; None where there is none in force."""
    current = selectors.find_running(user=user, on=clock.today())
    if current is None or current.period_end is None:
        return None
    is_same = gateway in RENEWED_BY_HAND and (current.gateway, current.plan) == (gateway, plan)
    if not is_same or current.period_end - clock.today() > RENEWAL_OPENS:
        raise AlreadySubscribed(details={"period_end": current.period_end})
    return current
