"""Copies of strategies over HTTP."""

from __future__ import annotations

from rest_framework.test import APIClient

from apps.strategies.models import RuleBasedStrategy
from apps.users.models import RolePermission, User
from tests.factories.strategies import ABOVE_100, make_rule_based


def clone(client: APIClient, pk: int, body: dict[str, str] | None = None) -> tuple[int, dict[str, object]]:
    response = client.post(f"/api/v1/strategies/rule-based/{pk}/clone/", body or {})
    return response.status_code, response.json()


def test_a_public_strategy_becomes_an_own_private_one(stranger_api: APIClient, owner: User, stranger: User) -> None:
    original = make_rule_based(owner, is_public=True, description="Why it works")

    status, body = clone(stranger_api, original.pk)

    copy = RuleBasedStrategy.objects.for_user(stranger).get()
    assert (status, body["id"], body["is_own"], body["is_public"]) == (201, copy.pk, True, False)
    assert (copy.name, copy.description, copy.rules_json) == ("Above 100 (copy)", "Why it works", ABOVE_100)
    assert copy.sentence == original.sentence


def test_the_original_stays_as_it_was_whatever_becomes_of_the_copy(stranger_api: APIClient, owner: User) -> None:
    original = make_rule_based(owner, is_public=True)
    _, body = clone(stranger_api, original.pk)

    stranger_api.patch(f"/api/v1/strategies/rule-based/{body['id']}/", {"name": "Mine now"})

    original.refresh_from_db()
    assert (original.name, original.user_id) == ("Above 100", owner.pk)


def test_a_copy_may_be_named_and_a_long_name_is_cut(api: APIClient, owner: User) -> None:
    original = make_rule_based(owner, name="x" * 200)

    assert clone(api, original.pk, {"name": "Second try"})[1]["name"] == "Second try"
    assert clone(api, original.pk)[1]["name"] == "x" * 193 + " (copy)"


def test_a_private_or_inactive_strategy_of_another_user_is_missing(
    api: APIClient, stranger_api: APIClient, owner: User
) -> None:
    private = make_rule_based(owner)
    gone = make_rule_based(owner, is_public=True)
    api.delete(f"/api/v1/strategies/rule-based/{gone.pk}/")

    answers = [clone(stranger_api, pk) for pk in (private.pk, gone.pk, 999_999_999)]

    assert [status for status, _ in answers] == [404, 404, 404]
    assert len({str({**body, "request_id": ""}) for _, body in answers}) == 1
    assert RuleBasedStrategy.objects.unscoped().count() == 2


def test_copying_needs_the_permission(api: APIClient, owner: User) -> None:
    original = make_rule_based(owner)
    RolePermission.objects.filter(permission__code="strategies.manage_own").delete()

    assert clone(api, original.pk)[0] == 403
