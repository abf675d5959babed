"""What administrators change about accounts. What does not belong here: who may call it (views), money (wallet).

Every change is one row of the activity log, with what was before and after. Whoever acts is read again under the lock:
somebody who has just been demoted changes nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Q

from apps.core import errors
from apps.core import services as core_services
from apps.users import selectors
from apps.users.constants import RANKS
from apps.users.enums import AccessSpan, Role
from apps.users.errors import LastSuperadmin
from apps.users.models import User
from apps.users.services.api_keys import revoke_api_keys
from apps.users.services.lockout import forget_guesses, lock_guard
from apps.users.services.two_factor import remove_two_factor


@transaction.atomic
def change_role(*, user_id: int, role: Role, actor: User, ip_address: str | None) -> User:
    """Give an account a role; one that loses power is signed out everywhere.

    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account or the role is not below the actor's, who is no superadmin
    :raises LastSuperadmin: if nobody would be left to administer
    """
    user = lock_account(user_id=user_id, actor=actor, reach=role)
    before = user.role
    if before == role:
        return user
    if before == Role.SUPERADMIN:
        _check_not_last(user)
    if RANKS[role] < RANKS[Role(before)]:
        user.token_version += 1
    user.role, user.is_staff = role, role == Role.SUPERADMIN
    user.save(update_fields=["role", "is_staff", "token_version", "updated_at"])
    _record("account.role", user=user, change=({"role": before}, {"role": str(role)}), by=(actor, ip_address))
    return user


@transaction.atomic
def change_status(*, user_id: int, is_active: bool, actor: User, ip_address: str | None) -> User:
    """Disable an account, which signs it out everywhere, or enable it again.

    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account is not below the actor's, who is no superadmin
    :raises LastSuperadmin: if nobody would be left to administer
    """
    user = lock_account(user_id=user_id, actor=actor)
    before = user.is_active
    if before == is_active:
        return user
    if not is_active:
        if user.role == Role.SUPERADMIN:
            _check_not_last(user)
        user.token_version += 1
        revoke_api_keys(user=user)
    user.is_active = is_active
    user.save(update_fields=["is_active", "token_version", "updated_at"])
    change = ({"is_active": before}, {"is_active": is_active})
    _record("account.status", user=user, change=change, by=(actor, ip_address))
    return user


@transaction.atomic
def unlock(*, user_id: int, actor: User, ip_address: str | None) -> User:
    """Forget the failed guesses at an account, so that the right password works at once.

    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account is not below the actor's, who is no superadmin
    """
    user = _lock_with_guard(user_id, actor=actor)
    before = {"failed_login_attempts": user.failed_login_attempts, "is_locked": user.locked_until is not None}
    forget_guesses(email=user.email)
    user.failed_login_attempts, user.locked_until = 0, None
    change = (before, {"failed_login_attempts": 0, "is_locked": False})
    _record("account.unlock", user=user, change=change, by=(actor, ip_address))
    return user


@transaction.atomic
def reset_two_factor(*, user_id: int, actor: User, ip_address: str | None) -> User:
    """Switch two-factor off for somebody who has lost the device and the codes, and sign them out everywhere.

    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account is not below the actor's, who is no superadmin
    """
    user = _lock_with_guard(user_id, actor=actor)
    if not user.has_two_factor:
        return user
    remove_two_factor(user=user)
    user.has_two_factor = False
    user.token_version += 1
    user.save(update_fields=["token_version", "updated_at"])
    change = ({"has_two_factor": True}, {"has_two_factor": False})
    _record("account.two_factor_reset", user=user, change=change, by=(actor, ip_address))
    return user


@transaction.atomic
def set_days(
    *, span: AccessSpan, user_id: int, start: date | None, end: date | None, actor: User, ip_address: str | None
) -> User:
    """Set the days of the trial or of the subscription, both included; None for none.

    Payments keep a later end of the subscription that is given here.

    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account is not below the actor's, who is no superadmin
    :raises ValidationFailed: if only one day is given, or the end is before the start
    """
    _check_days(start=start, end=end)
    user = lock_account(user_id=user_id, actor=actor)
    first, last = f"{span}_start_date", f"{span}_end_date"
    before = _days(start=getattr(user, first), end=getattr(user, last))
    setattr(user, first, start)
    setattr(user, last, end)
    user.save(update_fields=[first, last, "updated_at"])
    _record(f"account.{span}", user=user, change=(before, _days(start=start, end=end)), by=(actor, ip_address))
    return user


@transaction.atomic
def end_sessions(*, user_id: int, actor: User, ip_address: str | None) -> User:
    """Sign an account out everywhere; its API keys stay.

    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account is not below the actor's, who is no superadmin
    """
    user = lock_account(user_id=user_id, actor=actor)
    before = selectors.list_sessions(user=user, current=None).count()
    user.token_version += 1
    user.save(update_fields=["token_version", "updated_at"])
    change = ({"live_sessions": before}, {"live_sessions": 0})
    _record("account.sessions", user=user, change=change, by=(actor, ip_address))
    return user


def lock_account(*, user_id: int, actor: User, reach: Role = Role.USER) -> User:
    """The account, locked until the transaction ends, for several changes or for one that gives the role ``reach``.

    Its row, the actor's and those of every superadmin are locked in one order: no two deadlock. What is taken away is
    refused with the next request.

    :raises NotFound: if there is no such account
    :raises PermissionRefused: if the account or ``reach`` is not below the actor's, who is no superadmin
    """
    rows = User.objects.select_for_update(no_key=True).filter(Q(role=Role.SUPERADMIN) | Q(pk__in=[user_id, actor.pk]))
    locked = {row.pk: row for row in rows.order_by("pk")}
    if user_id not in locked:
        raise errors.NotFound
    present = locked.get(actor.pk)
    if present is None or not present.is_active:
        raise errors.PermissionRefused
    rank = RANKS[Role(present.role)]
    highest = max(RANKS[Role(locked[user_id].role)], RANKS[reach])
    if present.role != Role.SUPERADMIN and highest >= rank:
        raise errors.PermissionRefused("Only a superadministrator may do this to an account that is not below yours.")
    core_services.recall_kept()
    return locked[user_id]


def _lock_with_guard(user_id: int, *, actor: User) -> User:
    """The same, with the guard locked first, as signing in does it: no two wait for one another."""
    for email in User.objects.filter(pk=user_id).values_list("email", flat=True):
        lock_guard(email=email)
    return lock_account(user_id=user_id, actor=actor)


def _check_not_last(user: User) -> None:
    """Pass if another active superadmin is there; the caller holds the locks of all, so that none goes meanwhile."""
    others = User.objects.filter(role=Role.SUPERADMIN, is_active=True).exclude(pk=user.pk)
    if user.is_active and not others.exists():
        raise LastSuperadmin


def _check_days(*, start: date | None, end: date | None) -> None:
    if (start is None) != (end is None):
        raise errors.ValidationFailed.field("end" if end is None else "start", "Give both days, or none.")
    if start is not None and end is not None and end < start:
        raise errors.ValidationFailed.field("end", "The last day is before the first.")


def _days(*, start: date | None, end: date | None) -> dict[str, object]:
    return {"start": start and start.isoformat(), "end": end and end.isoformat()}


def _record(
    action: str,
    *,
    user: User,
    change: tuple[Mapping[str, object], Mapping[str, object]],
    by: tuple[User, str | None],
) -> None:
    actor, ip_address = by
    core_services.record_change(
        actor=actor.email,
        action=action,
        subject={"user_id": user.pk, "email": user.email},
        before=change[0],
        after=change[1],
        ip_address=ip_address,
    )
