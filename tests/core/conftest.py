"""A monotonic clock that stands still, for tests of what is kept for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from apps.core import clock
from apps.core.api import sharing
from apps.core.services import recalls


class Watch:
    """A monotonic clock that stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """The clock, with answers kept for a second, none kept and no series heard yet."""
    settings.SHARED_ANSWER_SECONDS = 1.0
    stands = Watch()
    monkeypatch.setattr(clock, "monotonic", stands)
    sharing.forget()
    recalls.hear(None)
    yield stands
    sharing.forget()
