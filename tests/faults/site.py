"""A whole installation in a directory that is thrown away: servers, web, workers, beat. Faults are done to it.

Processes are known by their numbers only. What does not belong here: assertions, HTTP (client).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import redis
from psycopg2.extensions import make_dsn

from scripts.house import commands, identity, postgres, state, valkey
from scripts.house.place import Place
from scripts.house.stage import is_live
from scripts.house.supervisor import Child, Spec, Supervisor

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
DEMO, PASSWORD = "demo@papertrade.example", "a-password-for-faults"
# Only what never comes is waited for so long, however busy the machine is.
READY_SECONDS = 120
PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.05


def until(what: Callable[[], Any], *, why: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """The first true answer of `what`."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not after {seconds:.0f} s: {why}")
        time.sleep(POLL_SECONDS)
    return found


def around(module: str | None) -> list[str]:
    """How Python starts a module, inside another one where one is named."""
    return ["-m"] if module is None else ["-m", module]


class Site:
    """The servers and processes of one installation, each under a name."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.sockets = state.socket_folder(scratch)
        self.supervisor = Supervisor()
        self.children: dict[str, Child] = {}
        self.who = identity.for_postgres()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.environ = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "NUMBA_CACHE_DIR") if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "JWT_SECRET_KEY": secrets.token_urlsafe(48),
            "ENCRYPTION_KEYS": secrets.token_urlsafe(48),
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECURE_SSL_REDIRECT": "False",
            "DEMO_EMAIL": DEMO,
            "DEMO_PASSWORD": PASSWORD,
            "SUPERADMIN_PASSWORD": PASSWORD,
            "PYTHONUNBUFFERED": "1",
        }

    def set_up(self) -> None:
        """Start the servers, write the tables, start the processes."""
        self.start_postgres()
        self.start_valkey()
        for command in (commands.WARM, commands.MIGRATE, (*commands.SEED, "--years", "1")):
            self.run(*command)
        bounds = self.rows("SELECT min(date)::text, max(date)::text FROM stock_price_daily")
        self.first_day, self.last_day = bounds[0]
        self.all_up()

    def all_up(self) -> None:
        """Start again what a test has ended; nothing waits in the queue afterwards."""
        started = [name for name in ("worker", "web", "beat") if not self.is_running(name)]
        for name in started:
            getattr(self, f"start_{name}")()
        for name in started:
            self.wait_ready(name)
        until(self._is_idle, why="nothing waits and nothing runs")

    def _is_idle(self) -> bool:
        runs = self.rows("SELECT 1 FROM backtest_runs WHERE status IN ('pending', 'running') LIMIT 1")
        return not runs and not self.rows("SELECT 1 FROM sync_logs WHERE end_time IS NULL LIMIT 1")

    def wait_caught(self) -> None:
        """Wait until a process stands before a lock of ours."""
        waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        until(lambda: self.rows(waiting), why="a process stands before the lock")

    def start_postgres(self) -> None:
        """Start PostgreSQL on the same directory as before."""
        self.environ["DATABASE_URL"] = self._serve("postgres", postgres.start)
        place = self.environ["DATABASE_URL"].rpartition("@")[2].partition("/")[0]
        self.dsn = f"host={place.replace('%2F', '/')} user={postgres.NAME} dbname={postgres.NAME}"

    def start_valkey(self) -> None:
        """Start Valkey; it has kept nothing."""
        self.environ["REDIS_URL"] = self._serve("valkey", valkey.start)

    def _serve(self, name: str, start: Callable[..., str]) -> str:
        place = Place(self.scratch / name, self.sockets, self.scratch / f"{name}.log")
        url = start(supervisor=self.supervisor, place=place, venv=VENV, lasting=False)
        self.children[name] = self.supervisor.children[-1]
        return url

    def start_web(self, *, module: str | None = None) -> None:
        """Start two web processes, inside another module where one is named."""
        self.launch("web", *around(module), *commands.WEB, f"--bind={self.address}", "--workers=2")

    def start_worker(self, name: str = "worker", *, module: str | None = None) -> None:
        """Start a worker with one child, inside another module where one is named."""
        self.launch(name, *around(module), *commands.WORKER, "--concurrency=1", f"--hostname={name}@faults")

    def start_beat(self, name: str = "beat") -> None:
        """Start a beat; a second one is a fault."""
        self.environ["BEAT_SCHEDULE_FILE"] = str(self.scratch / f"{name}-schedule")
        self.launch(name, "-m", *commands.BEAT)

    def launch(self, name: str, *command: str, **extra: str) -> None:
        """Start a Python command, in our environment and what is said beside it."""
        environ = self.environ | extra
        spec = Spec(name, [sys.executable, *command], environ, self.scratch / f"{name}.log")
        spec.log.write_bytes(b"")
        self.children[name] = self.supervisor.start(spec)

    def wait_ready(self, name: str) -> None:
        """Wait until a process takes work."""
        child = self.children[name]
        if name == "web":
            child.wait_until(lambda: is_live(self.address), seconds=READY_SECONDS)
        elif name.startswith("worker"):
            child.wait_until(lambda: " ready." in child.spec.log.read_text("utf-8"), seconds=READY_SECONDS)

    def run(self, *command: str, **extra: str) -> str:
        """What a Python command prints, in our environment and what is said beside it."""
        argv = [sys.executable, *command]
        done = subprocess.run(argv, cwd=ROOT, env=self.environ | extra, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def is_running(self, name: str) -> bool:
        """Whether the process was started and has not ended."""
        return name in self.children and self.children[name].process.poll() is None

    def kill(self, name: str) -> None:
        """Kill a process and all of its children, as the machine's end would."""
        child = self.children.pop(name)
        self.supervisor.children.remove(child)
        os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()

    def end(self, name: str) -> None:
        """Stop a process in order."""
        child = self.children.pop(name)
        self.supervisor.children.remove(child)
        child.stop()

    def child_of(self, name: str) -> int:
        """The number of the one child of a worker."""
        parent = self.children[name].process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
        assert len(children) == 1
        return int(children[0])

    def kill_child(self, name: str) -> None:
        """Kill the one child of a worker."""
        os.kill(self.child_of(name), signal.SIGKILL)

    @contextlib.contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """Stop a process with its children for the block, as a machine that hangs."""
        group = self.children[name].process.pid
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    @contextlib.contextmanager
    def resting(self, name: str) -> Iterator[None]:
        """The same between two transactions: stopped inside one, it would hold locks that others wait for."""
        busy = """
            SELECT 1 FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()
        """
        with contextlib.ExitStack() as stopped:

            def is_resting() -> bool:
                stopped.enter_context(self.paused(name))
                if not self.rows(busy):
                    return True
                stopped.close()
                return False

            until(is_resting, why=f"{name} is between two transactions")
            yield

    def rows(self, statement: str, *values: object, database: str = postgres.NAME) -> list[tuple[Any, ...]]:
        """What the database answers, past the product."""
        dsn = make_dsn(self.dsn, dbname=database)
        with contextlib.closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def locked(self, *tables: str) -> Iterator[None]:
        """Let nobody read the tables for the block: whoever tries is caught in the middle of its work."""
        with contextlib.closing(psycopg2.connect(self.dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
            yield

    def broker(self) -> redis.Redis:
        """A connection to the broker, past the product."""
        return redis.Redis.from_url(self.environ["REDIS_URL"])

    def log(self, name: str) -> str:
        """What a process has written since its start."""
        return self.children[name].spec.log.read_text("utf-8")

    def tear_down(self) -> None:
        """End everything at once: nothing of it is kept."""
        for name in list(self.children):
            self.kill(name)
