"""Paper money put in and taken out by administrators: as entries of the ledger, once, never below zero."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core import configuration
from apps.core.models import ActivityLog
from apps.users.enums import Role
from apps.users.models import User
from apps.wallet import selectors as wallet_selectors
from tests.factories.users import make_user

IP = "203.0.113.7"


def adjust(client: APIClient, user: User, amount: object, *, key: str | None = None, **body: Any) -> Any:
    headers: dict[str, Any] = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    given = {"amount": amount, "reason": "Refilled twice", **body}
    return client.post(f"/api/v1/adminpanel/users/{user.pk}/wallet-adjust", given, REMOTE_ADDR=IP, **headers)


def balance(user: User) -> Decimal:
    user.refresh_from_db()
    return user.wallet_balance


def test_money_is_taken_out_by_an_entry_that_says_why_and_a_row_that_says_who(
    superadmin_api: APIClient, superadmin: User, owner: User
) -> None:
    response = adjust(superadmin_api, owner, "-500.25")

    entry = wallet_selectors.list_entries(user=owner, reason="ADJUSTMENT").get()
    assert (response.status_code, response.json()) == (201, {"entry_id": entry.pk, "wallet_balance": "99499.75"})
    assert balance(owner) == Decimal("99499.75")
    assert (entry.note, entry.caused_by) == ("Refilled twice", "administrator")
    assert {(line.account.kind, line.amount) for line in entry.postings.all()} == {
        ("cash", Decimal("-500.25")),
        ("funding", Decimal("500.25")),
    }
    row = ActivityLog.objects.get()
    assert (row.admin_user, row.action, row.ip_address) == (superadmin.email, "account.wallet", IP)
    assert row.details == {
        "user_id": owner.pk,
        "email": owner.email,
        "reason": "Refilled twice",
        "entry_id": entry.pk,
        "before": {"wallet_balance": "100000.00"},
        "after": {"wallet_balance": "99499.75"},
    }
    assert [ids for _, ids in wallet_selectors.audit_unscoped()] == [[]] * len(wallet_selectors.AUDITS)


def test_everything_may_be_taken_and_no_paisa_more(superadmin_api: APIClient, owner: User) -> None:
    refused = adjust(superadmin_api, owner, "-100000.01")

    assert (refused.status_code, refused.json()["code"]) == (422, "INSUFFICIENT_FUNDS")
    assert refused.json()["details"] == {"account": "cash", "available": "100000.00", "needed": "100000.01"}
    assert not ActivityLog.objects.exists()
    assert adjust(superadmin_api, owner, "-100000.00").json()["wallet_balance"] == "0.00"


def test_the_same_key_moves_money_once_and_only_for_the_same_account(
    superadmin_api: APIClient, owner: User, stranger: User
) -> None:
    first, second = (adjust(superadmin_api, owner, "10.00", key="k") for _ in range(2))

    assert first.json() == second.json()
    assert (first["Idempotent-Replayed"], second["Idempotent-Replayed"]) == ("false", "true")
    assert balance(owner) == Decimal("100010.00")
    assert ActivityLog.objects.count() == 1
    for user, amount in ((stranger, "10.00"), (owner, "10.01")):
        assert adjust(superadmin_api, user, amount, key="k").json()["code"] == "IDEMPOTENCY_CONFLICT"


@pytest.mark.parametrize(
    "amount", ["0", "-0.00", "--5", "1.001", "1e3", "+5", "- 5", "٣", True, None, "99999999999999"]
)
def test_amounts_that_are_none_are_refused(superadmin_api: APIClient, owner: User, amount: object) -> None:
    response = adjust(superadmin_api, owner, amount)

    assert (response.status_code, list(response.json()["details"]["fields"])) == (400, ["amount"])


@pytest.mark.parametrize("reason", ["", "   ", None, "x" * 201])
def test_a_reason_is_given(superadmin_api: APIClient, owner: User, reason: object) -> None:
    response = adjust(superadmin_api, owner, "1.00", reason=reason)

    assert (response.status_code, list(response.json()["details"]["fields"])) == (400, ["reason"])
    assert balance(owner) == Decimal("100000.00")


def test_administrators_adjust_wallets_of_users_and_only_where_the_toggle_lets_them(
    admin: User, admin_api: APIClient, owner: User
) -> None:
    off = adjust(admin_api, owner, "1.00")
    configuration.override("admin.can_adjust_wallets", "true")
    other = make_user(email="other@example.com", role=Role.ADMIN)

    assert (off.status_code, off.json()["details"]) == (403, {"setting": "admin.can_adjust_wallets"})
    assert adjust(admin_api, owner, "1.00").status_code == 201
    assert [adjust(admin_api, user, "1.00").json()["code"] for user in (admin, other)] == ["PERMISSION_DENIED"] * 2
