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
from typing import Any

from scripts.benchmarks import api, engine_service, run, trading
from scripts.house import commands, environment, servers, settings, state
from scripts.house.console import HouseError, say, step
from scripts.house.stage import Stage
from scripts.house.supervisor import Supervisor, ignore_signals, raise_on_signals

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = """\
run         from POST /backtest/run to a completed run, over HTTP, through the broker and a warmed worker
marketdata  how fast the synthetic market is made, on one thread, and how much memory it takes
realism     stylised facts of the synthetic market, the bands they must keep, and those of real NSE files where
            NSE_DATA, or ../shared/data/nse, is their folder
engine      our engine beside raptorbt, backtesting.py and vectorbt, which it installs into a throw-away environment;
            seven scripts on 187,500 bars; then, of the service as it runs, the first task of a warmed worker and the
            loading of 187,500 bars
intraday    how fast days of 5-minute candles are stored, and 2,500 of them read for a run, warm and cold
api         reads a second by wrk, beside bare FastAPI with asyncpg and plain ModelSerializer views
trading     paper orders a second over HTTP with 16 clients, 1,000 orders at once on one wallet, and the books after
admin       how fast the administrators' pages answer with 100,000 accounts and 1,000,000 paper trades
sync        how fast a first sync of 50 stocks fills empty tables, and rows and days a second
jobs        how long a claim takes with 1,000, 10,000 and 100,000 runs waiting, and who is next behind a hog
events      how long an event takes to 1,000 open pages, and the memory of the process that serves them

For `run`, `api`, `trading`, `intraday`, `sync`, `events`, `jobs` and the end of `engine`, servers, tables and prices
are made in a temporary directory; DATABASE_URL and REDIS_URL use servers of yours, where what is made stays."""
STORED = {
    "intraday": "scripts.benchmarks.intraday",
    "sync": "scripts.benchmarks.sync",
    "admin": "scripts.benchmarks.admin",
    "events": "scripts.benchmarks.events",
    "jobs": "scripts.benchmarks.jobs",
}
MARKET = {
    "marketdata": "scripts.benchmarks.market_speed",
    "realism": "scripts.benchmarks.realism",
    "engine": "scripts.benchmarks.engine",
}


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for; 1 if it could not be measured."""
    options = _parse(arguments)
    if options.what in MARKET:
        failed = _measure_market(MARKET[options.what])
        if failed or options.what != "engine":
            return failed
    raise_on_signals()
    supervisor = Supervisor()
    scratch = Path(tempfile.mkdtemp(prefix="papertrade-bench-"))
    (scratch / "logs").mkdir()
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
    parser.add_argument("what", choices=["run", "api", "trading", *STORED, *MARKET])
    parser.add_argument("--runs", type=int, default=100, help="how many backtests are measured (default 100)")
    parser.add_argument("--bars", type=int, default=2500, help="how many daily bars each has (default 2500)")
    return parser.parse_args(arguments)


def _measure_market(module: str) -> int:
    """Run a benchmark that needs no server; 1 if it failed or a fact is outside its band."""
    try:
        with step("Python environment"):
            python = environment.prepare(root=ROOT, development=False)
    except HouseError as error:
        say(f"\n{error}")
        return 1
    return subprocess.run([str(python), "-m", module], cwd=ROOT, check=False).returncode


def _run(options: argparse.Namespace, *, supervisor: Supervisor, scratch: Path) -> None:
    with step("Python environment"):
        python = environment.prepare(root=ROOT, development=False)
    data = state.open_data(root=ROOT, environ=os.environ)
    environ = settings.child_environ(root=ROOT, data=data, extra={"DJANGO_SETTINGS_MODULE": "config.settings.dev"})
    with step("PostgreSQL and Valkey"):
        environ |= servers.start_missing(
            supervisor, scratch=scratch, venv=ROOT / ".venv", environ=environ, lasting=True
        )
    stage = Stage(supervisor, scratch, python, environ)
    match options.what:
        case "run":
            _measure_runs(stage, bars=options.bars, runs=options.runs)
        case "engine":
            _measure_service(stage, bars=options.bars)
        case "trading":
            _measure_trading(stage)
        case "api":
            _measure_api(stage)
        case _:
            _measure_stored(stage, what=options.what)


def _measure_runs(stage: Stage, *, bars: int, runs: int) -> None:
    """Ask for runs over HTTP, one after the other."""
    target = _prepare(stage, bars=bars)
    with contextlib.closing(run.Client(address=_serve(stage), token=target["token"])) as client:
        measured = run.measure(client, body=target["body"], runs=runs)
    say(f"\n{_machine(target['versions'])}")
    say(run.table(measured, bars=target["bars"]))


def _measure_trading(stage: Stage) -> None:
    """Place orders on the service as it runs, then judge the books."""
    with step("Tables, traders"):
        stage.finish("migrate", commands.MIGRATE)
        prepared = stage.finish("prepare", ("-m", "scripts.benchmarks.trading", "prepare"))
    address = _serve(stage)
    with step("Measuring"):
        measured = trading.measure(address=address, tokens=json.loads(prepared.splitlines()[-1])["tokens"])
    audit = json.loads(stage.finish("audit", ("-m", "scripts.benchmarks.trading", "audit")).splitlines()[-1])
    say(f"\n{_machine({})}{trading.table(measured, audit=audit)}")


def _measure_api(stage: Stage) -> None:
    """Read from the service, then from the usual way and the limit over the same tables."""
    measured = api.measure(stage, free_address=_free_address)
    say(f"\n{_machine({})}{measured}")


def _measure_service(stage: Stage, *, bars: int) -> None:
    """What a run costs around the engine: its first task in a worker that is up, and the reading of its bars."""
    target = _prepare(stage, bars=bars)
    with step("Bars for a run"):
        load = float(stage.finish("load", ("-m", STORED["intraday"], "load")).split()[-1])
    with contextlib.closing(run.Client(address=_serve(stage), token=target["token"])) as client:
        measured = run.measure_one(client, target["body"])
    say(f"\n{engine_service.table(engine_service.Service(measured.total, measured.stages[2], load))}")


def _prepare(stage: Stage, *, bars: int) -> dict[str, Any]:
    """Make what a run needs: tables, prices, a user; tell what to ask for."""
    with step("Tables, prices, kernels"):
        stage.finish("migrate", commands.MIGRATE)
        prepared = stage.finish("prepare", ("-m", "scripts.benchmarks.prepare", str(bars)))
    target: dict[str, Any] = json.loads(prepared.splitlines()[-1])
    return target


def _serve(stage: Stage) -> str:
    """Start the web server and a worker; the address of the first."""
    address = _free_address()
    with step("Web and worker"):
        stage.serve(address=address)
    return address


def _measure_stored(stage: Stage, *, what: str) -> None:
    """Run a benchmark of the tables, which has a database and needs no web server."""
    with step("Tables"):
        stage.finish("migrate", commands.MIGRATE)
    with step("Measuring"):
        measured = stage.finish("measure", ("-m", STORED[what]))
    say(f"\n{_machine({})}{measured}")


def _free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


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
