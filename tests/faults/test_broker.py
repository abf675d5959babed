"""A broker that is down, hangs, forgets or repeats itself: the table says what waits (faults 5 to 8, 12 and 13)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
import redis

from tests.faults.client import Client
from tests.faults.site import Site, until

# What a refusal to wait for the broker leaves of a request, on a machine that is busy with other things. A client
# without a limit of its own waits for a silent broker for ever.
PROMPT_SECONDS = 8.0
QUEUE = "backtest"
SENT = "Sending due task start-due-syncs"


@contextlib.contextmanager
def broken(site: Site, fault: str) -> Iterator[None]:
    """A broker that is gone, takes connections and says nothing, or keeps nothing more, for the block."""
    if fault == "down":
        site.end("valkey")
        yield
        site.start_valkey()
    elif fault == "silent":
        with site.paused("valkey"):
            yield
    else:
        broker = site.broker()
        broker.config_set("maxmemory", "1mb")
        with pytest.raises(redis.OutOfMemoryError):
            broker.set("anything", "more")
        yield
        broker.config_set("maxmemory", "0")


@pytest.mark.parametrize("fault", ["down", "silent", "full"])
def test_a_run_posted_without_a_broker_is_taken_in_at_once_and_done_later(
    site: Site, client: Client, fault: str
) -> None:
    with broken(site, fault):
        posted = client.post_run(timeout=PROMPT_SECONDS)
        waits = client.call("GET", f"/backtest/runs/{posted.body['run_id']}/", timeout=PROMPT_SECONDS)

    assert (posted.status, waits.body["status"]) == (202, "pending")
    assert client.wait_for(posted.body["run_id"])["status"] == "completed"


def test_a_ring_taken_from_a_broker_that_is_full_costs_no_worker(site: Site, client: Client) -> None:
    with contextlib.ExitStack() as faults:
        with site.resting("worker"):
            posted = client.post_run()
            faults.enter_context(broken(site, "full"))
        until(lambda: "Connection to broker lost" in site.log("worker"), why="the worker was refused")

    assert client.wait_for(posted.body["run_id"])["status"] == "completed"
    assert site.is_running("worker")


def test_runs_whose_rings_were_flushed_are_rung_again(site: Site, client: Client) -> None:
    site.end("worker")
    posted = [client.post_run().body["run_id"] for _ in range(5)]
    assert site.broker().llen(QUEUE) >= 5
    site.broker().flushall()
    site.start_worker()

    assert [client.wait_for(run_id)["status"] for run_id in posted] == ["completed"] * 5
    assert site.rows("SELECT DISTINCT attempt FROM backtest_runs WHERE run_id = ANY(%s)", posted) == [(1,)]


def test_a_ring_that_comes_two_hundred_times_runs_nothing_twice(site: Site, client: Client) -> None:
    site.end("worker")
    posted = [client.post_run().body["run_id"] for _ in range(9)]
    ring = site.broker().lindex(QUEUE, 0)
    assert isinstance(ring, bytes)
    site.broker().rpush(QUEUE, *[ring] * 200)
    site.start_worker()
    site.start_worker("worker-2")

    assert [client.wait_for(run_id)["status"] for run_id in posted] == ["completed"] * 9
    until(lambda: site.broker().llen(QUEUE) == 0, why="every ring was heard")
    site.end("worker-2")
    assert site.rows("SELECT DISTINCT attempt FROM backtest_runs WHERE run_id = ANY(%s)", posted) == [(1,)]
    told = "SELECT count(*), count(DISTINCT extra->>'run_id') FROM notifications WHERE extra->>'run_id' = ANY(%s)"
    assert site.rows(told, posted) == [(9, 9)]


STARTED = "SELECT sync_type, count(*) FROM sync_logs WHERE is_auto_sync GROUP BY sync_type"


@contextlib.contextmanager
def scheduled(site: Site) -> Iterator[None]:
    """Syncs that are due, and were last at midnight, for the block."""
    site.rows("DELETE FROM sync_items WHERE log_id IN (SELECT id FROM sync_logs WHERE is_auto_sync)")
    site.rows("DELETE FROM sync_logs WHERE is_auto_sync")
    configure(site, "sync.instruments", "RELIANCE,NIFTY50")
    configure(site, "sync.schedule.interval_minutes", "1440")
    configure(site, "sync.schedule.mode", "interval")
    yield
    configure(site, "sync.schedule.mode", "manual")


def wait_for_looks(site: Site, *beats: str) -> None:
    """Wait until a scheduled sync has ended, and every beat has looked again a few times."""
    ended = "SELECT 1 FROM sync_logs WHERE is_auto_sync AND end_time IS NOT NULL"
    until(lambda: site.rows(ended), why="a sync has ended")
    before = {beat: site.log(beat).count(SENT) for beat in beats}
    until(lambda: all(site.log(beat).count(SENT) >= before[beat] + 3 for beat in beats), why="all have looked again")


def test_two_beats_start_each_scheduled_sync_once(site: Site) -> None:
    with scheduled(site):
        site.start_beat("beat-2")
        wait_for_looks(site, "beat", "beat-2")
        site.end("beat-2")

    started = dict(site.rows(STARTED))
    assert started == {"sector": 1, "stock": 1} | dict.fromkeys(started, 1)


def test_a_beat_that_was_dead_makes_up_for_a_sync_once_and_rings_for_what_waits(site: Site, client: Client) -> None:
    site.kill("beat")
    site.end("worker")
    run_id = client.post_run().body["run_id"]
    site.broker().flushall()
    site.start_worker()
    site.wait_ready("worker")
    with scheduled(site):
        waits = client.call("GET", f"/backtest/runs/{run_id}/").body["status"]
        assert (waits, site.rows(STARTED)) == ("pending", [])
        site.start_beat()
        wait_for_looks(site, "beat")

    assert client.wait_for(run_id)["status"] == "completed"
    started = dict(site.rows(STARTED))
    assert started == {"sector": 1, "stock": 1} | dict.fromkeys(started, 1)


def configure(site: Site, key: str, value: str) -> None:
    """Set a key as if nothing had been changed for two days: times before a change are not made up for."""
    site.rows("UPDATE adminpanel_systemconfig SET updated_at = now() - interval '2 days'")
    changed = site.rows("UPDATE adminpanel_systemconfig SET value = %s WHERE key = %s RETURNING 1", value, key)
    assert changed == [(1,)]
