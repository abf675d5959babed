"""How many segments an answer of the web server is. The sockets of these tests keep apart what was sent apart."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.http import get_parser, wsgi

# The worker's module says which answers gunicorn makes.
import_module("config.edge")
CLIENT, SERVER = ("127.0.0.1", 50_000), ("127.0.0.1", 80)
LENGTH_5 = [("Content-Length", "5")]


def answer(sock: socket.socket) -> Any:
    """The answer that the worker makes for the request on a socket."""
    config = Config()
    request = next(get_parser(config, sock, CLIENT))
    return wsgi.create(request, sock, CLIENT, SERVER, config)[0]


def segments(send: Callable[[Any], None], *, asked: str = "GET / HTTP/1.1") -> list[bytes]:
    """What a client receives, send by send."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        with ours:
            theirs.sendall(f"{asked}\r\nHost: x\r\n\r\n".encode())
            made = answer(ours)
            send(made)
            made.close()
        return list(iter(lambda: theirs.recv(65_536), b""))


def bodies(parts: list[bytes]) -> list[bytes]:
    """The segments without the head, which begins the first of them."""
    head, _, rest = parts[0].partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.")
    return [rest, *parts[1:]]


def written(*parts: bytes, status: str = "200 OK", headers: list[tuple[str, str]] | None = None) -> Any:
    def send(made: Any) -> None:
        made.start_response(status, headers or [])
        for part in parts:
            made.write(part)

    return send


def test_head_and_body_are_one_segment_byte_for_byte() -> None:
    (whole,) = segments(written(b"hello", headers=[*LENGTH_5, ("ETag", '"a"')]))

    lines = whole.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 200 OK"
    assert lines[3:] == [b"Connection: keep-alive", b"Content-Length: 5", b'ETag: "a"', b"", b"hello"]


@pytest.mark.parametrize(
    ("asked", "send", "expected"),
    [
        ("GET / HTTP/1.1", written(b"he", b"llo", headers=LENGTH_5), [b"he", b"llo"]),
        ("GET / HTTP/1.1", written(b"hello, world", headers=LENGTH_5), [b"hello"]),
        ("GET / HTTP/1.1", written(b"", headers=[("Content-Length", "0")]), [b""]),
        ("GET / HTTP/1.1", written(headers=[("Content-Length", "0")]), [b""]),
        ("GET / HTTP/1.1", written(b"", status="304 Not Modified"), [b""]),
        ("HEAD / HTTP/1.1", written(b"", headers=LENGTH_5), [b""]),
        ("GET / HTTP/1.1", written(b"abc", b"de"), [b"3\r\nabc\r\n", b"2\r\nde\r\n", b"0\r\n\r\n"]),
        ("GET / HTTP/1.1", written(b"", b"abc"), [b"", b"3\r\nabc\r\n", b"0\r\n\r\n"]),
        ("GET / HTTP/1.0", written(b"abc", b"de"), [b"abc", b"de"]),
    ],
    ids=["two parts", "too long", "empty", "no part", "304", "HEAD", "chunks", "an empty chunk first", "HTTP/1.0"],
)
def test_the_head_leaves_with_the_first_part(asked: str, send: Any, expected: list[bytes]) -> None:
    assert bodies(segments(send, asked=asked)) == expected


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("GET / HTTP/1.1", b"Connection: keep-alive"),
        ("GET / HTTP/1.1\r\nConnection: close", b"Connection: close"),
        ("GET / HTTP/1.0", b"Connection: close"),
    ],
)
def test_the_head_says_whether_the_connection_stays(asked: str, said: bytes) -> None:
    (whole,) = segments(written(b"hello", headers=LENGTH_5), asked=asked)

    assert said in whole.split(b"\r\n")


def test_a_file_follows_its_head_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"hello")

    def send(made: Any) -> None:
        made.start_response("200 OK", LENGTH_5)
        with path.open("rb") as file:
            made.write_file(wsgi.FileWrapper(file))

    assert bodies(segments(send)) == [b"", b"hello"]


def test_what_does_not_fit_into_the_socket_at_once_arrives_whole() -> None:
    body = bytes(range(256)) * 20_000
    ours, theirs = socket.socketpair()
    with theirs, ThreadPoolExecutor(1) as pool:
        theirs.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        # One with a timeout sends what fits, and says how much that was.
        ours.settimeout(8)
        read = pool.submit(theirs.makefile("rb").read)
        with ours:
            written(body, headers=[("Content-Length", str(len(body)))])(answer(ours))

        assert read.result().partition(b"\r\n\r\n")[2] == body


def test_what_is_no_bytes_is_refused_and_the_socket_is_given_back() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        made = answer(ours)
        made.start_response("200 OK", LENGTH_5)

        with pytest.raises(TypeError):
            made.write("hello")

        assert made.sock is ours
