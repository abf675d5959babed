"""The cached balance of a user. What does not belong here: the ledger it mirrors, whose services alone call this."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F

from apps.core import errors
from apps.users.models import User


def lock_balance(*, user_id: int) -> Decimal:
    """The user's balance, with the user's row locked until the transaction ends.

    :raises NotFound: if there is no such user
    """
    # Not FOR UPDATE: whoever has inserted a row that refers to the user holds a share of its key.
    locked = User.objects.select_for_update(no_key=True).filter(pk=user_id).values_list("wallet_balance", flat=True)
    balance = locked.first()
    if balance is None:
        raise errors.NotFound
    return balance


def move_balance(*, user_id: int, amount: Decimal) -> None:
    """Add to the user's balance; the caller holds the lock."""
    User.objects.filter(pk=user_id).update(wallet_balance=F("wallet_balance") + amount)
