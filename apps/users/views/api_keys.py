"""The endpoints of one's own API keys. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.schema import page_of
from apps.core.api.serializers import PageIn
from apps.users import selectors, services
from apps.users.serializers import ApiKeyIn, ApiKeyOut, NewApiKeyOut
from apps.users.views.devices import AccountView, device_of

KEY = {
    "id": 3,
    "name": "nightly backtests",
    "prefix": "pt_5d1c09ae",
    "scopes": ["backtest.run"],
    "created_at": "2026-01-05T10:15:00+05:30",
    "expires_at": None,
    "last_used_at": None,
}
ASK_EXAMPLE = OpenApiExample(
    "A key that runs backtests", value={"name": "nightly backtests", "scopes": ["backtest.run"]}, request_only=True
)
NEW_EXAMPLE = OpenApiExample("A new key", value={"key": "pt_5d1c09ae_…", "api_key": KEY}, response_only=True)
KEY_EXAMPLE = OpenApiExample("A key", value=KEY, response_only=True)


class ApiKeyListCreateView(AccountView):
    """Keys for scripts."""

    @extend_schema(
        operation_id="authApiKeysList", parameters=[PageIn], responses=page_of(ApiKeyOut), examples=[KEY_EXAMPLE]
    )
    def get(self, _request: Request) -> Response:
        """List the keys in force, the newest first, without their text."""
        params = self.query(PageIn)
        return self.page(selectors.list_api_keys(user=self.user), ApiKeyOut, params=params)

    @extend_schema(
        operation_id="authApiKeysCreate",
        request=ApiKeyIn,
        responses={201: NewApiKeyOut},
        examples=[ASK_EXAMPLE, NEW_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Make a key. Its text is in this answer and nowhere else.

        A key reads what you may read, and does what its scopes, some of your permissions, allow. Send it as
        `Authorization: Bearer pt_…` or `X-API-Key: pt_…`. A new password revokes every key.
        """
        new = services.make_api_key(user=self.user, **self.body(ApiKeyIn), device=device_of(request))
        return Response(NewApiKeyOut(new).data, status=201)


class ApiKeyRevokeView(AccountView):
    """One key."""

    @extend_schema(
        operation_id="authApiKeysRevoke", request=None, responses={204: OpenApiResponse(description="Revoked.")}
    )
    def delete(self, _request: Request, key_id: int) -> Response:
        """Revoke the key: it is refused from the next request on."""
        services.revoke_api_key(key_id=key_id, user=self.user)
        return Response(status=204)
