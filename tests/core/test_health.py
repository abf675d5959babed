"""Health: alive touches nothing, ready names each part."""

from rest_framework.test import APIClient


def test_live_answers_without_a_database(anonymous_api: APIClient) -> None:
    response = anonymous_api.get("/health/live")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
