"""Where a request comes from. What does not belong here: what is made of it (services)."""

from __future__ import annotations

from rest_framework.request import Request

from apps.core.api.views import client_ip
from apps.users import services


def device_of(request: Request) -> services.Device:
    """The address and the user agent of a request."""
    return services.Device(ip_address=client_ip(request), user_agent=request.headers.get("User-Agent", ""))
