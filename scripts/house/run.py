"""scripts/run: from a fresh checkout to a running service. What does not belong here: how each server is started."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from scripts.house import commands, environment, postgres, settings, state, valkey
from scripts.house.console import HouseError, say, step, tail
from scripts.house.place import Place
from scripts.house.supervisor import Child, Spec, Supervisor, ignore_signals, raise_on_signals

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PORTS = range(8000, 8100)
WEB_SECONDS = 60
WORKER_SECONDS = 60
WORKER_STOP_SECONDS = 30
WARM_SECONDS = 300
DEMO_EMAIL = "demo@papertrade.example"
DESCRIPTION = """\
Set up and start PaperTrade on this machine: Python packages into .venv, PostgreSQL and Valkey on sockets below
.data, then web, worker and beat. For trying it out, not for production. Ctrl-C stops everything and loses nothing.

Environment: DATABASE_URL and REDIS_URL use servers of yours instead; PAPERTRADE_DATA puts .data elsewhere; every
variable of .env.example is passed on."""


@dataclasses.dataclass(frozen=True)
class Stage:
    """What every step of a start needs."""

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


def main(arguments: Sequence[str]) -> int:
    """Start everything and serve until a signal, a dead child or, with --once, the end of the demo."""
    options = _parse(arguments)
    raise_on_signals()
    supervisor = Supervisor()
    with contextlib.ExitStack() as stack:
        stack.callback(_stop, supervisor)
        try:
            return _serve(options, supervisor=supervisor, stack=stack)
        except HouseError as error:
            say(f"\n{error}")
            return 1
        except KeyboardInterrupt:
            return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="scripts/run", description=DESCRIPTION, formatter_class=formatter, allow_abbrev=False
    )
    parser.add_argument("--port", type=int, help="port of the web process (default: 8000 or the next free one)")
    parser.add_argument("--demo", action="store_true", help="run a backtest over HTTP and print its result")
    parser.add_argument("--once", action="store_true", help="with --demo: stop after it, with its exit code")
    options = parser.parse_args(arguments)
    if options.once and not options.demo:
        parser.error("--once needs --demo")
    return options


def _serve(options: argparse.Namespace, *, supervisor: Supervisor, stack: contextlib.ExitStack) -> int:
    say("PaperTrade")
    data = state.open_data(root=ROOT, environ=os.environ)
    stack.enter_context(state.lock(data))
    with step("Python environment"):
        python = environment.prepare(root=ROOT, development=False)
    kept = state.read_secrets(data)
    extra = {**kept, "DEMO_EMAIL": DEMO_EMAIL, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    stage = Stage(supervisor, data, python, settings.child_environ(root=ROOT, data=data, extra=extra))
    warming = stage.launch("kernels", commands.WARM, module=False)
    _start_servers(stage)
    stack.enter_context(state.shared_environment(data, environ=stage.environ))
    with step("Tables"):
        stage.finish("migrate", commands.MIGRATE)
    with step("Permissions, strategies, prices"):
        seeded = stage.finish("seed", commands.SEED)
    _show_passwords(seeded, but_not=DEMO_EMAIL)
    with step("Compiled kernels"):
        _await(warming, supervisor=supervisor)
    port = _start_processes(stage, port=options.port or _free_port())
    _welcome(stage, port=port)
    if options.demo:
        code = _demo(stage, port=port)
        if options.once:
            return code
    supervisor.watch()
    return 0


def _start_servers(stage: Stage) -> None:
    """Start what no URL in the environment replaces."""
    sockets = state.socket_folder(stage.data)
    for name, title, start in (
        ("DATABASE_URL", "PostgreSQL", postgres.start),
        ("REDIS_URL", "Valkey", valkey.start),
    ):
        if stage.environ.get(name):
            say(f"    {title}: the server of {name}")
            continue
        folder = title.lower()
        place = Place(stage.data / folder, sockets, state.new_log(stage.data, name=folder))
        with step(title):
            url = start(supervisor=stage.supervisor, place=place, venv=ROOT / ".venv", lasting=True)
        stage.environ[name] = url


def _await(child: Child, *, supervisor: Supervisor) -> None:
    """Let a child that does one job finish it.

    :raises HouseError: if it fails
    """
    child.wait_until(lambda: child.process.poll() == 0, seconds=WARM_SECONDS)
    supervisor.children.remove(child)


def _free_port() -> int:
    """The first port that nobody listens on.

    :raises HouseError: if all are taken
    """
    for port in PORTS:
        if _is_free(port):
            return port
    raise HouseError(f"Ports {PORTS[0]} to {PORTS[-1]} are all taken. Choose another with --port.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _start_processes(stage: Stage, *, port: int) -> int:
    """Start worker, web and beat side by side, and wait until the first two take work.

    :raises HouseError: if one does not come up, or the port is taken
    """
    if not _is_free(port):
        raise HouseError(f"Port {port} is taken. Choose another with --port.")
    cores = os.cpu_count() or 1
    with step("Worker, web, beat"):
        worker_command = (*commands.WORKER, f"--concurrency={cores}")
        worker = stage.launch("worker", worker_command, patience=WORKER_STOP_SECONDS)
        web = stage.launch("web", (*commands.WEB, f"--bind={HOST}:{port}", f"--workers={cores}"))
        stage.launch("beat", commands.BEAT)
        web.wait_until(lambda: _is_live(port), seconds=WEB_SECONDS)
        worker.wait_until(lambda: " ready." in worker.spec.log.read_text("utf-8"), seconds=WORKER_SECONDS)
    return port


def _is_live(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/health/live", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _show_passwords(seeded: str, *, but_not: str) -> None:
    """Print the passwords that the seed made, at once and only this once: they are kept nowhere."""
    for line in seeded.splitlines():
        if "password" in line and but_not not in line:
            say(f"    {line.strip()}  (shown only now)")


def _welcome(stage: Stage, *, port: int) -> None:
    """Say where to go."""
    say(f"\nPaperTrade runs at http://{HOST}:{port}")
    say(f"  API, to read and to try   http://{HOST}:{port}/api/docs/")
    say(f"  Demo user                 {stage.environ['DEMO_EMAIL']}  password  {stage.environ['DEMO_PASSWORD']}")
    say(f"  Logs                      {stage.data / 'logs'}")
    say("Ctrl-C stops everything; the data stays.")


def _demo(stage: Stage, *, port: int) -> int:
    login = ["--email", stage.environ["DEMO_EMAIL"], "--password", stage.environ["DEMO_PASSWORD"]]
    command = [str(stage.python), str(ROOT / "scripts" / "demo.py"), "--base-url", f"http://{HOST}:{port}", *login]
    return subprocess.run(command, env=stage.environ, check=False).returncode


def _stop(supervisor: Supervisor) -> None:
    ignore_signals()
    if supervisor.children:
        say()
        with step("Stopped"):
            supervisor.stop()


if __name__ == "__main__":
    # A reader that went away ends the launcher, and the launcher's end ends the children.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main(sys.argv[1:]))
