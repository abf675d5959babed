"""What a user has bought and paid. What does not belong here: what is for sale."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from apps.core import clock, configuration, errors
from apps.core.enums import TimeOrdering
from apps.payments.enums import CheckoutState, SubscriptionState
from apps.payments.models import Checkout, PaymentRecord, Subscription
from apps.users import selectors as users_selectors

if TYPE_CHECKING:
    from apps.users.models import User

RUNNING = (SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE)


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a user is entitled today (IST) and until when, by trial or subscription; the newest subscription.

    ``entitled_until`` is None where they are not, or need not be.
    """

    user: User
    is_required: bool
    is_entitled: bool
    entitled_until: date | None
    subscription: Subscription | None


def get_checkout(*, user: User, public_id: uuid.UUID) -> Checkout:
    """One of the user's checkouts.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(find_checkout(user=user, public_id=public_id))


def find_checkout(*, user: User, public_id: uuid.UUID) -> Checkout | None:
    """One of the user's checkouts, or None."""
    return Checkout.objects.for_user(user).filter(public_id=public_id).first()


def find_open_checkout(*, user: User, like: Checkout, since: datetime) -> Checkout | None:
    """The newest open checkout since then, of the same plan, price and gateway, or None."""
    rows = Checkout.objects.for_user(user).filter(state=CheckoutState.OPEN, created_at__gte=since)
    return rows.filter(plan=like.plan, amount=like.amount, gateway=like.gateway).order_by("-pk").first()


def find_last_charge_unscoped(*, subscription: Subscription) -> PaymentRecord | None:
    """The payment of a subscription that reaches furthest, given back or not, or None."""
    rows = PaymentRecord.objects.unscoped().filter(subscription=subscription, period_end__isnull=False)
    return rows.order_by("-period_end", "-pk").first()


def find_running(*, user: User, on: date) -> Subscription | None:
    """The user's subscription that gives access on a day and is not over, or None."""
    rows = Subscription.objects.for_user(user).filter(state__in=RUNNING, access_end__gte=on)
    return rows.order_by("-access_end", "-pk").first()


def find_newest(*, user: User) -> Subscription | None:
    """The user's newest subscription, over or not, or None."""
    return Subscription.objects.for_user(user).order_by("-pk").first()


def get_membership(*, user: User) -> Membership:
    """How trial and subscription stand today."""
    today = clock.today()
    ends = [
        end
        for start, end in (
            (user.trial_start_date, user.trial_end_date),
            (user.subscription_start_date, user.subscription_end_date),
        )
        if start is not None and end is not None and start <= today <= end
    ]
    return Membership(
        user=user,
        is_required=configuration.get_bool("subscription.enabled"),
        is_entitled=users_selectors.is_entitled(user=user, on=today),
        entitled_until=max(ends, default=None),
        subscription=find_newest(user=user),
    )


def list_records(*, user: User, status: str = "", ordering: str = TimeOrdering.CREATED_DESC) -> QuerySet[PaymentRecord]:
    """The user's movements of money, newest first unless ordered otherwise, of one status or of all."""
    rows = PaymentRecord.objects.for_user(user).order_by(TimeOrdering(ordering).column)
    return rows.filter(status=status) if status else rows
