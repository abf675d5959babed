"""Running web and event processes, and pages that listen. What does not belong here: tests."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection

from scripts.house import commands
from scripts.house.stage import is_live

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20
START_SECONDS = 90
PATH = "/api/v1/events"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """The process, started as scripts/run does."""

    environ: dict[str, str]
    log: Path
    port: int = field(default_factory=free_port)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        command = [sys.executable, "-m", *commands.EVENTS, "--host=127.0.0.1", f"--port={self.port}"]
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=log, stderr=log)
        try:
            until(lambda: is_live(self.address), why=f"it answers; its log is {self.log.read_text()}")
            yield
        finally:
            process.terminate()
            process.wait(SECONDS)


def environment(database: str, redis_url: str) -> dict[str, str]:
    """What the process is told: the tables of the test, and a broker."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database,
        "REDIS_URL": redis_url,
        "CORS_ALLOWED_ORIGINS": "https://app.example",
    }


@contextlib.contextmanager
def web_running(log: Path, **environ: str) -> Iterator[int]:
    """A web process on the tables of the test, as scripts/run starts it; its port."""
    base, _, _ = settings.DATABASE_URL.rpartition("/")
    given = environment(f"{base}/{connection.settings_dict['NAME']}", settings.REDIS_URL) | environ
    port = free_port()
    command = [sys.executable, "-m", *commands.WEB, f"--bind=127.0.0.1:{port}", "--workers=1"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=out, stderr=out)
    try:
        until(lambda: is_live(f"127.0.0.1:{port}"), why="the web process answers")
        yield port
    finally:
        process.terminate()
        process.wait(30)


def until(what: Any, *, why: str) -> Any:
    """The first true answer."""
    deadline = time.monotonic() + START_SECONDS
    while not (found := what()):
        assert time.monotonic() < deadline, why
        time.sleep(0.02)
    return found


class Page:
    """An open page: it reads events from a socket of its own."""

    opened: ClassVar[list[Page]] = []

    def __init__(self, server: Server, *, query: str = "", size: int | None = None, **headers: str) -> None:
        self.socket = socket.socket()
        self.opened.append(self)
        if size is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        self.socket.settimeout(SECONDS)
        self.socket.connect(("127.0.0.1", server.port))
        lines = [f"GET {PATH}{query} HTTP/1.1", f"Host: {server.address}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(": ")
            self.headers[name.lower()] = value
        self.last_id = ""

    def body(self) -> dict[str, Any]:
        """The whole answer, where it is no stream."""
        return dict(json.loads(self.file.read(int(self.headers["content-length"]))))

    def part(self) -> str | None:
        """The next part of the stream; None at its end."""
        size = int(self.file.readline() or b"0", 16)
        text = self.file.read(size).decode()
        self.file.readline()
        return text or None

    def event(self) -> tuple[str, Any] | None:
        """The next event with its data; None at the end of the stream."""
        deadline = time.monotonic() + SECONDS
        while (part := self.part()) is not None:
            assert time.monotonic() < deadline, "signs of life came, and no event"
            fields = dict(line.split(": ", 1) for line in part.strip().splitlines() if not line.startswith(":"))
            self.last_id = fields.get("id", self.last_id)
            if "event" in fields:
                return fields["event"], json.loads(fields["data"])
        return None

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def opened(server: Server, **options: Any) -> Page:
    """A page that listens: its first part has come."""
    page = Page(server, **options)
    assert page.status == 200, page.body()
    first = page.part()
    assert first is not None
    assert first.startswith("retry: 3000\nid: ")
    page.last_id = first.split("id: ")[1].strip()
    return page


def get(server: Server, path: str) -> int:
    """The status of a plain request."""
    try:
        with urllib.request.urlopen(f"http://{server.address}{path}", timeout=SECONDS) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
