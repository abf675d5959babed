"""docs/trading.md as its tests read it, and a user's day over HTTP as its examples tell it.

What does not belong here: assertions about figures, data of one example.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from rest_framework.test import APIClient

from apps.core import market_clock
from apps.trading import services
from tests.factories.trading import OPEN_AT

PAGE = (Path(__file__).parents[2] / "docs" / "trading.md").read_text(encoding="utf-8")
OPEN = datetime.fromisoformat(OPEN_AT)
TRADING, WALLET = "/api/v1/trading", "/api/v1/payments/wallet"


def section(heading: str) -> str:
    """What stands under a heading."""
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def rows(heading: str, first: str, *, number: int = 0) -> list[list[str]]:
    """The cells of a table under a heading, without its head; ``first`` is the name of its first column.

    ``number`` says which, of several with that name. Marks and separators of thousands are left out.
    """
    head = f"\n| {first} |" if first else "\n| |"
    found = section(heading).split(head)[number + 1].split("\n\n")[0]
    return [[_plain(cell) for cell in line.strip("|").split("|")] for line in found.splitlines()[2:]]


def plain(heading: str) -> str:
    """The text under a heading as one line, without marks and separators of thousands."""
    return _plain(" ".join(section(heading).split()))


def examples(heading: str) -> list[dict[str, Any]]:
    """The bodies of requests under a heading."""
    return [json.loads(each) for each in re.findall(r"```json\n(.*?)```", section(heading), re.DOTALL)]


def bar(text: str) -> tuple[float, float, float, float]:
    """Open, high, low and close of ``100 / 106 / 97 / 104``."""
    opened, high, low, close = (float(price) for price in text.split(" / "))
    return opened, high, low, close


def _plain(text: str) -> str:
    without_marks = text.replace("`", "").replace("**", "").replace("\u2212", "-").strip()
    return re.sub(r"(?<=\d),(?=\d{3})", "", without_marks)


@dataclass
class Day:
    """Requests of a user on a Monday, from eleven on."""

    api: APIClient
    traveller: time_machine.Traveller

    def move(self, minutes: float) -> None:
        """Set the clock so many minutes after eleven, and let the worker come."""
        self.traveller.move_to(OPEN + timedelta(minutes=minutes))
        services.work_orders(now=market_clock.now())

    def order(self, **body: Any) -> dict[str, Any]:
        """An order that is taken, by default to buy 10 RELIANCE intraday at market."""
        wanted = {"instrument": "RELIANCE", "side": "BUY", "quantity": 10, "product": "MIS", **body}
        answer = self.api.post(f"{TRADING}/orders/", wanted)
        assert answer.status_code == 201, answer.json()
        placed: dict[str, Any] = answer.json()
        return placed

    def get(self, path: str) -> Any:
        """What is under a path of /trading."""
        answer = self.api.get(f"{TRADING}/{path}")
        assert answer.status_code == 200, answer.json()
        return answer.json()

    def seen(self, order: dict[str, Any]) -> dict[str, Any]:
        """The order as it is now."""
        found: dict[str, Any] = self.get(f"orders/{order['id']}/")
        return found

    def balances(self, *names: str) -> list[float]:
        """The balances of the account for practice."""
        found = self.api.get(f"{WALLET}/balances").json()
        return [float(found[name]) for name in names]
