"""The files of deploy/: they parse, and every metric they name is one that the service has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.core import clock, metrics
from apps.sync.models import SyncLog
from apps.users.models import User
from scripts.house import commands
from tests.factories.backtests import make_completed_run, make_prices

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
