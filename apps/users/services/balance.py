"""The cached balance of a user. What does not belong here: the ledger it mirrors, whose services alone call this."""

from __future__ import annotations

from decimal import Decimal

from apps.core import errors
from apps.core.statements import Select, Slot
from apps.users.models import User

# Not FOR UPDATE: whoever has inserted a row that refers to the user holds a share of its key.
LOCKED = Select(lambda: User.objects.select_for_update(no_key=True).filter(pk=Slot("user_id")))
# A part of the one statement that posts an entry: what is posted nowhere moves nothing.
MOVE_BALANCE = """
        UPDATE users_user SET wallet_balance = wallet_balance + %(moved)s FROM entry
        WHERE users_user.id = %(user_id)s AND %(moved)s <> 0
"""


def lock_balance(*, user_id: int) -> Decimal:
    """The user's balance, with the user's row locked until the transaction ends.

    :raises NotFound: if there is no such user
    """
    user = LOCKED.find(user_id=user_id)
    if user is None:
        raise errors.NotFound
    return user.wallet_balance
