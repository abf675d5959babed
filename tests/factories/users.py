"""Users for tests. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from apps.core import clock
from apps.users import services
from apps.users.enums import Role
from apps.users.models import Session, User
from apps.users.services.api_keys import NewApiKey

PASSWORD = "correct horse battery"


def make_user(*, email: str = "someone@example.com", role: Role = Role.USER, **values: Any) -> User:
    """An active user in the first day of a trial, with PASSWORD and the seeded permissions."""
    services.seed_permissions()
    today = clock.today()
    user = User(
        email=email,
        role=role,
        **{"trial_start_date": today, "trial_end_date": today + timedelta(days=7), **values},
    )
    user.set_password(PASSWORD)
    user.save()
    return user


def make_session(user: User, *, user_agent: str = "Firefox", ip_address: str | None = "203.0.113.7") -> Session:
    """A sign-in of the user on a device."""
    device = services.Device(ip_address=ip_address, user_agent=user_agent)
    services.issue_tokens(user=user, device=device)
    return Session.objects.for_user(user).latest("pk")


def make_api_key(user: User, *, scopes: Collection[str] = (), expires_at: datetime | None = None) -> NewApiKey:
    """A key of the user, which reads only unless it is given scopes."""
    device = services.Device()
    return services.make_api_key(user=user, name="script", scopes=scopes, expires_at=expires_at, device=device)
