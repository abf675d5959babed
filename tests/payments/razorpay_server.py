"""A small server that answers like Razorpay's API, for the real SDK to talk to. What does not belong here: assertions.

The shapes are those of Razorpay's public reference: orders, the payments of an order, the refunds of a payment.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.payments.stripe_server import Asked, StripeServer

ORDER = re.compile(r"/v1/orders/(?P<name>[^/]+)(?P<payments>/payments)?", re.ASCII)
REFUNDS = re.compile(r"/v1/payments/(?P<name>[^/]+)/refunds", re.ASCII)
UNKNOWN = {"error": {"code": "BAD_REQUEST_ERROR", "description": "The id provided does not exist"}}


@dataclass
class RazorpayServer(StripeServer):
    """Orders by their id; payments have an ``order_id``, refunds a ``payment_id``."""

    def answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        """Status and body."""
        self.asked.append(asked)
        if self.failing is not None:
            return self.failing
        if (asked.method, asked.path) == ("POST", "/v1/orders"):
            made = {"id": f"order_{len(self.objects) + 1}", "entity": "order", "status": "created", "amount_paid": 0}
            made |= json.loads(asked.text)
            self.objects[str(made["id"])] = made
            return 200, made
        if (found := REFUNDS.fullmatch(asked.path)) is not None:
            return 200, self._items("payment_id", found["name"])
        found = ORDER.fullmatch(asked.path)
        if found is None or found["name"] not in self.objects:
            return 400, UNKNOWN
        return 200, self._items("order_id", found["name"]) if found["payments"] else self.objects[found["name"]]

    def _items(self, key: str, name: str) -> dict[str, Any]:
        rows = [each for each in self.objects.values() if each.get(key) == name]
        return {"entity": "collection", "count": len(rows), "items": rows}
