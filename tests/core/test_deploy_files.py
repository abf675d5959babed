"""The files of deploy/: they parse, and every metric they name is one that the service has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from django.db import connection

from apps.core import clock, metrics
from apps.sync.models import SyncLog
from apps.users.models import User
from scripts.house import commands
from tests.factories.backtests import make_completed_run, make_prices, request_run
from tests.factories.sweeps import request_sweep

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
ALERTS: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "papertrade.json").read_text())
OPERATIONS = (DEPLOY.parent / "docs" / "operations.md").read_text()
SUFFIX = re.compile(r"_(bucket|count|sum)$")


def rules() -> list[dict[str, Any]]:
    return [rule for group in ALERTS["groups"] for rule in group["rules"]]


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])


def named() -> set[str]:
    found = {name for expression in expressions() for name in re.findall(r"papertrade_\w+", expression)}
    return {SUFFIX.sub("", name) if name.startswith("papertrade_http") else name for name in found}


def test_every_metric_that_is_watched_is_one_the_service_has(owner: User) -> None:
    make_prices()
    make_completed_run(owner)
    now = clock.now()
    SyncLog.objects.create(sync_type="stock", mode="normal", status="completed", start_time=now, end_time=now)
    metrics.observe_cache(route="somewhere", is_hit=True)
    metrics.observe_request(method="GET", route="somewhere", status=200, seconds=0.1)

    offered = set(re.findall(r"^# TYPE (papertrade_\w+) ", metrics.render().decode(), flags=re.MULTILINE))

    assert named() <= offered, named() - offered
    assert len(named()) >= 10


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_alert_says_what_it_is_and_operations_says_what_to_do(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert f"| `{rule['alert']}` |" in OPERATIONS


def test_every_command_is_in_operations_and_every_one_there_exists() -> None:
    ours = {name for name, app in get_commands().items() if str(app).startswith("apps.")}
    told = set(re.findall(r"^\| `scripts/manage (\w+)", OPERATIONS, flags=re.MULTILINE))

    assert ours - told == {"create_superadmin"}
    assert "| `scripts/create-superadmin` |" in OPERATIONS
    assert told <= set(get_commands())


def test_containers_have_room_for_what_their_tasks_may_take(settings: Any) -> None:
    """Each child with a script of its own, in GB as docs/deploy.md counts: else the cluster ends the container."""
    documents = yaml.safe_load_all((DEPLOY / "kubernetes" / "papertrade.yaml").read_text())
    (worker,) = [each for each in documents if (each["kind"], each["metadata"]["name"]) == ("Deployment", "worker")]
    (container,) = worker["spec"]["template"]["spec"]["containers"]
    (children,) = [int(word.partition("=")[2]) for word in container["command"] if "--concurrency" in word]
    (each_child,) = re.findall(r"count ([\d.]+) GB a child", (DEPLOY.parent / "docs" / "deploy.md").read_text())

    assert 1024 * float(each_child) >= 2 * settings.BACKTEST_MEMORY_MB + 250
    assert int(container["resources"]["limits"]["memory"].removesuffix("Gi")) >= children * float(each_child)


def test_the_proxy_refuses_with_codes_of_the_api_and_starts_on_the_nginx_of_debian() -> None:
    proxy = (DEPLOY / "nginx" / "papertrade.conf").read_text()
    codes = set((DEPLOY.parent / "tests" / "contracts" / "error_codes.txt").read_text().split())
    refusals = [json.loads(body) for body in re.findall(r"return \d{3} '(\{.*?\})';", proxy)]

    for place in re.findall(r"location @.*", proxy):
        assert "add_header X-Request-ID $papertrade_id always;" in place
        assert "add_header Cache-Control no-store always;" in place
        assert ("add_header Retry-After " in place) == ("return 429" in place or "return 503" in place)
    assert len(refusals) == proxy.count("location @")
    assert {refusal["code"] for refusal in refusals} <= codes
    assert "listen 443 ssl http2;" in proxy
    assert "http2 on" not in proxy


def test_workers_grow_with_the_number_of_rows_that_wait(owner: User) -> None:
    make_prices()
    (scaled,) = (
        each
        for each in yaml.safe_load_all((DEPLOY / "kubernetes" / "papertrade.yaml").read_text())
        if each["kind"] == "ScaledObject"
    )
    trigger = scaled["spec"]["triggers"][0]

    def asked() -> int:
        with connection.cursor() as cursor:
            cursor.execute(trigger["metadata"]["query"])
            return int(cursor.fetchone()[0])

    before = asked()
    request_run(owner)
    request_sweep(owner)

    assert (before, asked()) == (0, 2)
    assert scaled["spec"]["scaleTargetRef"]["name"] == "worker"


def test_every_panel_has_a_place_of_its_own_and_a_query() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)
    assert all(panel["title"] and panel["targets"] for panel in DASHBOARD["panels"])


@pytest.mark.parametrize(
    ("name", "command"),
    [("web", commands.WEB), ("events", commands.EVENTS), ("worker", commands.WORKER), ("beat", commands.BEAT)],
)
def test_units_and_pods_start_with_the_commands_of_scripts_run(name: str, command: tuple[str, ...]) -> None:
    unit = (DEPLOY / "systemd" / f"papertrade-{name}.service").read_text()
    assert f"ExecStart=/opt/papertrade/.venv/bin/{' '.join(command)}" in unit

    pods = {
        each["metadata"]["name"]: each["spec"]["template"]["spec"]["containers"][0]
        for each in yaml.safe_load_all((DEPLOY / "kubernetes" / "papertrade.yaml").read_text())
        if each["kind"] == "Deployment"
    }
    assert tuple(pods[name]["command"])[: len(command)] == command
