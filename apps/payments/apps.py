"""App configuration of payments. What does not belong here: work at start."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Plans, checkout, gateways, subscriptions."""

    name = "apps.payments"
    verbose_name = "Payments"
