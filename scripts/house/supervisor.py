"""Starts children, watches them and stops them in order. What does not belong here: which children there are."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scripts.house.console import HouseError, tail
from scripts.house.identity import Identity, preparation

POLL_SECONDS = 0.05
WATCH_SECONDS = 0.25


@dataclasses.dataclass(frozen=True)
class Spec:
    """A child to start: how, where it logs, and how long it may take to stop."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    patience_seconds: float = 15
    identity: Identity = Identity.OWN


@dataclasses.dataclass(frozen=True)
class Child:
    """A child that was started."""

    spec: Spec
    process: subprocess.Popen[bytes]

    def check(self) -> None:
        """Do nothing while the child runs.

        :raises HouseError: if it has ended, with the end of its log
        """
        code = self.process.poll()
        if code is not None:
            raise self._error(f"stopped by itself (exit code {code})")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait for the child to become ready.

        :raises HouseError: if it ends before that, or takes longer than `seconds`
        """
        deadline = time.monotonic() + seconds
        while True:
            code = self.process.poll()  # before asking: what ends just afterwards may have become ready first
            if ready():
                return
            if code is not None:
                self.check()
            if time.monotonic() > deadline:
                raise self._error(f"was not ready after {seconds:.0f} s")
            time.sleep(POLL_SECONDS)

    def _error(self, what: str) -> HouseError:
        return HouseError(f"{self.spec.name} {what}. Its log is {self.spec.log}:{tail(self.spec.log)}")

    def stop(self) -> None:
        """Ask the child to stop, and kill it with its own children if it does not."""
        with contextlib.suppress(ProcessLookupError):
            if self.process.poll() is None:
                self.process.send_signal(self.spec.stop_signal)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(self.spec.patience_seconds)
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """The children of one run, in order of their start."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def start(self, spec: Spec) -> Child:
        """Start a child in a session of its own: Ctrl-C reaches the launcher only, which then stops all in order."""
        with spec.log.open("ab") as log:
            process = subprocess.Popen(
                spec.command,
                env=dict(spec.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # No thread runs here: the launcher has none.
                preexec_fn=preparation(spec.identity, death_signal=spec.stop_signal),  # noqa: PLW1509
            )
        child = Child(spec, process)
        self.children.append(child)
        return child

    def watch(self) -> None:
        """Stay until a child ends.

        :raises HouseError: when one has ended, with its name and the end of its log
        """
        while True:
            for child in self.children:
                child.check()
            time.sleep(WATCH_SECONDS)

    def stop(self) -> None:
        """Stop all children, the last one started first."""
        while self.children:
            self.children[-1].stop()
            self.children.pop()


def raise_on_signals() -> None:
    """Turn SIGINT and SIGTERM into KeyboardInterrupt; a background shell would have SIGINT ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)


def ignore_signals() -> None:
    """Let nothing interrupt the orderly stop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
