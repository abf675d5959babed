"""Every read of real money. What does not belong here: writes, the gateways' network."""

from apps.payments.selectors.plans import Catalogue, Offer, available_gateways, find_plan, get_catalogue
from apps.payments.selectors.subscriptions import (
    RUNNING,
    Membership,
    find_checkout,
    find_newest,
    find_open_checkout,
    find_running,
    get_checkout,
    get_membership,
    list_records,
)
from apps.payments.selectors.takings import count_conversions_unscoped, sum_takings_unscoped

__all__ = [
    "RUNNING",
    "Catalogue",
    "Membership",
    "Offer",
    "available_gateways",
    "count_conversions_unscoped",
    "find_checkout",
    "find_newest",
    "find_open_checkout",
    "find_plan",
    "find_running",
    "get_catalogue",
    "get_checkout",
    "get_membership",
    "list_records",
    "sum_takings_unscoped",
]
