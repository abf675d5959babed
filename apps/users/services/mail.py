"""Mails with a single-use token: asked for, sent, taken. What does not belong here: what a taken token allows.

The row is the job, written in the request for known and unknown addresses alike; who has an account is asked when the
mail is sent. The token is made then, too, so that it is in the mail and nowhere else: the table has its hash.
"""

from __future__ import annotations

import hashlib
import secrets
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core import mail
from django.db import transaction

from apps.core import clock, jobs
from apps.users import constants
from apps.users.enums import MailPurpose
from apps.users.errors import InvalidMailToken
from apps.users.models import Mail, User
from apps.users.services.lockout import lock_guard

TOKEN_BYTES = 32
SUBJECTS = {
    MailPurpose.PASSWORD_RESET: "Set a new password",
    MailPurpose.EMAIL_VERIFICATION: "Confirm your e-mail address",
}
PAGES = {MailPurpose.PASSWORD_RESET: "reset-password", MailPurpose.EMAIL_VERIFICATION: "verify-email"}
TEXT = """\
{subject} of your account at PaperTrade:

{link}

The link works once, until {until} (India time). If you did not ask for this mail, ignore it.
"""

log = structlog.get_logger(__name__)


@transaction.atomic
def request_mail(*, email: str, purpose: MailPurpose) -> None:
    """Have a mail sent to a normalised address after the commit, unless it was sent several of late."""
    lock_guard(email=email)
    now = clock.now()
    lately = Mail.objects.filter(email=email, purpose=purpose, created_at__gt=now - constants.MAIL_WINDOW)
    if lately.count() < constants.MAX_MAILS:
        row = Mail.objects.create(email=email, purpose=purpose, created_at=now, next_try_at=now)
        jobs.enqueue("users.send_mail", mail_id=row.pk)


def send_mail(*, mail_id: int) -> None:
    """Send a mail that is due, with a new token; one that cannot be sent waits for the next try."""
    claimed = _claim(mail_id)
    if claimed is None:
        return
    row, token = claimed
    if User.objects.filter(email=row.email, is_active=True).exists():
        try:
            mail.send_mail(SUBJECTS[MailPurpose(row.purpose)], _text(row, token=token), None, [row.email])
        except (SMTPException, OSError) as error:
            log.warning("mail_not_sent", mail_id=mail_id, attempts=row.attempts, error=type(error).__name__)
            return
    Mail.objects.filter(pk=row.pk).update(sent_at=clock.now())


def ring_mails() -> int:
    """Send the due mails whose first ring was lost or whose server was down; how many there are."""
    now = clock.now()
    due = Mail.objects.filter(
        sent_at=None, next_try_at__lte=now, created_at__gt=now - constants.MAIL_GIVEN_UP_AFTER
    ).values_list("pk", flat=True)
    waiting = list(due)
    for mail_id in waiting:
        jobs.enqueue("users.send_mail", mail_id=mail_id)
    return len(waiting)


def take_token(*, token: str, purpose: MailPurpose) -> User:
    """The active user to whom the mail with this token went. It works once; the caller is in a transaction.

    :raises InvalidMailToken: if it is unknown, used, replaced, too old, or of another kind
    """
    good = Mail.objects.filter(token_hash=_digest(token), purpose=purpose, used_at=None, expires_at__gt=clock.now())
    email = good.values_list("email", flat=True).first()
    if email is None:
        raise InvalidMailToken
    # One use at a time of what went to the address: whoever comes second finds the token used.
    lock_guard(email=email)
    now = clock.now()
    row = good.first()
    user = User.objects.filter(email=row.email, is_active=True).first() if row else None
    if row is None or user is None:
        raise InvalidMailToken
    # The tokens of other mails for the same end go with it.
    Mail.objects.filter(email=row.email, purpose=purpose, used_at=None).update(used_at=now)
    return user


@transaction.atomic
def _claim(mail_id: int) -> tuple[Mail, str] | None:
    """The mail with a token of its own, not due again before the next try; None if it is not due now."""
    now = clock.now()
    due = Mail.objects.select_for_update(skip_locked=True).filter(pk=mail_id, sent_at=None, next_try_at__lte=now)
    row = due.filter(created_at__gt=now - constants.MAIL_GIVEN_UP_AFTER, used_at=None).first()
    if row is None:
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row.next_try_at = now + min(constants.MAIL_FIRST_RETRY * 2**row.attempts, constants.MAIL_LAST_RETRY)
    row.attempts += 1
    row.token_hash = _digest(token)
    row.expires_at = now + constants.MAIL_TOKEN_LIFETIME[MailPurpose(row.purpose)]
    row.save()
    return row, token


def _text(row: Mail, *, token: str) -> str:
    purpose = MailPurpose(row.purpose)
    until = row.created_at if row.expires_at is None else row.expires_at
    return TEXT.format(
        subject=SUBJECTS[purpose],
        link=f"{settings.WEB_APP_URL}/{PAGES[purpose]}?token={token}",
        until=f"{until.astimezone(clock.IST):%d %B %Y, %H:%M}",
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
