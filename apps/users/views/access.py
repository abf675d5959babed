"""Who is asking, and may they: DRF's two hooks. What does not belong here: the rules (selectors, services)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.core import errors
from apps.users import selectors, services

if TYPE_CHECKING:
    from apps.core.api.views import View
    from apps.users.models import User


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access token>``."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The user behind the token; None without a bearer header.

        :raises InvalidToken: if the token does not speak for an active user
        """
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        return services.authenticate_token(token=token.decode("latin-1")), None

    def authenticate_header(self, _request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


class AccessPermission(BasePermission):
    """Signed in, allowed by role, entitled: asked before any input is read."""

    def has_permission(self, request: Request, view: View) -> bool:  # type: ignore[override]
        """Pass, or raise the reason.

        :raises NotAuthenticated: without a user
        :raises PermissionRefused: if the view's permission is missing
        :raises SubscriptionRequired: if the view needs an entitlement that is over
        """
        user: Any = request.user
        if user is None:
            raise errors.NotAuthenticated
        code = view.required_permissions.get(request.method or "")
        if code is not None:
            selectors.check_permission(user=user, code=code)
        if request.method in view.entitled_methods:
            selectors.check_entitled(user=user)
        return True
