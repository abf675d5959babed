"""The vocabulary of real money. What does not belong here: prices (configuration), words of one gateway."""

from django.db.models import TextChoices


class PlanCode(TextChoices):
    """What can be subscribed to."""

    MONTHLY = "monthly", "Monthly"
    YEARLY = "yearly", "Yearly"


class GatewayName(TextChoices):
    """Who takes the money."""

    RAZORPAY = "razorpay", "Razorpay"
    STRIPE = "stripe", "Stripe"
    DUMMY = "dummy", "No money, for self-hosting and trying"


class PaymentStatus(TextChoices):
    """What became of a payment."""

    PENDING = "pending", "Pending"
    SUCCESS = "success", "Success"
    FAILED = "failed", "Failed"
    REFUNDED = "refunded", "Refunded"


class MovementKind(TextChoices):
    """What a payment record is about."""

    CHARGE = "charge", "Payment"
    REFUND = "refund", "Refund"
    CHARGEBACK = "chargeback", "Taken back by the payer's bank"
    CHARGEBACK_WON = "chargeback_won", "Given back after a chargeback"


class CheckoutState(TextChoices):
    """Where a checkout stands."""

    OPEN = "open", "Open"
    COMPLETED = "completed", "Completed"
    EXPIRED = "expired", "Expired"


class SubscriptionState(TextChoices):
    """Where a subscription stands."""

    UNPAID = "unpaid", "No payment stands"
    ACTIVE = "active", "Active"
    PAST_DUE = "past_due", "Renewal failed"
    ENDED = "ended", "Ended"


class EventOutcome(TextChoices):
    """What an event of a gateway led to."""

    WAITING = "waiting", "Stored, not yet processed"
    APPLIED = "applied", "Applied"
    IGNORED = "ignored", "Nothing to do"
    MISMATCH = "mismatch", "Recorded, but the amount or currency is not ours"
    UNMATCHED = "unmatched", "Nobody here is meant"
