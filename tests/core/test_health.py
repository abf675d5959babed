"""Health: alive touches nothing, ready names each part, whatever else is away."""

import pytest
from django.conf import settings as django_settings
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient


def test_live_answers_without_a_database(anonymous_api: APIClient) -> None:
    response = anonymous_api.get("/health/live")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_live_answers_with_limits_in_force_and_without_a_database(anonymous_api: APIClient, settings: Settings) -> None:
    """The marker of tests that may use the database is missing here: whatever asks it, fails."""
    settings.RATE_LIMITS = True

    assert anonymous_api.get("/health/live").json() == {"status": "ok"}


@pytest.mark.django_db(transaction=True)
def test_ready_names_the_parts_that_are_away(
    anonymous_api: APIClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS = True
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    response = anonymous_api.get("/health/ready")

    monkeypatch.undo()
    connection.close()
    parts = dict.fromkeys(django_settings.HEALTH_PARTS, False)
    assert (response.status_code, response.json()) == (503, {"status": "degraded", "parts": parts})
    assert response["Retry-After"] == "2"
