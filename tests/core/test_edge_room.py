"""What the web server does without room: for files, for what arrives, for an answer. Nobody else's connection ends."""

from __future__ import annotations

import contextlib
import os
import resource
import selectors
import socket
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn

from config import edge
from config.arrivals import Arrival
from config.edge import EdgeWorker
from tests.core.streams import web_running

MEGABYTE = 2**20
FILES = 128
LIVE = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@contextlib.contextmanager
def limited(kind: int, *, to: int) -> Iterator[None]:
    """Processes that begin in the body may have no more, unless they ask for it."""
    now, most = resource.getrlimit(kind)
    resource.setrlimit(kind, (to, most))
    try:
        yield
    finally:
        resource.setrlimit(kind, (now, most))


@pytest.fixture(scope="module")
def port(django_db_setup: None, tmp_path_factory: Any) -> Iterator[int]:
    log = Path(tmp_path_factory.mktemp("web"), "web.log")
    with contextlib.ExitStack() as started:
        with limited(resource.RLIMIT_NOFILE, to=FILES), limited(resource.RLIMIT_FSIZE, to=MEGABYTE):
            running = started.enter_context(web_running(log))
        yield running


@pytest.fixture
def waiting(port: int) -> Iterator[socket.socket]:
    """A client in the middle of its request, which would lose it with the worker."""
    with socket.create_connection(("127.0.0.1", port), timeout=8) as client:
        client.sendall(LIVE)
        yield client


def status_of(client: socket.socket) -> int:
    with client.makefile("rb") as file:
        return int(file.readline().split()[1])


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_more_connections_than_a_process_has_files_by_default(port: int, waiting: socket.socket) -> None:
    with contextlib.ExitStack() as opened:
        for _ in range(FILES + 20):
            opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=8))
        last = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=8))
        last.sendall(LIVE + b"\r\n")
        assert status_of(last) == 200

    waiting.sendall(b"\r\n")
    assert status_of(waiting) == 200


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_body_that_the_disk_has_no_room_for_is_refused_alone(port: int, waiting: socket.socket) -> None:
    head = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % (3 * MEGABYTE)
    with socket.create_connection(("127.0.0.1", port), timeout=8) as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(head + b"a" * 3 * MEGABYTE)
        assert status_of(client) == 503

    waiting.sendall(b"\r\n")
    assert status_of(waiting) == 200


class Busy(futures.Executor):
    """Threads that begin nothing, and let go of what they were given."""

    def submit(self, _: Any, conn: Any) -> futures.Future[Any]:  # type: ignore[override]
        conn.parser.unreader.sock.arrived.close()
        return futures.Future()


def test_one_more_upload_than_there_is_room_for_is_refused_and_small_requests_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whole at once, or in parts: clients often send the body of a sign-in behind its head."""
    sign_in = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\n"
    upload = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % MEGABYTE
    monkeypatch.setattr(edge, "MAX_ARRIVING_BYTES", len(upload) + MEGABYTE)
    config = Config()
    worker = EdgeWorker(1, os.getpid(), [], None, 30, config, Logger(config))
    worker.wsgi = None
    worker.tpool, ends = Busy(), [socket.socketpair() for _ in range(4)]
    with selectors.DefaultSelector() as worker.poller, contextlib.ExitStack() as opened:
        seen = []
        for (ours, theirs), sent in zip(ends, [upload, upload, LIVE + b"\r\n", sign_in], strict=True):
            opened.enter_context(ours)
            opened.enter_context(theirs).settimeout(8)
            theirs.sendall(sent)
            worker.nr_conns += 1
            worker.enqueue_req(TConn(config, ours, ("127.0.0.1", 1), ("127.0.0.1", 2)))
            worker.wait_for_and_dispatch_events(timeout=1)
            seen.append((len(worker.arriving), len(worker.lingering), worker.in_threads))
        assert status_of(ends[1][1]) == 503
        for conn in list(worker.arriving):
            worker._drop(conn)

    assert seen == [(1, 0, 0), (1, 1, 0), (1, 1, 1), (2, 1, 1)]
    worker.tmp.close()


def test_a_client_that_is_gone_when_it_is_told_to_go_on_is_forgotten() -> None:
    config = Config()
    worker = EdgeWorker(1, os.getpid(), [], None, 30, config, Logger(config))
    ours, theirs = socket.socketpair()
    theirs.sendall(b"POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    theirs.close()
    with selectors.DefaultSelector() as worker.poller:
        worker.nr_conns = 1
        worker.enqueue_req(TConn(config, ours, ("127.0.0.1", 1), ("127.0.0.1", 2)))

        worker.wait_for_and_dispatch_events(timeout=1)

        assert (worker.nr_conns, worker.arriving, len(worker.poller.get_map())) == (0, {}, 0)
    worker.tmp.close()


def _refusal(arrival: Arrival) -> str | None:
    try:
        arrival.feed(b"a" * 1000, now=0.0)
    except OSError as error:
        return error.strerror
    return None


def test_what_could_not_be_written_is_forgotten_without_writing_it() -> None:
    arrival = Arrival(deadline=0.0)
    arrival.feed(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (3 * MEGABYTE), now=0.0)

    with limited(resource.RLIMIT_FSIZE, to=MEGABYTE):
        refusals = [_refusal(arrival) for _ in range(3000)]
        arrival.forget()

    assert (refusals[0], refusals[-1]) == (None, "File too large")
    assert arrival.file.closed
