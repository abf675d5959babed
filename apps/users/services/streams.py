"""Who may listen to events, and for how long. What does not belong here: what they hear (core.events)."""

from __future__ import annotations

from collections.abc import Mapping

from apps.core import errors, events
from apps.users.errors import InvalidToken
from apps.users.models import User
from apps.users.services import tokens


def identify_stream(*, header: bytes, ticket: str) -> tuple[int, int]:
    """The key of the active user and the version of their tokens, by an Authorization header or else a ticket.

    :raises NotAuthenticated: if there is neither
    :raises InvalidToken: if it does not speak for an active user, or the ticket was used before
    :raises Unavailable: if the broker cannot be asked for the ticket
    """
    found = tokens.authenticate_header(header=header)
    if found is not None:
        return found[0].pk, found[0].token_version
    if not ticket:
        raise errors.NotAuthenticated
    spent = events.spend_ticket(ticket)
    if spent is None or spent not in streams_in_force({spent[0]: {spent[1]}}):
        raise InvalidToken
    return spent


def streams_in_force(versions: Mapping[int, set[int]]) -> set[tuple[int, int]]:
    """Of users with versions of tokens, the pairs that still speak for an active user."""
    rows = User.objects.filter(pk__in=versions.keys(), is_active=True).values_list("pk", "token_version")
    return {(pk, version) for pk, version in rows if version in versions[pk]}
