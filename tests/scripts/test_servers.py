"""The embedded servers: what they keep, and as whom they run. What does not belong here: the supervisor's own rules."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from pathlib import Path

import pytest
import redis

from scripts.house import postgres
from scripts.house.place import Place
from tests.scripts.conftest import ROOT, Launch, all_end, family, line_of

pytestmark = pytest.mark.processes

SERVERS = """
import sys
from pathlib import Path
from scripts.house import postgres, state, valkey
from scripts.house.identity import Identity
from scripts.house.place import Place
from scripts.house.supervisor import Supervisor
data, who = Path(sys.argv[1]), Identity[sys.argv[2]] if sys.argv[2] else None
sockets, supervisor, venv = state.socket_folder(data), Supervisor(), Path(sys.argv[3])
place = Place(data / "postgresql", sockets, data / "postgresql.log")
print(postgres.start(supervisor=supervisor, place=place, venv=venv, lasting=False, who=who), flush=True)
place = Place(data / "valkey", sockets, data / "valkey.log")
print(valkey.start(supervisor=supervisor, place=place, venv=venv, lasting=True), flush=True)
print(supervisor.children[0].process.pid, flush=True)
sys.stdin.readline()
supervisor.stop()
"""


def start(launch: Launch, data: Path, who: str = "") -> tuple[subprocess.Popen[str], int]:
    """A launcher with both servers up, and the process number of its PostgreSQL."""
    launcher = launch(SERVERS, data, who, ROOT / ".venv")
    sockets = str(data / "run").replace("/", "%2F")
    assert line_of(launcher) == f"postgres://papertrade@{sockets}/papertrade"
    assert line_of(launcher) == f"unix://{data}/run/valkey.sock"
    return launcher, int(line_of(launcher))


def sql(data: Path, statement: str) -> str:
    """What psql, the client beside the server, prints."""
    psql = postgres._binaries(ROOT / ".venv") / "psql"
    options = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]
    where = [f"--host={data / 'run'}", "--username=papertrade", "--dbname=papertrade"]
    return subprocess.run([psql, *options, *where, "-c", statement], check=True, capture_output=True, text=True).stdout


def test_a_second_start_finds_what_the_first_one_stored(launch: Launch, data: Path) -> None:
    launcher, _ = start(launch, data)
    sql(data, "CREATE TABLE kept AS SELECT 42 AS answer")
    with redis.Redis(unix_socket_path=str(data / "run" / "valkey.sock")) as client:
        client.set("kept", "42")
    launcher.communicate("stop\n")
    start(launch, data)
    assert sql(data, "SELECT answer FROM kept") == "42\n"
    with redis.Redis(unix_socket_path=str(data / "run" / "valkey.sock")) as client:
        assert client.get("kept") == b"42"


def test_a_start_right_after_a_kill_waits_for_the_old_server(launch: Launch, data: Path) -> None:
    launcher, first = start(launch, data)
    sql(data, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(first, signal.SIGSTOP)  # the old server is slow to stop
    os.kill(launcher.pid, signal.SIGKILL)
    successor = launch(SERVERS, data, "", ROOT / ".venv")
    time.sleep(1)
    os.kill(first, signal.SIGCONT)
    assert line_of(successor).startswith("postgres://")
    assert sql(data, "SELECT answer FROM kept") == "42\n"
    assert all_end([first])


def test_a_server_is_ready_only_when_its_own_status_says_so(tmp_path: Path) -> None:
    """A killed server leaves a status file that says `ready` for ever."""
    place = Place(data=tmp_path, sockets=tmp_path, log=tmp_path / "log")
    assert not postgres._is_accepting(place, process=42)
    for status, ready in (("starting", False), ("ready   ", True)):
        (tmp_path / "postmaster.pid").write_text("\n".join(["42", "data", "0", "5432", "run", "", "0 0", status, ""]))
        assert postgres._is_accepting(place, process=42) is ready
        assert not postgres._is_accepting(place, process=43)


def test_a_killed_launcher_takes_both_servers_with_it(launch: Launch, data: Path) -> None:
    launcher, _ = start(launch, data)
    everyone = family(launcher.pid)
    os.kill(launcher.pid, signal.SIGKILL)
    launcher.wait()
    assert len(everyone) > 3
    assert all_end(everyone)


def test_an_interrupted_initdb_is_done_again(launch: Launch, data: Path) -> None:
    partial = data / "postgresql.partial"
    partial.mkdir()
    (partial / "PG_VERSION").write_text("half a cluster")
    start(launch, data)
    assert not partial.exists()
    assert sql(data, "SELECT 1") == "1\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_without_user_namespaces_root_starts_postgres_as_nobody(launch: Launch, data: Path) -> None:
    _, server = start(launch, data, who="NOBODY")
    assert Path("/proc", str(server)).stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert sql(data, "SELECT current_user") == "papertrade\n"
