"""Statements composed once say the same as the queries they are made of."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError

from apps.core import statements
from apps.core.models import IdempotencyKey
from apps.core.statements import Select, Slot
from apps.trading import selectors as trading_selectors
from apps.users.models import User
from apps.wallet import selectors as wallet_selectors
from apps.wallet import services as wallet_services
from tests.factories.users import make_user

ACTIVE = Select(lambda: User.objects.filter(pk=Slot("user_id"), is_active=True))


def answer(key: str, **values: Any) -> IdempotencyKey:
    return IdempotencyKey(**{"user_id": 1, "route": "r", "key": key, "request_hash": "", **values})


def test_a_composed_query_finds_the_row_of_each_value(db: None) -> None:
    first, second = make_user(email="a@example.com"), make_user(email="b@example.com", is_active=False)

    assert ACTIVE.find(user_id=first.pk) == first
    assert ACTIVE.find(user_id=second.pk) is None
    User.objects.filter(pk=second.pk).update(is_active=True)
    found = ACTIVE.find(user_id=second.pk)
    assert found is not None
    assert (found.email, found.wallet_balance) == ("b@example.com", second.wallet_balance)


def test_joined_rows_come_with_it(owner: User, stranger: User, django_assert_num_queries: Any) -> None:
    for user in (owner, stranger):
        with transaction.atomic():
            wallet_services.open_ledger(user_id=user.pk)

    with django_assert_num_queries(1):
        accounts = wallet_selectors.map_practice_accounts_unscoped(user_id=owner.pk)
        assert {row.paper_account.user_id for row in accounts.values()} == {owner.pk}
    assert sorted(accounts) == ["cash", "funding"]


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_inside_a_transaction_only() -> None:
    """The framework asks when it composes the statement, which is once; this asks each time."""
    user = make_user()
    with transaction.atomic():
        assert trading_selectors.lock_position(user=user, account_id=0, instrument="RELIANCE", product="CNC") is None

    with pytest.raises(TransactionManagementError):
        trading_selectors.lock_position(user=user, account_id=0, instrument="RELIANCE", product="CNC")


def test_rows_are_inserted_and_changed_by_one_statement(db: None, django_assert_num_queries: Any) -> None:
    stored = answer("stored", response_body={"a": [1, None]})
    statements.insert(stored)
    assert IdempotencyKey.objects.get(pk=stored.pk).response_body == {"a": [1, None]}
    stored.response_status = 201

    with django_assert_num_queries(1):
        statements.write([answer("new", response_body=None), stored])

    rows = IdempotencyKey.objects.order_by("key").values_list("key", "response_status", "response_body")
    assert list(rows) == [("new", None, None), ("stored", 201, {"a": [1, None]})]
    assert all(row.created_at is not None for row in IdempotencyKey.objects.all())


def test_a_constraint_refuses_all_of_them(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        statements.write([answer("one"), answer("two"), answer("one")])

    assert not IdempotencyKey.objects.exists()
