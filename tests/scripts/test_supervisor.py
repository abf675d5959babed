"""The supervisor: order of stop, a child that dies, a launcher that is killed. What does not belong here: servers."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.scripts.conftest import Launch, all_end, family, line_of

pytestmark = pytest.mark.processes

# Starts the named children, each of which notes in order.txt that it was asked to stop, and stops on the next line.
CHILDREN = """
import os, pathlib, sys
from scripts.house.supervisor import Spec, Supervisor
folder = pathlib.Path(sys.argv[1])
body = '''
import os, pathlib, signal, sys, time
note = pathlib.Path(sys.argv[1], "order.txt")
def stop(*_):
    with note.open("a") as file:
        file.write(sys.argv[2] + chr(10))
    if sys.argv[2] != "stubborn":
        sys.exit(0)
signal.signal(signal.SIGTERM, stop)
pathlib.Path(sys.argv[1], sys.argv[2] + ".up").touch()
while True:
    time.sleep(0.05)
'''
supervisor = Supervisor()
for name in sys.argv[2:]:
    command = [sys.executable, "-c", body, str(folder), name]
    spec = Spec(name, command, dict(os.environ), folder / (name + ".log"), patience_seconds=1)
    supervisor.start(spec).wait_until((folder / (name + ".up")).exists, seconds=20)
print("up", flush=True)
sys.stdin.readline()
supervisor.stop()
"""

DYING = """
import os, pathlib, sys
from scripts.house.console import HouseError
from scripts.house.supervisor import Spec, Supervisor
log = pathlib.Path(sys.argv[1], "worker.log")
supervisor = Supervisor()
try:
    supervisor.start(Spec("worker", ["/bin/sh", "-c", sys.argv[2]], dict(os.environ), log))
    supervisor.children[0].wait_until(lambda: False, seconds=float(sys.argv[3]))
except HouseError as error:
    print(repr(str(error)), flush=True)
supervisor.stop()
"""


def test_children_stop_in_the_reverse_order_of_their_start(launch: Launch, tmp_path: Path) -> None:
    launcher = launch(CHILDREN, tmp_path, "postgres", "worker", "web")
    assert line_of(launcher) == "up"
    launcher.communicate("stop\n")
    assert (tmp_path / "order.txt").read_text().split() == ["web", "worker", "postgres"]
    assert launcher.returncode == 0


def test_a_child_that_ignores_its_stop_signal_is_killed(launch: Launch, tmp_path: Path) -> None:
    launcher = launch(CHILDREN, tmp_path, "postgres", "stubborn")
    assert line_of(launcher) == "up"
    everyone = family(launcher.pid)
    launcher.communicate("stop\n")
    assert (tmp_path / "order.txt").read_text().split() == ["stubborn", "postgres"]
    assert len(everyone) == 3
    assert all_end(everyone)


def test_a_killed_launcher_leaves_nothing(launch: Launch, tmp_path: Path) -> None:
    launcher = launch(CHILDREN, tmp_path, "postgres", "worker", "web")
    assert line_of(launcher) == "up"
    everyone = family(launcher.pid)
    os.kill(launcher.pid, signal.SIGKILL)
    launcher.wait()
    assert len(everyone) == 4
    assert all_end(everyone)
    assert sorted((tmp_path / "order.txt").read_text().split()) == ["postgres", "web", "worker"]


def test_a_child_that_ends_is_named_with_the_end_of_its_log(launch: Launch, tmp_path: Path) -> None:
    launcher = launch(DYING, tmp_path, "echo no such queue; exit 3", 20)
    log = tmp_path / "worker.log"
    assert line_of(launcher) == repr(f"worker stopped by itself (exit code 3). Its log is {log}:\n    no such queue")


def test_a_child_that_never_gets_ready_is_named_too(launch: Launch, tmp_path: Path) -> None:
    launcher = launch(DYING, tmp_path, "echo waiting; exec sleep 60", 1)
    log = tmp_path / "worker.log"
    assert line_of(launcher) == repr(f"worker was not ready after 1 s. Its log is {log}:\n    waiting")
