"""PostgreSQL restarted under load and gone for a while: 503, never 500, and what was acknowledged stays (9 and 10)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Event

from tests.faults.client import Client
from tests.faults.site import Site, until

WRITERS = 4
AMOUNT = Decimal("10.00")


def test_a_restart_under_load_answers_503_and_loses_nothing_that_was_acknowledged(site: Site, client: Client) -> None:
    at_first = before = balance(client)
    is_over = Event()

    def write() -> Counter[int]:
        seen: Counter[int] = Counter()
        while not is_over.is_set():
            seen[client.call("POST", "/payments/wallet/refill", {"amount": str(AMOUNT)}).status] += 1
        return seen

    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(write) for _ in range(WRITERS)]
        for _ in range(3):
            wait_for_more(site, than=before)
            site.end("postgres")
            site.start_postgres()
            before = wait_for_more(site, than=balance_stored(site))
        is_over.set()
        seen = sum((writer.result() for writer in writers), Counter())

    assert set(seen) <= {201, 503}, seen
    acknowledged = at_first + seen[201] * AMOUNT
    # An answer that was lost with the connection may have been written: never more than one a writer and restart.
    assert acknowledged <= balance(client) <= acknowledged + 3 * WRITERS * AMOUNT
    assert "none" in site.run("manage.py", "reconcile_wallets")


def test_a_database_that_is_gone_is_503_in_json_and_runs_go_on_when_it_is_back(site: Site, client: Client) -> None:
    with site.paused("worker"):
        run_id = client.post_run().body["run_id"]
        site.end("postgres")
        answers = [
            client.call("GET", "/strategies/predefined/"),
            client.call("POST", "/payments/wallet/refill", {"amount": "10.00"}),
            client.post_run(),
            client.call("POST", "/auth/login", {"email": "nobody@example.com", "password": "wrong-password"}),
        ]
        ready = client.call("GET", "/health/ready")
        alive = client.call("GET", "/health/live")
    site.start_postgres()

    assert [(answer.status, answer.body["code"]) for answer in answers] == [(503, "UNAVAILABLE")] * 4
    assert ["Retry-After" in answer.headers for answer in answers] == [True] * 4
    assert (ready.status, ready.body["parts"]["database"], alive.status) == (503, False, 200)
    assert client.wait_for(run_id)["status"] == "completed"
    assert site.is_running("worker")


def balance(client: Client) -> Decimal:
    """The cash of the user, as the API says."""
    return Decimal(client.call("GET", "/auth/profile").body["wallet_balance"])


def balance_stored(site: Site) -> Decimal:
    """The cash of the user, as the table says."""
    found: Decimal = site.rows("SELECT wallet_balance FROM users_user WHERE email = 'demo@papertrade.example'")[0][0]
    return found


def wait_for_more(site: Site, *, than: Decimal) -> Decimal:
    """The cash of the user once it has grown."""
    until(lambda: balance_stored(site) > than, why="somebody writes")
    return balance_stored(site)
