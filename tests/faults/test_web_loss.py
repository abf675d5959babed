"""Web processes killed in the middle of a request: the same key again does the work once (faults 36 and 37)."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.faults.client import Client
from tests.faults.site import Site, until

KEY = "Idempotency-Key"
CLIENTS = 100


def test_a_request_whose_process_was_killed_is_done_once_when_it_is_sent_again(site: Site, client: Client) -> None:
    with ThreadPoolExecutor(1) as pool:
        with site.locked("backtest_runs", "backtests_last_start"):
            lost = pool.submit(client.post_run, headers={KEY: "killed-before-commit"})
            site.wait_caught()
            site.kill("web")
        assert isinstance(lost.exception(), OSError)
    site.start_web()
    site.wait_ready("web")

    again = client.post_run(headers={KEY: "killed-before-commit"})
    replayed = client.post_run(headers={KEY: "killed-before-commit"})

    assert (again.status, again.headers["Idempotent-Replayed"]) == (202, "false")
    assert (replayed.status, replayed.headers["Idempotent-Replayed"]) == (202, "true")
    assert again.body["run_id"] == replayed.body["run_id"]
    assert client.wait_for(again.body["run_id"])["status"] == "completed"


def test_an_answer_that_was_lost_after_the_commit_is_given_again(site: Site, client: Client) -> None:
    """The work is done and stored; only the answer never arrived."""
    count = "SELECT count(*) FROM wallet_entry"
    first = client.call("POST", "/payments/wallet/refill", {"amount": "25.00"}, headers={KEY: "answer-lost"})
    entries = site.rows(count)
    site.kill("web")
    site.start_web()
    site.wait_ready("web")

    again = client.call("POST", "/payments/wallet/refill", {"amount": "25.00"}, headers={KEY: "answer-lost"})

    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert site.rows(count) == entries


def test_requests_whose_clients_left_before_the_answer_are_done_once(site: Site, client: Client) -> None:
    """Each is sent and left at once; then it is sent again under its key until it is answered."""
    spent = "SELECT count(*) FROM wallet_entry"
    client.call("POST", "/payments/wallet/refill", {"amount": "3.00"})
    before: int = site.rows(spent)[0][0]
    for number in range(CLIENTS):
        leave(client, "/payments/wallet/refill", {"amount": "3.00"}, key=f"left-{number}")

    def answered(number: int) -> bool:
        key = {KEY: f"left-{number}"}
        return client.call("POST", "/payments/wallet/refill", {"amount": "3.00"}, headers=key).status == 201

    for number in range(CLIENTS):
        until(partial(answered, number), why=f"request {number} is answered")

    assert site.rows(spent) == [(before + CLIENTS,)]
    site.run("manage.py", "reconcile_wallets")


def leave(client: Client, path: str, body: dict[str, str], *, key: str) -> None:
    """Send a request and close the connection without waiting for anything."""
    host, _, port = client.site.address.partition(":")
    content = json.dumps(body)
    lines = (
        f"POST /api/v1{path} HTTP/1.1",
        f"Host: {client.site.address}",
        f"Authorization: Bearer {client.token}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        f"{KEY}: {key}",
    )
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "", content]).encode())


def test_the_lines_of_a_task_carry_the_id_of_the_request_it_began_with(site: Site, client: Client) -> None:
    given = {"X-Request-ID": "from-the-client-1"}
    client.wait_for(client.post_run(headers=given).body["run_id"])

    def lines() -> list[dict[str, str]]:
        found = [json.loads(line) for line in site.log("worker").splitlines() if line.startswith("{")]
        return [line for line in found if line.get("request_id") == given["X-Request-ID"]]

    until(lines, why="the worker has logged the end of the task")
    assert all("backtests.execute_pending" in line["event"] and line["task_id"] for line in lines())
