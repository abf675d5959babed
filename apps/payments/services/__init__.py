"""Every rule and write of real money. What does not belong here: HTTP, paper money."""

from apps.payments.services.checkouts import complete_checkout, open_checkout
from apps.payments.services.events import process_waiting, receive_webhook
from apps.payments.services.subscriptions import cancel_subscription, open_portal, reconcile

__all__ = [
    "cancel_subscription",
    "complete_checkout",
    "open_checkout",
    "open_portal",
    "process_waiting",
    "receive_webhook",
    "reconcile",
]
