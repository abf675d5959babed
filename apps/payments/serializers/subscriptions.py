"""The shapes of plans, checkouts, subscriptions and payments. What does not belong here: rules, queries."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from apps.core.api.serializers import PageIn, StrictSerializer
from apps.core.enums import TimeOrdering
from apps.payments.enums import CheckoutState, GatewayName, MovementKind, PaymentStatus, PlanCode, SubscriptionState
from apps.payments.models import Checkout


class EntitlementsOut(serializers.Serializer[Any]):
    """What a plan opens; reading is always open."""

    backtests = serializers.BooleanField()
    sweeps = serializers.BooleanField()
    trading = serializers.BooleanField()
    concurrent_backtests = serializers.IntegerField()


class PlanOut(serializers.Serializer[Any]):
    """A plan at its price in rupees for so many months."""

    code = serializers.ChoiceField(choices=PlanCode.choices)
    name = serializers.CharField()
    price = serializers.DecimalField(max_digits=15, decimal_places=2)
    currency = serializers.CharField()
    months = serializers.IntegerField()
    entitlements = EntitlementsOut()


class PlansOut(serializers.Serializer[Any]):
    """What can be bought; the first gateway is the default."""

    is_required = serializers.BooleanField()
    trial_days = serializers.IntegerField()
    gateways = serializers.ListField(child=serializers.ChoiceField(choices=GatewayName.choices))
    plans = PlanOut(many=True)


class CheckoutIn(StrictSerializer):
    """Which plan, and how to pay; the price is ours."""

    plan = serializers.ChoiceField(choices=PlanCode.choices)
    gateway = serializers.ChoiceField(choices=GatewayName.choices, required=False)


class CompleteIn(StrictSerializer):
    """What the gateway's page gave, where it signs: both, or nothing."""

    payment_id = serializers.CharField(required=False, max_length=100)
    signature = serializers.CharField(required=False, max_length=200)


class CheckoutOut(serializers.Serializer[Any]):
    """A checkout; ``url`` is the page to go on at, empty where there is none.

    Where the gateway has no page but a window in ours (Razorpay), that is opened with its id and key.
    """

    id = serializers.UUIDField(source="public_id")
    plan = serializers.ChoiceField(choices=PlanCode.choices)
    gateway = serializers.ChoiceField(choices=GatewayName.choices)
    amount = serializers.DecimalField(max_digits=15, decimal_places=2)
    currency = serializers.CharField()
    state = serializers.ChoiceField(choices=CheckoutState.choices)
    url = serializers.CharField()
    gateway_checkout_id = serializers.CharField()
    gateway_key = serializers.SerializerMethodField(help_text="The public key of the window, empty where there is none")
    created_at = serializers.DateTimeField()

    def get_gateway_key(self, row: Checkout) -> str:
        """The key that may be shown; the secret beside it never leaves the server."""
        return str(settings.RAZORPAY_KEY_ID) if row.gateway == GatewayName.RAZORPAY else ""


class SubscriptionOut(serializers.Serializer[Any]):
    """A subscription. Days are days in India, both included; ``access_end`` is later than ``period_end`` in grace."""

    id = serializers.IntegerField()
    plan = serializers.ChoiceField(choices=PlanCode.choices)
    gateway = serializers.ChoiceField(choices=GatewayName.choices)
    state = serializers.ChoiceField(choices=SubscriptionState.choices)
    amount = serializers.DecimalField(max_digits=15, decimal_places=2)
    currency = serializers.CharField()
    start_date = serializers.DateField(allow_null=True)
    period_start = serializers.DateField(allow_null=True)
    period_end = serializers.DateField(allow_null=True)
    access_end = serializers.DateField(allow_null=True)
    cancel_at_period_end = serializers.BooleanField()


class MembershipOut(serializers.Serializer[Any]):
    """How trial and subscription stand today."""

    is_required = serializers.BooleanField()
    is_entitled = serializers.BooleanField()
    entitled_until = serializers.DateField(allow_null=True)
    trial_start_date = serializers.DateField(source="user.trial_start_date", allow_null=True)
    trial_end_date = serializers.DateField(source="user.trial_end_date", allow_null=True)
    subscription_start_date = serializers.DateField(source="user.subscription_start_date", allow_null=True)
    subscription_end_date = serializers.DateField(source="user.subscription_end_date", allow_null=True)
    subscription = SubscriptionOut(allow_null=True)


class PortalOut(serializers.Serializer[Any]):
    """Where the user goes on; the address works for a few minutes."""

    url = serializers.CharField()


class RecordsIn(PageIn):
    """A page of payments, of one status or of all."""

    status = serializers.ChoiceField(choices=PaymentStatus.choices, required=False)
    ordering = serializers.ChoiceField(choices=TimeOrdering.choices, default=TimeOrdering.CREATED_DESC)


class RecordOut(serializers.Serializer[Any]):
    """One movement of money; a refund has the ``order_id`` of its payment."""

    id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=MovementKind.choices)
    payment_gateway = serializers.ChoiceField(choices=GatewayName.choices)
    payment_id = serializers.CharField()
    order_id = serializers.CharField()
    amount = serializers.DecimalField(max_digits=15, decimal_places=2)
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=PaymentStatus.choices)
    period_start = serializers.DateField(allow_null=True)
    period_end = serializers.DateField(allow_null=True)


class ReceivedOut(serializers.Serializer[Any]):
    """That an event is stored."""

    received = serializers.BooleanField()
