"""scripts/bench api: reads a second of the service, beside the usual way and the limit, by wrk on loopback.

The usual way is ModelSerializer and generic views (api_plain_urls), once without anything around them, which is what
the goal is measured by, and once signed in, with a new project's middleware. The limit is FastAPI with asyncpg
(api_bare) on uvicorn with uvloop and httptools. Neither knows permissions, rate limits or request ids, which every
request of the service pays for. All are served by as many processes as there are cores, one after the other.
What does not belong here: what they serve.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import time
import urllib.request
import venv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.house import commands
from scripts.house.console import HouseError, step
from scripts.house.stage import START_SECONDS, Stage

CONNECTIONS, SECONDS, WARM_UP_SECONDS = 16, 6, 1
WAIT_SECONDS = 60
# Without uvloop each answer is two segments, and the second waits 40 ms for the first to be acknowledged: uvicorn's
# listening socket names no protocol, so asyncio does not switch Nagle's algorithm off on what it accepts.
PEERS = ("fastapi", "asyncpg", "uvicorn", "uvloop", "httptools", "orjson")
API = "/api/v1"
PREPARE = ("-m", "scripts.benchmarks.api_prepare")
PLAIN = {"plain": "scripts.benchmarks.api_plain", "signed": "scripts.benchmarks.api_plain_signed"}
CANDLES = 75
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
P99 = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
FAILED = re.compile(r"Non-2xx or 3xx responses: (\d+)")
IN_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Read:
    """One way to ask the three for the same; None where one has no such endpoint.

    ``goal`` is the share of the limit's rate that closed and cached reads must reach; the others must double the
    usual way.
    """

    name: str
    path: str
    bare: str
    plain: str | None = None
    goal: float | None = None
    conditional: bool = False


@dataclass(frozen=True)
class Rate:
    """Answers a second, and the milliseconds that 99 of 100 stay below."""

    a_second: float
    p99: float


def reads(target: Mapping[str, Any], *, run_id: str, expiry: str) -> list[Read]:
    """What is asked for."""
    days = f"start_date={target['first']}&end_date={target['last']}"
    bare_days = f"/bars?stock={target['stock_id']}&start={target['first']}&end={target['last']}"
    closed = f"{API}/stocks/prices/5min?stock=RELIANCE&date={target['closed_day']}"
    chain = f"{API}/options/chain?underlying=NIFTY50&expiry_date={expiry}"
    detail = f"{API}/backtest/runs/{run_id}/"
    return [
        Read("250 daily bars", f"{API}/stocks/prices/daily?stock=RELIANCE&{days}", bare_days, bare_days),
        Read("list of 50 stocks", f"{API}/stocks/", "/stocks", "/stocks"),
        Read("a run's detail", detail, "/stored/detail", f"/runs/{run_id}"),
        Read("an option chain", chain, "/stored/chain"),
        Read("closed day, 75 candles", closed, "/stored/closed", goal=0.5),
        Read("the same, If-None-Match", closed, "/stored/closed", goal=0.5, conditional=True),
    ]


def measure(stage: Stage, *, free_address: Callable[[], str]) -> str:
    """Serve all, ask them for the same one after the other, and say how fast they answered.

    :raises HouseError: if a part is missing or fails
    """
    wrk = find_wrk()
    with step("FastAPI and asyncpg, thrown away afterwards"):
        peer = install_peers(stage.data / "peers")
    with step("Tables, prices, kernels"):
        stage.finish("migrate", commands.MIGRATE)
        target = json.loads(stage.finish("market", (*PREPARE, "market")).splitlines()[-1])
        stage.finish("warm", commands.WARM)
    addresses = {name: free_address() for name in ("ours", *PLAIN, "bare")}
    with step("Web and worker"):
        stage.serve(address=addresses["ours"])
    ours = Caller(addresses["ours"], token=target["token"])
    callers = {"ours": ours, "bare": Caller(addresses["bare"])}
    callers |= {name: Caller(addresses[name], token=target["token"]) for name in PLAIN}
    asked = reads(target, run_id=ours.finished_run(target["run"]), expiry=ours.expiry())
    with step("The usual way and the limit"):
        bodies = {read.bare.rpartition("/")[2]: ours.get(read.path)[0].decode() for read in asked}
        stored = stage.data / "answers.json"
        stored.write_text(json.dumps(bodies), encoding="utf-8")
        stage.finish("answers", (*PREPARE, "answers", str(stored)))
        _serve_peers(stage, addresses=addresses, peer=peer)
    with step("Measuring"):
        measured = {read.name: _measure(read, callers=callers, wrk=wrk) for read in asked}
    return table(measured, asked=asked)


def _serve_peers(stage: Stage, *, addresses: Mapping[str, str], peer: Path) -> None:
    cores = os.cpu_count() or 1
    for name, settings in PLAIN.items():
        plain = dataclasses.replace(stage, environ={**stage.environ, "DJANGO_SETTINGS_MODULE": settings})
        plain.launch(name, (*commands.WEB, f"--bind={addresses[name]}", f"--workers={cores}"))
    host, _, port = addresses["bare"].partition(":")
    served = ("uvicorn", "scripts.benchmarks.api_bare:app", "--host", host, "--port", port, "--no-access-log")
    fast = ("--loop", "uvloop", "--http", "httptools")
    bare = dataclasses.replace(stage, python=peer).launch("bare", (*served, *fast, "--workers", str(cores)))
    bare.wait_until(lambda: _answers(addresses["bare"]), seconds=START_SECONDS)


def _answers(address: str) -> bool:
    try:
        Caller(address).get("/stored/detail")
    except OSError:
        return False
    return True


def _measure(read: Read, *, callers: Mapping[str, Caller], wrk: str) -> dict[str, Rate]:
    """Each in turn.

    :raises HouseError: if the limit does not answer with the same JSON, or a day does not have its candles
    """
    body, etag = callers["ours"].get(read.path)
    if json.loads(callers["bare"].get(read.bare)[0]) != json.loads(body):
        raise HouseError(f"FastAPI answers {read.name} differently")
    if read.goal and len(json.loads(body)) != CANDLES:
        raise HouseError(f"{read.name}: there are not {CANDLES} candles")
    rates = {
        "ours": callers["ours"].rate(read.path, wrk=wrk, etag=etag if read.conditional else ""),
        "bare": callers["bare"].rate(read.bare, wrk=wrk),
    }
    if read.plain:
        rates |= {name: callers[name].rate(read.plain, wrk=wrk) for name in PLAIN}
    return rates


def find_wrk() -> str:
    """The load generator.

    :raises HouseError: if it is not installed
    """
    found = shutil.which("wrk")
    if found is None:
        raise HouseError("scripts/bench api needs wrk, the load generator, on the PATH (Debian's package is wrk).")
    return found


def install_peers(folder: Path) -> Path:
    """A throw-away environment with FastAPI and asyncpg; its Python.

    :raises HouseError: if they cannot be had
    """
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        raise HouseError(f"{', '.join(PEERS)} could not be installed.")
    return python


class Caller:
    """Asks one of the three by HTTP, as one user."""

    def __init__(self, address: str, *, token: str | None = None) -> None:
        self.base = f"http://{address}"
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str) -> tuple[bytes, str]:
        """The body of an answer, and its ETag."""
        with urllib.request.urlopen(urllib.request.Request(self.base + path, headers=self.headers)) as answer:
            return answer.read(), answer.headers.get("ETag", "")

    def finished_run(self, body: Mapping[str, Any]) -> str:
        """Run a backtest to its end.

        :raises HouseError: if it does not come to one
        """
        headers = {**self.headers, "Content-Type": "application/json"}
        url = f"{self.base}{API}/backtest/run"
        with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)) as answer:
            run_id: str = json.load(answer)["run_id"]
        for _ in range(WAIT_SECONDS * 5):
            if json.loads(self.get(f"{API}/backtest/runs/{run_id}/")[0])["status"] == "completed":
                return run_id
            time.sleep(0.2)
        raise HouseError("the backtest did not complete")

    def expiry(self) -> str:
        """The nearest expiry of the index that has chains."""
        found: str = json.loads(self.get(f"{API}/options/chain?underlying=NIFTY50")[0])["expiry_date"]
        return found

    def rate(self, path: str, *, wrk: str, etag: str = "") -> Rate:
        """Measure after a warm-up.

        :raises HouseError: if an answer is an error
        """
        headers = {**self.headers, **({"If-None-Match": etag} if etag else {})}
        given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
        command = [wrk, "-t1", f"-c{CONNECTIONS}", "--latency", *given]
        for seconds in (WARM_UP_SECONDS, SECONDS):
            asked = [*command, f"-d{seconds}s", self.base + path]
            said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
        found, p99 = RATE.search(said), P99.search(said)
        if FAILED.search(said) or found is None or p99 is None:
            raise HouseError(f"{path} was answered with errors: {said}")
        return Rate(float(found[1]), float(p99[1]) * IN_MS[p99[2]])


def table(measured: Mapping[str, dict[str, Rate]], *, asked: list[Read]) -> str:
    """The measurements as Markdown."""
    lines = [
        f"wrk, {CONNECTIONS} connections, {SECONDS} s each; requests a second, p99 in ms",
        "",
        "| read | ours | FastAPI + asyncpg, bare | of it | plain view | times it | signed in | times it | goal |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for read in asked:
        rates = measured[read.name]
        own, bare = rates["ours"], rates["bare"]
        goal = f"{read.goal:.0%} of bare" if read.goal else "2 x plain" if read.plain else "–"
        cells = [read.name, f"**{_rate(own)}**", _rate(bare), f"{own.a_second / bare.a_second:.0%}"]
        for name in PLAIN:
            other = rates.get(name)
            cells += [_rate(other), f"{own.a_second / other.a_second:.1f}"] if other else ["–", "–"]
        lines.append(f"| {' | '.join([*cells, goal])} |")
    return "\n".join(lines)


def _rate(rate: Rate) -> str:
    return f"{rate.a_second:,.0f} ({rate.p99:.0f} ms)"
