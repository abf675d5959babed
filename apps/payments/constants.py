"""Fixed names and durations of payments. What does not belong here: prices and grace (configuration), keys."""

from datetime import timedelta
from types import MappingProxyType

from apps.payments.enums import GatewayName, PlanCode

CURRENCY = "INR"
MONTHS_OF_PLAN = MappingProxyType({PlanCode.MONTHLY: 1, PlanCode.YEARLY: 12})
PRICE_KEY_OF_PLAN = MappingProxyType(
    {PlanCode.MONTHLY: "subscription.monthly_price", PlanCode.YEARLY: "subscription.yearly_price"}
)
# How far the clock of a gateway may be from ours, in both directions; Stripe's own default.
SIGNATURE_TOLERANCE_SECONDS = 300
# How long an event waits for the one that says whose it is; gateways deliver again for three days.
EVENT_WAIT = timedelta(days=3)
# How long an unpaid checkout is asked about.
CHECKOUT_WAIT = timedelta(days=2)
# Razorpay takes one payment at a time: the user pays again for the next period.
RENEWED_BY_HAND = frozenset({GatewayName.RAZORPAY})
# Assumption: a week before the end is early enough to pay by hand, and late enough that the price is that of now.
RENEWAL_OPENS = timedelta(days=7)
GATEWAY_TIMEOUT_SECONDS = (3.0, 10.0)
GATEWAY_RETRY_SECONDS = 30
