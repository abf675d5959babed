"""When a connection is asked for its health: not while it has just answered, always where the server hung up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from apps.core import clock
from config.postgresql.base import FRESH_SECONDS, DatabaseWrapper

QUESTION = "SELECT 1"
ROOT = Path(__file__).resolve().parents[2]


class Watch:
    """A monotonic clock that stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    stands = Watch()
    monkeypatch.setattr(clock, "monotonic", stands)
    return stands


@pytest.fixture
def web(db: None, watch: Watch) -> Iterator[DatabaseWrapper]:
    """The connection of a thread of the web server, kept between requests, after its first."""
    made: Any = connections.create_connection("default")
    made.settings_dict = made.settings_dict | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    ask(made, "SELECT 'first'")
    ask(made, "SELECT 'second'")
    yield made
    made.close()


def ask(web: DatabaseWrapper, statement: str) -> int:
    """A request with one statement; the server's process that answered."""
    web.close_if_unusable_or_obsolete()
    with web.cursor() as cursor:
        cursor.execute(statement)
        pid: int = web.connection.info.backend_pid
    web.close_if_unusable_or_obsolete()
    return pid


def begin(web: DatabaseWrapper) -> None:
    """The first cursor of a request, without a statement."""
    web.close_if_unusable_or_obsolete()
    with web.cursor():
        pass


def last_statement(pid: int) -> str:
    """What a process of the server was last asked, as another connection sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid])
        (said,) = cursor.fetchone()
    return str(said)


def end(pid: int) -> None:
    """The server ends one of its processes, as it ends all when it stops, and it has hung up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)


def test_a_connection_that_has_just_answered_is_not_asked(web: DatabaseWrapper, watch: Watch) -> None:
    pid = ask(web, "SELECT 'third'")
    watch.now += FRESH_SECONDS
    begin(web)
    assert last_statement(pid) == "SELECT 'third'"


def test_an_idle_connection_is_asked_once(web: DatabaseWrapper, watch: Watch) -> None:
    pid = ask(web, "SELECT 'third'")
    watch.now += FRESH_SECONDS + 0.1
    begin(web)
    assert last_statement(pid) == QUESTION


def test_looking_at_an_idle_connection_does_not_make_it_fresh(web: DatabaseWrapper, watch: Watch) -> None:
    pid = ask(web, "SELECT 'third'")
    watch.now += 0.9
    web.close_if_unusable_or_obsolete()
    web.close_if_unusable_or_obsolete()
    watch.now += 0.9
    begin(web)
    assert last_statement(pid) == QUESTION


def test_a_server_that_hung_up_is_noticed_however_fresh_the_connection(web: DatabaseWrapper) -> None:
    pid = ask(web, "SELECT 'third'")
    end(pid)
    assert ask(web, "SELECT 'fourth'") != pid


def test_an_error_does_not_make_an_idle_connection_fresh(
    web: DatabaseWrapper, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The framework has asked after the error; ten minutes later that is no answer any more."""
    asked: list[float] = []
    ask_server = DatabaseWrapper.is_usable

    def is_usable(web: DatabaseWrapper) -> bool:
        asked.append(watch.now)
        return ask_server(web)

    monkeypatch.setattr(DatabaseWrapper, "is_usable", is_usable)
    with pytest.raises(DatabaseError):
        ask(web, "SELECT nothing")
    web.close_if_unusable_or_obsolete()
    watch.now += 600
    begin(web)
    assert asked == [100.0, 700.0]


def test_a_connection_that_the_driver_has_given_up_is_made_anew(web: DatabaseWrapper) -> None:
    pid = ask(web, "SELECT 'third'")
    web.connection.close()
    assert ask(web, "SELECT 'fourth'") != pid


def test_a_server_that_takes_connections_and_is_silent_is_not_waited_for() -> None:
    """As one whose machine hangs, or the way to which is cut: without a limit the request would never be answered."""
    asks = "from django.db import connection as c; import django; django.setup(); c.ensure_connection()"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgres://papertrade@127.0.0.1:{silent.getsockname()[1]}/papertrade"
        asked = subprocess.run(
            [sys.executable, "-c", asks],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": address},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert "OperationalError" in asked.stderr
    assert "timeout expired" in asked.stderr
