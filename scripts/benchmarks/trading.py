"""How many paper orders a second the service takes over HTTP, and whether the books agree afterwards.

As a command it makes the traders (``prepare``) and judges the books (``audit``) inside the project's environment.
What does not belong here: starting the service.
"""

from __future__ import annotations

import http.client
import json
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

CLIENTS = 16
ORDERS_A_CLIENT = 125
WARM_UP_ORDERS = 10
SAME_WALLET_ORDERS = 1_000
INSTRUMENT = "RELIANCE"
ORDERS_A_SECOND = 150
P99_MS = 250
PATH = "/api/v1/trading/orders/"


@dataclass(frozen=True)
class Measured:
    """Orders a second with a client each for its own wallet, and milliseconds an order takes."""

    rate: float
    p50: float
    p99: float
    accepted: int
    refused: int


def measure(*, address: str, tokens: Sequence[str]) -> Measured:
    """Let every client place market orders, each on its own wallet, then all of them on one that cannot pay all."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda token: _orders(address, token, count=WARM_UP_ORDERS), tokens))
        began = time.perf_counter()
        answers = list(pool.map(lambda token: _orders(address, token, count=ORDERS_A_CLIENT), tokens))
        took = time.perf_counter() - began
        each = SAME_WALLET_ORDERS // CLIENTS
        shared = list(pool.map(lambda _: _orders(address, tokens[-1], count=each, quantity=10_000), range(CLIENTS)))
    seconds = sorted(second for answer in answers for second, _ in answer)
    statuses = [status for answer in shared for _, status in answer]
    if {status for answer in answers for _, status in answer} != {201}:
        raise RuntimeError("an order was refused that could be paid")
    return Measured(
        rate=len(seconds) / took,
        p50=seconds[len(seconds) // 2] * 1000,
        p99=seconds[len(seconds) * 99 // 100] * 1000,
        accepted=statuses.count(201),
        refused=statuses.count(422),
    )


def table(measured: Measured, *, audit: Mapping[str, Any]) -> str:
    """The measurements as text."""
    orders = SAME_WALLET_ORDERS // CLIENTS * CLIENTS
    return "\n".join(
        [
            f"{CLIENTS} clients, {ORDERS_A_CLIENT} market orders each, profile instant",
            "",
            f"orders a second  {measured.rate:>8.1f}   (at least {ORDERS_A_SECOND})",
            f"p50              {measured.p50:>8.1f} ms",
            f"p99              {measured.p99:>8.1f} ms (below {P99_MS})",
            "",
            f"{orders} orders on one wallet: {measured.accepted} filled, {measured.refused} refused for lack of cash",
            f"broken rules of the ledger   {audit['broken']}",
            f"positions unlike their fills {audit['unlike']}",
            f"wallets below zero           {audit['negative']}",
        ]
    )


def _orders(address: str, token: str, *, count: int, quantity: int = 1) -> list[tuple[float, int]]:
    """Seconds and status of each of so many orders, one after the other on one connection."""
    connection = http.client.HTTPConnection(address, timeout=30)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps({"instrument": INSTRUMENT, "side": "BUY", "quantity": quantity})
    answers = []
    for _ in range(count):
        began = time.perf_counter()
        connection.request("POST", PATH, body, headers)
        response = connection.getresponse()
        response.read()
        answers.append((time.perf_counter() - began, response.status))
    connection.close()
    return answers


def _prepare() -> None:
    """Make the traders, each with enough cash, and the stock; print their tokens as one line of JSON."""
    from decimal import Decimal

    from apps.core import configuration
    from apps.stocks.models import Stock
    from apps.users import services as users_services
    from apps.users.models import User
    from apps.wallet import services as wallet_services

    users_services.seed_permissions()
    configuration.override("rate.user_per_minute", "0")
    configuration.override("rate.login_per_minute", "0")
    Stock.objects.get_or_create(enum=INSTRUMENT, defaults={"symbol": INSTRUMENT, "full_symbol": f"{INSTRUMENT}.NS"})
    tokens = []
    for _ in range(CLIENTS):
        email, password = f"bench-{secrets.token_hex(8)}@papertrade.example", secrets.token_urlsafe(16)
        tokens.append(users_services.sign_up(email=email, password=password).tokens.access_token)
        wallet_services.refill(user=User.objects.get(email=email), amount=Decimal(100_000_000))
    print(json.dumps({"tokens": tokens}))


def _audit() -> None:
    """Judge the books; print what is wrong as one line of JSON."""
    from django.db import connection

    from apps.users.models import User
    from apps.wallet import selectors as wallet_selectors

    unlike = """
        SELECT count(*) FROM trading_position AS position WHERE quantity <> (
            SELECT coalesce(sum(CASE WHEN side = 'BUY' THEN fill.quantity ELSE -fill.quantity END), 0)
            FROM trading_order AS placed JOIN trading_fill AS fill ON fill.order_id = placed.id
            WHERE placed.user_id = position.user_id AND placed.instrument = position.instrument
              AND placed.product = position.product
        ) OR realised <> sell_value - buy_value + CASE WHEN quantity > 0 THEN cost ELSE -cost END
    """
    with connection.cursor() as cursor:
        cursor.execute(unlike)
        (count,) = cursor.fetchone()
    broken = sum(len(ids) for _, ids in wallet_selectors.audit_unscoped())
    negative = User.objects.filter(wallet_balance__lt=0).count()
    print(json.dumps({"broken": broken, "unlike": count, "negative": negative}))


if __name__ == "__main__":
    import django

    django.setup()
    {"prepare": _prepare, "audit": _audit}[sys.argv[1]]()
