"""Which fields an order may have beside which others. What does not belong here: rules that look at the market."""

from __future__ import annotations

from typing import Any

from apps.trading.enums import OrderType, Validity, Variety

HAS_PRICE = (OrderType.LIMIT, OrderType.SL)
HAS_TRIGGER = (OrderType.SL, OrderType.SL_M)
LEVELS = ("target", "stoploss", "stoploss_price")


def problems_of(order: dict[str, Any]) -> dict[str, str]:
    """What is missing or has no meaning, by field."""
    return _of_prices(order) | _of_exits(order) | _of_trailing(order) | _of_validity(order) | _of_slices(order)


def _has(order: dict[str, Any], name: str) -> bool:
    return order.get(name) is not None


def _of_prices(order: dict[str, Any]) -> dict[str, str]:
    problems = {}
    for name, types in (("price", HAS_PRICE), ("trigger_price", HAS_TRIGGER)):
        follows = name == "trigger_price" and _has(order, "trailing") and order["order_type"] == OrderType.SL_M
        if _has(order, name) != (order["order_type"] in types) and not follows:
            word = "has no" if _has(order, name) else "needs a"
            problems[name] = f"A {order['order_type']} order {word} {name}."
    return problems


def _of_exits(order: dict[str, Any]) -> dict[str, str]:
    variety = order["variety"]
    if variety == Variety.BRACKET:
        if not _has(order, "target") and not _has(order, "stoploss"):
            return {"target": "A bracket needs a target or a stoploss."}
    elif variety == Variety.OCO:
        missing = {name: f"An oco needs a {name}." for name in ("target", "stoploss") if not _has(order, name)}
        if order["order_type"] != OrderType.MARKET:
            missing["order_type"] = "An oco has the type of its exits: leave it out."
        return missing
    else:
        return {name: f"A {variety} order has no {name}." for name in LEVELS if _has(order, name)}
    return {"stoploss_price": "It is the limit of a stoploss."} if _lacks_stop(order, "stoploss_price") else {}


def _of_validity(order: dict[str, Any]) -> dict[str, str]:
    if order["variety"] in (Variety.OCO, Variety.AMO) and order["validity"] != Validity.DAY:
        return {"validity": f"An {order['variety']} order waits until the session ends."}
    if _has(order, "validity_minutes") != (order["validity"] == Validity.TTL):
        return {"validity_minutes": "A TTL order needs it, no other has it."}
    return {}


def _of_slices(order: dict[str, Any]) -> dict[str, str]:
    if order["autoslice"] and order["variety"] in (Variety.BRACKET, Variety.OCO):
        return {"autoslice": "Exits belong to one entry: it cannot be cut."}
    return {}


def _of_trailing(order: dict[str, Any]) -> dict[str, str]:
    if not _has(order, "trailing"):
        return {}
    if order["variety"] == Variety.AMO:
        return {"trailing": "An amo order follows no price."}
    if order["variety"] == Variety.REGULAR:
        return {} if order["order_type"] == OrderType.SL_M else {"trailing": "Only an SL-M follows the price."}
    if _lacks_stop(order, "trailing") or _has(order, "stoploss_price"):
        return {"trailing": "It is the distance of a stoploss without a limit."}
    return {}


def _lacks_stop(order: dict[str, Any], name: str) -> bool:
    return _has(order, name) and not _has(order, "stoploss")
