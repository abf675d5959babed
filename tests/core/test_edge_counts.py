"""What the web server refuses by itself is counted as a request that no route answered. On real sockets."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from config import edge
from tests.core.streams import web_running

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

TOKEN = "a-token-for-prometheus"
NAME = "papertrade_http_request_seconds"
PLAIN = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"
REFUSED = [
    (b"NONSENSE\r\n\r\n", 400),
    (PLAIN + b"Bad Header: 1\r\n\r\n", 400),
    (PLAIN + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 414),
    (PLAIN + b"X-Long: " + b"a" * 60_000 + b"\r\n\r\n", 431),
    (PLAIN + b"X: " + b"a" * 80_000, 431),
    (b"POST /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\n", 413),
    # Its body does not come.
    (b"POST /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\n", 408),
]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    counts = tmp_path / "counts"
    counts.mkdir()
    with web_running(tmp_path / "web.log", METRICS_TOKEN=TOKEN, PROMETHEUS_MULTIPROC_DIR=str(counts)) as found:
        yield found


def status_of(port: int, request: bytes) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as made:
        made.sendall(request)
        with made.makefile("rb") as answer:
            return int(answer.readline().split()[1])


def counted(port: int) -> dict[str, tuple[float, float]]:
    """How many refusals of each status were counted, and their seconds in all."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    found: dict[str, dict[str, float]] = {}
    for sample in (sample for family in families for sample in family.samples):
        if (sample.labels.get("method"), sample.labels.get("route")) == ("other", "none"):
            found.setdefault(sample.labels["status"], {})[sample.name] = sample.value
    return {status: (values[f"{NAME}_count"], values[f"{NAME}_sum"]) for status, values in found.items()}


def test_each_refusal_is_counted_once_by_its_status(port: int) -> None:
    assert counted(port) == {}

    said = [status_of(port, request) for request, _ in REFUSED]

    assert said == [status for _, status in REFUSED]
    assert set(said) <= set(edge.REFUSALS)
    assert counted(port) == {str(status): (number, 0.0) for status, number in Counter(said).items()}


def test_the_servers_parent_loads_neither_metrics_nor_settings() -> None:
    """It imports the worker, and counts nothing: files of counts would be its own, and say nothing of requests."""
    code = "import sys, config.edge; sys.exit('prometheus_client' in sys.modules or 'apps.core' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
