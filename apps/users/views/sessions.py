"""The endpoints of one's own sign-ins. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.schema import page_of
from apps.core.api.serializers import PageIn
from apps.users import selectors, services
from apps.users.serializers import SignedInOut
from apps.users.views.devices import AccountView

EXAMPLE = OpenApiExample(
    "A session",
    value={
        "id": 12,
        "created_at": "2026-01-05T10:15:00+05:30",
        "last_used_at": "2026-01-07T09:20:00+05:30",
        "expires_at": "2026-02-06T09:20:00+05:30",
        "ip_address": "203.0.113.7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "is_current": True,
    },
    response_only=True,
)
ENDED = {204: OpenApiResponse(description="Ended.")}


class SessionListView(AccountView):
    """Where the account is signed in."""

    @extend_schema(
        operation_id="authSessionsList", parameters=[PageIn], responses=page_of(SignedInOut), examples=[EXAMPLE]
    )
    def get(self, _request: Request) -> Response:
        """List the sign-ins that go on, the latest used first; the time of last use is right to five minutes."""
        params = self.query(PageIn)
        rows = selectors.list_sessions(user=self.user, current=self.credential.session_id)
        return self.page(rows, SignedInOut, params=params)

    @extend_schema(operation_id="authSessionsEndOthers", request=None, responses=ENDED)
    def delete(self, _request: Request) -> Response:
        """Sign out everywhere but here."""
        services.end_other_sessions(user=self.user, current=self.credential.session_id)
        return Response(status=204)


class SessionEndView(AccountView):
    """One sign-in."""

    @extend_schema(operation_id="authSessionsEnd", request=None, responses=ENDED)
    def delete(self, _request: Request, session_id: int) -> Response:
        """Sign out there: its tokens are refused from the next request on. It may be the present one."""
        services.end_session(session_id=session_id, user=self.user)
        return Response(status=204)
