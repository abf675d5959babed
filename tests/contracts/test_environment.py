"""The environment: .env.example names every variable and no other; production does not start without what it needs."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from scripts.house.lint.source import last_name

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()

FOLDERS = ("apps", "config", "engine", "marketdata", "scripts")
REQUIRING = {"choice", "required", "required_secret", "required_secrets"}
# Read by a package, from the process that we start.
READ_BY_PACKAGES = {"NUMBA_CACHE_DIR"}
# Set in docker-compose.yml for the servers' images, which read them.
READ_BY_IMAGES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_INITDB_ARGS", "REDISCLI_AUTH"}

SECRET, OTHER_SECRET = "0123456789" * 5, "abcdefghij" * 5
COMPLETE = {
    "SECRET_KEY": SECRET,
    "JWT_SECRET_KEY": OTHER_SECRET,
    "ENCRYPTION_KEYS": f"{SECRET}{SECRET},{OTHER_SECRET}",
    "DATABASE_URL": "postgres://papertrade@db:5432/papertrade",
    "REDIS_URL": "redis://redis:6379/0",
    "ALLOWED_HOSTS": "papertrade.example",
}


def documented() -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", EXAMPLE, flags=re.MULTILINE))


def reads(tree: ast.AST) -> Iterator[str]:
    """The names in ``env.int("X")``, ``required("X")``, ``os.environ.get("X")`` and ``environ["X"]``."""
    for node in ast.walk(tree):
        named: ast.AST | None = None
        if isinstance(node, ast.Subscript) and last_name(node.value) == "environ":
            named = node.slice
        elif isinstance(node, ast.Call) and node.args:
            owner = last_name(node.func.value) if isinstance(node.func, ast.Attribute) else None
            if owner in {"env", "environ"} or last_name(node.func) in REQUIRING:
                named = node.args[0]
        if isinstance(named, ast.Constant) and isinstance(named.value, str):
            yield named.value


def read_by_us() -> set[str]:
    files = [ROOT / "manage.py", *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
    return {name for path in files for name in reads(ast.parse(path.read_text()))}


def read_by_compose() -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))


def test_the_example_names_every_variable_that_is_read_and_no_other() -> None:
    assert documented() == read_by_us() | read_by_compose() | READ_BY_PACKAGES


def test_what_compose_sets_for_our_processes_is_in_the_example() -> None:
    services = yaml.safe_load(COMPOSE)["services"].values()
    given = {name for service in services for name in service.get("environment", {})}

    assert given - READ_BY_IMAGES <= documented()


def test_every_variable_of_the_example_is_explained() -> None:
    """Each stands below a comment, alone or with others that the comment is about as well."""
    blocks = [block.splitlines() for block in EXAMPLE.strip().split("\n\n")]

    assert [block for block in blocks if not block[0].startswith("# ")] == []


def start(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The deployment checks on production's settings, in an environment that holds nothing else of ours."""
    foreign = {name: value for name, value in os.environ.items() if name not in documented() - READ_BY_PACKAGES}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING", *options],
        cwd=ROOT,
        env={**foreign, "DJANGO_SETTINGS_MODULE": "config.settings.prod", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_complete_environment_starts_and_passes_every_deployment_check() -> None:
    result = start(**COMPLETE)

    assert (result.returncode, result.stdout) == (0, "System check identified no issues (0 silenced).\n"), result.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("STRIPE_SECRET_KEY", "STRIPE_SECRET_KEY is set without STRIPE_WEBHOOK_SECRET."),
        ("STRIPE_WEBHOOK_SECRET", "STRIPE_WEBHOOK_SECRET is set without STRIPE_SECRET_KEY."),
        ("RAZORPAY_KEY_SECRET", "RAZORPAY_KEY_SECRET is set without RAZORPAY_KEY_ID, RAZORPAY_WEBHOOK_SECRET."),
    ],
)
def test_production_does_not_start_with_a_part_of_a_gateways_secrets(given: str, said: str) -> None:
    result = start(**COMPLETE, **{given: SECRET})

    assert result.returncode == 1
    assert f"{said} Nothing could be bought so: " in result.stderr
    assert SECRET not in result.stderr


def test_production_starts_with_all_of_a_gateways_secrets() -> None:
    stripe = {"STRIPE_SECRET_KEY": "sk_test", "STRIPE_WEBHOOK_SECRET": "whsec_test"}

    assert start(**COMPLETE, **stripe).returncode == 0


SERVE = """
import sys
from config.wsgi import application
from django.test import Client
answer = Client(headers={"Host": "papertrade.example"}).get(sys.argv[1])
print(answer.status_code, answer.content.decode())
"""


def serve(folder: Path, *, path: str = "/health/live", **environment: str) -> subprocess.CompletedProcess[str]:
    """A request to a web process with the example as its environment and the secrets filled in, without a database."""
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, flags=re.MULTILINE))
    secrets = {name: COMPLETE[name] for name in ("SECRET_KEY", "JWT_SECRET_KEY", "ENCRYPTION_KEYS")}
    return subprocess.run(
        [sys.executable, "-c", SERVE, path],
        cwd=folder,
        env={
            **os.environ,
            **example,
            **secrets,
            "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR", str(folder)),
            "PYTHONPATH": str(ROOT),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("counts", ["/run/papertrade-web", "", "/nowhere/at/all"])
def test_the_example_serves_once_its_secrets_are_filled_in(tmp_path: Path, counts: str) -> None:
    """Where nobody may read the counts, their folder does not matter, and no file is left where the process runs."""
    result = serve(tmp_path, PROMETHEUS_MULTIPROC_DIR=counts)

    assert (result.returncode, result.stdout) == (0, '200 {"status":"ok"}\n'), result.stderr
    assert not list(tmp_path.glob("*.db"))


@pytest.mark.parametrize(("path", "status"), [("/health/live", 200), ("/metrics", 503), ("/api/v1/stocks/", 301)])
def test_who_asks_inside_the_host_needs_no_https(tmp_path: Path, path: str, status: int) -> None:
    """Prometheus that is led to HTTPS on the port of a web process finds nobody there. 503: without a database."""
    result = serve(tmp_path, path=path)

    assert result.stdout.partition(" ")[0] == str(status), result.stderr


def test_a_web_process_that_may_be_measured_counts_in_the_folder_or_does_not_start(tmp_path: Path) -> None:
    good = serve(tmp_path, METRICS_TOKEN=SECRET, PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    bad = serve(tmp_path, METRICS_TOKEN=SECRET, PROMETHEUS_MULTIPROC_DIR="/nowhere/at/all")

    assert (good.returncode, bool(list(tmp_path.glob("*.db")))) == (0, True), good.stderr
    assert bad.returncode == 1
    assert "ImproperlyConfigured: METRICS_TOKEN is set, and PROMETHEUS_MULTIPROC_DIR cannot be written." in bad.stderr


def test_processes_that_count_nothing_start_without_the_folder() -> None:
    assert start(**COMPLETE, METRICS_TOKEN=SECRET).returncode == 0


WAITS = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
LIMITS = "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s"


@pytest.mark.parametrize(
    ("asked", "options"),
    [
        ("sslmode=verify-full", {"sslmode": "verify-full", "options": LIMITS}),
        ("options=-c%20lock_timeout%3D5s", {"options": "-c lock_timeout=5s"}),
        ("connect_timeout=9", {"options": LIMITS, "connect_timeout": 9}),
    ],
)
def test_what_the_address_of_the_database_asks_for_is_kept(asked: str, options: dict[str, str]) -> None:
    asked = f"postgres://papertrade@db:5432/papertrade?{asked}&disable_server_side_cursors=True"
    shown = subprocess.run(
        [sys.executable, "-c", "from config.settings.prod import DATABASES as d; print(d['default'])"],
        cwd=ROOT,
        env={**os.environ, **COMPLETE, "DATABASE_URL": asked},
        capture_output=True,
        text=True,
        check=True,
    )
    found = ast.literal_eval(shown.stdout)

    assert found["OPTIONS"] == WAITS | options
    assert found["DISABLE_SERVER_SIDE_CURSORS"] is True


# What is wrong (None: not there at all), and how the refusal begins. The example leaves the secrets empty.
REFUSED: list[tuple[dict[str, str | None], str]] = [
    ({"SECRET_KEY": None}, "SECRET_KEY is not set. Set it "),
    ({"JWT_SECRET_KEY": None}, "JWT_SECRET_KEY is not set. Set it "),
    ({"ENCRYPTION_KEYS": None}, "ENCRYPTION_KEYS is not set. Set it "),
    ({"ENCRYPTION_KEYS": ""}, "ENCRYPTION_KEYS is not set. Set it "),
    ({"ENCRYPTION_KEYS": f"{SECRET},{OTHER_SECRET[:49]}"}, "ENCRYPTION_KEYS is too short. Set it "),
    ({"DATABASE_URL": None}, "DATABASE_URL is not set. Set it "),
    ({"REDIS_URL": None}, "REDIS_URL is not set. Set it "),
    ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is not set. Set it "),
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is no address such as "),
    ({"DATABASE_URL": "postgres://u:se:cret@db:port/papertrade"}, "DATABASE_URL is no address such as "),
    ({"DATABASE_URL": "postgres://u@db"}, "DATABASE_URL is no address such as "),
    ({"REDIS_URL": "nonsense"}, "REDIS_URL is no address such as "),
    ({"NUMBA_CACHE_DIR": "/dev/null/kernels"}, "NUMBA_CACHE_DIR: /dev/null/kernels cannot be made (Not a directory). "),
    ({"SECRET_KEY": ""}, "SECRET_KEY is not set. Set it "),
    ({"JWT_SECRET_KEY": ""}, "JWT_SECRET_KEY is not set. Set it "),
    ({"SECRET_KEY": SECRET[:49]}, "SECRET_KEY is too short. Set it "),
    ({"JWT_SECRET_KEY": OTHER_SECRET[:49]}, "JWT_SECRET_KEY is too short. Set it "),
    ({"JWT_SECRET_KEY": SECRET}, "SECRET_KEY and JWT_SECRET_KEY are equal. Use "),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_production_does_not_start_without_what_it_needs(change: dict[str, str | None], message: str) -> None:
    environment = {**COMPLETE, **change}
    result = start(**{name: value for name, value in environment.items() if value is not None})

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"To mend: {message}")
    assert result.stderr.count("\n") == 1


def test_where_a_wrong_variable_was_noticed_is_told_who_asks() -> None:
    result = start("--traceback", **{**COMPLETE, "DATABASE_URL": "postgres://u:se:cret@db:port/papertrade"})

    assert result.returncode == 1
    assert "Traceback (most recent call last):" in result.stderr
    assert "ImproperlyConfigured: DATABASE_URL is no address such as " in result.stderr
    assert "cret" not in result.stderr
