"""A client of the installation, as a user's program is one. What does not belong here: assertions."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from tests.faults.site import DEMO, PASSWORD, PATIENCE_SECONDS, Site, until

Json = dict[str, Any]
TIMEOUT_SECONDS = 20
ENDED = ("completed", "failed")
STOCK, SECTOR = ("stock", "RELIANCE"), ("sector", "NIFTY50")
# Trades often, so that there is something to write twice.
RULES = {
    "name": "Above the day before",
    "enter_long": {"left": "CLOSE", "op": ">", "right": "OPEN"},
    "exit_long": {"left": "CLOSE", "op": "<", "right": "OPEN"},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the body as JSON, the headers."""

    status: int
    body: Json
    headers: dict[str, str] = field(default_factory=dict)


class Client:
    """A signed-in user."""

    def __init__(self, site: Site, *, email: str = DEMO) -> None:
        self.site = site
        self.token = ""
        self.token = self.call("POST", "/auth/login", {"email": email, "password": PASSWORD}).body["access_token"]

    def call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        timeout: float = TIMEOUT_SECONDS,
        headers: Json | None = None,
    ) -> Answer:
        """What the service answers, a refusal included.

        :raises OSError: if it does not answer in HTTP
        """
        request = urllib.request.Request(
            f"http://{self.site.address}/api/v1{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **(headers or {})},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return Answer(response.status, json.load(response), dict(response.headers))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, json.load(error), dict(error.headers))

    def fetch(self, path: str) -> int:
        """The status of a download, read to its end."""
        request = urllib.request.Request(
            f"http://{self.site.address}/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            response.read()
            return int(response.status)

    def post_run(self, *, instrument: tuple[str, str] = STOCK, **options: Any) -> Answer:
        """Post a backtest of a year."""
        return self.call("POST", "/backtest/run", self.run_body(instrument=instrument), **options)

    def run_body(self, *, instrument: tuple[str, str] = STOCK) -> Json:
        """What asks for a backtest of a year."""
        kind, identifier = instrument
        return {
            "instrument_type": kind,
            "instrument_identifier": identifier,
            "start_date": self.site.first_day,
            "end_date": self.site.last_day,
            "rules": RULES,
        }

    def wait_for(self, run_id: str, *, seconds: float = PATIENCE_SECONDS) -> Json:
        """The run once it has ended."""
        return dict(until(lambda: self._ended(run_id), why=f"run {run_id} has ended", seconds=seconds))

    def _ended(self, run_id: str) -> Json | None:
        run = self.call("GET", f"/backtest/runs/{run_id}/").body
        return run if run.get("status") in ENDED else None
