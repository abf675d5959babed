"""Who is asking, and may they: DRF's two hooks. What does not belong here: the rules (selectors, services)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.users import selectors, services

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from apps.core.api.views import View


# The framework answers HEAD with the handler of GET, so who may not GET may not HEAD.
AS_METHOD = {"HEAD": "GET"}


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access token or API key>``, or ``X-API-Key: <API key>``."""

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, services.Credential] | None:
        """The user behind the token or key; None without one.

        :raises InvalidToken: if the token does not speak for an active user
        """
        api_key = request.headers.get("X-API-Key", "").encode("latin-1", "replace")
        return services.authenticate_request(header=get_authorization_header(request), api_key=api_key)

    def authenticate_header(self, _request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


class AccessPermission(BasePermission):
    """Signed in, allowed by role, entitled: asked before any input is read."""

    def has_permission(self, request: Request, view: View) -> bool:  # type: ignore[override]
        """Pass, or raise the reason.

        :raises NotAuthenticated: without a user
        :raises ApiKeyNotAllowed: if the scopes of an API key do not reach
        :raises PermissionRefused: if the view's permission is missing
        :raises SubscriptionRequired: if the view needs an entitlement that is over
        """
        method = request.method or ""
        selectors.check_access(
            user=request.user,
            scopes=getattr(request.auth, "scopes", None),
            is_reading=method in view.key_methods,
            permission=view.required_permissions.get(AS_METHOD.get(method, method)),
            needs_entitlement=method in view.entitled_methods,
        )
        return True
