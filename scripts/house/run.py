"""scripts/run: from a fresh checkout to a running service. What does not belong here: how each server is started."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.house import commands, environment, postgres, settings, state, valkey
from scripts.house.console import HouseError, say, step
from scripts.house.place import Place
from scripts.house.stage import Stage
from scripts.house.supervisor import Supervisor, ignore_signals, raise_on_signals

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PORTS = range(8000, 8100)
EVENT_PORTS = range(8100, 8200)
EVENTS_PATH = "/api/v1/events"
MOST_PORT = 65_535
WARM_SECONDS = 300
DEMO_EMAIL = "demo@papertrade.example"
DESCRIPTION = """\
Set up and start PaperTrade on this machine: Python packages into .venv, PostgreSQL and Valkey on sockets below
.data, then web, worker, beat and the stream of events. For trying it out, not for production. Ctrl-C stops everything
and loses nothing.

Environment: DATABASE_URL and REDIS_URL use servers of yours instead; PAPERTRADE_DATA puts .data elsewhere; every
variable of .env.example is passed on."""


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
    parser.add_argument("--port", type=_port, help="port of the web process (default: 8000 or the next free one)")
    parser.add_argument("--demo", action="store_true", help="run a backtest over HTTP and print its result")
    parser.add_argument("--once", action="store_true", help="with --demo: stop after it, with its exit code")
    options = parser.parse_args(arguments)
    if options.once and not options.demo:
        parser.error("--once needs --demo")
    return options


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) <= MOST_PORT):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to {MOST_PORT}")
    return int(text)


def _serve(options: argparse.Namespace, *, supervisor: Supervisor, stack: contextlib.ExitStack) -> int:
    # Before two minutes of work, not after them.
    if options.port and not _is_free(options.port):
        raise HouseError(f"Port {options.port} is taken. Choose another with --port.")
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
        stage.join(warming, seconds=WARM_SECONDS)
    port = options.port or _free_port(PORTS)
    events = f"{HOST}:{_free_port(EVENT_PORTS)}"
    # No proxy leads from one port to the other: pages are told where the events are.
    stage.environ["EVENTS_URL"] = f"http://{events}{EVENTS_PATH}"
    with step("Worker, web, beat, events"):
        stage.launch("beat", commands.BEAT)
        stage.serve(address=f"{HOST}:{port}")
        stage.serve_events(address=events)
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


def _free_port(ports: range) -> int:
    """The first port that nobody listens on.

    :raises HouseError: if all are taken
    """
    for port in ports:
        if _is_free(port):
            return port
    raise HouseError(f"Ports {ports[0]} to {ports[-1]} are all taken. Free one, or choose one with --port.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _show_passwords(seeded: str, *, but_not: str) -> None:
    """Print the passwords that the seed made, at once and only this once: they are kept nowhere."""
    for line in seeded.splitlines():
        if "password" in line and but_not not in line:
            say(f"    {line.strip()}  (shown only now)")


def _welcome(stage: Stage, *, port: int) -> None:
    """Say where to go."""
    say(f"\nPaperTrade runs at http://{HOST}:{port}")
    say(f"  API, to read and to try   http://{HOST}:{port}/api/docs/")
    say(f"  Events, as they happen    {stage.environ['EVENTS_URL']}")
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
