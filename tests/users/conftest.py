"""Fixtures of the account tests. What does not belong here: data of other apps."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from tests.users.hashers import CountingHasher


@pytest.fixture
def judged(settings: Settings) -> type[CountingHasher]:
    """A hasher that counts from now on; reset ``judged`` after the accounts are made."""
    settings.PASSWORD_HASHERS = ["tests.users.hashers.CountingHasher"]
    CountingHasher.judged = 0
    return CountingHasher
