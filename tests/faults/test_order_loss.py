"""Processes killed between "order accepted" and "fill committed": exactly one fill, and the ledger balances (E13)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.faults.client import Client
from tests.faults.site import Site, until

BUY = {"instrument": "RELIANCE", "side": "BUY", "quantity": 1}
FILLS = "SELECT count(*) FROM trading_fill WHERE order_id = %s"
# Long ago enough for a bar to have closed since, on any day of the week.
WAITS_SINCE = """
    UPDATE trading_order SET price = 90000, worked_until = now() - interval '6 days',
        valid_until = now() + interval '1 day' WHERE id = %s
"""


def test_an_order_whose_web_process_is_killed_before_its_fill_is_filled_once(site: Site, client: Client) -> None:
    order = {**BUY, "client_order_id": "killed-before-the-fill"}
    with ThreadPoolExecutor(1) as pool:
        with site.locked("trading_fill"):
            lost = pool.submit(client.call, "POST", "/trading/orders/", order)
            site.wait_caught()
            site.kill("web")
        assert isinstance(lost.exception(), OSError)
    site.start_web()
    site.wait_ready("web")

    again = client.call("POST", "/trading/orders/", order)
    replayed = client.call("POST", "/trading/orders/", order)

    assert (again.status, again.body["status"], again.body["filled_quantity"]) == (201, "COMPLETE", 1)
    assert (replayed.status, replayed.body["id"]) == (200, again.body["id"])
    assert site.rows("SELECT count(*) FROM trading_order WHERE client_order_id = 'killed-before-the-fill'") == [(1,)]
    assert site.rows(FILLS, again.body["id"]) == [(1,)]
    site.run("manage.py", "reconcile_wallets")


def test_an_order_that_waits_is_filled_once_though_its_worker_is_killed(site: Site, client: Client) -> None:
    placed = client.call("POST", "/trading/orders/", {**BUY, "order_type": "LIMIT", "price": "1.00"})
    assert (placed.status, placed.body["status"]) == (201, "OPEN")
    order_id = placed.body["id"]
    with site.locked("trading_fill"):
        site.rows(WAITS_SINCE, order_id)
        site.wait_caught()
        site.kill("worker")
    until(lambda: site.rows("SELECT count(*) FROM pg_locks WHERE NOT granted") == [(0,)], why="the lock is let go")
    assert site.rows(FILLS, order_id) == [(0,)]
    site.start_worker()

    status = "SELECT status FROM trading_order WHERE id = %s"
    until(lambda: site.rows(status, order_id) == [("COMPLETE",)], why="another worker has filled it")

    assert site.rows(FILLS, order_id) == [(1,)]
    site.run("manage.py", "reconcile_wallets")
