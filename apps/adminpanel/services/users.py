"""Administrators' changes of accounts, under their toggles. What does not belong here: whom one reaches (users).

Each change is a row of the activity log with what was before and after, written by the service that makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction

from apps.adminpanel.constants import USERS_TOGGLE, WALLETS_TOGGLE
from apps.core import clock, errors
from apps.core import services as core_services
from apps.users import selectors as users_selectors
from apps.users import services as users_services
from apps.users.enums import AccessSpan
from apps.wallet import services as wallet_services
from apps.wallet.enums import EntryReason, LedgerKind

if TYPE_CHECKING:
    from apps.users.models import User

# What moves paper money on an administrator's behalf says so in the owner's ledger; who it was, the activity log.
CAUSE = "administrator"


@transaction.atomic
def change_account(*, user_id: int, values: Mapping[str, Any], actor: User, ip_address: str | None) -> User:
    """Change role, status, trial and subscription: all that is given, or nothing.

    :raises FeatureDisabled: if administrators may not change accounts
    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account or the role is not below the actor's, who is no superadmin
    :raises LastSuperadmin: if nobody would be left to administer
    :raises ValidationFailed: if a span ends before it begins, or has a first day only
    """
    users_selectors.check_toggle(user=actor, setting=USERS_TOGGLE)
    user = users_services.lock_account(user_id=user_id, actor=actor)
    by: dict[str, Any] = {"user_id": user_id, "actor": actor, "ip_address": ip_address}
    for span in AccessSpan:
        given = {edge: values[f"{span}_{edge}_date"] for edge in ("start", "end") if f"{span}_{edge}_date" in values}
        if given:
            start, end = _span(user, name=span, given=given)
            users_services.set_days(span=span, start=start, end=end, **by)
    if "is_active" in values:
        users_services.change_status(is_active=values["is_active"], **by)
    # Last: whoever gives up their own role has made the other changes before.
    if "role" in values:
        users_services.change_role(role=values["role"], **by)
    return users_selectors.get_account_unscoped(user_id=user_id)


def unlock_account(*, user_id: int, actor: User, ip_address: str | None) -> User:
    """Forget the failed guesses at an account.

    :raises FeatureDisabled: if administrators may not change accounts
    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account is not below the actor's, who is no superadmin
    """
    return _change(users_services.unlock, user_id=user_id, actor=actor, ip_address=ip_address)


def reset_two_factor(*, user_id: int, actor: User, ip_address: str | None) -> User:
    """Switch two-factor off for somebody who has lost the device and the codes.

    :raises FeatureDisabled: if administrators may not change accounts
    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account is not below the actor's, who is no superadmin
    """
    return _change(users_services.reset_two_factor, user_id=user_id, actor=actor, ip_address=ip_address)


def revoke_sessions(*, user_id: int, actor: User, ip_address: str | None) -> User:
    """Sign an account out everywhere.

    :raises FeatureDisabled: if administrators may not change accounts
    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account is not below the actor's, who is no superadmin
    """
    return _change(users_services.end_sessions, user_id=user_id, actor=actor, ip_address=ip_address)


@transaction.atomic
def adjust_wallet(
    *, user_id: int, amount: Decimal, reason: str, actor: User, ip_address: str | None
) -> wallet_services.Posted:
    """Put paper money into the practice account of somebody, or with a minus take it out; nothing is overwritten.

    :raises FeatureDisabled: if administrators may not adjust wallets
    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account is not below the actor's, who is no superadmin
    :raises InsufficientFunds: if less than that is free
    :raises BalanceTooLarge: if the account cannot hold it
    """
    users_selectors.check_toggle(user=actor, setting=WALLETS_TOGGLE)
    user = users_services.lock_account(user_id=user_id, actor=actor)
    draft = wallet_services.Draft(
        key=f"adjustment:{uuid4()}",
        reason=EntryReason.ADJUSTMENT,
        lines={LedgerKind.CASH: amount, LedgerKind.FUNDING: -amount},
        caused_by=CAUSE,
        note=reason,
    )
    posted = wallet_services.post_entry(user_id=user_id, draft=draft)
    core_services.record_change(
        actor=actor.email,
        action="account.wallet",
        subject={"user_id": user.pk, "email": user.email, "reason": reason, "entry_id": posted.entry.pk},
        before={"wallet_balance": f"{posted.cash - amount:.2f}"},
        after={"wallet_balance": f"{posted.cash:.2f}"},
        ip_address=ip_address,
    )
    return posted


@transaction.atomic
def _change(change: Callable[..., Any], *, user_id: int, actor: User, ip_address: str | None) -> User:
    users_selectors.check_toggle(user=actor, setting=USERS_TOGGLE)
    change(user_id=user_id, actor=actor, ip_address=ip_address)
    return users_selectors.get_account_unscoped(user_id=user_id)


def _span(user: User, *, name: str, given: Mapping[str, date | None]) -> tuple[date | None, date | None]:
    """The first and last day that come of those given and those that are: today where there is no first one."""
    start, end = (given.get(edge, getattr(user, f"{name}_{edge}_date")) for edge in ("start", "end"))
    if end is None:
        if "start" in given:
            raise errors.ValidationFailed.field(f"{name}_end_date", "Give the last day too.")
        return None, None
    start = start or clock.today()
    if end < start:
        raise errors.ValidationFailed.field(f"{name}_end_date", "The last day is before the first.")
    return start, end
