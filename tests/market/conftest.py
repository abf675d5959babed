"""Clients at another time: a token is good only at the time it was issued. What does not belong here: data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count

import pytest
import time_machine
from rest_framework.test import APIClient

from tests.conftest import client_of
from tests.factories.users import make_user

ApiAt = Callable[[str], AbstractContextManager[APIClient]]


@pytest.fixture
def api_at(db: None) -> ApiAt:
    """A moment, frozen, with the client of a user who signed in then."""
    numbers = count()

    @contextmanager
    def travelled(moment: str) -> Iterator[APIClient]:
        with time_machine.travel(moment, tick=False):
            yield client_of(make_user(email=f"traveller{next(numbers)}@example.com"))

    return travelled
