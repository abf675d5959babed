"""Who may listen to events, and for how long. What does not belong here: what they hear (core.events)."""

from __future__ import annotations

from collections.abc import Set

from apps.core import errors, events
from apps.users import selectors
from apps.users.errors import InvalidToken
from apps.users.services import api_keys


def identify_stream(*, header: bytes, api_key: bytes, ticket: str) -> events.Holder:
    """Who listens, by an Authorization header, an API key, or else a ticket.

    :raises NotAuthenticated: if there is none of them
    :raises InvalidToken: if it does not speak for an active user, or the ticket was used before
    :raises Unavailable: if the broker cannot be asked for the ticket
    """
    found = api_keys.authenticate_request(header=header, api_key=api_key)
    if found is not None:
        user, credential = found
        origin = {"session_id": credential.session_id or 0, "key_id": credential.key_id or 0}
        return events.Holder(user_id=user.pk, version=user.token_version, **origin)
    if not ticket:
        raise errors.NotAuthenticated
    spent = events.spend_ticket(ticket)
    if spent is None or not streams_in_force({spent}):
        raise InvalidToken
    return spent


def streams_in_force(holders: Set[events.Holder]) -> set[events.Holder]:
    """Of those who listen, those whose session or API key still speaks for an active user."""
    sessions = selectors.live_sessions_unscoped(ids={holder.session_id for holder in holders})
    keys = selectors.live_keys_unscoped(ids={holder.key_id for holder in holders})
    return {
        holder
        for holder in holders
        if (holder.session_id, holder.user_id, holder.version) in sessions or (holder.key_id, holder.user_id) in keys
    }
