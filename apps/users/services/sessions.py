"""Sign-ins on devices: begun, gone on with, ended. What does not belong here: tokens, reading (selectors)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from apps.core import clock, errors
from apps.core import services as core_services
from apps.users import selectors
from apps.users.constants import LAST_USE_PRECISION, MAX_USER_AGENT_CHARS
from apps.users.enums import SecurityEvent
from apps.users.models import Session, User
from apps.users.services.events import announce


@dataclass(frozen=True, slots=True)
class Device:
    """What a request says of where it comes from; the user agent is the client's own word."""

    ip_address: str | None = None
    user_agent: str = ""

    @property
    def name(self) -> str:
        """The user agent in the form that is kept: printable and short."""
        return "".join(char for char in self.user_agent if char.isprintable())[:MAX_USER_AGENT_CHARS]


def begin_session(*, user: User, device: Device) -> int:
    """The id of a new session of the user, whose owner hears of it where the device was never seen before."""
    seen = Session.objects.for_user(user)
    is_new_device = seen.exists() and not seen.filter(user_agent=device.name).exists()
    now = clock.now()
    session = Session.objects.create(
        user=user,
        token_version=user.token_version,
        ip_address=device.ip_address,
        user_agent=device.name,
        last_used_at=now,
        expires_at=now + settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"],
    )
    if is_new_device:
        details = {"user_agent": device.name}
        announce(user=user, event=SecurityEvent.NEW_DEVICE, ip_address=device.ip_address, details=details)
    return session.pk


def extend_session(*, session_id: int, user: User, device: Device) -> None:
    """Let a session go on for the life of a new refresh token, from where it is used now."""
    now = clock.now()
    Session.objects.for_user(user).filter(pk=session_id).update(
        ip_address=device.ip_address,
        user_agent=device.name,
        last_used_at=now,
        expires_at=now + settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"],
        updated_at=now,
    )


def note_use(*, session_id: int, user: User, last_used_at: datetime) -> None:
    """Write that a session is in use, once every few minutes."""
    now = clock.now()
    if now - last_used_at > LAST_USE_PRECISION:
        Session.objects.for_user(user).filter(pk=session_id).update(last_used_at=now, updated_at=now)


def end_session(*, session_id: int, user: User) -> None:
    """End one session of the user: its tokens are refused from the next request on.

    :raises NotFound: if the user has no such session
    """
    now = clock.now()
    live = selectors.list_sessions(user=user, current=None).filter(pk=session_id)
    if not live.update(revoked_at=now, updated_at=now):
        raise errors.NotFound
    core_services.recall_kept()


def end_other_sessions(*, user: User, current: int) -> None:
    """End every session of the user but the present one."""
    now = clock.now()
    selectors.list_sessions(user=user, current=None).exclude(pk=current).update(revoked_at=now, updated_at=now)
    core_services.recall_kept()
