"""The machine is lost, its last dump is not: what docs/deploy.md says of backups, step by step, on an empty cluster."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from scripts.house import postgres, state
from scripts.house.place import Place
from tests.faults.client import Client
from tests.faults.site import VENV, Site, until

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
ROWS = "SELECT count(*), md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{}\" t"
PROCESSES = ("beat", "worker", "web")


def contents(site: Site) -> dict[str, tuple[int, str]]:
    """The number of rows of each table, and a hash of them all."""
    return {name: site.rows(ROWS.format(name))[0] for (name,) in site.rows(TABLES)}


def call(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, as its server is."""
    done = subprocess.run([postgres._binaries(VENV) / name, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def on_an_empty_cluster(site: Site) -> Iterator[None]:
    """Let the installation's commands and processes use another, empty PostgreSQL for the block."""
    before, dsn = site.environ["DATABASE_URL"], site.dsn
    scratch = site.scratch / "restored"
    scratch.mkdir()
    place = Place(scratch / "postgres", state.socket_folder(scratch), site.scratch / "restored.log")
    url = postgres.start(supervisor=site.supervisor, place=place, venv=VENV, lasting=False)
    site.children["restored"] = site.supervisor.children[-1]
    site.environ["DATABASE_URL"] = url
    site.dsn = dsn.replace(before.split("@")[1].split("/")[0].replace("%2F", "/"), url.split("@")[1].split("/")[0])
    site.dsn = site.dsn.replace("%2F", "/")
    try:
        yield
    finally:
        for name in (*PROCESSES, "restored"):
            if site.is_running(name):
                site.end(name)
        site.environ["DATABASE_URL"], site.dsn = before, dsn


def test_a_dump_restored_into_an_empty_cluster_is_the_same_installation(
    site: Site, client: Client, tmp_path: Path
) -> None:
    run = client.post_run().body["run_id"]
    client.wait_for(run)
    shown = client.call("GET", f"/backtest/runs/{run}/").body
    for name in PROCESSES:
        site.end(name)
    kept, dump = contents(site), str(tmp_path / "papertrade.dump")
    call("pg_dump", "--format=custom", f"--file={dump}", site.dsn)

    with on_an_empty_cluster(site):
        call("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={site.dsn}", dump)

        assert contents(site) == kept
        assert kept["backtest_runs"][0] >= 1
        site.run("manage.py", "migrate", "--check")
        site.run("manage.py", "reconcile_wallets")
        site.all_up()
        until(lambda: client.call("GET", "/health/ready").status == 200, why="every part answers")
        assert client.call("GET", f"/backtest/runs/{run}/").body == shown
        assert client.wait_for(client.post_run().body["run_id"])["status"] == "completed"
        site.run("manage.py", "reconcile_wallets")
