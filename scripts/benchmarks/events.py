"""scripts/bench events: how long an event takes to 1,000 open pages, and what they cost. Real sockets on the loopback.

Runs inside the project's environment, beside the process of events that it starts. What does not belong here: what is
told (apps).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import django

from scripts.benchmarks.market_speed import Figure
from scripts.house import commands
from scripts.house.stage import is_live

USERS, PAGES_A_USER, ROUNDS = 200, 5, 20
PAUSE_SECONDS = 0.25
START_SECONDS = 60


def main() -> None:
    """Measure and print the table."""
    django.setup()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    tokens = _tokens()
    command = [sys.executable, "-m", *commands.EVENTS, "--host=127.0.0.1", f"--port={port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        empty = _megabytes(process.pid)
        seconds, megabytes, worked = asyncio.run(_measure(tokens, port=port, pid=process.pid))
    finally:
        process.terminate()
        process.wait()
    seconds.sort()
    pages = f"{len(tokens) * PAGES_A_USER:,} open pages"
    for figure in (
        Figure(f"{pages}, an event to each: half", seconds[len(seconds) // 2] * 1000, "ms"),
        Figure(f"{pages}, an event to each: 99 %", seconds[len(seconds) * 99 // 100] * 1000, "ms", 40),
        Figure("processor time of the process for each event sent", worked / len(seconds) * 1e6, "us"),
        Figure("memory of the process without a page", empty, "MB"),
        Figure(f"memory of the process with {pages}", megabytes, "MB"),
    ):
        print(figure.line())


def _tokens() -> dict[int, str]:
    """Users with an access token each."""
    from apps.users import services
    from apps.users.models import User

    users = [User(email=f"page{number}@bench.example", password="!") for number in range(USERS)]
    User.objects.bulk_create(users, ignore_conflicts=True)
    found = User.objects.filter(email__endswith="@bench.example").order_by("pk")[:USERS]
    return {user.pk: services.issue_tokens(user=user).access_token for user in found}


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_live(f"127.0.0.1:{port}"):
        if time.monotonic() > deadline:
            raise SystemExit("The process of events does not answer.")
        time.sleep(0.1)


def _megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _worked(pid: int) -> float:
    """Seconds of a processor that a process has taken: other work on the machine does not change them."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _measure(tokens: dict[int, str], *, port: int, pid: int) -> tuple[list[float], float, float]:
    """Seconds from publishing to each page's reading; of the process, the memory with all pages and what it worked."""
    seconds: list[float] = []
    pages = [
        asyncio.create_task(_page(token, port=port, seconds=seconds))
        for token in tokens.values()
        for _ in range(PAGES_A_USER)
    ]
    await asyncio.sleep(0)
    while seconds.count(-1.0) < len(pages):
        for page in pages:
            if page.done():
                page.result()
        await asyncio.sleep(0.1)
    seconds.clear()
    before = _worked(pid)
    for _ in range(ROUNDS):
        await asyncio.to_thread(_publish, list(tokens))
        await asyncio.sleep(PAUSE_SECONDS)
    while len(seconds) < ROUNDS * len(pages):
        await asyncio.sleep(0.1)
    megabytes, worked = _megabytes(pid), _worked(pid) - before
    for page in pages:
        page.cancel()
    await asyncio.gather(*pages, return_exceptions=True)
    return seconds, megabytes, worked


async def _page(token: str, *, port: int, seconds: list[float]) -> None:
    """Read a stream, and note how old each event is; -1 says that it is open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    await reader.readuntil(b"retry: 3000")
    seconds.append(-1.0)
    with contextlib.closing(writer):
        while True:
            line = await reader.readuntil(b"\n")
            if line.startswith(b"data: "):
                seconds.append(time.time() - float(line[len(b'data: {"at":') : -len(b"}\n")]))


def _publish(user_ids: list[int]) -> None:
    from apps.core import events

    for user_id in user_ids:
        events.publish(user_id=user_id, kind=events.EventKind.JOB, payload={"at": time.time()})


if __name__ == "__main__":
    main()
