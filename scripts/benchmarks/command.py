"""scripts/bench: starts the service as it runs, measures it from outside, prints a table.

What does not belong here: how each server is started (scripts/house).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.benchmarks import run
from scripts.house import commands, environment, postgres, settings, state, valkey
from scripts.house.console import HouseError, say, step
from scripts.house.place import Place
from scripts.house.supervisor import Spec, Supervisor, ignore_signals, raise_on_signals

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60
DESCRIPTION = """\
run    from POST /backtest/run to a completed run, over HTTP, through the broker and a warmed worker

Servers, tables and prices are made in a temporary directory; DATABASE_URL and REDIS_URL use servers of yours, in
which a user and an instrument of the benchmark stay behind."""


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for; 1 if it could not be measured."""
    options = _parse(arguments)
    raise_on_signals()
    supervisor = Supervisor()
    scratch = Path(tempfile.mkdtemp(prefix="papertrade-bench-"))
    try:
        _run(options, supervisor=supervisor, scratch=scratch)
    except HouseError as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        ignore_signals()
        supervisor.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="scripts/bench", description=DESCRIPTION, formatter_class=formatter)
    parser.add_argument("what", choices=["run"])
    parser.add_argument("--runs", type=int, default=100, help="how many backtests are measured (default 100)")
    parser.add_argument("--bars", type=int, default=2500, help="how many daily bars each has (default 2500)")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace, *, supervisor: Supervisor, scratch: Path) -> None:
    with step("Python environment"):
        python = environment.prepare(root=ROOT, development=False)
    data = state.open_data(root=ROOT, environ=os.environ)
    environ = settings.child_environ(root=ROOT, data=data, extra={"DJANGO_SETTINGS_MODULE": "config.settings.dev"})
    with step("PostgreSQL and Valkey"):
        environ |= _start_servers(supervisor, scratch=scratch, environ=environ)
    with step("Tables, prices, kernels"):
        _call(python, commands.MIGRATE, environ=environ)
        prepared = _call(python, ("-m", "scripts.benchmarks.prepare", str(options.bars)), environ=environ)
    target = json.loads(prepared.splitlines()[-1])
    with step("Web and worker"):
        address = _start_processes(supervisor, python=python, scratch=scratch, environ=environ)
    with contextlib.closing(run.Client(address=address, token=target["token"])) as client:
        measured = run.measure(client, body=target["body"], runs=options.runs)
    say(f"\n{_machine(target['versions'])}")
    say(run.table(measured, bars=target["bars"]))


def _start_servers(supervisor: Supervisor, *, scratch: Path, environ: Mapping[str, str]) -> dict[str, str]:
    sockets = state.socket_folder(scratch)
    urls = {}
    for name, start in (("DATABASE_URL", postgres.start), ("REDIS_URL", valkey.start)):
        if not environ.get(name):
            place = Place(scratch / name.lower(), sockets, scratch / f"{name.lower()}.log")
            urls[name] = start(supervisor=supervisor, place=place, venv=ROOT / ".venv", lasting=True)
    return urls


def _call(python: Path, command: Sequence[str], *, environ: Mapping[str, str]) -> str:
    """What a command says on its standard output.

    :raises HouseError: if it fails
    """
    result = subprocess.run([str(python), *command], env=dict(environ), capture_output=True, text=True, check=False)
    if result.returncode:
        raise HouseError(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")
    return result.stdout


def _start_processes(supervisor: Supervisor, *, python: Path, scratch: Path, environ: Mapping[str, str]) -> str:
    """Start web and worker as scripts/run does and return the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    cores = os.cpu_count() or 1
    worker_command = (*commands.WORKER, f"--concurrency={cores}")
    web_command = (*commands.WEB, f"--bind={address}", f"--workers={cores}")
    children = {}
    for name, command in (("worker", worker_command), ("web", web_command)):
        log = scratch / f"{name}.log"
        children[name] = supervisor.start(Spec(name, [str(python), "-m", *command], dict(environ), log))
    children["web"].wait_until(lambda: run.is_live(address), seconds=WAIT_SECONDS)
    worker_log = children["worker"].spec.log
    children["worker"].wait_until(lambda: " ready." in worker_log.read_text("utf-8"), seconds=WAIT_SECONDS)
    return address


def _machine(versions: Mapping[str, str]) -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    software = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"{platform.system()}, {os.cpu_count()} x {names[0] if names else platform.machine()}\n{software}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
