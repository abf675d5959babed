"""The whole API against its own description: no 5xx, no status or body that it does not name (API9).

Requests are drawn from the description, good and bad ones, from a fixed seed, and each is rolled back. ``scripts/test
--long`` draws many more. What does not belong here: what an answer says.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import hypothesis
import pytest
from django.db import connection, transaction
from drf_spectacular.generators import SchemaGenerator
from schemathesis import GenerationMode, checks, openapi

from apps.core import configuration
from apps.users import services as users_services
from apps.users.enums import Role
from config.wsgi import application
from tests.factories.users import make_user

# Requests of each kind that each caller sends to each operation.
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "2"))
SEED = 20_261_121
NAMES = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
# It answers 503 where a part is down; in tests there is no worker.
SAYS_WHAT_IS_DOWN = "GET /api/v1/health/ready"
CALM = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)


@cache
def operations() -> dict[str, Any]:
    """The operations of the description that the code gives, by method and path."""
    checks.load_all_checks()
    schema = openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    schema.app = application
    found: list[Any] = list(schema.get_all_operations())
    return {operation.label: operation for operation in (each.ok() for each in found)}


def asked() -> list[tuple[str, GenerationMode]]:
    """Each operation with good requests, and with bad ones where a request can be bad."""
    return [
        (label, mode)
        for label, operation in sorted(operations().items())
        for mode in GenerationMode
        if mode == GenerationMode.POSITIVE or operation.body or list(operation.iter_parameters())
    ]


@pytest.fixture(autouse=True)
def _one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request keeps the connection of the test, as those of Django's own test client do."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


@pytest.fixture(params=[Role.USER, Role.SUPERADMIN])
def token(request: pytest.FixtureRequest, db: None) -> str:
    """A token of a user in the trial, or of the superadministrator, who has the two factors that are asked for."""
    configuration.override("users.two_factor_required_for_admins", "true")
    user = make_user(email=f"{request.param}@example.com", role=request.param, has_two_factor=True)
    return users_services.issue_tokens(user=user).access_token


@pytest.mark.parametrize(("label", "mode"), asked())
def test_an_operation_answers_as_it_is_described(label: str, mode: GenerationMode, token: str) -> None:
    operation = operations()[label]
    names = [name for name in NAMES if label != SAYS_WHAT_IS_DOWN or name != "not_a_server_error"]

    @hypothesis.seed(SEED)
    @CALM
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        with transaction.atomic():
            case.call_and_validate(
                headers={"Authorization": f"Bearer {token}"}, checks=checks.CHECKS.get_by_names(names)
            )
            transaction.set_rollback(True)

    ask()
