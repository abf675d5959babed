"""Work that wants more memory than there is: it fails, its worker lives, and the others go on (fault 20)."""

from __future__ import annotations

from typing import Any

from tests.faults.client import RULES, Client
from tests.faults.greedy import GREEDY
from tests.faults.site import Site, until

SWEEP_RULES: dict[str, Any] = {
    **RULES,
    "inputs": {"days": 1},
    "enter_long": {"left": "CLOSE", "op": ">", "right": "days"},
}


def test_work_that_wants_too_much_fails_and_the_same_child_does_what_comes_after(site: Site, client: Client) -> None:
    site.end("worker")
    site.start_worker(module="tests.faults.greedy")
    try:
        site.wait_ready("worker")
        greedy = client.post_run(instrument=("stock", GREEDY)).body["run_id"]
        sweep = client.call("POST", "/backtest/sweep", sweep_body(site)).body["sweep_id"]
        failed, failed_sweep = client.wait_for(greedy), wait_for_sweep(client, sweep)
        child = site.child_of("worker")
        others = [client.wait_for(client.post_run().body["run_id"])["status"] for _ in range(3)]

        assert site.child_of("worker") == child
    finally:
        site.end("worker")

    assert (failed["status"], failed["error_code"]) == ("failed", "OUT_OF_MEMORY")
    assert (failed_sweep["status"], failed_sweep["error_code"]) == ("failed", "OUT_OF_MEMORY")
    assert site.rows("SELECT attempt FROM backtest_runs WHERE run_id = %s", greedy) == [(1,)]
    assert others == ["completed"] * 3


def sweep_body(site: Site) -> dict[str, Any]:
    """A sweep of two combinations on the stock whose prices have no end."""
    return {
        "instrument_type": "stock",
        "instrument_identifier": GREEDY,
        "start_date": site.first_day,
        "end_date": site.last_day,
        "rules": SWEEP_RULES,
        "grid": {"days": [1, 2]},
    }


def wait_for_sweep(client: Client, sweep_id: str) -> dict[str, Any]:
    """The sweep once it has ended."""

    def ended() -> dict[str, Any] | None:
        sweep = client.call("GET", f"/backtest/sweeps/{sweep_id}/").body
        return sweep if sweep["status"] in ("completed", "failed") else None

    return dict(until(ended, why=f"sweep {sweep_id} has ended"))
