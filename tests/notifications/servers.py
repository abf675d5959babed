"""Small servers that take mail, and that answer like Telegram's. What does not belong here: assertions."""

from __future__ import annotations

import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class MailServer:
    """What was taken. ``is_refusing`` answers every mail that it will not now."""

    port: int = 0
    taken: list[str] = field(default_factory=list)
    is_refusing: bool = False


@dataclass
class TelegramServer:
    """What was asked, as path and body, and the status that it will answer."""

    url: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    status: int = 200


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that speaks as much SMTP as a client needs to hand a mail over."""
    state = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            while line := self.rfile.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    self._take()
                elif word == b"QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("451 not now" if word == b"MAIL" and state.is_refusing else "250 ok")

        def _take(self) -> None:
            self._say("354 go on")
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.decode())
            state.taken.append("".join(lines))
            self._say("250 taken")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    with _serving(server):
        yield state


@contextmanager
def telegram_server() -> Iterator[TelegramServer]:
    """A server that answers sendMessage."""
    state = TelegramServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append((self.path, {}))
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.asked.append((self.path, json.loads(body)))
            self.send_response(state.status)
            self.send_header("Content-Type", "application/json")
            if state.status == 302:
                self.send_header("Location", f"{state.url}/elsewhere")
            self.end_headers()
            self.wfile.write(json.dumps({"ok": state.status == 200, "result": {"message_id": 1}}).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's signature
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    with _serving(server):
        yield state


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
