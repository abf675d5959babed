"""A request on its way to the web server's worker: how much of it has come, and how a parser reads it from there.

What does not belong here: connections, answers, threads (edge).
"""

from __future__ import annotations

import re
import socket
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any

MAX_HEAD_BYTES = 72 * 1024
# The largest file that an import takes, and its envelope.
MAX_BODY_BYTES = 51 * 1024 * 1024
# Beyond this a body is kept on disk until it is whole.
MEMORY_BYTES = 64 * 1024
HEAD_SECONDS = 10.0
SILENCE_SECONDS = 10.0
# A body may take so long, and a second more for each of these bytes.
BODY_SECONDS = 30.0
BODY_BYTES_A_SECOND = 50 * 1024

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)[ \t]*\r\n", re.IGNORECASE)
# A length of so many digits, noughts in front left out, is too large, whatever comes behind them.
MOST_DIGITS = 16
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
# As the framework reads it.
REQUEST_ID = re.compile(rb"\r\nx-request-id:[ \t]*([A-Za-z0-9._-]{8,64})[ \t]*\r\n", re.IGNORECASE)


class Replay:
    """What a parser reads in place of the socket: what has arrived, and its end. So no thread waits for a client."""

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
        return b""

    def gettimeout(self) -> float | None:
        """As the socket's."""
        return self.sock.gettimeout()

    def settimeout(self, seconds: float | None) -> None:
        """As the socket's."""
        self.sock.settimeout(seconds)


@dataclass(eq=False)
class Arrival:
    """A request on its way: since when, what has come, how much it will be, and until when there is patience.

    ``size`` is that of the whole request, known once the head is whole; ``is_last``: nothing can follow it.
    """

    deadline: float
    began: float = 0.0
    # It is closed by who reads it last.
    file: Any = field(default_factory=lambda: SpooledTemporaryFile(MEMORY_BYTES))  # noqa: SIM115
    head: bytes = b""
    got: int = 0
    size: int | None = None
    is_last: bool = False
    ends_at: float = 0.0

    def feed(self, data: bytes, *, now: float) -> int | None:
        """Take bytes; the status of the refusal, if it is to be refused for them. The last ones make it readable.

        :raises OSError: if there is no room for them
        """
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
        if self.is_whole:
            self.file.seek(0)
        return 413 if (self.size or 0) > MAX_BODY_BYTES + MAX_HEAD_BYTES else None

    def forget(self) -> None:
        """Let go of what has come; a disk that had no room for it has none for what was still to be written either."""
        with suppress(OSError):
            self.file.close()

    def _measure(self, head: bytes) -> None:
        """Learn from the head how long the request is; of two lengths the parser refuses both."""
        found = LENGTH.search(head)
        self.size = len(head) + (int(found[1].lstrip(b"0")[:MOST_DIGITS] or b"0") if found else 0)
        # A body in chunks is not read by the service at all: where it ends nobody will know.
        self.is_last = CHUNKED.search(head) is not None
        if self.is_last:
            self.size = len(head)

    @property
    def is_whole(self) -> bool:
        """Whether all of it has come."""
        return self.size is not None and self.got >= self.size

    @property
    def is_large(self) -> bool:
        """Whether it takes room until it is whole: its head says that it is more than is kept in memory."""
        return not self.is_whole and (self.size or 0) > MEMORY_BYTES

    @property
    def request_id(self) -> str:
        """The id that it comes with, where that is sane, else a new one."""
        found = REQUEST_ID.search(self.head)
        return found[1].decode("ascii") if found else uuid.uuid4().hex

    @property
    def waits_for_leave(self) -> bool:
        """Whether the client holds its body back until it is told to go on."""
        return EXPECTS.search(self.head) is not None
