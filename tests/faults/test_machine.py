"""A machine whose clock jumps, or whose disk takes nothing more (faults 14 and 19)."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Iterator
from pathlib import Path

from tests.faults.client import Client
from tests.faults.site import Site


@contextlib.contextmanager
def full_disk(site: Site, *names: str) -> Iterator[None]:
    """Let no file of the processes grow by a byte for the block, their logs included."""
    numbers = [number for name in names for number in _family(site.children[name].process.pid)]
    before = {number: resource.prlimit(number, resource.RLIMIT_FSIZE) for number in numbers}
    for number, (_, hard) in before.items():
        resource.prlimit(number, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for number, limits in before.items():
            if Path(f"/proc/{number}").exists():
                resource.prlimit(number, resource.RLIMIT_FSIZE, limits)


def _family(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return [parent, *map(int, children)]


def test_a_worker_whose_clock_is_ahead_takes_over_nothing_that_another_works_on(site: Site, client: Client) -> None:
    site.start_worker("worker-2", module="tests.faults.ahead")
    try:
        site.wait_ready("worker-2")
        posted = [client.post_run().body["run_id"] for _ in range(12)]
        ended = [client.wait_for(run_id)["status"] for run_id in posted]
    finally:
        site.end("worker-2")

    assert ended == ["completed"] * 12
    assert site.rows("SELECT DISTINCT attempt FROM backtest_runs WHERE run_id = ANY(%s)", posted) == [(1,)]


def test_a_web_process_whose_clock_is_ahead_keeps_no_run_waiting(site: Site, client: Client) -> None:
    """What it writes of times is read by a worker who is ten minutes behind it."""
    site.end("web")
    site.start_web(module="tests.faults.ahead")
    try:
        site.wait_ready("web")
        posted = [client.post_run().body["run_id"] for _ in range(3)]
        ended = [client.wait_for(run_id)["status"] for run_id in posted]
    finally:
        site.end("web")

    assert ended == ["completed"] * 3
    ahead = "SELECT count(*) FROM backtest_runs WHERE run_id = ANY(%s) AND created_at > now() + interval '8 minutes'"
    assert site.rows(ahead, posted) == [(3,)]


def test_a_disk_that_is_full_stops_neither_runs_nor_their_reports(site: Site, client: Client) -> None:
    with full_disk(site, "web", "worker"):
        written = site.log("worker")
        run_id = client.post_run().body["run_id"]
        run = client.wait_for(run_id)
        reports = [client.fetch(f"/backtest/runs/{run_id}/{kind}") for kind in ("export_xlsx", "export_csv", "report")]
        assert site.log("worker") == written, "nothing could be written"

    assert run["status"] == "completed"
    assert reports == [200, 200, 200]
    assert site.is_running("web")
    assert site.is_running("worker")
    assert client.wait_for(client.post_run().body["run_id"])["status"] == "completed"
