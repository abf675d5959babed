"""A sync whose worker is killed in the middle ends with the rows of a clean one (fault 1, of syncs)."""

from __future__ import annotations

import contextlib

from tests.faults.client import Client
from tests.faults.site import Site, until

NAMES = ["INFY", "RELIANCE", "TCS", "WIPRO"]
BARS = """
    SELECT md5(string_agg(bar::text, ';' ORDER BY enum, date)), count(*) FROM (
        SELECT enum, date, open_price, high_price, low_price, close_price, volume
        FROM stock_price_daily JOIN stocks_stock ON stocks_stock.id = stock_id WHERE enum = ANY(%s)
    ) AS bar
"""
FORGET = """
    DELETE FROM stock_price_daily USING stocks_stock
    WHERE stocks_stock.id = stock_id AND enum = ANY(%s) AND date > current_date - 90
"""


def test_a_sync_whose_worker_was_killed_stores_what_a_clean_one_does(site: Site) -> None:
    admin = Client(site, email="admin@papertrade.example")
    clean = site.rows(BARS, NAMES)
    site.rows(FORGET, NAMES)
    assert site.rows(BARS, NAMES) != clean

    with contextlib.ExitStack() as stack:
        with site.resting("worker"):
            asked = {"sync_type": "stock", "instruments": NAMES}
            log_id = admin.call("POST", "/sync/trigger-normal", asked).body["id"]
            stack.enter_context(site.locked("stock_price_daily"))
        running = "SELECT 1 FROM sync_items WHERE log_id = %s AND state = 'running'"
        until(lambda: site.rows(running, log_id), why="the sync runs, not some other task")
        site.wait_caught()
        site.kill("worker")
    site.start_worker()

    ended = "SELECT success_count, failed_count, total_items FROM sync_logs WHERE id = %s AND end_time IS NOT NULL"
    assert until(lambda: site.rows(ended, log_id), why="the sync has ended") == [(4, 0, 4)]
    assert site.rows(BARS, NAMES) == clean
