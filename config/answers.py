"""How the web server's answers leave. What does not belong here: what they say, connections, requests (edge)."""

from __future__ import annotations

from typing import Any

from gunicorn.http import wsgi


class _Gathered:
    """Stands in for the socket while the parts of a segment are made."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        """Take a part."""
        self.parts.append(data)


class Answer(wsgi.Response):
    """gunicorn's answer, whose head leaves with the first bytes of its body: as two segments both ends work twice."""

    sock: Any

    def write(self, arg: bytes) -> None:
        """Send a part of the body, and the head before it if that has not been sent."""
        if self.headers_sent:
            super().write(arg)
            return
        gathered, sock = _Gathered(), self.sock
        self.sock = gathered
        try:
            super().write(arg)
        finally:
            self.sock = sock
        sock.sendall(b"".join(gathered.parts))
