"""What mails with a token lead to: a new password, a proved address. What does not belong here: sending them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from apps.core import clock
from apps.users.enums import MailPurpose, SecurityEvent
from apps.users.models import User
from apps.users.services import hashing
from apps.users.services.accounts import check_strength, normalise_email
from apps.users.services.api_keys import revoke_api_keys
from apps.users.services.events import announce
from apps.users.services.lockout import forget_guesses
from apps.users.services.mail import request_mail, take_token
from apps.users.services.sessions import Device


def request_password_reset(*, email: str) -> None:
    """Have a mail sent with which a new password can be set; an unknown address costs the same and hears nothing."""
    request_mail(email=normalise_email(email), purpose=MailPurpose.PASSWORD_RESET)


@transaction.atomic
def reset_password(*, token: str, new_password: str, device: Device) -> None:
    """Set a new password with the token of a mail, sign out everywhere, and let the new password work at once.

    Two-factor stays on: the mail stands for the password only.

    :raises InvalidMailToken: if the token is not good
    :raises ValidationFailed: if the password is too weak; the token stays good
    """
    user = take_token(token=token, purpose=MailPurpose.PASSWORD_RESET)
    check_strength(new_password, user=user, field="new_password")
    now = clock.now()
    User.objects.filter(pk=user.pk).update(
        password=hashing.hashed(new_password),
        token_version=F("token_version") + 1,
        email_verified_at=user.email_verified_at or now,
        updated_at=now,
    )
    if not user.has_two_factor:
        # With it, a mailbox would be a way around the limit of guesses at codes.
        forget_guesses(email=user.email)
    revoke_api_keys(user=user)
    details = {"by": "mail"}
    announce(user=user, event=SecurityEvent.PASSWORD_CHANGED, ip_address=device.ip_address, details=details)


def request_verification(*, user: User) -> None:
    """Have a mail sent with which the user proves the address; nothing for one that is proved."""
    if user.email_verified_at is None:
        request_mail(email=user.email, purpose=MailPurpose.EMAIL_VERIFICATION)


@transaction.atomic
def verify_email(*, token: str) -> None:
    """Note that the address is proved.

    :raises InvalidMailToken: if the token is not good
    """
    user = take_token(token=token, purpose=MailPurpose.EMAIL_VERIFICATION)
    User.objects.filter(pk=user.pk).update(email_verified_at=clock.now(), updated_at=clock.now())
