"""scripts/test: every check, then every test. What does not belong here: the rules, which each tool keeps itself."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import difflib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from scripts.house import commands, environment, servers, settings, state
from scripts.house.console import HouseError, report, say, step
from scripts.house.supervisor import Supervisor, ignore_signals, raise_on_signals

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "docs" / "openapi.yaml"
DIFF_LINES = 60
WORKERS = "2"
LONG, LONG_EXAMPLES = ("tests/contracts/test_schemathesis.py",), "100"
FAULTS = ("tests/faults", "-v")
DESCRIPTION = """\
Run every check (format, lint, types, import contracts, house style, migrations, OpenAPI, deployment) and then every
test, on PostgreSQL and Valkey of their own in a temporary directory, or on those of DATABASE_URL and REDIS_URL.
--faults kills, stops and floods real processes instead, a few minutes long.
--long draws fifty times as many requests from the OpenAPI as each run of the tests does.
What is not listed below goes to pytest: scripts/test --tests tests/engine -k stop"""


@dataclasses.dataclass(frozen=True)
class Workshop:
    """What every check needs."""

    python: Path
    scratch: Path
    environ: Mapping[str, str]

    def call(self, *command: str, **extra: str) -> tuple[bool, str]:
        """Run a Python command; whether it succeeded and what it said."""
        argv = [str(self.python), *command]
        result = subprocess.run(
            argv, env={**self.environ, **extra}, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        return result.returncode == 0, result.stdout + result.stderr

    def tool(self, *command: str) -> tuple[bool, str]:
        """Run an installed tool."""
        return self.call(str(self.python.with_name(command[0])), *command[1:])


Check = Callable[[Workshop], tuple[bool, str]]


def check_schema(shop: Workshop) -> tuple[bool, str]:
    """The API as the code has it, compared with the committed description."""
    made = shop.scratch / "openapi.yaml"
    good, said = shop.call("manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(made))
    if not good:
        return False, said
    old = SCHEMA.read_text(encoding="utf-8").splitlines() if SCHEMA.exists() else []
    new = made.read_text(encoding="utf-8").splitlines()
    lines = list(difflib.unified_diff(old, new, "docs/openapi.yaml", "the code", lineterm=""))
    if not lines:
        return True, ""
    advice = "Wanted? Then: .venv/bin/python manage.py spectacular --file docs/openapi.yaml"
    return False, "\n".join([*lines[:DIFF_LINES], advice])


def check_deployment(shop: Workshop) -> tuple[bool, str]:
    """Django's deployment checks on the production settings, with secrets made for the occasion."""
    return shop.call(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        DJANGO_SETTINGS_MODULE="config.settings.prod",
        SECRET_KEY=secrets.token_urlsafe(48),
        JWT_SECRET_KEY=secrets.token_urlsafe(48),
        ENCRYPTION_KEYS=secrets.token_urlsafe(48),
        ALLOWED_HOSTS="papertrade.example",
    )


CHECKS: tuple[tuple[str, Check], ...] = (
    ("ruff format", lambda shop: shop.call("-m", "ruff", "format", "--check", ".")),
    ("ruff check", lambda shop: shop.call("-m", "ruff", "check", ".")),
    ("mypy", lambda shop: shop.call("-m", "mypy", ".")),
    ("import contracts", lambda shop: shop.tool("lint-imports", "--no-logo")),
    ("house style", lambda shop: shop.call("scripts/lint_house.py")),
    ("migrations", lambda shop: shop.call("manage.py", "makemigrations", "--check", "--dry-run")),
    ("OpenAPI", check_schema),
    ("deployment", check_deployment),
)


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; 1 if anything failed, and all of it in any case."""
    options, rest = _parse(arguments)
    raise_on_signals()
    try:
        with _workshop() as shop:
            if options.long:
                failed = _run_long(shop, arguments=rest)
            elif options.faults:
                failed = _run_faults(shop, arguments=rest)
            else:
                failed = _run_checks(shop) if options.checks or not options.tests else []
                if options.tests or not options.checks:
                    failed += _run_tests(shop, arguments=rest)
    except HouseError as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("\ninterrupted")
        return 130
    say(f"failed: {', '.join(failed)}" if failed else "all good")
    return 1 if failed else 0


def _parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="scripts/test", description=DESCRIPTION, formatter_class=formatter, allow_abbrev=False
    )
    parser.add_argument("--checks", action="store_true", help="the checks only")
    parser.add_argument("--tests", action="store_true", help="the tests only")
    parser.add_argument("--faults", action="store_true", help="the fault scripts of tests/faults, and nothing else")
    parser.add_argument("--long", action="store_true", help="only the API against its description, for long")
    return parser.parse_known_args(arguments)


@contextlib.contextmanager
def _workshop() -> Iterator[Workshop]:
    """The environment and the servers, gone afterwards."""
    with step("Python environment"):
        python = environment.prepare(root=ROOT, development=True)
    data = state.open_data(root=ROOT, environ=os.environ)
    scratch = Path(tempfile.mkdtemp(prefix="papertrade-test-"))
    supervisor = Supervisor()
    environ = settings.child_environ(root=ROOT, data=data, extra={})
    environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    try:
        with step("PostgreSQL and Valkey"):
            environ |= servers.start_missing(
                supervisor, scratch=scratch, venv=ROOT / ".venv", environ=environ, lasting=False
            )
        yield Workshop(python, scratch, environ)
    finally:
        ignore_signals()
        supervisor.stop()
        shutil.rmtree(scratch, ignore_errors=True)


def _run_checks(shop: Workshop) -> list[str]:
    """Run every check and return the names of those that failed."""
    failed = []
    for name, check in CHECKS:
        began = time.monotonic()
        good, said = check(shop)
        report(name, good=good, seconds=time.monotonic() - began)
        if not good:
            failed.append(name)
            say("\n".join(f"    {line}" for line in said.strip().splitlines()))
    return failed


def _run_tests(shop: Workshop, *, arguments: Sequence[str]) -> list[str]:
    """Run pytest with its output as it comes: its closing line stays near the end of ours."""
    with step("Compiled kernels"):  # a first compilation takes longer than a test's transaction may idle
        shop.call(*commands.WARM)
    argv = [str(shop.python), "-m", "pytest", "-n", WORKERS, *arguments]
    code = subprocess.run(argv, env=dict(shop.environ), check=False).returncode
    return ["tests"] if code else []


def _run_faults(shop: Workshop, *, arguments: Sequence[str]) -> list[str]:
    """Run the fault scripts, one after the other: each has the machine to itself."""
    argv = [str(shop.python), "-m", "pytest", *FAULTS, *arguments]
    code = subprocess.run(argv, env=dict(shop.environ), check=False).returncode
    return ["faults"] if code else []


def _run_long(shop: Workshop, *, arguments: Sequence[str]) -> list[str]:
    """Draw many requests to every operation."""
    shop = dataclasses.replace(shop, environ={**shop.environ, "SCHEMATHESIS_EXAMPLES": LONG_EXAMPLES})
    return _run_tests(shop, arguments=[*LONG, *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
