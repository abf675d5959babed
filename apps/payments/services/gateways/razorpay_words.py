"""What Razorpay's objects mean, in our words. What does not belong here: the network, the database, what follows.

An order is one payment for one period; its notes, which only the server writes, say which. Words about a period are
ordered by its end and by their rank, so that the payment of a later period outweighs all that was said before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from apps.payments.constants import MONTHS_OF_PLAN
from apps.payments.enums import MovementKind, SubscriptionState
from apps.payments.services import periods
from apps.payments.services.facts import Fact, Owner, Paid, Returned, Standing, stamp
from apps.payments.services.gateways.parts import Part

CHECKED_ORDER, RENEWAL = "checked.order", "checked.renewal"
CANCELLED, DUE, ENDED = "cancelled", "due", "ended"
RANKS = {CANCELLED: 1, DUE: 2, ENDED: 3}
STATES = {
    CANCELLED: SubscriptionState.ACTIVE,
    DUE: SubscriptionState.PAST_DUE,
    ENDED: SubscriptionState.ENDED,
}
# What was captured and given back was paid nevertheless.
CAPTURED = frozenset({"captured", "refunded"})
# In the other phases the bank asks, and takes nothing.
TAKING_PHASES = frozenset({"chargeback", "pre_arbitration", "arbitration"})
GIVEN_BACK = frozenset({"won", "closed"})


def facts(event_type: str, *, body: Mapping[str, Any]) -> tuple[Fact, ...]:
    """What an event says; nothing where it is of no use to us."""
    event = Part(body)
    if event_type == "order.paid":
        return tuple(_paid(event.part("payload.order.entity"), payment=event.part("payload.payment.entity")))
    if event_type.startswith("refund."):
        return tuple(_refund(event.part("payload.refund.entity")))
    if event_type.startswith("payment.dispute."):
        return tuple(_dispute(event.part("payload.dispute.entity")))
    if event_type in (CHECKED_ORDER, RENEWAL):
        return tuple(_checked(event.part("payload")))
    return ()


def _checked(found: Part) -> Iterator[Fact]:
    for payment in found.parts("payments"):
        yield from _paid(found.part("order"), payment=payment)
    for refund in found.parts("refunds"):
        yield from _refund(refund)
    word, name, end = (
        found.text("renewal.word"),
        found.text("renewal.subscription_id"),
        _date(found, path="renewal.end"),
    )
    if word in RANKS and name and end is not None:
        yield _standing(Owner(subscription_id=name), word=word, end=end, event_id=word)


def _paid(order: Part, *, payment: Part) -> Iterator[Fact]:
    notes, order_id, payment_id = order.part("notes"), order.text("id"), payment.text("id")
    checkout_id, amount, days = notes.text("checkout_id"), payment.rupees("amount"), _days(notes, payment=payment)
    is_whole = order.text("status") == "paid" and payment.text("status") in CAPTURED
    if not (is_whole and order_id and payment_id and checkout_id) or amount is None or days is None:
        return
    owner = Owner(subscription_id=notes.text("subscription_id") or order_id, checkout_id=checkout_id)
    yield Paid(
        owner=owner,
        order_id=order_id,
        payment_id=payment_id,
        amount=amount,
        currency=payment.text("currency"),
        period_start=days[0],
        period_end=days[1],
        is_first=True,
        references=(payment_id,),
    )
    yield _standing(owner, word="", end=days[1], event_id=order_id)


def _standing(owner: Owner, *, word: str, end: date, event_id: str) -> Standing:
    """Where a subscription stands after a word about the period that ends on a day; no word is its payment."""
    moment = int(datetime.combine(end, time(), tzinfo=UTC).timestamp())
    return Standing(
        owner=owner,
        state=STATES.get(word, SubscriptionState.ACTIVE),
        period_end=None,
        cancel_at_period_end=word == CANCELLED,
        stamp=stamp(is_final=False, moment=moment, rank=RANKS.get(word, 0), event_id=event_id),
    )


def _days(notes: Part, *, payment: Part) -> tuple[date, date] | None:
    """The period that an order pays for: as its notes say of a renewal, from the day of the payment else."""
    start, end = _date(notes, path="period_start"), _date(notes, path="period_end")
    if start is not None and end is not None:
        return (start, end) if start < end else None
    day, months = payment.day("created_at"), notes.text("months")
    if day is None or months not in map(str, MONTHS_OF_PLAN.values()):
        return None
    return day, periods.add_months(day, months=int(months))


def _date(found: Part, *, path: str) -> date | None:
    try:
        return date.fromisoformat(found.text(path))
    except ValueError:
        return None


def _refund(found: Part) -> Iterator[Fact]:
    if found.text("status") == "processed":
        yield from _returned(found, kind=MovementKind.REFUND)


def _dispute(found: Part) -> Iterator[Fact]:
    is_taken = found.text("phase") in TAKING_PHASES
    if is_taken or found.text("status") == "lost":
        yield from _returned(found, kind=MovementKind.CHARGEBACK)
    if is_taken and found.text("status") in GIVEN_BACK:
        yield from _returned(found, kind=MovementKind.CHARGEBACK_WON)


def _returned(found: Part, *, kind: MovementKind) -> Iterator[Fact]:
    name, amount, payment_id = found.text("id"), found.rupees("amount"), found.text("payment_id")
    if name and amount is not None and payment_id:
        yield Returned(
            kind=kind,
            payment_id=f"{name}:won" if kind == MovementKind.CHARGEBACK_WON else name,
            references=(payment_id,),
            amount=amount,
            currency=found.text("currency"),
        )
