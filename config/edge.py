"""The web server's worker: threads get whole requests only, and every refusal is JSON.

gunicorn's own gives a thread to a request as soon as its first byte has come, so a few uploads that stall hold them
all, and answers what it cannot read in HTML. Here the loop that accepts connections also reads them, many at a time
and without a thread, until a request is whole; what is too slow, too long or too large ends there.
What does not belong here: rules of the product, settings.
"""

from __future__ import annotations

import json
import re
import socket
import time
import uuid
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from selectors import EVENT_READ
from tempfile import SpooledTemporaryFile
from typing import Any

from gunicorn.http import errors, get_parser
from gunicorn.workers.gthread import TConn, ThreadWorker

MAX_HEAD_BYTES = 72 * 1024
# The largest file that an import takes, and its envelope.
MAX_BODY_BYTES = 51 * 1024 * 1024
# Beyond this a body is kept on disk until it is whole; of all that arrive together a worker takes so much.
MEMORY_BYTES = 64 * 1024
MAX_ARRIVING_BYTES = 512 * 1024 * 1024
READ_BYTES = 64 * 1024
HEAD_SECONDS = 10.0
SILENCE_SECONDS = 10.0
# A body may take so long, and a second more for each of these bytes.
BODY_SECONDS = 30.0
BODY_BYTES_A_SECOND = 50 * 1024
LINGER_SECONDS = 2.0

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,15})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)

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
STATUS_OF: dict[type[Exception], int] = {
    errors.LimitRequestLine: 414,
    errors.LimitRequestHeaders: 431,
    errors.ExpectationFailed: 417,
    errors.UnsupportedTransferCoding: 501,
}


def refusal(status: int) -> bytes:
    """A whole answer in the API's envelope, after which the connection ends."""
    reason, code, message = REFUSALS[status]
    request_id = uuid.uuid4().hex
    said = {"status": "error", "code": code, "message": message, "details": {}, "request_id": request_id}
    body = json.dumps(said).encode()
    head = [
        f"HTTP/1.1 {status} {reason}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Request-ID: {request_id}",
        *(["Retry-After: 1"] if status == 503 else []),
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


class Replay:
    """What a parser reads in place of the socket: first what has arrived, then the socket itself."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.arrived: Any = None

    def recv(self, size: int) -> bytes:
        """The next bytes."""
        if self.arrived is not None:
            data: bytes = self.arrived.read(size)
            if data:
                return data
            self.arrived.close()
            self.arrived = None
        return self.sock.recv(size)

    def gettimeout(self) -> float | None:
        """As the socket's."""
        return self.sock.gettimeout()

    def settimeout(self, seconds: float | None) -> None:
        """As the socket's."""
        self.sock.settimeout(seconds)


@dataclass(eq=False)
class Arrival:
    """A request on its way: what has come, how much it will be, and until when there is patience.

    ``size`` is that of the whole request, known once the head is whole; ``is_last``: nothing can follow it.
    """

    deadline: float
    # It is closed by who reads it last.
    file: Any = field(default_factory=lambda: SpooledTemporaryFile(MEMORY_BYTES))  # noqa: SIM115
    head: bytes = b""
    got: int = 0
    size: int | None = None
    is_last: bool = False
    ends_at: float = 0.0

    def feed(self, data: bytes, *, now: float) -> int | None:
        """Take bytes; the status of the refusal, if it is to be refused for them."""
        self.file.write(data)
        self.got += len(data)
        if self.size is None:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return 431 if len(self.head) > MAX_HEAD_BYTES else None
            self.head = self.head[: end + 4]
            self._measure(self.head)
            self.ends_at = now + BODY_SECONDS + (self.size or 0) / BODY_BYTES_A_SECOND
        self.deadline = min(now + SILENCE_SECONDS, self.ends_at)
        return 413 if (self.size or 0) > MAX_BODY_BYTES + MAX_HEAD_BYTES else None

    def _measure(self, head: bytes) -> None:
        """Learn from the head how long the request is; of two lengths the parser refuses both."""
        found = LENGTH.search(head)
        self.size = len(head) + (int(found[1]) if found else 0)
        # A body in chunks is not read by the service at all: where it ends nobody will know.
        self.is_last = CHUNKED.search(head) is not None
        if self.is_last:
            self.size = len(head)

    @property
    def is_whole(self) -> bool:
        """Whether all of it has come."""
        return self.size is not None and self.got >= self.size

    @property
    def waits_for_leave(self) -> bool:
        """Whether the client holds its body back until it is told to go on."""
        return EXPECTS.search(self.head) is not None


def _receive(sock: socket.socket) -> bytes | None:
    """What has come: nothing at the end of the connection, None where there is nothing yet."""
    try:
        return sock.recv(READ_BYTES)
    except BlockingIOError:
        return None
    except OSError:
        return b""


class EdgeWorker(ThreadWorker):
    """gunicorn's worker with threads, whose loop reads requests whole before a thread has them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: dict[TConn, Arrival] = {}
        self.lingering: dict[TConn, float] = {}

    def enqueue_req(self, conn: TConn) -> None:
        """Begin to read the next request of a connection."""
        now = time.monotonic()
        if conn.parser is None:
            conn.parser = get_parser(self.cfg, Replay(conn.sock), conn.client)
            conn.initialized = conn.data_ready = True
        self.arriving[conn] = Arrival(deadline=now + HEAD_SECONDS)
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, EVENT_READ, partial(self._read, conn))
        left = conn.parser.unreader.take_buffered()
        if left:
            self._feed(conn, left)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Wait for the next request of a connection, or let it go without making the loop wait for its end."""
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
        else:
            self._let_go(conn)

    def murder_pending(self) -> None:
        """End what has taken too long; called about once a second."""
        super().murder_pending()
        now = time.monotonic()
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
        if is_theirs:
            self.log.warning("Invalid request: %s", type(exc).__name__)
        else:
            status = 500
            self.log.error("Error handling a request", exc_info=exc)
        try:
            client.sendall(refusal(status))
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
        status = arrival.feed(data, now=time.monotonic())
        if status is None and not had_head and self._is_too_much():
            status = 503
        if status is not None:
            self._refuse(conn, status=status)
        elif arrival.is_whole:
            self._hand_over(conn)
        elif not had_head and arrival.waits_for_leave:
            conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _is_too_much(self) -> bool:
        return sum(each.size or 0 for each in self.arriving.values()) > MAX_ARRIVING_BYTES

    def _hand_over(self, conn: TConn) -> None:
        """Give a whole request to a thread."""
        self.poller.unregister(conn.sock)
        arrival = self.arriving.pop(conn)
        arrival.file.seek(0)
        conn.parser.unreader.sock.arrived = arrival.file
        conn.is_last = arrival.is_last or arrival.got > (arrival.size or 0)
        super().enqueue_req(conn)

    def _refuse(self, conn: TConn, *, status: int) -> None:
        """Answer a request that will not be read, and let the connection go."""
        self.poller.unregister(conn.sock)
        self.arriving.pop(conn).file.close()
        try:
            conn.sock.send(refusal(status))
        except OSError:
            self.log.debug("Nobody was left to be told.")
        self.log.info("Refused at the edge: %s", status)
        self._let_go(conn)

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
            arrival.file.close()
        self._close(conn)

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()
