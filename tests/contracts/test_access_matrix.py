"""Every route for every kind of caller, as access_matrix.txt has it. What does not belong here: rows (routes).

A line of the table is a route with the status for each of CALLERS: 401, 402, 403, 404, or the class of any other. The
body is empty and the row that a path names is not there, so a caller who passes meets 400 or 404, and one who is
refused is refused before anything is read. Where a toggle decides, which is asked with the row, VALID makes both.
A route without a line fails with the line that it answers to: judge it, then add it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from apps.core import clock, configuration
from apps.users.enums import Role
from apps.users.models import User
from tests.conftest import client_of
from tests.contracts.routes import API, ROUTES
from tests.contracts.test_routes import MISSING
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_stock
from tests.factories.users import make_user

TABLE = Path(__file__).with_name("access_matrix.txt")
EXACT = (401, 402, 403, 404)
TOGGLES = [key for key in configuration.REGISTRY if key.startswith("admin.can_")]
CALLERS: dict[str, dict[str, Any] | None] = {
    "anonymous": None,
    "user": {},
    "expired": {"trial_end_date": clock.today() - timedelta(days=1), "trial_start_date": clock.today() - timedelta(9)},
    "admin": {"role": Role.ADMIN},
    "toggled_off": {"role": Role.ADMIN},
    "superadmin": {"role": Role.SUPERADMIN},
}
# Before whom the toggles are switched, and to what.
SWITCHED = {"anonymous": "true", "toggled_off": "false"}
DAY = "2025-01-02"
USER = f"{API}/adminpanel/users/<int:user_id>/"


def stock() -> dict[str, str]:
    return {"<int:stock_id>": str(make_stock(enum="TCS").pk)}


def sector() -> dict[str, str]:
    return {"<int:sector_id>": str(make_sector(enum="NIFTYIT").pk)}


def account() -> dict[str, str]:
    return {"<int:user_id>": str(make_user(email="somebody@example.com").pk)}


def nothing() -> dict[str, str]:
    return {}


# A row for the path, and a body, with which nothing but a toggle stands in the way.
VALID: dict[tuple[str, str], tuple[Callable[[], dict[str, str]], dict[str, Any]]] = {
    ("POST", f"{API}/stocks/"): (nothing, {"enum": "INFY"}),
    ("PATCH", f"{API}/stocks/<int:stock_id>/"): (stock, {"symbol": "TCS2"}),
    ("DELETE", f"{API}/stocks/<int:stock_id>/"): (stock, {}),
    ("POST", f"{API}/stocks/categories/"): (nothing, {"name": "IT"}),
    ("POST", f"{API}/sectors/"): (nothing, {"enum": "NIFTYFMCG", "name": "FMCG"}),
    ("PATCH", f"{API}/sectors/<int:sector_id>/"): (sector, {"name": "IT"}),
    ("POST", f"{API}/sync/trigger-hard"): (stock, {"sync_type": "stock", "start_date": DAY, "end_date": DAY}),
    ("PATCH", USER): (account, {"is_active": False}),
    ("POST", f"{USER}unlock"): (account, {}),
    ("POST", f"{USER}reset-two-factor"): (account, {}),
    ("POST", f"{USER}revoke-sessions"): (account, {}),
    ("POST", f"{USER}wallet-adjust"): (account, {"amount": "1.00", "reason": "Why"}),
}


def declared() -> dict[tuple[str, str], list[str]]:
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return {(line[-2], line[-1]): line[:-2] for line in lines}


def answer(user: User | None, method: str, path: str) -> str:
    """What a caller gets, and nothing of it stays."""
    make, body = VALID.get((method, path), (nothing, {}))
    with transaction.atomic():
        for placeholder, value in (MISSING | make()).items():
            path = path.replace(placeholder, value)
        client = client_of(user)
        response = client.generic(method, f"/{path}", data=json.dumps(body), content_type="application/json")
        transaction.set_rollback(True)
    return str(response.status_code) if response.status_code in EXACT else f"{response.status_code // 100}xx"


@pytest.mark.parametrize(("method", "path"), sorted(ROUTES))
def test_each_caller_gets_what_the_table_says(db: None, method: str, path: str) -> None:
    found = []
    for name, values in CALLERS.items():
        if name in SWITCHED:
            for key in TOGGLES:
                configuration.override(key, SWITCHED[name])
        user = None if values is None else make_user(email=f"{name}@example.com", **values)
        found.append(answer(user, method, path))

    line = " ".join([*found, method, path])
    expected = " ".join([*declared().get((method, path), ["(no", "line)"]), method, path])
    assert line == expected, f"\n{line}\n  is the answer, and in the table stands\n{expected}"


def test_the_table_has_a_line_for_each_route_and_no_other() -> None:
    assert set(declared()) == set(ROUTES)
    assert {len(line) for line in declared().values()} == {len(CALLERS)}


def test_callers_are_refused_by_the_rules_of_their_kind() -> None:
    """What must hold of any line: refusals grow with power lost, and the errors of the server are none."""
    for route, (anonymous, user, expired, admin, toggled_off, superadmin) in declared().items():
        kind = ROUTES[route]
        assert (anonymous == "401") == (kind != "PUBLIC"), route
        assert (user == "403") == (kind == "ADMIN"), route
        assert expired in (user, "402"), route
        assert toggled_off in (admin, "403"), route
        assert superadmin not in ("401", "402", "403"), route


def test_every_toggle_stops_somebody() -> None:
    """A route that only the toggle refuses is in VALID, or the empty body would hide it."""
    stopped = {route for route, line in declared().items() if line[3] != line[4]}

    assert stopped == set(VALID)
