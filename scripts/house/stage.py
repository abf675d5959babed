"""The project's own processes: commands that end, and web and worker that serve.

What does not belong here: the servers they talk to (servers), the order of a start (run).
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from scripts.house import commands, state
from scripts.house.console import HouseError, tail
from scripts.house.supervisor import Child, Spec, Supervisor

START_SECONDS = 60
WORKER_STOP_SECONDS = 30


@dataclasses.dataclass(frozen=True)
class Stage:
    """What every step of a start needs: who watches the children, where they write, with what they run."""

    supervisor: Supervisor
    data: Path
    python: Path
    environ: dict[str, str]

    def launch(self, name: str, command: Sequence[str], *, module: bool = True, patience: float = 15) -> Child:
        """Start one of the project's own Python processes."""
        argv = [str(self.python), *(["-m"] if module else []), *command]
        log = state.new_log(self.data, name=name)
        return self.supervisor.start(Spec(name, argv, self.environ, log, patience_seconds=patience))

    def finish(self, name: str, command: Sequence[str]) -> str:
        """Run a command to its end and return what it said.

        :raises HouseError: if it fails
        """
        log = state.new_log(self.data, name=name)
        with log.open("ab") as errors:
            argv = [str(self.python), *command]
            result = subprocess.run(argv, env=self.environ, stdout=subprocess.PIPE, stderr=errors, check=False)
        if result.returncode:
            raise HouseError(f"{' '.join(command)} failed. Its log is {log}:{tail(log)}")
        return result.stdout.decode()

    def join(self, child: Child, *, seconds: float) -> None:
        """Let a child that does one job finish it.

        :raises HouseError: if it fails
        """
        child.wait_until(lambda: child.process.poll() == 0, seconds=seconds)
        self.supervisor.children.remove(child)

    def serve_events(self, *, address: str) -> None:
        """Start the stream of events, and wait until it answers.

        :raises HouseError: if it does not come up
        """
        host, _, port = address.rpartition(":")
        stream = self.launch("events", (*commands.EVENTS, f"--host={host}", f"--port={port}"))
        stream.wait_until(lambda: is_live(address), seconds=START_SECONDS)

    def serve(self, *, address: str) -> None:
        """Start worker and web side by side, a process a core, and wait until both take work.

        :raises HouseError: if one does not come up
        """
        cores = os.cpu_count() or 1
        worker_command = (*commands.WORKER, f"--concurrency={cores}")
        worker = self.launch("worker", worker_command, patience=WORKER_STOP_SECONDS)
        web = self.launch("web", (*commands.WEB, f"--bind={address}", f"--workers={cores}"))
        web.wait_until(lambda: is_live(address), seconds=START_SECONDS)
        worker.wait_until(lambda: " ready." in worker.spec.log.read_text("utf-8"), seconds=START_SECONDS)


def is_live(address: str) -> bool:
    """Whether the web process at an address answers."""
    try:
        with urllib.request.urlopen(f"http://{address}/health/live", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False
