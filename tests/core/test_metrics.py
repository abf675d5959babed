"""/metrics: who may read it, and that each number is the one of the tables and of the requests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.core import metrics, services
from apps.users.models import User
from tests.factories.backtests import make_completed_run, make_prices, make_row, request_run

TOKEN = "a-token-for-prometheus"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def token(settings: Settings) -> str:
    settings.METRICS_TOKEN = TOKEN
    return TOKEN


def samples(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"bearer {TOKEN}", TOKEN, "Bearer é"])
def test_without_its_token_metrics_are_not_there(anonymous_api: APIClient, token: str, sent: str) -> None:
    response = anonymous_api.get("/metrics", HTTP_AUTHORIZATION=sent)

    assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


def test_without_a_token_in_the_environment_nobody_may_read_metrics(
    anonymous_api: APIClient, settings: Settings
) -> None:
    settings.METRICS_TOKEN = ""

    assert anonymous_api.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404


def test_with_its_token_metrics_are_text(db: None, anonymous_api: APIClient, token: str) -> None:
    response = anonymous_api.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {token}")

    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert samples(response.content.decode())["papertrade_source_up", (("app", "backtests"),)] == 1


def test_a_request_is_counted_by_its_route_not_by_its_path(db: None, api: APIClient) -> None:
    labels = (("method", "GET"), ("route", "api/v1/backtest/runs/<uuid:run_id>/"), ("status", "404"))
    key = ("papertrade_http_request_seconds_count", labels)
    before = samples(metrics.render().decode()).get(key, 0.0)

    for last in "01":
        api.get(f"/api/v1/backtest/runs/00000000-0000-4000-8000-00000000000{last}/")

    assert samples(metrics.render().decode())[key] == before + 2


def test_an_answer_that_the_client_had_already_is_a_hit(db: None, anonymous_api: APIClient) -> None:
    def counted() -> tuple[float, float]:
        found = samples(metrics.render().decode())
        name = "papertrade_cache_answers_total"
        keys = [(name, (("outcome", outcome), ("route", "api/v1/meta"))) for outcome in ("hit", "miss")]
        return found.get(keys[0], 0.0), found.get(keys[1], 0.0)

    hits, misses = counted()
    etag = anonymous_api.get("/api/v1/meta")["ETag"]
    anonymous_api.get("/api/v1/meta", HTTP_IF_NONE_MATCH=etag)
    anonymous_api.get("/api/v1/meta", HTTP_IF_NONE_MATCH='"another"')
    anonymous_api.get("/health/live")

    assert counted() == (hits + 1, misses + 2)


def test_a_path_without_a_route_and_a_made_up_method_are_no_new_labels(anonymous_api: APIClient) -> None:
    anonymous_api.generic("BREW", "/made/up")

    families = metrics.REQUESTS.collect()
    labels = {(sample.labels["method"], sample.labels["route"]) for each in families for sample in each.samples}
    assert ("other", "none") in labels
    assert not any("made" in route or method == "BREW" for method, route in labels)


def test_the_queue_and_the_newest_runs_are_those_of_the_table(owner: User) -> None:
    make_prices()
    make_completed_run(owner)
    make_row(owner, status="failed")
    make_row(owner, status="failed")
    make_row(owner, status="running")
    request_run(owner)
    request_run(owner)

    found = samples(metrics.render().decode())

    assert found["papertrade_backtest_runs", (("status", "pending"),)] == 2
    assert found["papertrade_backtest_runs", (("status", "running"),)] == 1
    assert found["papertrade_backtest_lost_runs", ()] == 0
    assert found["papertrade_backtest_recent_runs", (("kind", "stock"), ("status", "completed"))] == 1
    assert found["papertrade_backtest_recent_runs", (("kind", "stock"), ("status", "failed"))] == 2
    assert found["papertrade_wallet_findings", ()] == 0
    assert found["papertrade_sync_items", (("state", "pending"),)] == 0


def test_what_workers_count_is_a_counter_read_from_redis(db: None, settings: Settings) -> None:
    settings.TALLY_KEYS = uuid4().hex
    for sweep in ("orders", "closes", "closes"):
        services.tally(of="left_alone", name=sweep)

    text = metrics.render().decode()

    assert "# TYPE papertrade_trading_rows_left_alone_total counter" in text
    name = "papertrade_trading_rows_left_alone_total"
    found = {labels[0][1]: value for (key, labels), value in samples(text).items() if key == name}
    assert found == {"orders": 1, "gtts": 0, "alerts": 0, "closes": 2}


def test_without_redis_nothing_is_counted_and_the_other_sources_are_read(db: None, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    services.tally(of="left_alone", name="orders")

    found = samples(metrics.render().decode())

    up = {labels[0][1]: value for (key, labels), value in found.items() if key == "papertrade_source_up"}
    assert (up["trading"], up["sync"]) == (0, 1)
    assert "papertrade_trading_rows_left_alone_total" not in {key for key, _ in found}


COUNT = """
import django, sys
django.setup()
from apps.core import metrics
metrics.observe_request(method="GET", route="somewhere", status=200, seconds=0.2)
"""
SHOW = """
import django
django.setup()
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
from apps.core import metrics
print(generate_latest(registry).decode())
"""


def test_requests_are_added_up_over_the_processes(tmp_path: Path) -> None:
    environ = {**os.environ, "METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for code in (COUNT, COUNT, COUNT):
        subprocess.run([sys.executable, "-c", code], env=environ, check=True)

    shown = subprocess.run([sys.executable, "-c", SHOW], env=environ, check=True, capture_output=True, text=True)

    labels = (("method", "GET"), ("route", "somewhere"), ("status", "200"))
    assert samples(shown.stdout)["papertrade_http_request_seconds_count", labels] == 3
