"""The gateway that takes no money: everything is paid as soon as it is asked.

What does not belong here: a way to use it beside a real gateway, which would be a way round paying.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from apps.core import clock
from apps.payments import selectors
from apps.payments.constants import CURRENCY, MONTHS_OF_PLAN
from apps.payments.enums import GatewayName, PlanCode, SubscriptionState
from apps.payments.errors import PaymentGatewayUnavailable, PaymentSignatureInvalid
from apps.payments.models import Checkout, Subscription
from apps.payments.services import periods
from apps.payments.services.facts import Fact, Owner, Paid, Standing, stamp
from apps.payments.services.gateways.base import Page, Told

PAID, CANCELLED, ENDED = "dummy.paid", "dummy.cancelled", "dummy.ended"


class DummyGateway:
    """Payments without money, for self-hosting and trying."""

    name = GatewayName.DUMMY

    def open_checkout(
        self,
        checkout: Checkout,
        *,
        email: str,  # noqa: ARG002 - the gateways' one signature
        renews: Subscription | None,  # noqa: ARG002
    ) -> Page:
        """Nothing to tell anybody."""
        return Page(gateway_checkout_id=f"dummy-{checkout.public_id}", url="")

    def prove_payment(self, checkout: Checkout, *, payment_id: str, signature: str) -> None:  # noqa: ARG002
        """Nothing is signed without money.

        :raises PaymentSignatureInvalid: always
        """
        raise PaymentSignatureInvalid

    def check_checkout(self, checkout: Checkout) -> Told:
        """It is paid, from today for one period."""
        today = clock.today()
        return _told(
            PAID,
            key=f"paid:{checkout.public_id}",
            subscription_id=checkout.gateway_checkout_id,
            checkout_id=str(checkout.public_id),
            order_id=checkout.gateway_checkout_id,
            amount=checkout.amount,
            start=today,
            end=periods.add_months(today, months=MONTHS_OF_PLAN[PlanCode(checkout.plan)]),
        )

    def cancel(self, subscription: Subscription) -> Told:
        """It will not be renewed."""
        name, end = subscription.gateway_subscription_id, subscription.period_end
        return _told(CANCELLED, key=f"cancelled:{name}:{end}", subscription_id=name, end=end)

    def open_portal(self, subscription: Subscription) -> str:  # noqa: ARG002 - the gateways' one signature
        """Nothing is paid, so there is no such page.

        :raises PaymentGatewayUnavailable: always
        """
        raise PaymentGatewayUnavailable

    def check_subscription(self, subscription: Subscription) -> Told | None:
        """Renew it from the end of its period, if that has come; end it if it was cancelled and is over."""
        name, end, today = subscription.gateway_subscription_id, subscription.period_end, clock.today()
        is_over = subscription.cancel_at_period_end or self.name not in selectors.available_gateways()
        if end is None or end > today or (is_over and end == today):
            return None
        if is_over:
            return _told(ENDED, key=f"ended:{name}", subscription_id=name, end=end)
        months = MONTHS_OF_PLAN[PlanCode(subscription.plan)]
        return _told(
            PAID,
            key=f"paid:{name}:{end}",
            subscription_id=name,
            order_id=f"{name}:{end}",
            amount=subscription.amount,
            start=end,
            end=periods.next_end(start=subscription.start_date or end, end=end, months=months),
        )

    def read_webhook(self, raw: bytes, *, signature: str) -> Told:  # noqa: ARG002 - the gateways' one signature
        """Nobody sends any.

        :raises PaymentGatewayUnavailable: always
        """
        raise PaymentGatewayUnavailable

    def facts(self, event_type: str, *, body: Mapping[str, Any]) -> tuple[Fact, ...]:
        """What we told ourselves."""
        owner = Owner(subscription_id=body["subscription_id"], checkout_id=body.get("checkout_id", ""))
        end, is_paid = date.fromisoformat(body["end"]), event_type == PAID
        standing = Standing(
            owner=owner,
            state=SubscriptionState.ENDED if event_type == ENDED else SubscriptionState.ACTIVE,
            period_end=end,
            cancel_at_period_end=not is_paid,
            stamp=stamp(
                is_final=event_type == ENDED, moment=body["moment"], rank=int(not is_paid), event_id=body["key"]
            ),
        )
        if not is_paid:
            return (standing,)
        paid = Paid(
            owner=owner,
            order_id=body["order_id"],
            amount=Decimal(body["amount"]),
            currency=CURRENCY,
            period_start=date.fromisoformat(body["start"]),
            period_end=end,
            is_first=bool(owner.checkout_id),
        )
        return (standing, paid)


def _told(event_type: str, *, key: str, **words: object) -> Told:
    body = {"key": key, "moment": int(clock.now().timestamp()), **words}
    return Told(event_id=key, event_type=event_type, body=orjson.dumps(body, default=str).decode())
