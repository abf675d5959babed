"""Dockerfile and docker-compose.yml, checked without an engine. What does not belong here: whether images build."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import base
from scripts.house import commands

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STAGES = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
OWN = ("web", "events", "worker", "beat")


def test_the_services_are_those_of_scripts_run() -> None:
    assert sorted(SERVICES) == ["beat", "db", "events", "migrate", "redis", "web", "worker"]


@pytest.mark.parametrize(
    ("name", "command"),
    [("web", commands.WEB), ("events", commands.EVENTS), ("worker", commands.WORKER), ("beat", commands.BEAT)],
)
def test_each_process_starts_with_the_command_of_scripts_run(name: str, command: tuple[str, ...]) -> None:
    assert tuple(SERVICES[name]["command"])[: len(command)] == command


def test_migrate_runs_once_what_scripts_run_runs() -> None:
    steps = (f"python {' '.join(step)}" for step in (commands.MIGRATE, commands.SEED))
    assert SERVICES["migrate"]["command"] == ["sh", "-c", " && ".join(steps)]
    assert SERVICES["migrate"]["restart"] == "no"


def test_the_image_runs_the_web_process_unless_told_otherwise() -> None:
    assert re.search(r"^CMD (\[.*\])$", DOCKERFILE, flags=re.MULTILINE)
    assert yaml.safe_load(DOCKERFILE.rpartition("\nCMD ")[2]) == SERVICES["web"]["command"]


@pytest.mark.parametrize("name", ["db", "redis", *OWN])
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    assert {"test", "interval", "timeout", "retries"} <= set(SERVICES[name]["healthcheck"])


def test_processes_start_after_healthy_servers_and_finished_migrations() -> None:
    healthy = {"db": {"condition": "service_healthy"}, "redis": {"condition": "service_healthy"}}
    assert SERVICES["migrate"]["depends_on"] == healthy
    for name in OWN:
        assert SERVICES[name]["depends_on"] == healthy | {"migrate": {"condition": "service_completed_successfully"}}


def test_only_web_and_events_are_published_and_only_on_the_loopback() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {
        "web": ["127.0.0.1:${WEB_PORT:-8000}:8000"],
        "events": ["127.0.0.1:${EVENTS_PORT:-8001}:8000"],
    }


def test_servers_live_on_a_network_without_a_way_out_and_workers_have_one() -> None:
    """Mails, messages and the questions to payment services leave from workers."""
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if "front" in service["networks"]} == {"web", "events", "worker"}
    assert all("back" in service["networks"] for service in SERVICES.values())


def test_the_counts_of_web_begin_anew_with_each_start() -> None:
    """Counts of ended processes would be added for ever: the folder is in memory, and web's own user writes it."""
    folder = SERVICES["web"]["environment"]["PROMETHEUS_MULTIPROC_DIR"]
    assert [each.partition(":")[0] for each in SERVICES["web"]["tmpfs"]] == [folder]
    assert "uid=10001,gid=10001" in SERVICES["web"]["tmpfs"][0]


def test_processes_are_given_the_time_to_end_that_they_give_their_work() -> None:
    (given,) = re.findall(r"--graceful-timeout=(\d+)", " ".join(SERVICES["web"]["command"]))
    grace = {name: int(service.get("stop_grace_period", "10s").rstrip("s")) for name, service in SERVICES.items()}

    assert grace["web"] > int(given)
    assert grace["worker"] > base.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT


def test_compose_holds_no_secret() -> None:
    environment = SERVICES["web"]["environment"]
    assert (
        environment["DATABASE_URL"] == "postgres://papertrade:${POSTGRES_PASSWORD:?set it in .env}@db:5432/papertrade"
    )
    assert environment["REDIS_URL"] == "redis://:${REDIS_PASSWORD:?set it in .env}@redis:6379/0"
    assert all(SERVICES[name]["env_file"] == ".env" for name in (*OWN, "migrate"))


def test_the_image_is_built_in_stages_and_runs_as_nobody_in_particular() -> None:
    assert [stage.split("\n")[0] for stage in STAGES] == ["python:3.11-slim AS build", "python:3.11-slim"]
    assert re.findall(r"^USER (.+)$", STAGES[-1], flags=re.MULTILINE) == ["10001:10001"]
    after_user = STAGES[-1].partition("\nUSER ")[2]
    assert not re.search(r"^(RUN|COPY|ADD)\b", after_user, flags=re.MULTILINE)


def test_the_image_pins_its_packages_by_hash_and_warms_its_kernels() -> None:
    assert "pip install --no-cache-dir --require-hashes -r requirements.txt" in STAGES[0]
    assert f'python -c "{commands.WARM[1]}"' in STAGES[0]
    assert "python manage.py collectstatic --noinput" in STAGES[0]


def test_the_directories_of_the_image_are_those_of_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    for name in ("NUMBA_CACHE_DIR", "BEAT_SCHEDULE_FILE", "DJANGO_SETTINGS_MODULE"):
        value = re.search(rf"^{name}=(.+)$", example, flags=re.MULTILINE)
        assert value is not None
        assert f"{name}={value[1]}" in STAGES[-1]


def test_only_what_the_dockerfile_copies_enters_the_build() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    copied = {part.removeprefix("./") for line in re.findall(r"^COPY (?!--)(.+)$", STAGES[0], flags=re.MULTILINE)
              for part in line.split()[:-1]}  # fmt: skip
    assert "*" in lines
    assert {line[1:] for line in lines if line.startswith("!")} == copied
