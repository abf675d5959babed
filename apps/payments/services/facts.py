"""What any gateway can tell us, in our own words. What does not belong here: words of one gateway, what follows.

Amounts are rupees, days are days in India. ``checkout_id`` is the public id that we gave the gateway with the order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.payments.enums import MovementKind, SubscriptionState


@dataclass(frozen=True, slots=True)
class Owner:
    """Which subscription is meant, and the checkout it came from where the gateway repeats it."""

    subscription_id: str
    checkout_id: str = ""
    customer_id: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkout was completed and became a subscription; whether it is paid is another fact."""

    owner: Owner


@dataclass(frozen=True, slots=True)
class Expired:
    """A checkout was left open too long."""

    checkout_id: str


@dataclass(frozen=True, slots=True)
class Paid:
    """Money came in for a period. ``is_first`` asks that it is the checkout's own amount.

    ``payment_id`` is the gateway's name of the payment where an order is not one by itself.
    """

    owner: Owner
    order_id: str
    amount: Decimal
    currency: str
    period_start: date
    period_end: date
    is_first: bool
    references: tuple[str, ...] = ()
    payment_id: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Money did not come in, for the n-th time for this order."""

    owner: Owner
    order_id: str
    attempt: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Returned:
    """Money went back, or came back after it had. ``references`` are names of the payment, any one will do."""

    kind: MovementKind
    payment_id: str
    references: tuple[str, ...]
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Other names of an order."""

    order_id: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the gateway says of a subscription. The one with the greatest ``stamp`` counts."""

    owner: Owner
    state: SubscriptionState
    period_end: date | None
    cancel_at_period_end: bool
    stamp: str


Fact = Opened | Expired | Paid | Failed | Returned | Linked | Standing


def stamp(*, is_final: bool, moment: int, rank: int, event_id: str) -> str:
    """A text that orders what was said of one subscription: an end is final, then by second, then by rank.

    Within a second creation comes before change; two changes of one second are ordered by their ids, so that every
    order of arrival ends alike, and the nightly comparison has the last word.
    """
    return f"{int(is_final)}:{moment:012d}:{rank}:{event_id}"
