"""PostgreSQL restarted under load and gone for a while: 503, never 500, and what was acknowledged stays (9 to 11)."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Event

import psycopg2

from tests.faults.client import Client
from tests.faults.site import Site, until

WRITERS = 4
# What a refusal to wait for the database leaves of a request, on a machine that is busy with other things.
PROMPT_SECONDS = 8.0
AMOUNT = Decimal("10.00")
NOBODY = {"email": "nobody@example.com", "password": "wrong-password"}


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
    with site.resting("worker"):
        run_id = client.post_run().body["run_id"]
        site.end("postgres")
        answers = [
            client.call("GET", "/strategies/predefined/", timeout=PROMPT_SECONDS),
            client.call("POST", "/payments/wallet/refill", {"amount": "10.00"}, timeout=PROMPT_SECONDS),
            client.post_run(timeout=PROMPT_SECONDS),
            client.call("POST", "/auth/login", NOBODY, timeout=PROMPT_SECONDS),
        ]
        ready = client.call("GET", "/health/ready", timeout=PROMPT_SECONDS)
        alive = client.call("GET", "/health/live", timeout=PROMPT_SECONDS)
    site.start_postgres()

    assert [(answer.status, answer.body["code"]) for answer in answers] == [(503, "UNAVAILABLE")] * 4
    assert ["Retry-After" in answer.headers for answer in answers] == [True] * 4
    assert (ready.status, ready.body["parts"]["database"], alive.status) == (503, False, 200)
    assert client.wait_for(run_id)["status"] == "completed"
    assert site.is_running("worker")


def test_a_database_that_takes_no_more_connections_is_503_until_it_does(site: Site, client: Client) -> None:
    with crowded(site):
        answers = [client.call("GET", "/strategies/predefined/", timeout=PROMPT_SECONDS) for _ in range(WRITERS)]
        answers.append(client.post_run(timeout=PROMPT_SECONDS))
        alive = client.call("GET", "/health/live", timeout=PROMPT_SECONDS)

    assert [(answer.status, answer.body["code"]) for answer in answers] == [(503, "UNAVAILABLE")] * 5
    assert alive.status == 200
    until(lambda: client.call("GET", "/health/ready").body["parts"]["database"], why="the database takes connections")
    assert client.wait_for(client.post_run().body["run_id"])["status"] == "completed"
    assert [site.is_running(name) for name in ("web", "worker", "beat")] == [True] * 3


@contextlib.contextmanager
def crowded(site: Site) -> Iterator[None]:
    """Every connection that the database takes is ours for the block."""
    others = """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND application_name <> 'crowd'
    """
    with contextlib.ExitStack() as crowd:
        first = crowd.enter_context(contextlib.closing(psycopg2.connect(site.dsn, application_name="crowd")))
        first.autocommit = True
        cursor = first.cursor()

        def is_full() -> bool:
            with contextlib.suppress(psycopg2.OperationalError):
                while True:
                    crowd.enter_context(contextlib.closing(psycopg2.connect(site.dsn, application_name="crowd")))
            cursor.execute(others)
            return not cursor.fetchall()

        until(is_full, why="every connection is ours")
        yield


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
