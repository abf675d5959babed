"""Installations that start, change and restart while they are used (faults 44 to 46)."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2

from scripts.house import commands
from tests.faults.client import Client
from tests.faults.site import Site, until

STARTS, WRITERS, RUNS, RESTARTS = 4, 4, 20, 4
SEEDED = (
    "users_permission",
    "users_role_permission",
    "adminpanel_systemconfig",
    "strategies_predefined",
    "stocks_category",
    "stocks_stock",
    "sectors_sector",
    "django_migrations",
)
FIRST_START = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", "--noinput")
call_command("seed", "--years", "1")
"""
CHANGING = {"DJANGO_SETTINGS_MODULE": "tests.faults.changing.settings"}
# A whole week after the first day: it moves at midnight.
PRICES = "SELECT count(*) FROM {} WHERE date BETWEEN %s::date + 7 AND %s"


def test_four_first_starts_at_once_make_one_set_of_rows(site: Site) -> None:
    """Web, worker, beat and events may each be started by a script that migrates and seeds first."""
    with contextlib.closing(psycopg2.connect(site.dsn)) as connection:
        connection.autocommit = True
        connection.cursor().execute("CREATE DATABASE first")
    url = site.environ["DATABASE_URL"].rpartition("/")[0] + "/first"

    def start(_: int) -> None:
        site.run("-c", FIRST_START, DATABASE_URL=url)

    with ThreadPoolExecutor(STARTS) as pool:
        list(pool.map(start, range(STARTS)))

    for table in SEEDED:
        count = f"SELECT count(*) FROM {table}"
        assert site.rows(count, database="first") == site.rows(count), table
    for table in ("stock_price_daily", "sector_price_daily"):
        span = (PRICES.format(table), site.first_day, site.last_day)
        assert site.rows(*span, database="first") == site.rows(*span), table
    opened = "SELECT count(*), count(DISTINCT email), sum(wallet_balance) FROM users_user"
    assert site.rows(opened, database="first") == [(2, 2, 200_000)]


@contextlib.contextmanager
def readers(site: Site) -> Iterator[None]:
    """Somebody reads the accounts in one long transaction for the block."""
    with contextlib.closing(psycopg2.connect(site.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM users_user")
        yield


@contextlib.contextmanager
def writers(client: Client, *, seen: Counter[int]) -> Iterator[None]:
    """Refill the wallet again and again for the block, several at a time; each status is counted."""
    is_over = threading.Event()

    def write() -> Counter[int]:
        own: Counter[int] = Counter()
        while not is_over.is_set():
            own[client.call("POST", "/payments/wallet/refill", {"amount": "1.00"}).status] += 1
        return own

    with ThreadPoolExecutor(WRITERS) as pool:
        working = [pool.submit(write) for _ in range(WRITERS)]
        try:
            yield
        finally:
            is_over.set()
        for each in working:
            seen.update(each.result())


def test_a_migration_gives_way_to_those_who_use_its_table_and_comes_through(site: Site, client: Client) -> None:
    """It waits two seconds for its lock and no longer: nobody who writes waits behind it for more, or is refused."""
    seen: Counter[int] = Counter()
    with writers(client, seen=seen):
        with readers(site):
            site.launch("migrate", *commands.MIGRATE, **CHANGING)
            until(lambda: "A table is in use" in site.log("migrate"), why="it has given way")
            assert site.is_running("migrate")
        migrating = site.children["migrate"].process
        until(lambda: migrating.poll() is not None, why="it has come through")
        said = site.log("migrate")
    site.end("migrate")

    assert (migrating.returncode, said.rpartition("...")[2].strip()) == (0, "OK"), said
    assert set(seen) == {201}, seen
    site.rows("ALTER TABLE users_user DROP COLUMN changed")
    assert site.rows("DELETE FROM django_migrations WHERE app = 'changing' RETURNING 1") == [(1,)]


def test_restarts_in_short_order_lose_no_run_and_double_none(site: Site, client: Client) -> None:
    """Workers and web processes are told to end whatever they do, some before they have begun."""

    def post(number: int) -> str:
        key = {"Idempotency-Key": f"storm-{number}"}

        def posted() -> str | None:
            with contextlib.suppress(OSError):
                answer = client.call("POST", "/backtest/run", client.run_body(), headers=key)
                return str(answer.body["run_id"]) if answer.status == 202 else None
            return None

        return str(until(posted, why=f"run {number} is posted"))

    with ThreadPoolExecutor(1) as pool:
        posting = pool.submit(lambda: [post(number) for number in range(RUNS)])
        for restart in range(RESTARTS):
            for name in ("worker", "web") if restart % 2 else ("worker",):
                site.end(name)
                getattr(site, f"start_{name}")()
            if restart % 2:
                site.wait_ready("web")
        site.wait_ready("worker")
        posted = posting.result()

    assert [client.wait_for(run_id)["status"] for run_id in posted] == ["completed"] * RUNS
    told = "SELECT count(*), count(DISTINCT extra->>'run_id') FROM notifications WHERE extra->>'run_id' = ANY(%s)"
    assert site.rows(told, posted) == [(RUNS, RUNS)]
    written = """
        SELECT count(*) FROM backtest_runs WHERE run_id = ANY(%s)
          AND number_of_trades = (SELECT count(*) FROM trades WHERE backtest_run_id = backtest_runs.id)
    """
    assert site.rows(written, posted) == [(RUNS,)]
