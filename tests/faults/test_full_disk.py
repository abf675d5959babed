"""PostgreSQL's own disk is full: what was acknowledged stays, and work goes on once there is room (fault 19).

What does not belong here: a full disk of the other processes (test_machine).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psycopg2
import pytest

from scripts.house import postgres
from tests.faults.client import Answer, Client
from tests.faults.site import Site, until

ROOM_MB = 64
RUNS = 4
WRITES = 10
AMOUNT = Decimal("10.00")
PIECE = b"\0" * 65_536
READS = ("/auth/profile", "/strategies/predefined/", "/backtest/runs/")
# As much as a segment of the write-ahead log holds, so that the next one has to be made.
GROW = "SELECT pg_logical_emit_message(false, 'faults', repeat('x', 16 * 1024 * 1024))"
KEEP = f"ALTER DATABASE {postgres.NAME} SET synchronous_commit TO on"
FORGET = f"ALTER DATABASE {postgres.NAME} RESET synchronous_commit"


def why_not() -> str:
    """Why no disk can be mounted here; nothing if one can."""
    if os.geteuid() != 0:
        return "only root may mount a disk for PostgreSQL"
    # In a namespace of its own, which takes the mount with it when it ends.
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    try:
        subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no disk can be mounted here: {getattr(error, 'stderr', error)}"
    return ""


WHY_NOT = why_not()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


class Disk:
    """The disk of the database, which can be filled, and what the database says of it."""

    def __init__(self, folder: Path) -> None:
        self.ballast = folder / "ballast"
        self.log = folder.with_name("postgres.log")
        self.said_before = len(self.log.read_text("utf-8"))

    def said(self) -> str:
        """What the database has written since it came to this disk."""
        return self.log.read_text("utf-8")[self.said_before :]

    def fill(self) -> None:
        """Leave not a byte, nor of what has become free since the last time."""
        with contextlib.suppress(OSError), self.ballast.open("ab", buffering=0) as file:
            while file.write(PIECE):
                pass

    def make_room(self) -> None:
        """Take away what fills it."""
        self.ballast.unlink(missing_ok=True)


@pytest.fixture
def disk(site: Site) -> Iterator[Disk]:
    """The database moves to a disk of its own, and back."""
    data, aside = site.scratch / "postgres", site.scratch / "postgres.aside"
    site.end("postgres")
    data.rename(aside)
    data.mkdir()
    used = sum(path.lstat().st_blocks for path in aside.rglob("*")) * 512 // 2**20
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used + ROOM_MB}m", "tmpfs", data], check=True)
    small = Disk(data)
    try:
        subprocess.run(["cp", "--archive", f"{aside}/.", data], check=True)
        site.start_postgres()
        # As in production: the other faults never crash the database, so there it need not write before it answers.
        site.rows(KEEP)
        yield small
    finally:
        small.make_room()
        if site.is_running("postgres"):
            site.end("postgres")
        shutil.rmtree(aside)
        subprocess.run(["cp", "--archive", data, aside], check=True)
        subprocess.run(["umount", data], check=True)
        data.rmdir()
        aside.rename(data)
        site.start_postgres()
        site.rows(FORGET)


class Shop:
    """The user and what has been asked for, with every answer."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.at_first = self.balance()
        self.refills: list[Answer] = []
        self.runs: list[str] = []

    def balance(self) -> Decimal:
        """The cash of the user, as the API says."""
        return Decimal(self.client.call("GET", "/auth/profile").body["wallet_balance"])

    def refill(self) -> Answer:
        """One write, which is remembered."""
        answer = self.client.call("POST", "/payments/wallet/refill", {"amount": str(AMOUNT)})
        self.refills.append(answer)
        return answer

    def post_run(self) -> Answer:
        """A run, which is remembered if it was taken in."""
        answer = self.client.post_run()
        if answer.status == 202:
            self.runs.append(answer.body["run_id"])
        return answer

    def outage(self, disk: Disk) -> list[Answer]:
        """What writes and reads are answered while there is no room: the refusals, in the envelope."""
        answers = []
        for _ in range(WRITES):
            disk.fill()
            answers += [self.refill(), self.post_run()]
        answers += [self.client.call("GET", path) for path in READS]
        assert {answer.status for answer in answers} <= {200, 201, 202, 503}
        return [answer for answer in answers if answer.status == 503]


@pytest.fixture
def shop(client: Client, disk: Disk) -> Shop:
    """The user, with the database on its own disk and runs under way."""
    until(lambda: is_ready(client), why="the service has found the database again")
    made = Shop(client)
    for _ in range(RUNS):
        assert made.post_run().status == 202
    return made


def is_ready(client: Client) -> bool:
    """Whether every part of the service answers."""
    return client.call("GET", "/health/ready").status == 200


def refused(answers: list[Answer]) -> set[tuple[int, str, bool]]:
    """The kinds of refusal among answers."""
    return {(each.status, each.body["code"], "Retry-After" in each.headers) for each in answers}


def check_whole(site: Site, shop: Shop) -> None:
    """What was acknowledged is there once, and nothing is there in part."""
    kept = shop.balance()
    taken = sum(answer.status == 201 for answer in shop.refills)
    # An answer that was lost with the connection may have been written.
    assert shop.at_first + taken * AMOUNT <= kept <= shop.at_first + len(shop.refills) * AMOUNT
    audit = site.run("manage.py", "reconcile_wallets").splitlines()
    assert [line for line in audit if not line.endswith(": none")] == []
    assert [shop.client.wait_for(run_id)["status"] for run_id in shop.runs] == ["completed"] * len(shop.runs)
    told = "SELECT count(*), count(DISTINCT extra->>'run_id') FROM notifications WHERE extra->>'run_id' = ANY(%s)"
    assert site.rows(told, shop.runs) == [(len(shop.runs), len(shop.runs))]
    written = """
        SELECT count(*) FROM backtest_runs WHERE run_id = ANY(%s)
          AND number_of_trades = (SELECT count(*) FROM trades WHERE backtest_run_id = backtest_runs.id)
    """
    assert site.rows(written, shop.runs) == [(len(shop.runs),)]


def test_tables_that_cannot_grow_are_503_and_all_goes_on_with_room(site: Site, shop: Shop, disk: Disk) -> None:
    """The database refuses single statements: nobody starts anything again."""
    number = site.children["postgres"].process.pid

    def is_full() -> bool:
        disk.fill()
        return shop.refill().status != 201

    until(is_full, why="the tables of the wallets cannot grow")
    answers = [shop.refills[-1], *shop.outage(disk)]
    alive = shop.client.call("GET", "/health/live").status
    disk.make_room()
    until(lambda: shop.refill().status == 201, why="writes are taken again")

    assert "could not extend file" in disk.said()
    assert "PANIC" not in disk.said()
    assert refused(answers) == {(503, "UNAVAILABLE", True)}
    assert alive == 200
    check_whole(site, shop)
    assert site.children["postgres"].process.pid == number
    assert [site.is_running(name) for name in ("web", "worker", "beat", "postgres")] == [True] * 4


def test_a_log_that_cannot_grow_ends_the_database_and_loses_nothing(site: Site, shop: Shop, disk: Disk) -> None:
    """The write-ahead log has no room: PostgreSQL gives up, and its supervisor starts it again once there is some."""

    def has_ended() -> bool:
        disk.fill()
        with contextlib.suppress(psycopg2.Error):
            site.rows(GROW)
            shop.refill()
        return not site.is_running("postgres")

    until(has_ended, why="the log cannot grow")
    answers = shop.outage(disk)
    alive = shop.client.call("GET", "/health/live").status
    disk.make_room()
    site.start_postgres()
    until(lambda: shop.refill().status == 201, why="writes are taken again")

    assert "PANIC:  could not write to file" in disk.said()
    assert refused(answers) == {(503, "UNAVAILABLE", True)}
    assert alive == 200
    check_whole(site, shop)
    assert [site.is_running(name) for name in ("web", "worker", "beat")] == [True] * 3
