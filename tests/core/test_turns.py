"""Connections that come at once are shared by the processes: one that has work enough leaves the next to others."""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import socket
from collections.abc import Iterator

import pytest
from gunicorn.config import Config

from config import edge, turns
from config.edge import EdgeWorker

THREADS = 2


@pytest.fixture(autouse=True)
def _fresh_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    # However slow the machine is that runs the tests.
    monkeypatch.setattr(turns, "FRESH_SECONDS", 3600.0)


@pytest.fixture
def _steps_back_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "STEP_BACK_SECONDS", 3600.0)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.setblocking(False)
        yield made


@pytest.fixture
def worker(listener: socket.socket) -> Iterator[EdgeWorker]:
    """A worker as the server makes it, whose loop a test turns by hand."""
    config = Config()
    config.set("threads", THREADS)
    made = EdgeWorker(1, os.getppid(), [listener], None, 30, config, logging.getLogger(__name__))
    made.tpool, made.poller = made.get_thread_pool(), selectors.DefaultSelector()
    made.set_accept_enabled(True)
    yield made
    for conn in list(made.arriving):
        made._drop(conn)
    made.poller.close()
    made.tpool.shutdown()
    made.tmp.close()


@pytest.fixture
def clients(listener: socket.socket) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(socket.create_connection(listener.getsockname())) for _ in range(2 * THREADS)]


def turn(worker: EdgeWorker, times: int = 5) -> int:
    """Turn the loop as the server does; how many connections the worker has then."""
    for _ in range(times):
        worker.set_accept_enabled(True)
        worker.wait_for_and_dispatch_events(0)
    return int(worker.nr_conns)


@pytest.mark.usefixtures("_steps_back_for_an_hour")
def test_one_with_work_for_all_its_threads_steps_back_and_then_takes_one_more(
    worker: EdgeWorker, clients: list[socket.socket]
) -> None:
    assert turn(worker) == THREADS

    worker.steps_back_until = 0.0
    assert turn(worker) == THREADS + 1


@pytest.mark.usefixtures("_steps_back_for_an_hour")
def test_requests_that_threads_answer_are_work(worker: EdgeWorker, clients: list[socket.socket]) -> None:
    worker.in_threads = THREADS
    assert turn(worker) == 1


@pytest.mark.usefixtures("_steps_back_for_an_hour")
def test_it_takes_one_more_as_soon_as_a_thread_is_free(worker: EdgeWorker, clients: list[socket.socket]) -> None:
    assert turn(worker) == THREADS

    worker._drop(next(iter(worker.arriving)))
    assert turn(worker, times=1) == THREADS


def test_where_nobody_else_takes_them_it_takes_all(worker: EdgeWorker, clients: list[socket.socket]) -> None:
    while worker.nr_conns < len(clients):
        worker.set_accept_enabled(True)
        # An hour would pass here, were there no end to stepping back.
        worker.wait_for_and_dispatch_events(3600.0)

    assert worker.requests_in_hand == 2 * THREADS


@pytest.mark.usefixtures("_steps_back_for_an_hour")
def test_who_sends_nothing_holds_up_nobody(worker: EdgeWorker, clients: list[socket.socket]) -> None:
    for taken in range(1, 2 * THREADS + 1):
        assert turn(worker, times=1) == taken
        for arrival in worker.arriving.values():
            arrival.began -= turns.FRESH_SECONDS


@pytest.mark.usefixtures("_steps_back_for_an_hour")
def test_one_whose_requests_are_answered_does_not_step_back(worker: EdgeWorker, clients: list[socket.socket]) -> None:
    for taken in range(1, 2 * THREADS + 1):
        assert turn(worker, times=1) == taken
        for conn in list(worker.arriving):
            worker.poller.unregister(conn.sock)
            worker.arriving.pop(conn).file.close()
            conn.close()


def test_silent_connections_are_not_looked_through_at_each_turn(
    worker: EdgeWorker, clients: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "LOOK_SECONDS", 3600.0)
    worker.murder_pending()
    turn(worker, times=1)
    for arrival in worker.arriving.values():
        arrival.deadline = 0.0

    worker.murder_pending()
    assert worker.nr_conns == 1

    worker.looks_at -= edge.LOOK_SECONDS
    worker.murder_pending()
    assert worker.nr_conns == 0


def test_a_worker_that_ends_waits_for_nobody_who_is_silent(
    worker: EdgeWorker, clients: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "LOOK_SECONDS", 3600.0)
    worker.murder_pending()
    assert turn(worker, times=1) == 1

    worker.alive = False
    worker.murder_pending()

    assert worker.nr_conns == 0
