"""A real gunicorn and a real Celery worker on the test database. What does not belong here: assertions."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from apps.users import services as users_services
from apps.users.models import User

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
RUN_SECONDS = 60
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Service:
    """Where the API is, and where the processes write."""

    base_url: str
    log: Path

    def call(
        self, method: str, path: str, *, user: User, body: dict[str, Any] | None = None, request_id: str = ""
    ) -> bytes:
        """The body of a successful answer."""
        token = users_services.issue_tokens(user=user).access_token
        request = urllib.request.Request(
            f"{self.base_url}/api/v1{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json",
                "X-Request-ID": request_id,
            },
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                answer: bytes = response.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error
        return answer

    def backtest(self, *, user: User, body: dict[str, Any], request_id: str = "") -> dict[str, Any]:
        """Post a backtest and wait until the worker has ended it."""
        run = json.loads(self.call("POST", "/backtest/run", user=user, body=body, request_id=request_id))
        deadline = time.monotonic() + RUN_SECONDS
        while run["status"] in ("pending", "running"):
            if time.monotonic() > deadline:
                raise AssertionError(f"still {run['status']}:\n{self.log.read_text()}")
            time.sleep(POLL_SECONDS)
            run = json.loads(self.call("GET", f"/backtest/runs/{run['run_id']}/", user=user))
        return dict(run)


@contextlib.contextmanager
def running(folder: Path, **settings_of_both: str) -> Iterator[Service]:
    """The service while the block runs, with more of an environment; both processes end with it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    server, _, _ = settings.DATABASE_URL.rpartition("/")
    environment = {
        **os.environ,
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "tests.backtests.service_settings",
        "PYTHONWARNINGS": "default",
        **settings_of_both,
    }
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    commands = [
        ["gunicorn", "config.wsgi", "--bind", address, "--threads", "4", "--no-control-socket"],
        ["celery", "-A", "config", "worker", "--queues", "backtest", "--concurrency", "1", *quiet],
    ]
    log = folder / "service.log"
    with log.open("w") as out, contextlib.ExitStack() as stack:
        for command in commands:
            process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
            )
            stack.callback(_stop, process)
        service = Service(base_url=f"http://{address}", log=log)
        _wait(service)
        yield service


def _wait(service: Service) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{service.base_url}/health/live", timeout=5):
                return
        except OSError as error:
            if time.monotonic() > deadline:
                raise AssertionError(f"the web process did not start:\n{service.log.read_text()}") from error
            time.sleep(POLL_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
