"""What the web server answers by itself: JSON, and to everybody else while some are slow. Fault 21, on real sockets."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.core.api import envelope
from apps.core.middleware import SAFE_ID
from apps.users import services as users_services
from apps.users.models import User
from config import edge
from tests.core.streams import web_running

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

SECONDS = 8
THREADS = 4


class Web:
    """A web process as scripts/run starts it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def open(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)
        self.sockets.append(made)
        return made

    sockets: list[socket.socket] = []

    def send(self, *parts: bytes) -> socket.socket:
        made = self.open()
        for part in parts:
            made.sendall(part)
        return made

    def ask(self, *parts: bytes) -> tuple[int, dict[str, str], Any]:
        return read(self.send(*parts))


def read(made: socket.socket) -> tuple[int, dict[str, str], Any]:
    """The status, the headers and the JSON of an answer."""
    with made.makefile("rb") as file:
        while (status := int(file.readline().split()[1])) == 100:
            file.readline()
        headers = {}
        while line := file.readline().strip():
            name, _, value = line.decode("latin-1").partition(": ")
            headers[name.lower()] = value
        return status, headers, json.loads(file.read(int(headers["content-length"])))


@pytest.fixture(scope="module")
def web(django_db_setup: None, tmp_path_factory: Any) -> Iterator[Web]:
    with web_running(Path(tmp_path_factory.mktemp("web"), "web.log")) as port:
        yield Web(port)


@pytest.fixture(autouse=True)
def _closed(web: Web) -> Iterator[None]:
    yield
    while web.sockets:
        web.sockets.pop().close()


def head(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()


def post(body: bytes, *headers: str, length: int | None = None) -> list[bytes]:
    kind = "Content-Type: application/json"
    size = f"Content-Length: {len(body) if length is None else length}"
    return [head("POST", "/api/v1/auth/login", kind, size, *headers), body]


LIVE = head("GET", "/health/live")


def test_the_server_refuses_in_the_words_of_the_api() -> None:
    said = {status: (code, message) for status, (_, code, message) in edge.REFUSALS.items()}
    assert {status: said[status] for status in (408, 413, 414, 431)} == {
        status: envelope.TRANSPORT_ERRORS[status] for status in (408, 413, 414, 431)
    }


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (head("GET", "/" + "a" * 9_000), 414, "URI_TOO_LONG"),
        (head("GET", "/health/live", "X-Long: " + "a" * 60_000), 431, "HEADERS_TOO_LARGE"),
        (head("GET", "/health/live", *(f"X-{number}: a" for number in range(200))), 431, "HEADERS_TOO_LARGE"),
        (b"GET /health/live HTTP/1.1\r\nX: " + b"a" * 80_000, 431, "HEADERS_TOO_LARGE"),
        (b"NONSENSE\r\n\r\n", 400, "VALIDATION_ERROR"),
        (head("GET", "/health/live", "Bad Header: 1"), 400, "VALIDATION_ERROR"),
        (head("POST", "/api/v1/auth/login", "Content-Length: 1", "Content-Length: 2") + b"ab", 400, "VALIDATION_ERROR"),
        (head("POST", "/api/v1/auth/login", f"Content-Length: {60 * 1024 * 1024}"), 413, "PAYLOAD_TOO_LARGE"),
        (head("POST", "/api/v1/auth/login", "Content-Length: " + 20 * "9"), 413, "PAYLOAD_TOO_LARGE"),
        (head("POST", "/api/v1/auth/login", "Content-Length: " + 5_000 * "9"), 413, "PAYLOAD_TOO_LARGE"),
        (head("POST", "/api/v1/auth/login", "Transfer-Encoding: chunked"), 411, "LENGTH_REQUIRED"),
    ],
)
def test_a_refusal_of_the_server_is_the_envelope(web: Web, request_: bytes, status: int, code: str) -> None:
    answer = web.ask(request_)

    assert (answer[0], answer[1]["content-type"], answer[2]["code"]) == (status, "application/json", code)
    assert set(answer[2]) == {"status", "code", "message", "details", "request_id"}
    assert answer[1]["x-request-id"] == answer[2]["request_id"]


def test_a_refusal_of_the_server_has_the_policies_of_every_answer(web: Web) -> None:
    ours = web.ask(b"NONSENSE\r\n\r\n")[1]
    frameworks = web.ask(head("GET", "/nowhere", "Connection: close"))[1]

    others = ("cache-control", "x-content-type-options", "x-frame-options")
    policies = [name for name in frameworks if "policy" in name or name in others]
    assert len(policies) == 7
    assert {name: ours.get(name) for name in policies} == {name: frameworks[name] for name in policies}


@pytest.mark.parametrize("given", ["a-sane.id_1", "short", "not sane at all"])
def test_a_refusal_and_its_line_in_the_log_keep_the_id_of_the_request(tmp_path: Path, given: str) -> None:
    log = Path(tmp_path, "web.log")
    with web_running(log, LOG_FORMAT="json") as port:
        length = f"Content-Length: {60 * 1024 * 1024}"
        status, headers, body = Web(port).ask(head("POST", "/api/v1/auth/login", f"X-Request-ID: {given}", length))

    assert (status, body["request_id"]) == (413, headers["x-request-id"])
    assert (headers["x-request-id"] == given) == bool(SAFE_ID.fullmatch(given))
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    (refused,) = [line for line in lines if line["event"] == "Refused at the edge: 413"]
    assert (refused["level"], refused["request_id"]) == ("info", headers["x-request-id"])


def test_a_large_body_many_fields_and_many_parameters_are_refused_in_json(web: Web, owner: User) -> None:
    token = f"Authorization: Bearer {users_services.issue_tokens(user=owner).access_token}"
    parameters = "&".join(f"{number}=" for number in range(600))

    assert web.ask(*post(b'"' + b"a" * 12_000_000 + b'"'))[0] == 413
    assert web.ask(head("GET", f"/api/v1/stocks/?{parameters}", token))[0] == 400


def test_stalled_uploads_keep_nobody_waiting(web: Web) -> None:
    """Many more than there are threads have sent a part of what they announced."""
    stalled = [web.send(*post(b'{"email": "', length=1_000)) for _ in range(5 * THREADS)]
    stalled += [web.send(b"POST /api/v1/auth/login HTTP/1.1\r\nHost:") for _ in range(5 * THREADS)]
    stalled += [web.send(head("POST", "/", "Transfer-Encoding: chunked")) for _ in range(5 * THREADS)]
    long = [head("POST", "/api/v1/auth/login", "Content-Type: application/json", f"Content-Length: {12:020}")]
    stalled += [web.send(*long, b'{"email": ') for _ in range(5 * THREADS)]
    silent = [web.open() for _ in range(5 * THREADS)]

    assert [web.ask(LIVE)[0] for _ in range(5)] == [200] * 5
    assert len(stalled) + len(silent) == 25 * THREADS


def test_a_slow_upload_is_read_to_its_end_and_answered(web: Web) -> None:
    first, rest = post(json.dumps({"email": "nobody@example.com", "password": "no such password"}).encode())

    answer = web.ask(first[:20], first[20:], *(rest[at : at + 7] for at in range(0, len(rest), 7)))

    assert (answer[0], answer[2]["code"]) == (401, "INVALID_CREDENTIALS")


def test_a_body_that_goes_to_disk_arrives_whole(web: Web) -> None:
    """200 kB are more than is kept in memory; the parser refuses text longer than 64 kB by name."""
    body = json.dumps({"email": "a" * 200_000, "password": "x"}).encode()

    answer = web.ask(*post(body))

    assert (answer[0], answer[2]["code"]) == (400, "PARSE_ERROR")


def test_a_connection_is_used_again(web: Web) -> None:
    made = web.send(LIVE)
    assert read(made)[0] == 200

    made.sendall(LIVE)

    assert read(made)[0] == 200


def test_what_comes_behind_a_request_is_not_mixed_into_it(web: Web) -> None:
    made = web.send(LIVE + LIVE)

    assert read(made)[0] == 200
    assert made.recv(1) == b"", "the connection ends: the second is to be sent again"


def test_a_client_that_waits_for_leave_to_send_gets_it(web: Web) -> None:
    first, rest = post(b"[]", "Expect: 100-continue")
    made = web.send(first)
    leave = b"HTTP/1.1 100 Continue\r\n\r\n"
    assert made.recv(len(leave)) == leave

    made.sendall(rest)

    assert read(made)[0] == 400


def test_who_is_too_slow_is_told_and_let_go(web: Web) -> None:
    made = web.send(*post(b"{", length=10))
    made.settimeout(30)

    status, headers, body = read(made)

    assert (status, headers["connection"], body["code"]) == (408, "close", "REQUEST_TIMEOUT")
    with contextlib.suppress(ConnectionResetError):
        assert made.recv(1) == b""
