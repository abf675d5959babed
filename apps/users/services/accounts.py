"""Signing up, in and out, and what owners change about their account. What does not belong here: counting guesses."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from apps.core import clock, configuration, errors
from apps.users import selectors
from apps.users.constants import CHALLENGE_LIFETIME, OPERATORS_SUBSCRIPTION
from apps.users.enums import MailPurpose, Role, SecurityEvent
from apps.users.errors import EmailTaken, InvalidCode, InvalidCredentials, InvalidToken, TwoFactorRequired
from apps.users.models import User
from apps.users.services import hashing
from apps.users.services.api_keys import revoke_api_keys
from apps.users.services.events import announce
from apps.users.services.lockout import judge_password
from apps.users.services.mail import request_mail
from apps.users.services.sessions import Device
from apps.users.services.tokens import (
    TokenPair,
    issue_challenge,
    issue_tokens,
    read_challenge,
    revoke_tokens,
)
from apps.users.services.two_factor import is_second_factor_right

GENERATED_PASSWORD_BYTES = 15


@dataclass(frozen=True, slots=True)
class Session:
    """A pair of tokens and whom they speak for."""

    tokens: TokenPair
    profile: selectors.Profile


def normalise_email(email: str) -> str:
    """The one spelling under which an e-mail is stored, looked up and counted."""
    return email.strip().lower()


def sign_up(*, email: str, password: str, mobile: str | None = None, device: Device | None = None) -> Session:
    """Open an account whose trial begins today (IST), and sign in.

    :raises EmailTaken: if there is an account with this e-mail, in any case
    :raises ValidationFailed: if the password is too weak
    """
    user = _create_account(email=email, password=password, role=Role.USER, mobile=mobile)
    if not selectors.is_verified(user=user):
        request_mail(email=user.email, purpose=MailPurpose.EMAIL_VERIFICATION)
    return _open_session(user, device=device)


def sign_in(*, email: str, password: str, device: Device | None = None) -> Session:
    """Check the password and give tokens.

    :raises InvalidCredentials: if no active account has this e-mail and password
    :raises AccountLocked: after too many wrong guesses
    :raises TwoFactorRequired: with a challenge, if the password is right and the account has two-factor
    """
    user = judge_password(email=normalise_email(email), password=password)
    if user is None:
        raise InvalidCredentials
    if user.has_two_factor:
        details = {"challenge": issue_challenge(user=user), "expires_in": int(CHALLENGE_LIFETIME.total_seconds())}
        raise TwoFactorRequired(details=details)
    return _open_session(user, device=device)


def sign_in_with_code(*, challenge: str, code: str, device: Device) -> Session:
    """Finish signing in with the second factor.

    :raises InvalidToken: if the challenge is not good, or too old
    :raises InvalidCode: if the code is wrong or was used before, which counts as a failed sign-in
    :raises AccountLocked: after too many wrong guesses
    """
    user = read_challenge(challenge=challenge)
    if not is_second_factor_right(user=user, code=code, device=device):
        raise InvalidCode
    return _open_session(user, device=device)


def sign_out(*, user: User) -> None:
    """Revoke every token of the user, on every device: access tokens are refused from the next request on."""
    revoke_tokens(user=user)


def change_password(*, user: User, old_password: str, new_password: str, device: Device | None = None) -> TokenPair:
    """Set a new password, revoke every token and give a new pair.

    A wrong old password counts as a failed sign-in, so that a stolen token does not allow unlimited guesses.

    :raises ValidationFailed: if the old password is wrong or the new one too weak
    :raises AccountLocked: after too many wrong guesses
    :raises InvalidToken: if the account changed meanwhile
    """
    if judge_password(email=user.email, password=old_password) is None:
        raise errors.ValidationFailed.field("old_password", "The present password is another.", code="wrong_password")
    check_strength(new_password, user=user, field="new_password")
    return _replace_password(user, password=new_password, device=device or Device())


def update_profile(*, user: User, values: Mapping[str, str | None]) -> selectors.Profile:
    """Set what owners may change about themselves: ``mobile``."""
    user.mobile = values.get("mobile", user.mobile)
    user.save(update_fields=["mobile", "updated_at"])
    return selectors.get_profile(user=user)


def ensure_account(*, email: str, role: Role, password: str | None) -> str | None:
    """Create the account if it is missing; the password it has now, or None if it existed and was left alone.

    Without a password one is generated. The operator's own account needs no subscription: it has one for ten years.

    :raises ValidationFailed: if the password is too weak
    """
    if User.objects.filter(email=normalise_email(email)).exists():
        return None
    today = clock.today()
    chosen = password or secrets.token_urlsafe(GENERATED_PASSWORD_BYTES)
    try:
        user = _create_account(email=email, password=chosen, role=role, mobile=None)
    except EmailTaken:
        return None
    user.subscription_start_date, user.subscription_end_date = today, today + OPERATORS_SUBSCRIPTION
    user.email_verified_at = clock.now()
    user.save(update_fields=["subscription_start_date", "subscription_end_date", "email_verified_at", "updated_at"])
    return chosen


def check_strength(password: str, *, user: User, field: str) -> None:
    """Pass if the password is good enough for this user.

    :raises ValidationFailed: naming the field and what is wrong
    """
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        problems = [{"code": str(each.code), "message": " ".join(each.messages)} for each in error.error_list]
        raise errors.ValidationFailed(details={"fields": {field: problems}}) from error


def _create_account(*, email: str, password: str, role: Role, mobile: str | None) -> User:
    today = clock.today()
    user = User(
        email=normalise_email(email),
        mobile=mobile,
        role=role,
        is_staff=role == Role.SUPERADMIN,
        trial_start_date=today,
        trial_end_date=today + timedelta(days=configuration.get_int("subscription.trial_days")),
    )
    check_strength(password, user=user, field="password")
    user.password = hashing.hashed(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise EmailTaken from error
    return user


@transaction.atomic
def _replace_password(user: User, *, password: str, device: Device) -> TokenPair:
    same = User.objects.filter(pk=user.pk, token_version=user.token_version)
    if not same.update(password=hashing.hashed(password), token_version=F("token_version") + 1, updated_at=clock.now()):
        raise InvalidToken
    user.refresh_from_db()
    revoke_api_keys(user=user)
    announce(user=user, event=SecurityEvent.PASSWORD_CHANGED, ip_address=device.ip_address, details={})
    return issue_tokens(user=user, device=device)


def _open_session(user: User, *, device: Device | None) -> Session:
    return Session(tokens=issue_tokens(user=user, device=device), profile=selectors.get_profile(user=user))
