"""How many paper orders a second the service takes over HTTP, and whether the books agree afterwards.

As a command it makes the traders (``prepare``) and judges the books (``audit``) inside the project's environment.
What does not belong here: starting the service.
"""

from __future__ import annotations

import json
import secrets
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

CLIENTS = 16
ORDERS_A_CLIENT = 125
WARM_UP_ORDERS = 10
SALES_A_CLIENT = 3
SAME_WALLET_ORDERS = 1_000
INSTRUMENT = "RELIANCE"
ORDERS_A_SECOND = 150
P99_MS = 250
ORDERS = "/api/v1/trading/orders/"
ACCOUNT = "/api/v1/trading/account"
# Seconds and status of each request of a client.
Answers = list[tuple[float, int]]


@dataclass(frozen=True)
class Speed:
    """Requests a second of all clients together, and milliseconds that one takes."""

    rate: float
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, answers: Sequence[Answers], *, took: float) -> Speed:
        """The speed of requests that took so many seconds altogether."""
        seconds = sorted(second for answer in answers for second, _ in answer)
        at = [seconds[len(seconds) * percent // 100] * 1000 for percent in (50, 95, 99)]
        return cls(len(seconds) / took, *at)


@dataclass(frozen=True)
class Measured:
    """Orders with a client each for its own wallet, a bare read beside them, and what became of those on one wallet.

    ``client_ms``: processor time that the load generator itself takes for an order.
    """

    orders: Speed
    bare: Speed
    client_ms: float
    accepted: int
    refused: int


def measure(*, address: str, tokens: Sequence[str]) -> Measured:
    """Let every client place market orders, each on its own wallet, then all of them on one that cannot pay all."""
    with ThreadPoolExecutor(CLIENTS) as pool:

        def all_clients(work: Callable[[int], Answers]) -> list[Answers]:
            return list(pool.map(work, range(CLIENTS)))

        def buy(number: int) -> Answers:
            return _send(address, _order(tokens[number]), count=ORDERS_A_CLIENT)

        all_clients(lambda number: _send(address, _order(tokens[number]), count=WARM_UP_ORDERS))
        began, worked = time.perf_counter(), time.process_time()
        bought = all_clients(buy)
        took, worked = time.perf_counter() - began, time.process_time() - worked
        began = time.perf_counter()
        read = all_clients(lambda number: _send(address, _read(tokens[number]), count=ORDERS_A_CLIENT))
        took_to_read = time.perf_counter() - began
        sold = all_clients(
            lambda number: _send(address, _order(tokens[number], side="SELL", quantity=7), count=SALES_A_CLIENT)
        )
        each = [len(range(number, SAME_WALLET_ORDERS, CLIENTS)) for number in range(CLIENTS)]
        dear = _order(tokens[-1], quantity=10_000)
        shared = all_clients(lambda number: _send(address, dear, count=each[number]))
    if {status for answer in (*bought, *sold) for _, status in answer} != {201}:
        raise RuntimeError("an order was refused that could be paid")
    statuses = [status for answer in shared for _, status in answer]
    return Measured(
        orders=Speed.of(bought, took=took),
        bare=Speed.of(read, took=took_to_read),
        client_ms=worked / (CLIENTS * ORDERS_A_CLIENT) * 1000,
        accepted=statuses.count(201),
        refused=statuses.count(422),
    )


def table(measured: Measured, *, audit: Mapping[str, Any]) -> str:
    """The measurements as text."""
    orders, bare = measured.orders, measured.bare
    return "\n".join(
        [
            f"{CLIENTS} clients, {ORDERS_A_CLIENT} market orders each on wallets of their own, profile instant",
            "",
            f"{'':<16} {'orders':>8} {'bare read':>10}",
            f"{'a second':<16} {orders.rate:>8.1f} {bare.rate:>10.1f}   (orders: at least {ORDERS_A_SECOND})",
            f"{'p50 ms':<16} {orders.p50:>8.1f} {bare.p50:>10.1f}",
            f"{'p95 ms':<16} {orders.p95:>8.1f} {bare.p95:>10.1f}",
            f"{'p99 ms':<16} {orders.p99:>8.1f} {bare.p99:>10.1f}   (orders: below {P99_MS})",
            "",
            f"The bare read is GET {ACCOUNT}: the account that asks and one row, the most that this service answers.",
            f"The clients themselves take {measured.client_ms:.2f} ms of a processor an order.",
            "",
            f"{SAME_WALLET_ORDERS} orders at once on one wallet: {measured.accepted} paid, {measured.refused} refused",
            f"broken rules of the ledger             {audit['broken']}",
            f"positions unlike the sum of their fills {audit['unlike']}",
            f"positions whose profit does not add up {audit['unequal']}",
            f"wallets below zero                     {audit['negative']}",
        ]
    )


def _order(token: str, *, side: str = "BUY", quantity: int = 1) -> bytes:
    body = json.dumps({"instrument": INSTRUMENT, "side": side, "quantity": quantity}).encode()
    head = f"POST {ORDERS} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return _head(head, token=token) + body


def _read(token: str) -> bytes:
    return _head(f"GET {ACCOUNT} HTTP/1.1\r\n", token=token)


def _head(lines: str, *, token: str) -> bytes:
    return f"{lines}Host: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


def _send(address: str, request: bytes, *, count: int) -> Answers:
    """Send a request so many times, one after the other on one connection.

    The bytes are made once and little of the answer is read: what the clients compute is taken from the service.
    """
    host, _, port = address.partition(":")
    answers = []
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(count):
            began = time.perf_counter()
            connection.sendall(request)
            status = _answer(connection)
            answers.append((time.perf_counter() - began, status))
    return answers


def _answer(connection: socket.socket) -> int:
    """Read one answer, whose length its head tells, and return its status."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += _more(connection)
    head, _, body = found.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    left = length - len(body)
    while left > 0:
        left -= len(_more(connection))
    return int(head.split(b" ", 2)[1])


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise RuntimeError("the service closed a connection")
    return data


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
        )
    """
    # E9: realised + unrealised = sold - bought + quantity x last price; unrealised is quantity x last price - cost.
    unequal = """
        SELECT count(*) FROM trading_position
        WHERE realised <> sell_value - buy_value + CASE WHEN quantity > 0 THEN cost ELSE -cost END
    """
    with connection.cursor() as cursor:
        counts = []
        for statement in (unlike, unequal):
            cursor.execute(statement)
            counts += cursor.fetchone()
    broken = sum(len(ids) for _, ids in wallet_selectors.audit_unscoped())
    negative = User.objects.filter(wallet_balance__lt=0).count()
    print(json.dumps({"broken": broken, "unlike": counts[0], "unequal": counts[1], "negative": negative}))


if __name__ == "__main__":
    import django

    django.setup()
    {"prepare": _prepare, "audit": _audit}[sys.argv[1]]()
