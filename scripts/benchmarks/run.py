"""How long a user waits for a backtest: from POST to the answer that says completed, and where the time goes.

What does not belong here: starting the service.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

WARM_UP_RUNS = 10
POLL_SECONDS = 0.01
GIVE_UP_SECONDS = 30
STAGES = ("POST answered", "ring to claim", "run", "write and next poll")
PERCENTILES = (50, 95)


@dataclass(frozen=True)
class Measured:
    """One run: seconds from POST to seen, and of each stage."""

    total: float
    stages: Sequence[float]


class Client:
    """One signed-in user on one kept connection."""

    def __init__(self, *, address: str, token: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The JSON answer.

        :raises RuntimeError: if it is a refusal
        """
        payload = None if body is None else json.dumps(body)
        self._connection.request(method, f"/api/v1{path}", payload, self._headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status} {content.decode()}")
        answer: dict[str, Any] = json.loads(content)
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def measure(client: Client, *, body: Mapping[str, Any], runs: int) -> list[Measured]:
    """Post runs one after the other and wait for each; the first few are not counted."""
    return [measure_one(client, body) for _ in range(WARM_UP_RUNS + runs)][WARM_UP_RUNS:]


def measure_one(client: Client, body: Mapping[str, Any]) -> Measured:
    """Post a run and wait for it.

    :raises RuntimeError: if it fails or takes longer than anyone waits
    """
    posted_at, began = time.time(), time.perf_counter()
    run = client.call("POST", "/backtest/run", body)
    answered = time.perf_counter() - began
    while run["status"] in ("pending", "running"):
        if time.perf_counter() - began > GIVE_UP_SECONDS:
            raise RuntimeError(f"still {run['status']} after {GIVE_UP_SECONDS} s")
        time.sleep(POLL_SECONDS)
        run = client.call("GET", f"/backtest/runs/{run['run_id']}/")
    total = time.perf_counter() - began
    if run["status"] != "completed":
        raise RuntimeError(run["error_message"])
    started, finished = (
        datetime.fromisoformat(run[name]).timestamp() - posted_at for name in ("started_at", "finished_at")
    )
    # The worker may claim before the POST has been answered: a stage is what it adds, never less than nothing.
    claimed = max(answered, started)
    written = max(claimed, finished)
    return Measured(total, (answered, claimed - answered, written - claimed, total - written))


def table(measured: Sequence[Measured], *, bars: int) -> str:
    """The measurements as text, in milliseconds."""
    rows = [("from POST to completed", [run.total for run in measured])]
    rows += [(f"  {name}", [run.stages[index] for run in measured]) for index, name in enumerate(STAGES)]
    whole = sum(rows[0][1])
    lines = [f"{len(measured)} runs of {bars} daily bars, one after the other (ms)", ""]
    lines.append(f"{'':<26}{'p50':>9}{'p95':>9}{'share':>9}")
    for name, seconds in rows:
        values = "".join(f"{_percentile(seconds, percent) * 1000:>9.1f}" for percent in PERCENTILES)
        lines.append(f"{name:<26}{values}{sum(seconds) / whole:>9.0%}")
    return "\n".join(lines)


def _percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that this many percent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
