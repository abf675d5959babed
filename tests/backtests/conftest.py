"""The service as a fixture of the tests that need real processes. What does not belong here: data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.backtests.service import Service, running


@pytest.fixture(scope="module")
def service(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A gunicorn and a Celery worker on the test database."""
    with running(tmp_path_factory.mktemp("service")) as started:
        yield started
