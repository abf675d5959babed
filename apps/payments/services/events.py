"""The inbox of the gateways: stored first, processed once, in any order. What does not belong here: what events mean.

An event that cannot be told whose it is waits for the one that says so, and is tried again after each that had an
effect; after three days it is nobody's.
"""

from __future__ import annotations

import json
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from apps.core import clock
from apps.core import services as core_services
from apps.core.enums import RateScope
from apps.payments import selectors
from apps.payments.constants import EVENT_WAIT
from apps.payments.enums import EventOutcome, GatewayName
from apps.payments.errors import PaymentGatewayUnavailable, WebhookSignatureInvalid
from apps.payments.models import GatewayEvent
from apps.payments.services import gateways, ledger, locks
from apps.payments.services.gateways.base import Told

MAX_WAITING = 500

log = structlog.get_logger(__name__)


def receive_webhook(*, gateway: GatewayName, raw: bytes, signature: str, sender: str | None) -> None:
    """Prove, store and process what a gateway sent; a copy of what is known has no effect.

    Only what is not proved counts towards the rate limit of its sender: real gateways come in bursts.

    :raises PaymentGatewayUnavailable: if this server is not set up for the gateway
    :raises WebhookSignatureInvalid: if the signature is not the gateway's, or not of now
    :raises WebhookBodyInvalid: if it is proved and no event
    :raises RateLimited: if the sender keeps sending what is not proved
    """
    if gateway not in selectors.available_gateways():
        raise PaymentGatewayUnavailable
    try:
        told = gateways.GATEWAYS[gateway].read_webhook(raw, signature=signature)
    except WebhookSignatureInvalid:
        if settings.RATE_LIMITS:
            core_services.check_rate(scope=RateScope.ANONYMOUS, who=str(sender))
        raise
    take(told, gateway=gateway)


def take(told: Told, *, gateway: GatewayName) -> GatewayEvent:
    """Store what a gateway told, then process it with what waits for it; its row afterwards."""
    GatewayEvent.objects.bulk_create(
        [GatewayEvent(gateway=gateway, event_id=told.event_id, event_type=told.event_type, body=told.body)],
        ignore_conflicts=True,
    )
    event = GatewayEvent.objects.get(gateway=gateway, event_id=told.event_id)
    if event.processed_at is None:
        _process(gateway=gateway, event_id=event.pk)
        event.refresh_from_db()
    return event


def process_waiting() -> int:
    """Try again what waits, and give up on what has waited too long; count what was processed."""
    return sum(_process(gateway=gateway, event_id=None) for gateway in gateways.GATEWAYS)


@transaction.atomic
def _process(*, gateway: GatewayName, event_id: int | None) -> int:
    """Process one event, and then, if it had an effect, all that wait, until nothing more has."""
    locks.wait_for_turn(f"events.{gateway}")  # events of one gateway touch each other's rows
    waiting = GatewayEvent.objects.filter(gateway=gateway, processed_at=None).order_by("pk")
    done = 0
    if event_id is not None:
        first = waiting.filter(pk=event_id).first()
        done = int(first is not None and _process_one(first))
        if not done:
            return 0
    while True:
        processed = sum(_process_one(event) for event in list(waiting[:MAX_WAITING]))
        done += processed
        if not processed:
            return done


def _process_one(event: GatewayEvent) -> bool:
    """Apply an event, all of it or nothing; whether it is done with."""
    try:
        with transaction.atomic():
            event.outcome = _apply(event)
    except ledger.Unmatched:
        if clock.now() - event.created_at < EVENT_WAIT:
            return False
        event.outcome = EventOutcome.UNMATCHED
    event.processed_at = clock.now()
    event.save(update_fields=["outcome", "processed_at", "updated_at"])
    log.info("payment_event", gateway=event.gateway, type=event.event_type, outcome=event.outcome)
    return True


def _apply(event: GatewayEvent) -> EventOutcome:
    gateway = GatewayName(event.gateway)
    body: dict[str, Any] = json.loads(event.body)
    facts = gateways.GATEWAYS[gateway].facts(event.event_type, body=body)
    outcomes = [ledger.apply(fact, gateway=gateway) for fact in facts]
    if EventOutcome.MISMATCH in outcomes:
        return EventOutcome.MISMATCH
    return EventOutcome.APPLIED if outcomes else EventOutcome.IGNORED
