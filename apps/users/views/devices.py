"""The base of what people do with their own account. What does not belong here: endpoints, rules."""

from __future__ import annotations

from rest_framework.request import Request

from apps.core.api.views import View, client_ip
from apps.users import services


class AccountView(View):
    """An endpoint about the account itself: for people who have signed in, never for an API key."""

    key_methods = frozenset()


def device_of(request: Request) -> services.Device:
    """The address and the user agent of a request."""
    return services.Device(ip_address=client_ip(request), user_agent=request.headers.get("User-Agent", ""))
