"""Where a request came from: the proxies' word, not the client's."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as project
from pytest_django import Settings
from rest_framework.test import APIRequestFactory

from apps.core.api import views


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "192.0.2.1"),
        (0, "198.51.100.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "10.9.9.9, 198.51.100.9", "198.51.100.9"),
        (2, "10.9.9.9, 198.51.100.9,203.0.113.5", "198.51.100.9"),
        (2, "198.51.100.9", "192.0.2.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "unknown", None),
        (1, "1.2.3.4\r\nX: y", None),
    ],
)
def test_address_is_the_one_the_last_trusted_proxy_saw(
    settings: Settings, proxies: int, forwarded: str | None, address: str | None
) -> None:
    settings.REST_FRAMEWORK = {**project.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    headers: dict[str, Any] = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}

    assert views.client_ip(APIRequestFactory().get("/", REMOTE_ADDR="192.0.2.1", **headers)) == address


def test_socket_has_no_address() -> None:
    assert views.client_ip(APIRequestFactory().get("/", REMOTE_ADDR="")) is None
