"""Real money as tables: checkouts, subscriptions, movements, events. What does not belong here: what they lead to.

Movements and references are append-only, enforced by triggers; a subscription's period and state are derived from
its movements and from the newest word of the gateway, and can be derived again at any time.
"""

from __future__ import annotations

from django.db import models

from apps.core.models import IndexedOwnedModel, OwnedManager, OwnedModel, TimeStampedModel
from apps.payments.constants import CURRENCY
from apps.payments.enums import (
    CheckoutState,
    EventOutcome,
    GatewayName,
    MovementKind,
    PaymentStatus,
    PlanCode,
    SubscriptionState,
)


class Checkout(OwnedModel):
    """One intention to pay: what it costs is decided here, before the gateway hears of it."""

    public_id = models.UUIDField(unique=True)
    plan = models.CharField(max_length=20, choices=PlanCode.choices)
    gateway = models.CharField(max_length=20, choices=GatewayName.choices)
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    currency = models.CharField(max_length=3, default=CURRENCY)
    state = models.CharField(max_length=20, choices=CheckoutState.choices, default=CheckoutState.OPEN)
    gateway_checkout_id = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=2000, blank=True)

    objects: OwnedManager[Checkout] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "payments_checkout"
        indexes = [models.Index(fields=["state", "created_at"], name="payments_checkout_by_state")]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_checkout_has_a_price")]

    def __str__(self) -> str:
        return f"{self.plan} by {self.gateway}"


class Subscription(OwnedModel):
    """What a user pays for, again and again. Days are days in India, both ends included.

    ``period_start``, ``period_end``, ``access_end`` and ``state`` are derived. ``gateway_…`` is what the gateway last
    said; ``gateway_stamp`` orders its words.
    """

    plan = models.CharField(max_length=20, choices=PlanCode.choices)
    gateway = models.CharField(max_length=20, choices=GatewayName.choices)
    gateway_subscription_id = models.CharField(max_length=200)
    gateway_customer_id = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    currency = models.CharField(max_length=3, default=CURRENCY)
    state = models.CharField(max_length=20, choices=SubscriptionState.choices, default=SubscriptionState.UNPAID)
    start_date = models.DateField(null=True)
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    access_end = models.DateField(null=True)
    cancel_at_period_end = models.BooleanField(default=False)
    gateway_state = models.CharField(max_length=20, choices=SubscriptionState.choices, default=SubscriptionState.UNPAID)
    gateway_period_end = models.DateField(null=True)
    gateway_stamp = models.CharField(max_length=300, blank=True)

    objects: OwnedManager[Subscription] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "payments_subscription"
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "gateway_subscription_id"], name="payments_one_subscription_an_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} by {self.gateway}: {self.state}"


class PaymentRecord(IndexedOwnedModel):
    """One movement of money; append-only. ``order_id`` is what was paid for: a refund has its payment's.

    A charge that succeeded and has a period pays for its days.
    """

    payment_gateway = models.CharField(max_length=20, choices=GatewayName.choices)
    payment_id = models.CharField(max_length=200, unique=True)
    order_id = models.CharField(max_length=200, db_index=True)
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    currency = models.CharField(max_length=3, default=CURRENCY)
    status = models.CharField(max_length=20, choices=PaymentStatus.choices)
    extra = models.JSONField(default=dict)
    kind = models.CharField(max_length=20, choices=MovementKind.choices, default=MovementKind.CHARGE)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+")
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)

    objects: OwnedManager[PaymentRecord] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "payment_records"
        indexes = [models.Index("user", models.F("id").desc(), name="payment_records_newest_first")]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="payments_amount_not_negative"),
            models.CheckConstraint(
                condition=models.Q(period_start=None, period_end=None)
                | models.Q(period_end__gt=models.F("period_start")),
                name="payments_period_has_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.payment_id}: {self.status}"


class GatewayReference(TimeStampedModel):
    """That a gateway's other name (a charge, a payment intent) means this order; append-only."""

    gateway = models.CharField(max_length=20, choices=GatewayName.choices)
    reference = models.CharField(max_length=200)
    order_id = models.CharField(max_length=200)

    class Meta:
        db_table = "payments_gateway_reference"
        constraints = [
            models.UniqueConstraint(fields=["gateway", "reference"], name="payments_one_order_a_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} is {self.order_id}"


class GatewayEvent(TimeStampedModel):
    """What a gateway told us, word for word, stored before anything is done about it."""

    gateway = models.CharField(max_length=20, choices=GatewayName.choices)
    event_id = models.CharField(max_length=200)
    event_type = models.CharField(max_length=100)
    body = models.TextField()
    outcome = models.CharField(max_length=20, choices=EventOutcome.choices, default=EventOutcome.WAITING)
    processed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_gateway_event"
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="payments_an_event_once"),
            models.CheckConstraint(
                condition=models.Q(outcome="waiting", processed_at=None)
                | (~models.Q(outcome="waiting") & models.Q(processed_at__isnull=False)),
                name="payments_processed_has_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["gateway", "id"], condition=models.Q(processed_at=None), name="payments_events_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}: {self.outcome}"
