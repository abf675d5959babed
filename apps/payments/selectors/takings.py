"""Money of all users by day. What does not belong here: what one user paid (subscriptions)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

from apps.core import clock
from apps.payments.enums import GatewayName, MovementKind, PaymentStatus
from apps.payments.models import PaymentRecord

NOTHING = Decimal("0.00")


def count_conversions_unscoped(*, start: date, end: date) -> dict[date, int]:
    """How many users paid for the first time on each of the days in India that has some, whatever the gateway."""
    paid = PaymentRecord.objects.unscoped().filter(kind=MovementKind.CHARGE, status=PaymentStatus.SUCCESS)
    firsts = paid.values("user").annotate(first=Min("created_at")).order_by()
    bounds = {"first__gte": clock.midnight(start), "first__lt": clock.midnight(end, days=1)}
    found: dict[date, int] = {}
    for at in firsts.filter(**bounds).values_list("first", flat=True):
        found[clock.today(at=at)] = found.get(clock.today(at=at), 0) + 1
    return found


def sum_takings_unscoped(*, start: date, end: date) -> dict[date, dict[str, Any]]:
    """Payments, revenue and what went back, by day in India; the gateway without money takes none."""
    came = Q(kind__in=(MovementKind.CHARGE, MovementKind.CHARGEBACK_WON), status=PaymentStatus.SUCCESS)
    went = Q(kind__in=(MovementKind.REFUND, MovementKind.CHARGEBACK))
    bounds = {"created_at__gte": clock.midnight(start), "created_at__lt": clock.midnight(end, days=1)}
    moved = PaymentRecord.objects.unscoped().filter(**bounds).exclude(payment_gateway=GatewayName.DUMMY)
    days = moved.annotate(on=TruncDate("created_at", tzinfo=clock.IST)).values_list("on").order_by()
    rows = days.annotate(
        payments=Count("pk", filter=Q(kind=MovementKind.CHARGE, status=PaymentStatus.SUCCESS)),
        revenue=Coalesce(Sum("amount", filter=came), NOTHING),
        refunds=Coalesce(Sum("amount", filter=went), NOTHING),
    )
    names = ("payments", "revenue", "refunds")
    return {on: dict(zip(names, values, strict=True)) for on, *values in rows}
