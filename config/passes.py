"""Who may have an answer ahead of the framework: asked of the tables, and remembered for a moment as a pass.

Each request is counted against its limit all the same, and hears with its count whether passes were recalled since.
What does not belong here: rules of access and limits (users, core), what a pass is good for (ahead).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from apps.core import clock
from apps.core import services as core_services
from apps.core.api import sharing
from apps.core.api.views import View
from apps.core.enums import RateScope
from apps.users import selectors as users_selectors
from apps.users import services as users_services

if TYPE_CHECKING:
    from apps.users.models import User

METHOD = "GET"
# What was taken away by another hand than the services', or while Redis was away, is held against nobody for so long.
PASS_SECONDS = 1.0


class Credentials(NamedTuple):
    """What a request says of who asks."""

    header: bytes
    api_key: bytes

    @property
    def digest(self) -> bytes:
        """A name for them that does not tell them."""
        return hashlib.sha256(self.header).digest() + hashlib.sha256(self.api_key).digest()


class Pass(NamedTuple):
    """That a user may ask a view: until when, with the end of the credentials, and in which series."""

    user: User
    expires_at: datetime | None
    series: bytes
    until: float


class Entry(NamedTuple):
    """That a user may ask, and the series that was in force when they did: None where nobody says."""

    user: User
    series: bytes | None


class Passes:
    """The passes that a process has given lately, by digests of credentials and by views."""

    def __init__(self) -> None:
        self._shelf: sharing.Shelf[Pass] = sharing.Shelf()

    def admit(self, given: Credentials, *, view: type[View]) -> Entry | None:
        """How the credentials come to ask the view, None where there are none; counted as a request of theirs.

        :raises DomainError: if something is missing, as the framework would say it
        """
        name, entry = (given.digest, view), None
        kept = self._shelf.find(name)
        if kept is not None and (kept.expires_at is None or clock.now() < kept.expires_at):
            entry = _count(kept.user, view=view)
            if entry.series == kept.series:
                return entry
        # Both as they were before the tables are read: what changes meanwhile is not missed.
        series, until = core_services.series_heard(), clock.monotonic() + PASS_SECONDS
        found = self._ask(given, view=view)
        if found is None:
            return None
        user, expires_at = found
        if series is not None:
            self._shelf.keep(name, Pass(user, expires_at, series, until))
        return entry or _count(user, view=view)

    def _ask(self, given: Credentials, *, view: type[View]) -> tuple[User, datetime | None] | None:
        """Who it is that may ask the view, and the end of their credentials; None where there are none.

        :raises DomainError: if something is missing
        """
        found = users_services.authenticate_request(header=given.header, api_key=given.api_key)
        if found is None:
            return None
        user, credential = found
        users_selectors.check_access(
            user=user,
            scopes=credential.scopes,
            is_reading=METHOD in view.key_methods,
            permission=view.required_permissions.get(METHOD),
            needs_entitlement=METHOD in view.entitled_methods,
        )
        return user, credential.expires_at


def _count(user: User, *, view: type[View]) -> Entry:
    scope = view.rate_scopes.get(METHOD, RateScope.USER)
    return Entry(user, core_services.check_rate(scope=scope, who=str(user.pk)) if settings.RATE_LIMITS else None)
