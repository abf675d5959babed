"""What a subscription amounts to, derived from its movements and the gateway's newest word.

What does not belong here: recording either (ledger), asking the gateway (subscriptions).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from apps.core import configuration
from apps.notifications import services as notification_services
from apps.notifications.enums import NotificationKind, NotificationType
from apps.payments import selectors
from apps.payments.constants import RENEWED_BY_HAND
from apps.payments.enums import MovementKind, PaymentStatus, SubscriptionState
from apps.payments.models import PaymentRecord, Subscription
from apps.users import services as users_services


def settle(subscription: Subscription) -> None:
    """Derive periods, state and access anew, move the user's days, and tell the user what changed.

    The caller is in a transaction and holds the subscription's row.
    """
    before, ends_before = subscription.state, _last_end(subscription.user_id)
    charges = standing_charges(PaymentRecord.objects.unscoped().filter(subscription=subscription).order_by("pk"))
    last = max(charges, key=lambda each: each.period_end or date.min, default=None)
    subscription.start_date = min((each.period_start for each in charges if each.period_start), default=None)
    subscription.period_start = last.period_start if last else None
    subscription.period_end = last.period_end if last else None
    subscription.state = _state(subscription)
    subscription.access_end = _access_end(subscription)
    subscription.save()
    _cover(user_id=subscription.user_id, replaces=ends_before)
    _tell(subscription, before=before)


def standing_charges(records: Iterable[PaymentRecord]) -> list[PaymentRecord]:
    """The charges that pay for a period and were neither refunded in full nor taken back by a bank."""
    rows = list(records)
    refunded: dict[str, Decimal] = defaultdict(Decimal)
    banks: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.kind == MovementKind.REFUND:
            refunded[row.order_id] += row.amount
        elif row.kind == MovementKind.CHARGEBACK:
            banks[row.order_id] += 1
        elif row.kind == MovementKind.CHARGEBACK_WON:
            banks[row.order_id] -= 1
    return [
        row
        for row in rows
        if row.kind == MovementKind.CHARGE
        and row.status == PaymentStatus.SUCCESS
        and row.period_end is not None
        and (refunded[row.order_id] < row.amount or not row.amount)
        and banks[row.order_id] <= 0
    ]


def _state(subscription: Subscription) -> SubscriptionState:
    if subscription.gateway_state == SubscriptionState.ENDED:
        return SubscriptionState.ENDED
    if subscription.period_end is None:
        return SubscriptionState.UNPAID
    if subscription.gateway_state == SubscriptionState.PAST_DUE:
        return SubscriptionState.PAST_DUE
    return SubscriptionState.ACTIVE


def _access_end(subscription: Subscription) -> date | None:
    """The last day of access: that of the paid period, and grace while its renewal is due and not paid."""
    end = subscription.period_end
    if end is None or subscription.state not in selectors.RUNNING:
        return end
    next_end = subscription.gateway_period_end
    is_due = subscription.state == SubscriptionState.PAST_DUE or (next_end is not None and next_end > end)
    return end + timedelta(days=configuration.get_int("subscription.grace_days")) if is_due else end


def _last_end(user_id: int) -> date | None:
    ends = Subscription.objects.unscoped().filter(user_id=user_id, access_end__isnull=False)
    return ends.order_by("-access_end").values_list("access_end", flat=True).first()


def _cover(*, user_id: int, replaces: date | None) -> None:
    """Give the account the days of the subscription that reaches furthest."""
    reaching = Subscription.objects.unscoped().filter(user_id=user_id, access_end__isnull=False)
    furthest = reaching.order_by("-access_end", "-pk").first()
    users_services.cover_days(
        user_id=user_id,
        start=furthest.start_date if furthest else None,
        end=furthest.access_end if furthest else None,
        replaces=replaces,
    )


def _tell(subscription: Subscription, *, before: str) -> None:
    if subscription.state == before:
        return
    told = {
        SubscriptionState.ACTIVE: ("Your subscription is active", NotificationType.SUCCESS),
        SubscriptionState.ENDED: ("Your subscription has ended", NotificationType.INFO),
    }
    if subscription.gateway in RENEWED_BY_HAND:
        told[SubscriptionState.PAST_DUE] = ("Your subscription is to be renewed", NotificationType.WARNING)
    if subscription.state in told:
        title, kind = told[SubscriptionState(subscription.state)]
        # The end of a period that is due by hand comes again with every period.
        period = f":{subscription.period_end}" if subscription.state == SubscriptionState.PAST_DUE else ""
        notification_services.notify(
            user_id=subscription.user_id,
            title=title,
            message=f"It is paid until {subscription.period_end}." if subscription.period_end else "Nothing is paid.",
            type=kind,
            extra={"subscription_id": subscription.pk},
            kind=NotificationKind.SUBSCRIPTION,
            event_key=f"payments.{subscription.state}:{subscription.pk}{period}",
        )
