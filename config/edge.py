"""The web server's worker: threads get whole requests only, and every refusal is JSON.

gunicorn's own gives a thread to a request as soon as its first byte has come, so a few uploads that stall hold them
all, and answers what it cannot read in HTML. Here the loop that accepts connections also reads them, many at a time
and without a thread, until a request is whole; what is too slow, too long or too large ends there.
What does not belong here: rules of the product, settings.
"""

from __future__ import annotations

import json
import resource
import socket
import time
import uuid
from concurrent.futures import Future
from functools import partial
from itertools import takewhile
from selectors import EVENT_READ
from typing import Any

from gunicorn.http import errors, get_parser, wsgi
from gunicorn.workers.gthread import TConn

from config import answers, arrivals, turns
from config.arrivals import Arrival
from config.turns import TurnWorker

# Of all requests that arrive together a worker takes so much. Small ones are taken beyond it: a few who announce
# uploads and send nothing would keep everybody else from signing in.
MAX_ARRIVING_BYTES = 512 * 1024 * 1024
READ_BYTES = 64 * 1024
LINGER_SECONDS = 2.0
# So often it is looked who has taken too long; a thousand silent connections take half a millisecond each time.
LOOK_SECONDS = 1.0
# The files of a process beside those of its connections: modules, the database, the broker, logs.
OWN_FILES = 256

REFUSALS = {
    400: ("Bad Request", "VALIDATION_ERROR", "The request is not valid."),
    408: ("Request Timeout", "REQUEST_TIMEOUT", "The request came too slowly."),
    413: ("Content Too Large", "PAYLOAD_TOO_LARGE", "The body is too large."),
    414: ("URI Too Long", "URI_TOO_LONG", "The address is too long."),
    417: ("Expectation Failed", "VALIDATION_ERROR", "The request is not valid."),
    431: ("Request Header Fields Too Large", "HEADERS_TOO_LARGE", "The headers are too large."),
    500: ("Internal Server Error", "INTERNAL_ERROR", "Something went wrong on our side."),
    501: ("Not Implemented", "VALIDATION_ERROR", "This transfer coding is not read."),
    503: ("Service Unavailable", "UNAVAILABLE", "The service cannot answer right now."),
}
# What the framework's middleware says of every answer that has no version.
POLICIES = (
    "Cache-Control: no-store",
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy: same-origin",
    "Referrer-Policy: same-origin",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: DENY",
)
STATUS_OF: dict[type[Exception], int] = {
    errors.LimitRequestLine: 414,
    errors.LimitRequestHeaders: 431,
    errors.ExpectationFailed: 417,
    errors.UnsupportedTransferCoding: 501,
}
# The worker has no other place to say which answers it makes.
wsgi.Response = answers.Answer


def refusal(status: int, *, request_id: str) -> bytes:
    """A whole answer in the API's envelope, after which the connection ends."""
    reason, code, message = REFUSALS[status]
    said = {"status": "error", "code": code, "message": message, "details": {}, "request_id": request_id}
    body = json.dumps(said).encode()
    head = [
        f"HTTP/1.1 {status} {reason}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Request-ID: {request_id}",
        *POLICIES,
        *(["Retry-After: 1"] if status == 503 else []),
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def _receive(sock: socket.socket) -> bytes | None:
    """What has come: nothing at the end of the connection, None where there is nothing yet."""
    try:
        return sock.recv(READ_BYTES)
    except BlockingIOError:
        return None
    except OSError:
        return b""


class EdgeWorker(TurnWorker):
    """gunicorn's worker with threads, whose loop reads requests whole before a thread has them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: dict[TConn, Arrival] = {}
        self.lingering: dict[TConn, float] = {}
        self.in_threads = 0
        self.looks_at = 0.0

    @property
    def requests_in_hand(self) -> int:
        """How many requests this process answers, or may have to at once: who is slow or silent is no work."""
        since = time.monotonic() - turns.FRESH_SECONDS
        fresh = takewhile(lambda arrival: arrival.began > since, reversed(self.arriving.values()))
        return self.in_threads + sum(1 for _ in fresh)

    def init_process(self) -> None:
        """Have room for the files of all connections: without it one too many would end the worker, and all others.

        Each is a file, and so is what arrives of it once that is large. What one may have is often a thousand, what it
        may ask for many times as much; where that is little too, fewer connections are taken.
        """
        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        connections: int = self.cfg.worker_connections
        files = max(now, min(most, OWN_FILES + 2 * connections))
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
        self.worker_connections = min(connections, max(1, (files - OWN_FILES) // 2))
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Begin to read the next request of a connection."""
        now = time.monotonic()
        if conn.parser is None:
            conn.parser = get_parser(self.cfg, arrivals.Replay(conn.sock), conn.client)
            conn.initialized = conn.data_ready = True
        self.arriving[conn] = Arrival(deadline=now + arrivals.HEAD_SECONDS, began=now)
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, EVENT_READ, partial(self._read, conn))
        left = conn.parser.unreader.take_buffered()
        if left:
            self._feed(conn, left)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Wait for the next request of a connection, or let it go without making the loop wait for its end."""
        self.in_threads -= 1
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
        else:
            self._let_go(conn)

    def murder_pending(self) -> None:
        """End what has taken too long, looked for now and then: the loop asks for it at each of its turns."""
        super().murder_pending()
        now = time.monotonic()
        if self.alive and now < self.looks_at:
            return
        self.looks_at = now + LOOK_SECONDS
        for conn in [conn for conn, arrival in self.arriving.items() if self._is_late(arrival, now=now)]:
            if self.arriving[conn].got:
                self._refuse(conn, status=408)
            else:
                self._drop(conn)
        for conn in [conn for conn, until in self.lingering.items() if until <= now]:
            self._drop(conn)

    def handle_error(self, _req: Any, client: socket.socket, _addr: Any, exc: Exception) -> None:
        """Answer what could not be read in the API's own envelope."""
        is_theirs = isinstance(exc, errors.ParseException)
        status = next((status for kind, status in STATUS_OF.items() if isinstance(exc, kind)), 400)
        request_id = uuid.uuid4().hex
        if is_theirs:
            self.log.warning("Invalid request: %s", type(exc).__name__, extra={"request_id": request_id})
        else:
            status = 500
            self.log.error("Error handling a request", exc_info=exc, extra={"request_id": request_id})
        self._count(status)
        try:
            client.sendall(refusal(status, request_id=request_id))
        except OSError:
            self.log.debug("Nobody was left to be told.")

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        # What came behind the request is not read on: the client sends it again.
        return not getattr(conn, "is_last", False) and bool(super()._keepalive_after(conn, keepalive))

    def _is_late(self, arrival: Arrival, *, now: float) -> bool:
        return arrival.deadline <= now or not (self.alive or arrival.got)

    def _read(self, conn: TConn, sock: socket.socket) -> None:
        """Take what has come of a request."""
        data = _receive(sock)
        if data:
            self._feed(conn, data)
        elif data is not None:
            self._drop(conn)

    def _feed(self, conn: TConn, data: bytes) -> None:
        arrival = self.arriving[conn]
        had_head = arrival.size is not None
        try:
            status = arrival.feed(data, now=time.monotonic())
        except OSError as error:
            # A disk that is full, say: whoever needs none of it is answered still.
            self.log.error("No room for a request: %s", error.strerror)
            status = 503
        if status is None and not had_head and arrival.is_large and self._is_too_much():
            status = 503
        if status is not None:
            self._refuse(conn, status=status)
        elif arrival.is_whole:
            self._hand_over(conn)
        elif not had_head and arrival.waits_for_leave:
            self._give_leave(conn)

    def _give_leave(self, conn: TConn) -> None:
        try:
            conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except OSError:
            self._drop(conn)

    def _is_too_much(self) -> bool:
        return sum(each.size or 0 for each in self.arriving.values()) > MAX_ARRIVING_BYTES

    def _hand_over(self, conn: TConn) -> None:
        """Give a whole request to a thread."""
        self.poller.unregister(conn.sock)
        arrival = self.arriving.pop(conn)
        conn.parser.unreader.sock.arrived = arrival.file
        conn.is_last = arrival.is_last or arrival.got > (arrival.size or 0)
        self.in_threads += 1
        super().enqueue_req(conn)

    def _refuse(self, conn: TConn, *, status: int) -> None:
        """Answer a request that will not be read, and let the connection go."""
        self.poller.unregister(conn.sock)
        arrival = self.arriving.pop(conn)
        arrival.forget()
        request_id = arrival.request_id
        try:
            conn.sock.send(refusal(status, request_id=request_id))
        except OSError:
            self.log.debug("Nobody was left to be told.")
        self.log.info("Refused at the edge: %s", status, extra={"request_id": request_id})
        self._count(status)
        self._let_go(conn)

    def _count(self, status: int) -> None:
        # Only the application knows where: metrics belong to the process that loaded it, this module to its parent too.
        count = getattr(self.wsgi, "count_refusal", None)
        if count is not None:
            count(status)

    def _let_go(self, conn: TConn) -> None:
        """End a connection once the client has read its answer: bytes of it still on their way would cut it off."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        conn.sock.setblocking(False)
        self.lingering[conn] = time.monotonic() + LINGER_SECONDS
        self.poller.register(conn.sock, EVENT_READ, partial(self._discard, conn))

    def _discard(self, conn: TConn, sock: socket.socket) -> None:
        if _receive(sock) == b"":
            self._drop(conn)

    def _drop(self, conn: TConn) -> None:
        """Forget a connection that the loop reads."""
        self.poller.unregister(conn.sock)
        self.lingering.pop(conn, None)
        arrival = self.arriving.pop(conn, None)
        if arrival is not None:
            arrival.forget()
        self._close(conn)

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()
