"""Every route is classified, and treats each kind of caller as its class says (user scope, locks 3 and 4).

PUBLIC: everybody. SHARED: any signed-in user. OWNED: rows of one user; a stranger gets the 404 of a missing row.
ADMIN: permission of an administrative role. A route that is not in the table fails the build.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rest_framework.test import APIClient

from apps.users.constants import PERMISSIONS
from apps.users.models import User
from tests.conftest import client_of
from tests.contracts.routes import OWNED_ROWS, ROUTES, found_views

# Asked where the row says which of two permissions it is.
ASKED_BY_SERVICES = {"options.trade"}

MISSING = {
    "<int:pk>": "999999999",
    "<int:key_id>": "999999999",
    "<int:user_id>": "999999999",
    "<int:session_id>": "999999999",
    "<int:log_id>": "999999999",
    "<int:stock_id>": "999999999",
    "<int:sector_id>": "999999999",
    "<uuid:sweep_id>": "00000000-0000-4000-8000-000000000000",
    "<uuid:run_id>": "00000000-0000-4000-8000-000000000000",
    "<uuid:checkout_id>": "00000000-0000-4000-8000-000000000000",
    "<str:key>": "no.such.key",
    "<int:rule_id>": "999999999",
    "<int:order_id>": "999999999",
    "<int:gtt_id>": "999999999",
    "<int:position_id>": "999999999",
    "<int:watchlist_id>": "999999999",
    "<int:alert_id>": "999999999",
    "<int:replay_id>": "999999999",
    "<str:instrument>": "RELIANCE",
    "<str:table>": "no_such_table",
    "<str:channel>": "no_such_channel",
}


def found_routes() -> set[tuple[str, str]]:
    """(method, path) of every view of the API."""
    return {
        (name.upper(), path)
        for path, view in found_views().items()
        for name in ("get", "post", "put", "patch", "delete")
        if hasattr(view, name)
    }


def routes_of(*classes: str) -> list[tuple[str, str]]:
    return sorted(route for route, name in ROUTES.items() if name in classes)


def call(client: APIClient, method: str, path: str) -> tuple[int, dict[str, object]]:
    for placeholder, value in MISSING.items():
        path = path.replace(placeholder, value)
    response = client.generic(method, f"/{path}", data="{}", content_type="application/json")
    return response.status_code, response.json() if response.content else {}


def test_every_route_is_classified() -> None:
    assert found_routes() == set(ROUTES)


@pytest.mark.parametrize(("method", "path"), routes_of("SHARED", "OWNED", "ADMIN"))
def test_anonymous_is_refused(db: None, anonymous_api: APIClient, method: str, path: str) -> None:
    status, body = call(anonymous_api, method, path)

    assert (status, body["code"]) == (401, "NOT_AUTHENTICATED")


@pytest.mark.parametrize(("method", "path"), routes_of("SHARED", "OWNED", "ADMIN"))
def test_forged_token_is_refused(db: None, anonymous_api: APIClient, method: str, path: str) -> None:
    anonymous_api.credentials(HTTP_AUTHORIZATION="Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")

    status, body = call(anonymous_api, method, path)

    assert (status, body["code"]) == (401, "INVALID_TOKEN")


@pytest.mark.parametrize(("method", "path"), routes_of("ADMIN"))
def test_user_is_refused_admin_routes_before_validation(api: APIClient, method: str, path: str) -> None:
    status, body = call(api, method, path)

    assert (status, body["code"]) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize(("method", "path"), sorted(OWNED_ROWS))
def test_stranger_gets_the_answer_of_a_missing_row(owner: User, stranger: User, method: str, path: str) -> None:
    make: Callable[[User], dict[str, str]] = OWNED_ROWS[method, path]
    real = path
    for placeholder, value in make(owner).items():
        real = real.replace(placeholder, value)

    theirs = call(client_of(stranger), method, real)
    missing = call(client_of(stranger), method, path)

    assert theirs[0] == missing[0] == 404
    assert {**theirs[1], "request_id": ""} == {**missing[1], "request_id": ""}
    assert call(client_of(owner), method, real)[0] != 404


def test_every_owned_route_with_a_row_is_tried_as_a_stranger() -> None:
    with_row = {route for route in routes_of("OWNED") if "<" in route[1]}

    assert with_row == set(OWNED_ROWS)


def test_every_permission_that_a_view_needs_exists_and_every_permission_is_needed() -> None:
    """A view cannot ask for a permission that nobody can be given, and none is given that opens nothing."""
    needed = {code for view in found_views().values() for code in view.required_permissions.values()}

    assert needed | ASKED_BY_SERVICES == {code for code, *_ in PERMISSIONS}


def test_the_permission_of_every_route_is_the_one_that_was_agreed() -> None:
    """permissions.txt has a line for each route that is not public: method, path, permission (- for none)."""
    views = found_views()
    lines = [
        f"{method} {path} {views[path].required_permissions.get(method, '-')}"
        for method, path in routes_of("SHARED", "OWNED", "ADMIN")
    ]

    agreed = Path(__file__).with_name("permissions.txt").read_text(encoding="utf-8").splitlines()
    assert lines == agreed


def test_methods_that_views_guard_are_methods_that_they_have() -> None:
    views = found_views().items()
    guarded = [(path, method, view) for path, view in views for method in view.required_permissions]

    assert [(path, method) for path, method, view in guarded if not hasattr(view, method.lower())] == []


def test_every_signed_in_route_names_what_it_needs() -> None:
    """An ADMIN route names a permission for each of its methods."""
    views = found_views()

    unguarded = [
        (method, path) for method, path in routes_of("ADMIN") if method not in views[path].required_permissions
    ]

    assert unguarded == []
