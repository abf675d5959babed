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


def test_what_is_somebodys_own_is_kept_by_nobody(api: APIClient, anonymous_api: APIClient) -> None:
    """A browser that others use too, or a proxy that does not know an API key for a sign-in, would give it again."""
    for path in ("/api/v1/auth/profile", "/api/v1/payments/wallet/ledger/", "/api/v1/nothing"):
        assert api.get(path)["Cache-Control"] == "no-store"
    assert anonymous_api.get("/api/v1/auth/profile")["Cache-Control"] == "no-store"


def test_what_has_a_version_is_asked_for_again_by_who_keeps_it(anonymous_api: APIClient, db: None) -> None:
    first = anonymous_api.get("/api/v1/meta")
    second = anonymous_api.get("/api/v1/meta", HTTP_IF_NONE_MATCH=first["ETag"])

    assert (first.status_code, second.status_code) == (200, 304)
    assert first["Cache-Control"] == second["Cache-Control"] == "private, no-cache"


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
