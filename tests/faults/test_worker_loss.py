"""Workers that die, hang and come back: no run is lost, doubled or written half (faults 1 to 4 and 18)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.faults.client import SECTOR, Client
from tests.faults.site import Site, until

PRICES = "stock_price_daily"
RESULT = """
    SELECT status, final_wallet_amount, number_of_trades, list_of_trades_json::text, equity_curve_json::text,
           (SELECT count(*) FROM trades WHERE backtest_run_id = backtest_runs.id),
           (SELECT count(*) FROM notifications WHERE extra->>'run_id' = backtest_runs.run_id)
    FROM backtest_runs WHERE run_id = %s
"""


@pytest.fixture(scope="module")
def clean(installation: Site) -> tuple[Any, ...]:
    """What the run gives that nothing happens to: one notification, and trades."""
    installation.all_up()
    client = Client(installation)
    run = client.wait_for(client.post_run().body["run_id"])
    found = installation.rows(RESULT, run["run_id"])[0]
    assert (found[0], found[2] > 10, found[5] > 10, found[6]) == ("completed", True, True, 1)
    return found


@contextlib.contextmanager
def caught(site: Site, client: Client, *, table: str) -> Iterator[str]:
    """A run whose worker stands before a locked table in the middle of its work, until the block ends."""
    with contextlib.ExitStack() as stack:
        with site.resting("worker"):
            run_id: str = client.post_run().body["run_id"]
            stack.enter_context(site.locked(table))
        running = "SELECT 1 FROM backtest_runs WHERE run_id = %s AND status = 'running'"
        until(lambda: site.rows(running, run_id), why="the run runs, not some other task")
        site.wait_caught()
        yield run_id


def attempts(site: Site, run_id: str) -> int:
    number: int = site.rows("SELECT attempt FROM backtest_runs WHERE run_id = %s", run_id)[0][0]
    return number


@pytest.mark.parametrize("table", [PRICES, "trades", "notifications"])
def test_a_run_whose_worker_was_killed_is_done_once_by_the_next_one(
    site: Site, client: Client, clean: tuple[Any, ...], table: str
) -> None:
    """Before its result, in the middle of writing it, and at its last statement."""
    with caught(site, client, table=table) as run_id:
        site.kill("worker")
    site.start_worker()

    client.wait_for(run_id)

    assert attempts(site, run_id) == 2
    assert site.rows(RESULT, run_id) == [clean]


def test_a_run_whose_child_was_killed_is_done_once_by_the_same_worker(
    site: Site, client: Client, clean: tuple[Any, ...]
) -> None:
    with caught(site, client, table=PRICES) as run_id:
        site.kill_child("worker")

    client.wait_for(run_id)

    assert attempts(site, run_id) == 2
    assert site.rows(RESULT, run_id) == [clean]
    assert site.is_running("worker")


def test_a_worker_that_hung_longer_than_its_lease_changes_nothing_when_it_wakes(
    site: Site, client: Client, clean: tuple[Any, ...]
) -> None:
    with contextlib.ExitStack() as asleep:
        with caught(site, client, table=PRICES) as run_id:
            asleep.enter_context(site.paused("worker"))
        site.start_worker("worker-2")
        client.wait_for(run_id)
        done = site.rows("SELECT * FROM backtest_runs WHERE run_id = %s", run_id)
    site.end("worker-2")

    assert client.wait_for(client.post_run().body["run_id"])["status"] == "completed"  # by the one that hung
    assert attempts(site, run_id) == 2
    assert site.rows("SELECT * FROM backtest_runs WHERE run_id = %s", run_id) == done
    assert site.rows(RESULT, run_id) == [clean]


def test_a_worker_that_hangs_in_its_last_write_holds_up_nobody_else(
    site: Site, client: Client, clean: tuple[Any, ...]
) -> None:
    """It keeps the row of its run locked until the database ends its transaction; other runs go on."""
    with contextlib.ExitStack() as asleep:
        with caught(site, client, table="notifications") as run_id:
            asleep.enter_context(site.paused("worker"))
        site.start_worker("worker-2")
        site.wait_ready("worker-2")
        until(lambda: site.rows("SELECT 1 FROM backtest_runs WHERE lease_expires_at < now()"), why="its lease is over")
        others = [client.post_run(instrument=SECTOR) for _ in range(3)]

        assert [other.status for other in others] == [202] * 3
        assert [client.wait_for(other.body["run_id"])["status"] for other in others] == ["completed"] * 3
        client.wait_for(run_id)
    site.end("worker-2")

    assert site.rows(RESULT, run_id) == [clean]


def test_a_run_that_kills_its_workers_is_given_up_and_the_others_go_on(site: Site, client: Client) -> None:
    with contextlib.ExitStack() as stack:
        with site.resting("worker"):
            poison = client.post_run().body["run_id"]
            others = [client.post_run(instrument=SECTOR).body["run_id"] for _ in range(5)]
            stack.enter_context(site.locked(PRICES))
        running = "SELECT 1 FROM backtest_runs WHERE run_id = %s AND status = 'running' AND attempt = %s"
        for attempt in (1, 2, 3):
            until(partial(site.rows, running, poison, attempt), why=f"attempt {attempt} runs")
            site.kill_child("worker")

        assert [client.wait_for(run_id)["status"] for run_id in others] == ["completed"] * 5
        given_up = client.wait_for(poison)

    assert (given_up["status"], given_up["error_code"]) == ("failed", "WORKER_LOST")
    assert attempts(site, poison) == 3
    assert site.rows("SELECT count(*) FROM notifications WHERE extra->>'run_id' = %s", poison) == [(1,)]
