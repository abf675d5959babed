"""What can be bought here, and how it can be paid. What does not belong here: who has bought it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from apps.core import configuration
from apps.payments.constants import CURRENCY, MONTHS_OF_PLAN, PRICE_KEY_OF_PLAN
from apps.payments.enums import GatewayName, PlanCode

# The secrets of each gateway, by their names.
KEYS = {
    GatewayName.STRIPE: ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"),
    GatewayName.RAZORPAY: ("RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRET"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan with its price in rupees for so many months, and what it opens."""

    code: PlanCode
    name: str
    price: Decimal
    currency: str
    months: int
    entitlements: dict[str, bool | int]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All plans, and the gateways of this server, the default first. Off: nobody needs a plan."""

    is_required: bool
    trial_days: int
    gateways: list[GatewayName]
    plans: list[Offer]


def available_gateways() -> list[GatewayName]:
    """The gateways that this server is set up for, the default first.

    Each needs all of its secrets: without webhooks nothing would become active. The one without money is there
    only where no gateway has a key: beside one it would be a way round paying.
    """
    missing = {name: _missing(name) for name in KEYS}
    if all(len(missing[name]) == len(keys) for name, keys in KEYS.items()):
        return [GatewayName.DUMMY]
    return [name for name in KEYS if not missing[name]]


def describe_half_set_gateways() -> Iterator[str]:
    """What is to be mended of gateways that have a part of their secrets: they sell nothing."""
    for name, keys in KEYS.items():
        missing = _missing(name)
        if 0 < len(missing) < len(keys):
            given = ", ".join(key for key in keys if key not in missing)
            yield f"{name.label} sells nothing: {given} is set without {', '.join(missing)}. Set all of them, or none."


def _missing(name: GatewayName) -> list[str]:
    return [key for key in KEYS[name] if not getattr(settings, key)]


def find_plan(code: PlanCode) -> Offer | None:
    """The plan at the price of now, or None where its price is zero: it is not for sale."""
    price = configuration.get_decimal(PRICE_KEY_OF_PLAN[code])
    if not price:
        return None
    return Offer(
        code=code,
        name=code.label,
        price=price,
        currency=CURRENCY,
        months=MONTHS_OF_PLAN[code],
        entitlements={
            "backtests": True,
            "sweeps": True,
            "trading": True,
            "concurrent_backtests": configuration.get_int("backtest.max_concurrent_per_user"),
        },
    )


def get_catalogue() -> Catalogue:
    """What can be bought, and how."""
    offers = [find_plan(code) for code in PlanCode]
    return Catalogue(
        is_required=configuration.get_bool("subscription.enabled"),
        trial_days=configuration.get_int("subscription.trial_days"),
        gateways=available_gateways(),
        plans=[offer for offer in offers if offer is not None],
    )
