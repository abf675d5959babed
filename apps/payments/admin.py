"""Real money in Django's admin, to look at. What does not belong here: changing anything."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.payments.models import Checkout, GatewayEvent, GatewayReference, PaymentRecord, Subscription


@admin.register(Checkout)
class CheckoutAdmin(ReadOnlyAdmin):
    """Intentions to pay."""

    list_display = ("created_at", "user", "plan", "gateway", "amount", "state")
    list_filter = ("gateway", "state")
    list_select_related = ("user",)


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Subscriptions as derived."""

    list_display = ("id", "user", "plan", "gateway", "state", "period_end", "access_end", "cancel_at_period_end")
    list_filter = ("gateway", "state")
    list_select_related = ("user",)


@admin.register(PaymentRecord)
class PaymentRecordAdmin(ReadOnlyAdmin):
    """Movements of money."""

    list_display = ("created_at", "user", "kind", "payment_id", "order_id", "amount", "currency", "status")
    list_filter = ("payment_gateway", "kind", "status")
    list_select_related = ("user",)


@admin.register(GatewayReference)
class GatewayReferenceAdmin(ReadOnlyAdmin):
    """Other names of orders."""

    list_display = ("gateway", "reference", "order_id")


@admin.register(GatewayEvent)
class GatewayEventAdmin(ReadOnlyAdmin):
    """What gateways told us."""

    list_display = ("created_at", "gateway", "event_type", "event_id", "outcome", "processed_at")
    list_filter = ("gateway", "outcome")
