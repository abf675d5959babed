"""Two-factor: enrolled, confirmed, checked, switched off. What does not belong here: the password, giving tokens.

Time-based codes of six digits (RFC 6238, HMAC-SHA-1), each of which works once: the step of the last one is kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import pyotp
from django.db import transaction

from apps.core import clock, errors
from apps.core import services as core_services
from apps.users import constants
from apps.users.enums import SecurityEvent
from apps.users.errors import TwoFactorEnabled, TwoFactorNotEnabled
from apps.users.models import RecoveryCode, TwoFactor, User
from apps.users.services.events import announce
from apps.users.services.lockout import judge_code, judge_password
from apps.users.services.sessions import Device

# Eighty bits: the plain hash of a code cannot be searched.
RECOVERY_BYTES = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the authenticator app is told; it is shown once."""

    secret: str
    otpauth_url: str


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """The codes that stand for the app once each; they are shown once."""

    recovery_codes: list[str]


def enrol_two_factor(*, user: User, password: str) -> Enrolment:
    """Give a new secret, in force when a code of it has been confirmed.

    :raises ValidationFailed: if the password is wrong, which counts as a failed sign-in
    :raises TwoFactorEnabled: if it is on
    :raises AccountLocked: after too many wrong guesses
    """
    _check_password(user, password=password)
    if user.has_two_factor:
        raise TwoFactorEnabled
    secret = pyotp.random_base32()
    TwoFactor.objects.unscoped().update_or_create(user=user, defaults={"secret": secret, "last_step": 0})
    url = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=constants.TWO_FACTOR_ISSUER)
    return Enrolment(secret=secret, otpauth_url=url)


def confirm_two_factor(*, user: User, code: str, device: Device) -> RecoveryCodes:
    """Switch two-factor on with the first code, and give the recovery codes.

    :raises ValidationFailed: if the code is wrong, which counts as a failed sign-in
    :raises TwoFactorEnabled: if it is on
    :raises TwoFactorNotEnabled: without an enrolment
    :raises AccountLocked: after too many wrong guesses
    """
    if not TwoFactor.objects.for_user(user).exists():
        raise TwoFactorNotEnabled
    if user.has_two_factor:
        raise TwoFactorEnabled
    _check_code(user, code=code, device=device)
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, has_two_factor=False).update(
            has_two_factor=True, updated_at=clock.now()
        ):
            raise TwoFactorEnabled
        codes = [_new_code() for _ in range(constants.RECOVERY_CODES)]
        RecoveryCode.objects.for_user(user).delete()
        RecoveryCode.objects.unscoped().bulk_create(RecoveryCode(user=user, code_hash=_digest(each)) for each in codes)
        announce(user=user, event=SecurityEvent.TWO_FACTOR_ENABLED, ip_address=device.ip_address, details={})
    return RecoveryCodes(recovery_codes=codes)


def disable_two_factor(*, user: User, password: str, code: str, device: Device) -> None:
    """Switch two-factor off.

    :raises ValidationFailed: if password or code is wrong, which counts as a failed sign-in
    :raises TwoFactorNotEnabled: if it is off
    :raises AccountLocked: after too many wrong guesses
    """
    if not user.has_two_factor:
        raise TwoFactorNotEnabled
    _check_password(user, password=password)
    _check_code(user, code=code, device=device)
    with transaction.atomic():
        remove_two_factor(user=user)
        announce(user=user, event=SecurityEvent.TWO_FACTOR_DISABLED, ip_address=device.ip_address, details={})


def remove_two_factor(*, user: User) -> None:
    """Forget secret and recovery codes; the caller is in a transaction and has asked who may."""
    TwoFactor.objects.for_user(user).delete()
    RecoveryCode.objects.for_user(user).delete()
    User.objects.filter(pk=user.pk).update(has_two_factor=False, updated_at=clock.now())
    core_services.recall_kept()


def is_second_factor_right(*, user: User, code: str, device: Device) -> bool:
    """Judge a code of the app, or a recovery code, as a guess at the account; each is right once.

    :raises AccountLocked: after too many wrong guesses
    """
    typed = code.replace(" ", "").replace("-", "").lower()
    if typed.isascii() and typed.isdecimal():
        return judge_code(user=user, is_right=lambda: _spend_step(user, code=typed))
    return judge_code(user=user, is_right=lambda: _spend_recovery_code(user, code=typed, device=device))


def _check_password(user: User, *, password: str) -> None:
    if judge_password(email=user.email, password=password) is None:
        raise errors.ValidationFailed.field("password", "The password is another.", code="wrong_password")


def _check_code(user: User, *, code: str, device: Device) -> None:
    if not is_second_factor_right(user=user, code=code, device=device):
        raise errors.ValidationFailed.field("code", "The code is wrong or was used before.", code="wrong_code")


def _spend_step(user: User, *, code: str) -> bool:
    """Whether the code is that of a step near now and after the last one used, which it then is."""
    row = TwoFactor.objects.for_user(user).select_for_update(no_key=True).first()
    if row is None:
        return False
    totp = pyotp.TOTP(row.secret, digits=constants.TWO_FACTOR_DIGITS, interval=constants.TWO_FACTOR_STEP_SECONDS)
    step = int(clock.now().timestamp()) // constants.TWO_FACTOR_STEP_SECONDS
    for near in (step - 1, step, step + 1):
        if near > row.last_step and hmac.compare_digest(totp.generate_otp(near), code):
            TwoFactor.objects.for_user(user).update(last_step=near, updated_at=clock.now())
            return True
    return False


def _spend_recovery_code(user: User, *, code: str, device: Device) -> bool:
    mine = RecoveryCode.objects.for_user(user).filter(used_at=None)
    if not mine.filter(code_hash=_digest(code)).update(used_at=clock.now()):
        return False
    details = {"left": mine.count()}
    announce(user=user, event=SecurityEvent.RECOVERY_CODE_USED, ip_address=device.ip_address, details=details)
    return True


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _digest(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").encode()).hexdigest()
