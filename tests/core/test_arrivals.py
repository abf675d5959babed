"""How long a request is by its head, and that whoever reads it waits for nobody. Without sockets of a server."""

from __future__ import annotations

import io
import socket

import pytest

from config.arrivals import MAX_BODY_BYTES, Arrival, Replay

HEAD = "POST / HTTP/1.1\r\nContent-Length:{}\r\n\r\n"


@pytest.mark.parametrize(
    ("length", "body"),
    [
        ("0", 0),
        (" 12", 12),
        ("\t12 ", 12),
        ("0" * 30, 0),
        ("0" * 30 + "12", 12),
        (str(MAX_BODY_BYTES), MAX_BODY_BYTES),
        ("9" * 16, 10**16 - 1),
        ("9" * 8_000, 10**16 - 1),
    ],
)
def test_a_length_is_read_however_many_digits_it_has(length: str, body: int) -> None:
    arrival, head = Arrival(deadline=0.0), HEAD.format(length).encode()

    status = arrival.feed(head, now=0.0)

    assert (arrival.size, arrival.is_whole) == (len(head) + body, body == 0)
    assert status == (413 if body > 2 * MAX_BODY_BYTES else None)
    arrival.forget()


def test_behind_what_has_arrived_is_the_end_even_if_the_client_sends_more() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.sendall(b"more")
        replay = Replay(ours)
        replay.arrived = io.BytesIO(b"ab")

        assert [replay.recv(1), replay.recv(5), replay.recv(5), replay.recv(5)] == [b"a", b"b", b"", b""]
        assert replay.arrived is None
