"""scripts/run as a person uses it, from the first start to the demo. What does not belong here: the API's answers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripts.conftest import ROOT, all_end, family, line_of

pytestmark = pytest.mark.processes

LAST_LINE = "Ctrl-C stops everything; the data stays."
OWN_SERVERS = ("DATABASE_URL", "REDIS_URL")
OWN_SETTINGS = ("DJANGO_SETTINGS_MODULE", "CELERY_TASK_ALWAYS_EAGER", "BEAT_SCHEDULE_FILE")


@pytest.fixture
def environ(data: Path) -> dict[str, str]:
    """What a person's shell has: nothing of the test run's servers and settings."""
    kept = {name: value for name, value in os.environ.items() if name not in OWN_SERVERS + OWN_SETTINGS}
    return kept | {"PAPERTRADE_DATA": str(data / "state")}


@pytest.fixture
def first(environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A running first start."""
    process = subprocess.Popen(["scripts/run"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
    yield process
    members = family(process.pid)
    with process:
        process.kill()
    assert all_end(members)


def lines_until_up(process: subprocess.Popen[str]) -> list[str]:
    lines = [line_of(process)]
    while lines[-1] != LAST_LINE and process.poll() is None:
        lines.append(line_of(process))
    return lines


def test_first_start_second_copy_ctrl_c_and_demo(first: subprocess.Popen[str], environ: dict[str, str]) -> None:
    lines = lines_until_up(first)
    assert lines[-1] == LAST_LINE, "\n".join(lines)
    assert len([line for line in lines if "password" in line]) == 2, "the demo user's and the superadmin's"

    copy = subprocess.run(["scripts/run"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert copy.returncode == 1
    assert f"already runs from {environ['PAPERTRADE_DATA']} (process {first.pid})" in copy.stdout

    users = "from apps.users.models import User; raise SystemExit(User.objects.count() + 40)"
    manage = [str(ROOT / "scripts" / "manage"), "shell", "--verbosity=0", "--command", users]
    assert subprocess.run(manage, cwd="/", env=environ, check=False).returncode == 42, "it reaches the running database"

    everyone = family(first.pid)
    first.send_signal(signal.SIGINT)
    assert first.wait() == 0
    assert all_end(everyone)
    stopped = subprocess.run(manage, cwd="/", env=environ, capture_output=True, text=True, check=False)
    assert (stopped.returncode, "Start it first" in stopped.stderr) == (1, True)

    demo = ["scripts/run", "--demo", "--once"]
    again = subprocess.run(demo, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    assert len([line for line in again.stdout.splitlines() if "password " in line and "@" in line]) == 1, (
        "a second start makes no new password"
    )


@pytest.mark.parametrize(("port", "status", "said"), [(None, 1, "is taken"), ("65536", 2, "a port is a number from 1")])
def test_a_port_that_cannot_be_is_refused_before_anything_is_done(
    environ: dict[str, str], port: str | None, status: int, said: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = ["scripts/run", "--port", port or str(taken.getsockname()[1])]
        refused = subprocess.run(wanted, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    assert (refused.returncode, said in refused.stdout + refused.stderr) == (status, True)
    assert not Path(environ["PAPERTRADE_DATA"]).exists()
