"""Secrets at rest: what the table holds, and changing the key without losing a secret."""

from __future__ import annotations

import base64
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from apps.core import secrets
from apps.users.models import TwoFactor, User

OLD, NEW, OTHER = "o" * 50, "n" * 50, "x" * 50
TEXT = "JBSWY3DPEHPK3PXP"


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM users_two_factor")
        return str(cursor.fetchone()[0])


def test_table_holds_no_plain_text_and_equal_texts_look_different(owner: User) -> None:
    TwoFactor.objects.create(user=owner, secret=TEXT)

    assert TEXT not in stored()
    assert TwoFactor.objects.for_user(owner).get().secret == TEXT
    assert secrets.encrypt(TEXT) != secrets.encrypt(TEXT)


def test_new_key_encrypts_and_old_rows_stay_readable(owner: User, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    TwoFactor.objects.create(user=owner, secret=TEXT)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    fresh = secrets.encrypt(TEXT)

    assert TwoFactor.objects.for_user(owner).get().secret == TEXT
    settings.ENCRYPTION_KEYS = [NEW]
    assert secrets.decrypt(fresh) == TEXT
    with pytest.raises(secrets.SecretUnreadable):
        TwoFactor.objects.for_user(owner).get()


def test_rotating_lets_the_old_key_go(owner: User, stranger: User, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    for user in (owner, stranger):
        TwoFactor.objects.create(user=user, secret=f"{TEXT}{user.pk}")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    out = StringIO()

    call_command("rotate_secrets", stdout=out)

    assert out.getvalue() == "2 secrets are under the newest key.\n"
    settings.ENCRYPTION_KEYS = [NEW]
    for user in (owner, stranger):
        assert TwoFactor.objects.for_user(user).get().secret == f"{TEXT}{user.pk}"


def test_rotating_without_a_key_that_is_needed_says_so_and_breaks_nothing(owner: User, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    TwoFactor.objects.create(user=owner, secret=TEXT)
    settings.ENCRYPTION_KEYS = [OTHER]

    with pytest.raises(CommandError, match="Put the key back"):
        call_command("rotate_secrets")

    settings.ENCRYPTION_KEYS = [OLD]
    assert TwoFactor.objects.for_user(owner).get().secret == TEXT


@pytest.mark.parametrize("position", [0, 8, 30, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    """Of the bytes, not of their text: its last character may change without them."""
    bad = bytearray(base64.urlsafe_b64decode(secrets.encrypt(TEXT)))
    bad[position] ^= 1

    with pytest.raises(secrets.SecretUnreadable):
        secrets.decrypt(base64.urlsafe_b64encode(bad).decode())
