"""Secrets in tables, encrypted under a ring of keys. What does not belong here: passwords and keys, which are hashed.

The newest key encrypts, every key of the ring decrypts; ``manage.py rotate_secrets`` writes all rows under the newest.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class SecretUnreadable(RuntimeError):
    """No key of the ring opens a stored secret: one that is still needed was taken out of ENCRYPTION_KEYS."""


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that the table holds encrypted. It cannot be searched for: equal texts are stored differently."""

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """The text.

        :raises SecretUnreadable: if no key of the ring opens it
        """
        return None if value is None else decrypt(value)

    def get_prep_value(self, value: object) -> str | None:
        """What the table holds."""
        return None if value is None else encrypt(str(value))


def encrypt(text: str) -> str:
    """The text under the newest key."""
    return _ring(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """The text of what ``encrypt`` gave, under any key of the ring.

    :raises SecretUnreadable: if none opens it
    """
    try:
        return _ring(tuple(settings.ENCRYPTION_KEYS)).decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadable("No key of ENCRYPTION_KEYS opens a stored secret.") from error


@cache
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    """Keys are random texts of any form; Fernet wants 32 bytes."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys])
