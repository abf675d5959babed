"""Making a superadministrator at the console. What does not belong here: changing roles by request (administration)."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from apps.core import clock, errors
from apps.core import services as core_services
from apps.users.enums import Role
from apps.users.errors import EmailTaken
from apps.users.models import User
from apps.users.services.accounts import GENERATED_PASSWORD_BYTES, check_strength, ensure_account, normalise_email
from apps.users.services.api_keys import revoke_api_keys
from apps.users.services.lockout import forget_guesses, lock_guard
from apps.users.services.two_factor import remove_two_factor

CONSOLE = "console"


@transaction.atomic
def make_superadmin(*, email: str, password: str | None, replaces: bool) -> str:
    """Make a superadministrator and give the password, generated where none is given.

    With ``replaces`` an account that is there becomes one: enabled, unlocked, without two-factor, with the new
    password, signed out everywhere. It is the way back in for an operator.

    :raises EmailTaken: if there is an account, and it is not to be replaced
    :raises ValidationFailed: if the e-mail is none, or the password too weak
    """
    address = normalise_email(email)
    try:
        validate_email(address)
    except ValidationError as error:
        raise errors.ValidationFailed.field("email", "This is no e-mail address.") from error
    chosen = password or secrets.token_urlsafe(GENERATED_PASSWORD_BYTES)
    lock_guard(email=address)
    before = User.objects.select_for_update(no_key=True).filter(email=address).first()
    if before is not None and not replaces:
        raise EmailTaken
    if before is None:
        ensure_account(email=address, role=Role.SUPERADMIN, password=chosen)
    else:
        _replace(before, password=chosen)
    core_services.record_activity(
        actor=CONSOLE,
        action="account.superadmin",
        details={"email": address, "before": before and {"role": before.role, "is_active": before.is_active}},
        ip_address=None,
    )
    return chosen


def _replace(user: User, *, password: str) -> None:
    check_strength(password, user=user, field="password")
    forget_guesses(email=user.email)
    remove_two_factor(user=user)
    revoke_api_keys(user=user)
    User.objects.filter(pk=user.pk).update(
        role=Role.SUPERADMIN,
        is_staff=True,
        is_active=True,
        password=make_password(password),
        token_version=user.token_version + 1,
        updated_at=clock.now(),
    )
