"""What browsers may load: nothing from data, and from pages only what this service serves, without inline scripts."""

from __future__ import annotations

import re

import pytest
from rest_framework.test import APIClient

from apps.core.middleware import DATA_POLICY, PAGE_POLICY


@pytest.mark.parametrize("path", ["/health/live", "/api/v1/auth/profile", "/nowhere"])
def test_data_loads_nothing(anonymous_api: APIClient, path: str) -> None:
    response = anonymous_api.get(path)

    assert response["Content-Security-Policy"] == DATA_POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"


def test_who_opens_the_address_of_the_service_is_led_to_the_pages_of_the_api(anonymous_api: APIClient) -> None:
    response = anonymous_api.get("/")

    assert (response.status_code, response["Location"]) == (302, "/api/docs/")


@pytest.mark.parametrize("path", ["/api/docs/", "/api/redoc/", "/django-admin/login/"])
def test_pages_keep_to_their_policy(db: None, anonymous_api: APIClient, path: str) -> None:
    """A script that stands in the page, or anything from elsewhere, would not be loaded."""
    response = anonymous_api.get(path, HTTP_ACCEPT="text/html")
    page = response.content.decode()

    assert (response.status_code, response["Content-Security-Policy"]) == (200, PAGE_POLICY)
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []
    sources = re.findall(r'<(?:script|img)[^>]*\bsrc="([^"]+)"', page)
    assert sources or "admin" in path
    sources += re.findall(r'<link[^>]*\bhref="([^"]+)"', page)
    assert [source for source in sources if not source.startswith(("/", "data:"))] == []
