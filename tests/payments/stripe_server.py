"""A small server that answers like Stripe's API, for the real SDK to talk to. What does not belong here: assertions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

Server = TypeVar("Server", bound="StripeServer")


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    form: dict[str, str]
    key: str
    authorization: str
    text: str = ""


@dataclass
class StripeServer:
    """What it will answer, and what it was asked. ``failing`` is a status and a body for every request."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    saved: dict[str, tuple[dict[str, str], dict[str, Any]]] = field(default_factory=dict)
    failing: tuple[int, dict[str, Any]] | None = None

    def answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        """Status and body; a repeated idempotency key gives the first answer, or an error for other parameters."""
        self.asked.append(asked)
        if self.failing is not None:
            return self.failing
        if asked.method == "POST" and asked.key in self.saved:
            form, body = self.saved[asked.key]
            same = form == asked.form
            return (200, body) if same else (400, error("idempotency_error", "Keys for idempotent requests"))
        status, body = self._work(asked)
        if asked.method == "POST" and asked.key and status == 200:
            self.saved[asked.key] = (asked.form, body)
        return status, body

    def _work(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        name = asked.path.rpartition("/")[2]
        if (asked.method, asked.path) == ("POST", "/v1/checkout/sessions"):
            made = {"id": f"cs_test_{len(self.saved) + 1}", "object": "checkout.session", "status": "open"}
            made["url"] = f"https://checkout.stripe.com/c/pay/{made['id']}"
            self.objects[made["id"]] = made
            return 200, made
        if (asked.method, asked.path) == ("POST", "/v1/billing_portal/sessions"):
            return 200, {"id": "bps_1", "object": "billing_portal.session", "url": "https://billing.stripe.com/p/1"}
        if asked.path == "/v1/invoices":
            found = [each for each in self.objects.values() if each.get("object") == "invoice"]
            return 200, {"object": "list", "data": found, "has_more": False, "url": "/v1/invoices"}
        if name not in self.objects:
            return 404, error("invalid_request_error", f"No such thing: {name}", code="resource_missing")
        if asked.method == "POST":
            self.objects[name] |= {"cancel_at_period_end": asked.form["cancel_at_period_end"] == "true"}
        return 200, self.objects[name]


def error(kind: str, message: str, **values: str) -> dict[str, Any]:
    """An error as Stripe words it; its message repeats the key, as Stripe's does."""
    return {"error": {"type": kind, "message": message, **values}}


@contextmanager
def running(state: Server) -> Iterator[Server]:
    """The server, on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            where = urlsplit(self.path)
            asked = Asked(
                method=self.command,
                path=where.path,
                form=dict(parse_qsl(text or where.query, keep_blank_values=True)),
                key=self.headers.get("Idempotency-Key", ""),
                authorization=self.headers.get("Authorization", ""),
                text=text,
            )
            status, body = state.answer(asked)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Request-Id", "req_test")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's signature
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
