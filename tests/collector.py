"""A server here that keeps what Sentry or OpenTelemetry would be sent. What does not belong here: assertions."""

from __future__ import annotations

import gzip
import queue
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

SECONDS = 20


class Collector:
    """What was sent, in its order, and where the server is."""

    def __init__(self) -> None:
        self.received: queue.Queue[tuple[str, bytes]] = queue.Queue()
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Keep the body, unpacked."""
                body = self.rfile.read(int(self.headers["Content-Length"]))
                packed = self.headers.get("Content-Encoding", "")
                body = gzip.decompress(body) if packed == "gzip" else body
                received.put((self.path, zlib.decompress(body) if packed == "deflate" else body))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"

    def next(self) -> tuple[str, bytes]:
        """Where the next message was sent, and its body."""
        return self.received.get(timeout=SECONDS)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens while the block runs."""
    made = Collector()
    thread = Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        thread.join()
        made.server.server_close()
